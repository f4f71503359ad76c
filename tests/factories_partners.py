"""Supply chains that tests start from, made through the services that the product uses."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from catalogue.partners import queries, services
from catalogue.partners.models import PartnerListing, SupplyChainLink
from catalogue.partners.types import LinkKind, Part
from core.accounts.models import Organisation, Person
from core.actor import Actor
from core.calendar import london_date
from procurement.framework.models import Application, ApplicationParty
from procurement.framework.services import declaration_questions
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.factories_framework import EVENTS, GOOD_ANSWERS, Market

PART = Part(
    need_areas=frozenset({"finance"}),
    places=frozenset({"region:A"}),
    words="Debt advice in two offices",
    starts_on=date(2026, 9, 1),
)
CLEAN = {question.code: GOOD_ANSWERS.get(question.code, "") for question, _ in declaration_questions()}


def make_supplier(session: Session, name: str = "") -> tuple[Organisation, Person, Actor]:
    """Make a supplier with its administrator and what they act as."""
    organisation = make_organisation(session, name=name)
    person = make_person(session, organisation, "supplier-administrator")
    return organisation, person, actor_of(session, person)


def name_one(
    session: Session,
    lead: Actor,
    partner: Organisation | None = None,
    *,
    kind: LinkKind = LinkKind.SUBCONTRACTOR,
    parent: SupplyChainLink | None = None,
    name: str = "Unlisted Helpers",
    email: str = "helper@example.test",
    now: datetime = NOW,
    **part: Any,
) -> SupplyChainLink:
    """Name a partner for a part of its own."""
    return services.name_partner(
        session,
        actor=lead,
        now=now,
        kind=kind,
        part=replace(PART, **part),
        parent=parent,
        organisation=partner,
        name="" if partner else name,
        email="" if partner else email,
    )


def ask(session: Session, lead: Actor, link: SupplyChainLink, now: datetime = NOW) -> SupplyChainLink:
    """Ask a partner to confirm its part."""
    services.invite_partner(session, actor=lead, now=now, link=link)
    return link


def confirmed(
    session: Session, lead: Actor, partner: Actor, organisation: Organisation, **values: Any
) -> SupplyChainLink:
    """Name a partner, ask it, and let it confirm."""
    link = ask(session, lead, name_one(session, lead, organisation, **values))
    services.confirm_part(session, actor=partner, now=NOW, link=link)
    return link


def declared(session: Session, partner: Actor, now: datetime = NOW, **answers: str) -> None:
    """Let an organisation declare; nothing applies to it unless the answers say so."""
    given = {**CLEAN, **EVENTS, **{code.replace("_", "-"): answer for code, answer in answers.items()}}
    left = services.declare(session, actor=partner, now=now, asked=declaration_questions(), answers=given)
    assert left == {}


def listed(session: Session, actor: Actor, now: datetime = NOW, **values: Any) -> PartnerListing:
    """List an organisation as looking for partners for thirty days."""
    given: dict[str, Any] = {
        "seeks": "Someone who knows young adults",
        "brings": "Rooms in the middle of town",
        "need_areas": ["finance"],
        "places": ["region:A"],
        "until": london_date(now) + timedelta(days=30),
        **values,
    }
    return services.save_listing(session, actor=actor, now=now, **given)


def cite_partner(session: Session, market: Market, application: Application) -> ApplicationParty:
    """Cite a partner that is not here yet in an application of the market's supplier, as it stands."""
    link = name_one(session, market.applying(session))
    party = ApplicationParty(
        link=link, name=link.called, kind=link.kind, tier=link.tier, part=dict(queries.cited(link).part)
    )
    application.parties.append(party)
    session.flush()
    return party
