"""Parties of applications as the rules see them: of the supply chain while drafting, as copied after."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import DeclaredAnswer, LinkState
from core.calendar import london_date
from core.questions.queries import versions_of
from core.questions.rules import shown
from procurement.framework.models import Application, ApplicationParty
from procurement.framework.rules.parties import grounds_standing
from procurement.framework.types import PartyFacts


def declared_by(session: Session, application: Application) -> dict[int, datetime]:
    """When the organisations that a loaded application cites made their declarations, by key."""
    keys = {party.link.partner_id for party in application.parties if party.link.partner_id is not None}
    return partners.declared_on(session, keys) if keys else {}


def party_facts(
    application: Application, declared: Mapping[int, datetime] | None = None
) -> tuple[PartyFacts, ...]:
    """The parties of a loaded application that stand; `declared` counts while it is a draft."""
    return tuple(_facts(party, declared or {}) for party in application.parties if party.left_at is None)


def facts_of_party(party: ApplicationParty) -> PartyFacts:
    """One party of an application that was handed in."""
    return _facts(party, {})


def facts_of_link(link: SupplyChainLink, declared: Mapping[int, datetime]) -> PartyFacts:
    """A link of a supply chain as the party that it would be."""
    return PartyFacts(
        key=link.public_id,
        link=link.public_id,
        name=link.called,
        kind=link.kind,
        tier=link.tier,
        above=link.parent.public_id if link.parent is not None else "",
        state=link.state,
        declared=link.partner_id in declared,
    )


def _facts(party: ApplicationParty, declared: Mapping[int, datetime]) -> PartyFacts:
    link, copied = party.link, party.copied_at is not None
    regime = party.application.framework.regime
    confirmed = LinkState.CONFIRMED if party.confirmed_at is not None else LinkState.INVITED
    return PartyFacts(
        key=party.public_id,
        link=link.public_id,
        name=party.name if copied else link.called,
        kind=party.kind,
        tier=party.tier,
        above=link.parent.public_id if link.parent is not None else "",
        state=confirmed if copied else link.state,
        relied_on=party.relied_on,
        declared=party.declared_at is not None if copied else link.partner_id in declared,
        grounds=grounds_standing(declared_of(party), regime, london_date(party.copied_at))
        if party.copied_at is not None
        else frozenset(),
        outcome=party.outcome,
        replacement_asked=party.replacement_asked_at is not None,
        replacement_due_on=party.replacement_due_on,
        left=party.left_at is not None,
    )


def declared_of(party: ApplicationParty) -> tuple[DeclaredAnswer, ...]:
    """What a party had declared, as it was copied."""
    return tuple(DeclaredAnswer(**answer) for answer in party.declarations)


def declarations_shown(
    session: Session, parties: Sequence[ApplicationParty]
) -> dict[str, list[tuple[Any, Any, DeclaredAnswer]]]:
    """For each party by its identifier: each question it answered, the answer as shown, and the copy."""
    answers = {party.public_id: declared_of(party) for party in parties}
    codes = {answer.code for given in answers.values() for answer in given}
    versions = versions_of(session, codes=codes) if codes else {}
    found: dict[str, list[tuple[Any, Any, DeclaredAnswer]]] = {}
    for key, given in answers.items():
        rows = found.setdefault(key, [])
        for answer in given:
            question = versions[answer.code, answer.version].plain()
            rows.append((question, shown(question, answer.answer), answer))
    return found
