"""Writing an offer, section by section; a draft saves whatever is there and says nothing in the audit."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from catalogue.offers import queries
from catalogue.offers.models import Offer, OfferItem, OfferLevel, OfferVersion
from catalogue.offers.rules.content import fingerprint
from catalogue.offers.rules.finding import normalised_places
from catalogue.offers.rules.states import reasons_not_to_edit
from catalogue.offers.types import DeliveryMode, ItemAnswer, OfferState, OfferTag, Section, SectionKey
from catalogue.reference import queries as reference
from catalogue.reference.models import Cohort, NeedArea, Outcome, Place, SentenceType, Stage
from catalogue.reference.types import Availability, Complexity
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if

CodedRow = TypeVar("CodedRow", Place, Cohort, Stage, SentenceType, Outcome)


def start_offer(session: Session, *, actor: Actor, now: datetime, need_area: NeedArea) -> OfferVersion:
    """Begin an offer of the actor's organisation for a need area; return its first version, a draft.

    All sentence types are taken until the supplier says otherwise and why, as the specification asks.
    """
    offer = Offer(supplier_id=actor.organisation_id, need_area=need_area, created_at=now, versions=[])
    version = OfferVersion(
        offer=offer,
        number=1,
        state=OfferState.DRAFT,
        created_at=now,
        title="",
        summary="",
        levels=[],
        places=[],
        cohorts=[],
        stages=[],
        sentence_types=list(reference.sentence_types(session)),
    )
    session.add_all([offer, version])
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
    _begin(session, actor, version, SectionKey(Section.TITLE), seen)
    version.title, version.summary = title.strip(), summary.strip()


def save_complexities(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    complexities: Collection[Complexity],
    seen: str | None = None,
) -> None:
    """Save which complexities are offered; one that goes takes its answers, price and places with it.

    Refused with `complexity_not_available` where the specification has none.
    """
    _begin(session, actor, version, SectionKey(Section.COMPLEXITIES), seen)
    available = queries.availabilities(session, version.offer.need_area_id)
    refuse_if(
        Reason("complexity_not_available", {"complexity": str(complexity), "why": why})
        for complexity in complexities
        for found, why in [available.get(complexity, (Availability.NOT_AVAILABLE, ""))]
        if found is Availability.NOT_AVAILABLE
    )
    held = {level.complexity for level in version.levels}
    for level in [level for level in version.levels if level.complexity not in complexities]:
        version.levels.remove(level)
    for complexity in Complexity:
        if complexity in complexities and complexity not in held:
            version.levels.append(
                OfferLevel(complexity=complexity, outputs="", outcomes_text="", items=[], outcomes=[])
            )


def save_items(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    complexity: Complexity,
    answers: Mapping[str, ItemAnswer],
    seen: str | None = None,
) -> None:
    """Save the answers to the items of one complexity, by code; items not named keep their answers.

    Refused with `unknown_item` where the specification in force has no such item at that complexity.
    """
    _begin(session, actor, version, SectionKey(Section.ITEMS, complexity), seen)
    level = _level(version, complexity)
    known = queries.level_items(session, version.offer.need_area_id, complexity)
    refuse_if(Reason("unknown_item", {"code": code}) for code in answers if code not in known)
    held = {row.item_id: row for row in level.items}
    for code, answer in answers.items():
        row = held.get(known[code].id)
        explanation = answer.explanation.strip()
        if answer.response is None and not explanation:
            if row is not None:
                level.items.remove(row)
        elif row is None:
            item = known[code]
            level.items.append(OfferItem(item=item, response=answer.response, explanation=explanation))
        else:
            row.response, row.explanation = answer.response, explanation


def save_outcomes(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    complexity: Complexity,
    outputs: str,
    outcomes: Collection[str],
    outcomes_text: str = "",
    seen: str | None = None,
) -> None:
    """Save what is done at one complexity, which minimum outcomes (codes) it works towards, and how."""
    _begin(session, actor, version, SectionKey(Section.OUTCOMES, complexity), seen)
    level = _level(version, complexity)
    rows = _rows(session, Outcome, outcomes, Outcome.need_area_id == version.offer.need_area_id)
    level.outputs, level.outcomes_text = outputs.strip(), outcomes_text.strip()
    level.outcomes = rows


def save_price(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    complexity: Complexity,
    unit_price: Decimal | None,
    places_a_year: int | None,
    seen: str | None = None,
) -> None:
    """Save the price of one complexity in pounds a place, and how many places a year there are."""
    _begin(session, actor, version, SectionKey(Section.PRICE, complexity), seen)
    level = _level(version, complexity)
    level.unit_price, level.places_a_year = unit_price, places_a_year


def save_places(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    places: Collection[str],
    seen: str | None = None,
) -> None:
    """Save the places served, by code; a place inside another that was chosen too is left out."""
    _begin(session, actor, version, SectionKey(Section.PLACES), seen)
    tree = reference.place_tree(session)
    refuse_if(Reason("unknown_code", {"code": code}) for code in places if code not in tree.by_code)
    version.places = _rows(session, Place, normalised_places(tree, places))


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
    _begin(session, actor, version, SectionKey(Section.COHORTS), seen)
    version.cohorts = _rows(session, Cohort, cohorts)
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
    _begin(session, actor, version, SectionKey(Section.STAGES), seen)
    version.stages = _rows(session, Stage, stages)
    version.sentence_types = _rows(session, SentenceType, sentence_types)
    version.sentence_type_reason = sentence_type_reason.strip()


def save_delivery(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    mode: DeliveryMode | None,
    group_minimum: int | None = None,
    group_optimum: int | None = None,
    group_maximum: int | None = None,
    remote_only: bool = False,
    seen: str | None = None,
) -> None:
    """Save how the service is given; sizes of groups are people, and go where there are no groups.

    Refused with `group_sizes_out_of_order` where the smallest group is larger than the largest.
    """
    _begin(session, actor, version, SectionKey(Section.DELIVERY), seen)
    if mode not in (DeliveryMode.GROUP, DeliveryMode.BOTH):
        group_minimum = group_optimum = group_maximum = None
    if group_minimum is not None and group_maximum is not None and group_minimum > group_maximum:
        raise Refused(Reason("group_sizes_out_of_order"))
    version.mode, version.remote_only = mode, remote_only
    version.group_minimum, version.group_optimum = group_minimum, group_optimum
    version.group_maximum = group_maximum


def save_customisation(
    session: Session, *, actor: Actor, version: OfferVersion, customisation: str, seen: str | None = None
) -> None:
    """Save how the service is fitted to complexities and cohorts."""
    _begin(session, actor, version, SectionKey(Section.CUSTOMISATION), seen)
    version.customisation = customisation.strip()


def save_pre_release(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    pre_release_support: str,
    seen: str | None = None,
) -> None:
    """Save what is done before release."""
    _begin(session, actor, version, SectionKey(Section.PRE_RELEASE), seen)
    version.pre_release_support = pre_release_support.strip()


def _begin(session: Session, actor: Actor, version: OfferVersion, key: SectionKey, seen: str | None) -> None:
    """Refuse to change what is not the actor's, not editable, or other than the page showed.

    ``seen`` is the fingerprint of the section when its form was made; the caller has locked the version, so
    nobody saves between this comparison and the change.
    """
    if version.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    refuse_if(reasons_not_to_edit(version.state))
    if seen and seen != fingerprint(queries.content_of(version), key):
        raise Refused(Reason("changed_meanwhile"))
    # Each save counts as a change of the version, whichever of its tables it lands in: who checks the
    # answers and then submits must submit what they have read.
    flag_modified(version, "title")


def _level(version: OfferVersion, complexity: Complexity) -> OfferLevel:
    for level in version.levels:
        if level.complexity is complexity:
            return level
    raise Refused(Reason("complexity_not_offered", {"complexity": str(complexity)}))


def _rows(
    session: Session, model: type[CodedRow], codes: Iterable[str], *among: sa.ColumnElement[bool]
) -> list[CodedRow]:
    """The rows of reference data with these codes, in their order; refused where one is unknown."""
    wanted = set(codes)
    if not wanted:
        return []
    query = sa.select(model).where(model.code.in_(wanted), *among).order_by(model.position, model.id)
    rows = list(session.scalars(query))
    unknown = wanted - {row.code for row in rows}
    refuse_if(Reason("unknown_code", {"code": code}) for code in sorted(unknown))
    return rows
