"""Writing an offer, section by section; a draft saves whatever is there and says nothing in the audit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import Offer, OfferCohortFit, OfferEvidence, OfferLevel, OfferVersion
from catalogue.offers.rules.content import FACT_SECTIONS, GROUP_FACTS, SECTION_FIELDS
from catalogue.offers.rules.finding import normalised_places
from catalogue.offers.services.copying import level_like
from catalogue.offers.services.levels import save_items, save_methods, save_outcomes
from catalogue.offers.services.pricing import save_prices
from catalogue.offers.services.saving import begin, coded_rows, level_of, renumber
from catalogue.offers.types import (
    VERSION_FACTS,
    DeliveryMode,
    Evidence,
    EvidenceKind,
    ItemAnswer,
    LevelPrices,
    Method,
    OfferContent,
    OfferState,
    OfferTag,
    Section,
    SectionKey,
)
from catalogue.reference import queries as reference
from catalogue.reference.models import (
    Cohort,
    Language,
    NeedArea,
    Place,
    QualityMark,
    SentenceType,
    Stage,
)
from catalogue.reference.types import Availability, Complexity, Phase
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if

SPOKEN_EVERYWHERE = "en"


def start_offer(session: Session, *, actor: Actor, now: datetime, need_area: NeedArea) -> OfferVersion:
    """Begin an offer of the actor's organisation for a need area; return its first version, a draft.

    All sentence types are taken until the supplier says otherwise and why, as the specification asks, and
    English is among its languages.
    """
    offer = Offer(supplier_id=actor.organisation_id, need_area=need_area, created_at=now, versions=[])
    version = OfferVersion(
        offer=offer,
        number=1,
        state=OfferState.DRAFT,
        created_at=now,
        levels=[],
        cohort_fits=[],
        evidence=[],
        places=[],
        cohorts=[],
        stages=[],
        sentence_types=list(reference.sentence_types(session)),
        languages=coded_rows(session, Language, [SPOKEN_EVERYWHERE]),
    )
    session.add_all([offer, version])
    session.flush()
    record(
        session, OfferTag.CREATED, actor=actor, now=now, subject=offer, details={"need_area": need_area.code}
    )
    return version


def save_title(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    title: str,
    summary: str,
    seen: str | None = None,
) -> None:
    """Save what the offer is called and does."""
    begin(session, actor, version, SectionKey(Section.TITLE), seen)
    version.title, version.summary = title.strip(), summary.strip()


def save_complexities(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    complexities: Collection[Complexity],
    like: Complexity | None = None,
    seen: str | None = None,
) -> None:
    """Save which complexities are offered; one that goes takes its answers, price and places with it.

    One that comes says what the level ``like`` says, but for the price, as far as the specification has the
    same items at both.

    Refused with `complexity_not_available` where the specification has none.
    """
    begin(session, actor, version, SectionKey(Section.COMPLEXITIES), seen)
    available = queries.availabilities(session, version.offer.need_area_id)
    refuse_if(
        Reason("complexity_not_available", {"complexity": str(complexity), "why": why})
        for complexity in complexities
        for found, why in [available.get(complexity, (Availability.NOT_AVAILABLE, ""))]
        if found is Availability.NOT_AVAILABLE
    )
    held = {level.complexity: level for level in version.levels}
    model = held.get(like) if like is not None else None
    for level in [level for level in version.levels if level.complexity not in complexities]:
        version.levels.remove(level)
    for complexity in Complexity:
        if complexity not in complexities or complexity in held:
            continue
        if model is None:
            version.levels.append(
                OfferLevel(complexity=complexity, items=[], outcomes=[], methods=[], output_rows=[])
            )
        else:
            items = queries.level_items(session, version.offer.need_area_id, complexity)
            version.levels.append(level_like(model, complexity, items=items))
    session.flush()


def save_places(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    places: Collection[str],
    seen: str | None = None,
) -> None:
    """Save the places served, by code; a place inside another that was chosen too is left out."""
    begin(session, actor, version, SectionKey(Section.PLACES), seen)
    tree = reference.place_tree(session)
    refuse_if(Reason("unknown_code", {"code": code}) for code in places if code not in tree.by_code)
    version.places = coded_rows(session, Place, normalised_places(tree, places))


def save_cohorts(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    cohorts: Collection[str],
    women_only: bool = False,
    seen: str | None = None,
) -> None:
    """Save for whom the service is made, by code, and whether it is for women alone."""
    begin(session, actor, version, SectionKey(Section.COHORTS), seen)
    version.cohorts = coded_rows(session, Cohort, cohorts)
    version.women_only = women_only


def save_stages(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    stages: Collection[str],
    sentence_types: Collection[str],
    sentence_type_reason: str = "",
    seen: str | None = None,
) -> None:
    """Save when help is given and under which sentences, by code, and why a sentence is left out."""
    begin(session, actor, version, SectionKey(Section.STAGES), seen)
    version.stages = coded_rows(session, Stage, stages)
    version.sentence_types = coded_rows(session, SentenceType, sentence_types)
    version.sentence_type_reason = sentence_type_reason.strip()


def save_facts(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    section: Section,
    facts: Mapping[str, Any],
    seen: str | None = None,
) -> None:
    """Save facts of a section that a version holds by itself, by their names in the content.

    Facts not named stay as they are, and those of groups go where there are no groups. Raises KeyError for
    a name that is not of the section; refused with `group_sizes_out_of_order` where the smallest group is
    larger than the largest.
    """
    begin(session, actor, version, SectionKey(section), seen)
    known = set(SECTION_FIELDS[section]) & set(VERSION_FACTS)
    for name, value in facts.items():
        if name not in known:
            raise KeyError(name)
        # A member of an enumeration is a text too, and would become a plain one.
        setattr(version, name, value.strip() if type(value) is str else value)
    if section is Section.DELIVERY and version.mode not in (DeliveryMode.GROUP, DeliveryMode.BOTH):
        for name in GROUP_FACTS:
            setattr(version, name, None)
    least, most = version.group_minimum, version.group_maximum
    if least is not None and most is not None and least > most:
        raise Refused(Reason("group_sizes_out_of_order"))


def save_customisation(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    customisation: str,
    by_complexity: Mapping[Complexity, str] | None = None,
    by_cohort: Mapping[str, str] | None = None,
    seen: str | None = None,
) -> None:
    """Save how the service is fitted to complexities and to cohorts (by code); those not named stay."""
    begin(session, actor, version, SectionKey(Section.CUSTOMISATION), seen)
    by_cohort = by_cohort or {}
    chosen = coded_rows(session, Cohort, by_cohort)
    version.customisation = customisation.strip()
    for complexity, words in (by_complexity or {}).items():
        level_of(version, complexity).customisation = words.strip()
    held = {fit.cohort.code: fit for fit in version.cohort_fits}
    for cohort in chosen:
        words, fit = by_cohort[cohort.code].strip(), held.get(cohort.code)
        if fit is not None and words:
            fit.words = words
        elif fit is not None:
            version.cohort_fits.remove(fit)
        elif words:
            version.cohort_fits.append(OfferCohortFit(cohort=cohort, words=words))


def save_languages(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    languages: Collection[str],
    interpreters: bool = False,
    seen: str | None = None,
) -> None:
    """Save in which languages (by code) staff give the service, and whether interpreters are arranged."""
    begin(session, actor, version, SectionKey(Section.LANGUAGES), seen)
    version.languages = coded_rows(session, Language, languages)
    version.interpreters = interpreters


def save_evidence(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    evidence: Iterable[Evidence],
    seen: str | None = None,
) -> None:
    """Save what the service rests on, in this order; empty rows are left out."""
    begin(session, actor, version, SectionKey(Section.EVIDENCE), seen)
    rows = [row for row in evidence if row]
    marks = {
        mark.code: mark for mark in coded_rows(session, QualityMark, {row.mark for row in rows if row.mark})
    }
    renumber(
        version.evidence,
        OfferEvidence,
        [
            {
                "kind": row.kind,
                "mark": marks.get(row.mark) if row.kind is EvidenceKind.QUALITY_MARK else None,
                "title": row.title.strip(),
                "year": row.year,
                "expires_on": row.expires_on,
                "reference": row.reference.strip(),
                "shows": row.shows.strip(),
            }
            for row in rows
        ],
    )


def write_content(session: Session, *, actor: Actor, version: OfferVersion, content: OfferContent) -> None:
    """Bring an editable version to say what a content says, through the services of its sections."""
    write: dict[str, Any] = {"session": session, "actor": actor, "version": version}
    save_complexities(**write, complexities=list(content.levels))
    for complexity, level in content.levels.items():
        of_level: dict[str, Any] = {**write, "complexity": complexity}
        save_methods(**of_level, methods=dict.fromkeys(Phase, Method()) | dict(level.methods))
        held = next(row.items for row in version.levels if row.complexity is complexity)
        blank = {row.item.code: ItemAnswer(None) for row in held}
        save_items(**of_level, answers=blank | dict(level.answers))
        save_outcomes(
            **of_level,
            output_rows=level.output_rows,
            outputs=level.outputs,
            outcomes=level.outcomes,
            outcomes_text=level.outcomes_text,
        )
    costings = queries.costings_of(version)
    save_prices(
        **write,
        levels={
            complexity: LevelPrices(
                level.unit_price,
                level.places_a_year,
                level.pool,
                level.bands,
                level.band_reason,
                costings[complexity],
            )
            for complexity, level in content.levels.items()
        },
        places_together=content.places_together,
        rise=None,
    )
    save_places(**write, places=content.places)
    save_cohorts(**write, cohorts=content.cohorts, women_only=content.women_only)
    save_customisation(
        **write,
        customisation=content.customisation,
        by_complexity={complexity: level.customisation for complexity, level in content.levels.items()},
        by_cohort=dict.fromkeys(content.cohorts, "") | dict(content.cohort_customisation),
    )
    save_stages(
        **write,
        stages=content.stages,
        sentence_types=content.sentence_types,
        sentence_type_reason=content.sentence_type_reason,
    )
    save_languages(**write, languages=content.languages, interpreters=content.interpreters)
    save_evidence(**write, evidence=content.evidence)
    for section in FACT_SECTIONS:
        facts = {name: getattr(content, name) for name in SECTION_FIELDS[section]}
        save_facts(**write, section=section, facts=facts)
