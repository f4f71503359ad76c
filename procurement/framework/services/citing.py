"""Copying parties of an application from the supply chain by value, and what their findings lack."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy.orm import Session

from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from core.reasons import Reason
from procurement.framework import queries, rules
from procurement.framework.models import Application, ApplicationParty
from procurement.framework.types import Point


def copy_parties(session: Session, *, now: datetime, application: Application) -> None:
    """Copy each party by value with what it has declared: what was handed in says so for ever."""
    for party in application.parties:
        copy_whole(session, party, party.link, now)
    session.flush()


def copy_part(party: ApplicationParty, link: SupplyChainLink) -> None:
    """Copy who a party is and what it does."""
    copied = partners.cited(link)
    party.name, party.kind, party.tier = copied.name, copied.kind, copied.tier
    party.part, party.confirmed_at = dict(copied.part), copied.confirmed_at


def copy_whole(session: Session, party: ApplicationParty, link: SupplyChainLink, now: datetime) -> None:
    """Copy a party with the moment of its confirmation and its latest declaration."""
    copy_part(party, link)
    party.copied_at, party.declarations = now, []
    if link.partner_id is None:
        return
    declaration = partners.latest_declarations(session, {link.partner_id}).get(link.partner_id)
    if declaration is not None:
        party.declared_at = declaration.made_at
        party.declarations = [asdict(answer) for answer in partners.plain_answers(declaration)]


def reasons_against_party_findings(application: Application) -> list[Reason]:
    """Which findings on parties lack the note that they need."""
    found = []
    for party in application.parties:
        if party.left_at is None:
            by_rule = rules.party_outcome_by_rule(queries.facts_of_party(party))
            point = Point(rules.party_code(party.public_id), by_rule, party.outcome)
            found += rules.reasons_against_finding(point, party.outcome, party.outcome_note)
    return found
