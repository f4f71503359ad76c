"""Each section of an offer as people edit it: its form, what its page shows beside, and how it is saved.

One table for all of them: a page of one section, a page of several and the script that saves meanwhile go the
same way. What cannot be kept stays as it was saved.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar

from flask import request
from wtforms import Field

from catalogue.offers import services
from catalogue.offers.forms import rows, sections
from catalogue.offers.forms.sections import SectionForm, complexity_options, offer_choices
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.content import SECTION_FIELDS, level_is_empty, ordered
from catalogue.offers.rules.finding import unknown_places
from catalogue.offers.types import (
    DeliveryMode,
    Evidence,
    EvidenceKind,
    Intake,
    ItemAnswer,
    ItemResponse,
    LevelContent,
    Method,
    OfferContent,
    OutcomeTarget,
    Output,
    OutputUnit,
    RemoteDelivery,
    Section,
    SectionKey,
)
from catalogue.reference import queries as reference
from catalogue.reference.rules.places import exists_on
from catalogue.reference.types import Availability, Complexity, Phase, PlaceKind
from core import clock
from core.db import db
from core.web.access import current_actor

Value = TypeVar("Value")


@dataclass
class Editing:
    """One section on a page: what it edits, its form, and what its template shows beside."""

    version: OfferVersion
    content: OfferContent
    key: SectionKey
    prefix: str
    form: SectionForm = field(init=False)
    shown: dict[str, Any] = field(default_factory=dict)

    @property
    def complexity(self) -> Complexity:
        assert self.key.complexity is not None
        return self.key.complexity

    @property
    def level(self) -> LevelContent:
        """What the level says; nothing where a colleague has taken it out of the offer."""
        return self.content.levels.get(self.complexity, LevelContent())

    def write(self) -> dict[str, Any]:
        """What every service that saves a section needs; that nobody saved meanwhile was looked at before."""
        found: dict[str, Any] = {"session": db.session, "actor": current_actor(), "version": self.version}
        if self.key.complexity is not None:
            found["complexity"] = self.key.complexity
        return found


def kept(field: Field, saved: Value) -> Any:
    """What was typed where it can be kept, otherwise what was saved before."""
    return saved if field.errors else field.data


# Sections of nothing but facts of the version.
FORMS: Mapping[Section, type[SectionForm]] = {
    Section.TITLE: sections.TitleForm,
    Section.PRE_RELEASE: sections.PreReleaseForm,
    Section.RAR: sections.RarForm,
    Section.APPROACH: sections.ApproachForm,
    Section.DELIVERY: sections.DeliveryForm,
    Section.VOLUNTEERS: sections.VolunteersForm,
}
ENUMS: Mapping[str, type[StrEnum]] = {"mode": DeliveryMode, "intake": Intake, "remote": RemoteDelivery}
ANSWERS = {"yes": True, "no": False}
# Facts that are checked together, and so are kept or left together.
TOGETHER = {"group_minimum", "group_maximum"}


def _answered(value: Any) -> Any:
    """A fact as its field holds it."""
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


def _facts(editing: Editing) -> SectionForm:
    names = SECTION_FIELDS[editing.key.section]
    held = {name: _answered(getattr(editing.content, name)) for name in names}
    return FORMS[editing.key.section](prefix=editing.prefix, data=held)


def _save_facts(editing: Editing) -> None:
    form, names = editing.form, SECTION_FIELDS[editing.key.section]
    wrong = {name for name in names if form[name].errors}
    if wrong & TOGETHER:
        wrong |= TOGETHER
    facts = {}
    for name in names:
        if name in wrong:
            continue
        value, held = form[name].data, getattr(OfferContent(), name)
        if name in ENUMS:
            value = ENUMS[name](value) if value else None
        elif isinstance(held, str):
            value = value or ""
        elif value in ANSWERS:
            value = ANSWERS[value]
        facts[name] = value
    services.save_facts(**editing.write(), section=editing.key.section, facts=facts)


def _complexities(editing: Editing) -> SectionForm:
    version = editing.version
    levels = reference.current_levels(db.session, need_area_id=version.offer.need_area_id)
    by_complexity = {complexity: level for (_, complexity), level in levels.items()}
    held = [str(complexity) for complexity in editing.content.levels]
    form = sections.ComplexitiesForm(prefix=editing.prefix, data={"complexities": held})
    hints = {
        Availability.AVAILABLE: "{count} items of the specification to answer.",
        Availability.NOT_PUBLISHED: "No items are published, so there are none to answer.",
    }
    offered = [
        (complexity, f"{level.guide} {hints[level.availability].format(count=len(level.items))}".strip())
        for complexity in Complexity
        if (level := by_complexity.get(complexity)) and level.availability in hints
    ]
    offer_choices(form.complexities, complexity_options(offered))
    likes = complexity_options((one, "") for one in ordered(editing.content.levels))
    offer_choices(form.like, likes)
    editing.shown = {
        "leaving": [],
        "like": bool(likes) and len(likes) < len(offered),
        "unavailable": [
            level for level in by_complexity.values() if level.availability is Availability.NOT_AVAILABLE
        ],
    }
    return form


def _save_complexities(editing: Editing) -> None:
    form, content = editing.form, editing.content
    chosen = {Complexity(code) for code in kept(form.complexities, list(content.levels)) or []}
    leaving = [one for one in content.levels if one not in chosen and not level_is_empty(content, one)]
    editing.shown["leaving"] = leaving
    if leaving and not form.confirm.data:
        form.confirm.errors = [
            "Tick to confirm that what was written for a complexity you have taken out is deleted"
        ]
        return
    like = kept(form.like, None)
    services.save_complexities(
        **editing.write(), complexities=chosen, like=Complexity(like) if like else None
    )


def _places(editing: Editing) -> SectionForm:
    held = sorted(editing.content.places)
    form = sections.PlacesForm(prefix=editing.prefix, data={"places": held})
    tree, today = reference.place_tree(db.session), clock.today()
    # Only places of today are shown; a place that has ended stays choosable while it is still held.
    offered = [place for place in tree.by_code.values() if exists_on(place, today) or place.code in held]
    offer_choices(form.places, [(place.code, place.name, "") for place in offered])
    editing.shown = {
        "tree": tree,
        "chosen": set(form.places.data or []),
        "current": {place.code for place in offered if exists_on(place, today)},
        "ended": [place for place in offered if not exists_on(place, today)],
        "regions": [place for place in offered if place.kind is PlaceKind.REGION],
    }
    return form


def _save_places(editing: Editing) -> None:
    typed = editing.form.places.data or []
    held = editing.content.places
    unknown = unknown_places(editing.shown["tree"], typed, clock.today(), kept=held)
    chosen = [code for code in typed if code not in unknown]
    services.save_places(**editing.write(), places=chosen)


def _methods(editing: Editing) -> SectionForm:
    held = rows.of_phases(dict(editing.level.methods))
    return rows.methods_form()(prefix=editing.prefix, data=held)


def _save_methods(editing: Editing) -> None:
    form, methods = editing.form, {}
    for phase in Phase:
        held = editing.level.methods.get(phase, Method())
        methods[phase] = Method(
            **{name: kept(form[f"{name}-{phase}"], getattr(held, name)) for name in rows.METHOD_FIELDS}
        )
    services.save_methods(**editing.write(), methods=methods)


def _items(editing: Editing) -> SectionForm:
    need = editing.version.offer.need_area_id
    specified = reference.current_levels(db.session, need_area_id=need).get((need, editing.complexity))
    asked = [link.item for link in specified.items] if specified else []
    held: dict[str, Any] = {}
    for code, answer in editing.level.answers.items():
        held[f"response-{code}"] = answer.response.value if answer.response else None
        held[f"explanation-{code}"] = answer.explanation
    editing.shown = {"specified": specified, "asked": asked}
    return rows.items_form(asked)(prefix=editing.prefix, data=held)


def _save_items(editing: Editing) -> None:
    form, answers = editing.form, {}
    # Each item that has no answer yet is met, where people say so with one press.
    otherwise = ItemResponse.MET if request.form.get("unanswered") == ItemResponse.MET else None
    for item in editing.shown["asked"]:
        before = editing.level.answers.get(item.code, ItemAnswer(None))
        response = kept(form[f"response-{item.code}"], before.response)
        explanation = kept(form[f"explanation-{item.code}"], before.explanation)
        answers[item.code] = ItemAnswer(ItemResponse(response) if response else otherwise, explanation or "")
    services.save_items(**editing.write(), answers=answers)


def _outcomes(editing: Editing) -> SectionForm:
    need = reference.need_area(db.session, editing.version.offer.need_area.code)
    outcomes = need.outcomes if need else []
    level = editing.level
    held = rows.numbered(level.output_rows, rows.OUTPUT_FIELDS)
    held |= {"outputs": level.outputs, "outcomes_text": level.outcomes_text, "outcomes": list(level.outcomes)}
    for code, target in level.outcomes.items():
        held |= {f"measure-{code}": target.measure, f"target-{code}": target.target_percent}
    codes = [outcome.code for outcome in outcomes]
    form = rows.outcomes_form(codes, len(level.output_rows))(prefix=editing.prefix, data=held)
    offer_choices(form.outcomes, [(outcome.code, outcome.text, "") for outcome in outcomes])
    editing.shown = {"outcomes": outcomes, "rows": range(1, rows.rows_shown(len(level.output_rows)) + 1)}
    return form


def _save_outcomes(editing: Editing) -> None:
    form, level = editing.form, editing.level
    output_rows = []
    for number in editing.shown["rows"]:
        held = level.output_rows[number - 1] if number <= len(level.output_rows) else Output()
        values = {name: kept(form[f"{name}-{number}"], getattr(held, name)) for name in rows.OUTPUT_FIELDS}
        unit = values["unit"]
        output_rows.append(
            Output(
                values["what"] or "",
                values["quantity"],
                OutputUnit(unit) if unit else None,
                values["by_week"],
            )
        )
    targets = {}
    for code in kept(form.outcomes, list(level.outcomes)) or []:
        before = level.outcomes.get(code, OutcomeTarget())
        targets[code] = OutcomeTarget(
            kept(form[f"measure-{code}"], before.measure) or "",
            kept(form[f"target-{code}"], before.target_percent),
        )
    services.save_outcomes(
        **editing.write(),
        output_rows=output_rows,
        outputs=kept(form.outputs, level.outputs) or "",
        outcomes=targets,
        outcomes_text=kept(form.outcomes_text, level.outcomes_text) or "",
    )


def _cohorts(editing: Editing) -> SectionForm:
    content = editing.content
    held = {"cohorts": sorted(content.cohorts), "women_only": content.women_only}
    form = sections.CohortsForm(prefix=editing.prefix, data=held)
    offer_choices(
        form.cohorts, [(row.code, row.name, row.description) for row in reference.cohorts(db.session)]
    )
    return form


def _save_cohorts(editing: Editing) -> None:
    form = editing.form
    services.save_cohorts(
        **editing.write(),
        cohorts=kept(form.cohorts, sorted(editing.content.cohorts)) or [],
        women_only=form.women_only.data,
    )


def _customisation(editing: Editing) -> SectionForm:
    content = editing.content
    # One box for each group there is: which of them are chosen may change on the same page.
    cohorts = reference.cohorts(db.session)
    held: dict[str, Any] = {"customisation": content.customisation}
    held |= {f"complexity-{key}": level.customisation for key, level in content.levels.items()}
    held |= {f"cohort-{fit.cohort.code}": fit.words for fit in editing.version.cohort_fits}
    kind = rows.customisation_form(ordered(content.levels), [(row.code, row.name) for row in cohorts])
    editing.shown = {"cohorts": cohorts, "levels": ordered(content.levels)}
    return kind(prefix=editing.prefix, data=held)


def _save_customisation(editing: Editing) -> None:
    form, content = editing.form, editing.content
    words = {fit.cohort.code: fit.words for fit in editing.version.cohort_fits}
    services.save_customisation(
        **editing.write(),
        customisation=kept(form.customisation, content.customisation) or "",
        by_complexity={
            one: kept(form[f"complexity-{one}"], content.levels[one].customisation) or ""
            for one in editing.shown["levels"]
        },
        by_cohort={
            row.code: kept(form[f"cohort-{row.code}"], words.get(row.code, "")) or ""
            for row in editing.shown["cohorts"]
        },
    )


def _stages(editing: Editing) -> SectionForm:
    content = editing.content
    held = {
        "stages": sorted(content.stages),
        "sentence_types": sorted(content.sentence_types),
        "sentence_type_reason": content.sentence_type_reason,
    }
    form = sections.StagesForm(prefix=editing.prefix, data=held)
    for chosen, found in (
        (form.stages, reference.stages(db.session)),
        (form.sentence_types, reference.sentence_types(db.session)),
    ):
        offer_choices(chosen, [(row.code, row.name, row.description) for row in found])
    return form


def _save_stages(editing: Editing) -> None:
    form, content = editing.form, editing.content
    services.save_stages(
        **editing.write(),
        stages=kept(form.stages, sorted(content.stages)) or [],
        sentence_types=kept(form.sentence_types, sorted(content.sentence_types)) or [],
        sentence_type_reason=kept(form.sentence_type_reason, content.sentence_type_reason) or "",
    )


def _languages(editing: Editing) -> SectionForm:
    content = editing.content
    held = {"languages": sorted(content.languages), "interpreters": content.interpreters}
    form = sections.LanguagesForm(prefix=editing.prefix, data=held)
    offer_choices(form.languages, [(row.code, row.name, "") for row in reference.languages(db.session)])
    return form


def _save_languages(editing: Editing) -> None:
    form = editing.form
    services.save_languages(
        **editing.write(),
        languages=kept(form.languages, sorted(editing.content.languages)) or [],
        interpreters=form.interpreters.data,
    )


def _evidence(editing: Editing) -> SectionForm:
    held = editing.content.evidence
    marks = [(mark.code, mark.name) for mark in reference.quality_marks(db.session)]
    kind = rows.evidence_form(marks, len(held))
    editing.shown = {"rows": range(1, rows.rows_shown(len(held)) + 1)}
    return kind(prefix=editing.prefix, data=rows.numbered(held, rows.EVIDENCE_FIELDS))


def _save_evidence(editing: Editing) -> None:
    form, evidence = editing.form, []
    for number in editing.shown["rows"]:
        held = editing.content.evidence
        before = held[number - 1] if number <= len(held) else Evidence()
        values = {
            name: kept(form[f"{name}-{number}"], getattr(before, name)) for name in rows.EVIDENCE_FIELDS
        }
        evidence.append(
            Evidence(
                kind=EvidenceKind(values["kind"]) if values["kind"] else None,
                mark=values["mark"] or "",
                title=values["title"] or "",
                year=values["year"],
                expires_on=values["expires_on"] if isinstance(values["expires_on"], date) else None,
                reference=values["reference"] or "",
                shows=values["shows"] or "",
            )
        )
    services.save_evidence(**editing.write(), evidence=evidence)


Maker = Callable[[Editing], SectionForm]
Saver = Callable[[Editing], None]
EDITORS: Mapping[Section, tuple[Maker, Saver]] = {
    **dict.fromkeys(FORMS, (_facts, _save_facts)),
    Section.COMPLEXITIES: (_complexities, _save_complexities),
    Section.PLACES: (_places, _save_places),
    Section.METHODS: (_methods, _save_methods),
    Section.ITEMS: (_items, _save_items),
    Section.OUTCOMES: (_outcomes, _save_outcomes),
    Section.COHORTS: (_cohorts, _save_cohorts),
    Section.CUSTOMISATION: (_customisation, _save_customisation),
    Section.STAGES: (_stages, _save_stages),
    Section.LANGUAGES: (_languages, _save_languages),
    Section.EVIDENCE: (_evidence, _save_evidence),
}


def editing_of(version: OfferVersion, content: OfferContent, key: SectionKey, prefix: str) -> Editing:
    """A section ready to be shown, or with what a request has sent for it."""
    editing = Editing(version, content, key, prefix)
    editing.form = EDITORS[key.section][0](editing)
    return editing


def save(editing: Editing) -> None:
    """Save a section as far as it can be kept; raises Refused with everything as it was."""
    EDITORS[editing.key.section][1](editing)
