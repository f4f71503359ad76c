"""The sections of each complexity: which are offered, the specification item by item, outcomes."""

from typing import Any

from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms import sections as forms
from catalogue.offers.models import OfferLevel, OfferVersion
from catalogue.offers.rules.content import level_is_empty
from catalogue.offers.types import (
    ItemAnswer,
    ItemResponse,
    OfferPermission,
    OutcomeTarget,
    Output,
    Section,
    SectionKey,
)
from catalogue.offers.views import offers
from catalogue.offers.views.saving import held_version, kept, section_page
from catalogue.reference import queries as reference
from catalogue.reference.types import Availability, Complexity
from core.db import db
from core.web.access import current_actor, requires


def _level(version: OfferVersion, complexity: str) -> OfferLevel | None:
    """The level of a complexity; None where a colleague has taken it out of the offer."""
    return next((level for level in version.levels if level.complexity == complexity), None)


@offers.route("/offers/<offer>/complexities", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def complexities(offer: str) -> ResponseReturnValue:
    """Which complexities are offered; one with answers goes only after a second look."""
    version = held_version(offer)
    content = queries.content_of(version)
    levels = reference.current_levels(db.session, need_area_id=version.offer.need_area_id)
    by_complexity = {complexity: level for (_, complexity), level in levels.items()}
    held = [level.complexity.value for level in version.levels]
    form = forms.ComplexitiesForm(data={"complexities": held})
    hints = {
        Availability.AVAILABLE: "{count} items of the specification to answer.",
        Availability.NOT_PUBLISHED: "No items are published, so there are none to answer.",
    }
    forms.offer_choices(
        form.complexities,
        forms.complexity_options(
            (complexity, f"{level.guide} {hints[level.availability].format(count=len(level.items))}".strip())
            for complexity in Complexity
            if (level := by_complexity.get(complexity)) and level.availability in hints
        ),
    )
    leaving: list[Complexity] = []

    def save(seen: str | None) -> None:
        chosen = {Complexity(code) for code in kept(form.complexities, held) or []}
        leaving.extend(
            complexity
            for complexity in content.levels
            if complexity not in chosen and not level_is_empty(content, complexity)
        )
        if leaving and not form.confirm.data:
            form.confirm.errors = [
                "Tick to confirm that what was written for a complexity you have taken out is deleted"
            ]
            return
        services.save_complexities(
            db.session, actor=current_actor(), version=version, complexities=chosen, seen=seen
        )

    return section_page(
        version,
        SectionKey(Section.COMPLEXITIES),
        form,
        save,
        "offers/complexities.html",
        leaving=leaving,
        unavailable=[
            level for level in by_complexity.values() if level.availability is Availability.NOT_AVAILABLE
        ],
    )


@offers.route("/offers/<offer>/<any(low, medium, high):complexity>/items", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def items(offer: str, complexity: str) -> ResponseReturnValue:
    """The specification of one complexity, item by item."""
    version = held_version(offer)
    level = _level(version, complexity)
    asked = queries.level_items(db.session, version.offer.need_area_id, Complexity(complexity))
    held = {answer.item.code: answer for answer in level.items} if level else {}
    typed: dict[str, Any] = {}
    for code, answer in held.items():
        typed[f"response-{code}"] = answer.response.value if answer.response else None
        typed[f"explanation-{code}"] = answer.explanation
    form = forms.items_form(asked.values())(data=typed)

    def save(seen: str | None) -> None:
        answers = {}
        for code in asked:
            before = held.get(code)
            response = kept(form[f"response-{code}"], before.response if before else None)
            explanation = kept(form[f"explanation-{code}"], before.explanation if before else "")
            answers[code] = ItemAnswer(ItemResponse(response) if response else None, explanation or "")
        services.save_items(
            db.session,
            actor=current_actor(),
            version=version,
            complexity=Complexity(complexity),
            answers=answers,
            seen=seen,
        )

    specified = reference.current_levels(db.session, need_area_id=version.offer.need_area_id)
    return section_page(
        version,
        SectionKey(Section.ITEMS, Complexity(complexity)),
        form,
        save,
        "offers/items.html",
        specified=specified.get((version.offer.need_area_id, Complexity(complexity))),
    )


@offers.route("/offers/<offer>/<any(low, medium, high):complexity>/outcomes", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def outcomes(offer: str, complexity: str) -> ResponseReturnValue:
    """Outputs and outcomes of one complexity."""
    version = held_version(offer)
    level = _level(version, complexity) or OfferLevel(
        outputs="", outcomes_text="", outcomes=[], output_rows=[]
    )
    targets = {row.outcome.code: OutcomeTarget(row.measure, row.target_percent) for row in level.outcomes}
    held = list(targets)
    form = forms.OutcomesForm(
        data={"outputs": level.outputs, "outcomes": held, "outcomes_text": level.outcomes_text}
    )
    need = reference.need_area(db.session, version.offer.need_area.code)
    forms.offer_choices(form.outcomes, [(row.code, row.text, "") for row in need.outcomes] if need else [])

    def save(seen: str | None) -> None:
        services.save_outcomes(
            db.session,
            actor=current_actor(),
            version=version,
            complexity=Complexity(complexity),
            outputs=kept(form.outputs, level.outputs) or "",
            output_rows=[Output(row.what, row.quantity, row.unit, row.by_week) for row in level.output_rows],
            outcomes={code: targets.get(code, OutcomeTarget()) for code in kept(form.outcomes, held) or []},
            outcomes_text=kept(form.outcomes_text, level.outcomes_text) or "",
            seen=seen,
        )

    return section_page(version, SectionKey(Section.OUTCOMES, Complexity(complexity)), form, save)
