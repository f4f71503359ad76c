"""Writing what is offered at one complexity: how each phase is done, item by item, outcomes, price."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import OfferItem, OfferLevelOutcome, OfferMethod, OfferOutput, OfferVersion
from catalogue.offers.services.saving import begin, coded_rows, level_of, renumber
from catalogue.offers.types import ItemAnswer, Method, OutcomeTarget, Output, Section, SectionKey
from catalogue.reference.models import Outcome
from catalogue.reference.types import Complexity, Phase
from core.actor import Actor
from core.reasons import Reason, refuse_if


def save_methods(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    complexity: Complexity,
    methods: Mapping[Phase, Method],
    seen: str | None = None,
) -> None:
    """Save how each phase is done at one complexity; phases not named keep what they say."""
    begin(session, actor, version, SectionKey(Section.METHODS, complexity), seen)
    level = level_of(version, complexity)
    held = {row.phase: row for row in level.methods}
    for phase, method in methods.items():
        row = held.get(phase)
        if not method:
            if row is not None:
                level.methods.remove(row)
            continue
        if row is None:
            row = OfferMethod(phase=phase)
            level.methods.append(row)
        row.words, row.sessions = method.words.strip(), method.sessions
        row.weeks, row.contacts = method.weeks, method.contacts


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
    begin(session, actor, version, SectionKey(Section.ITEMS, complexity), seen)
    level = level_of(version, complexity)
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
    output_rows: Iterable[Output],
    outcomes: Mapping[str, OutcomeTarget],
    outputs: str = "",
    outcomes_text: str = "",
    seen: str | None = None,
) -> None:
    """Save what one person receives at one complexity, and which minimum outcomes (by code) it aims at."""
    begin(session, actor, version, SectionKey(Section.OUTCOMES, complexity), seen)
    level = level_of(version, complexity)
    chosen = coded_rows(session, Outcome, outcomes, Outcome.need_area_id == version.offer.need_area_id)
    level.outputs, level.outcomes_text = outputs.strip(), outcomes_text.strip()
    held = {row.outcome.code: row for row in level.outcomes}
    level.outcomes = [held.get(outcome.code) or OfferLevelOutcome(outcome=outcome) for outcome in chosen]
    for row in level.outcomes:
        target = outcomes[row.outcome.code]
        row.measure, row.target_percent = target.measure.strip(), target.target_percent
    renumber(
        level.output_rows,
        OfferOutput,
        [
            {"what": row.what.strip(), "quantity": row.quantity, "unit": row.unit, "by_week": row.by_week}
            for row in output_rows
            if row
        ],
    )


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
    """Save the price of one complexity in pounds a place, and its places a year of the offer's own."""
    begin(session, actor, version, SectionKey(Section.PRICE, complexity), seen)
    level = level_of(version, complexity)
    level.unit_price, level.places_a_year = unit_price, places_a_year
    if places_a_year is not None:
        level.pool = None
