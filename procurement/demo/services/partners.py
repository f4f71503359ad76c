"""A charity that leads a consortium, and two suppliers that look for partners."""

from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy.orm import Session

from catalogue.partners import services
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkKind, Part
from procurement.demo.services.people import Cast
from procurement.framework.models import Application
from procurement.framework.services import declaration_questions, save_parties
from procurement.framework.types import Delivery

# Who comes along, by their place in the plan: the first suppliers, whose sign-ins are printed.
FIRST_MEMBER, SECOND_MEMBER, ASKED = 1, 2, 0
SEEKING = (
    (
        3,
        "Someone who works with young adults before they leave prison.",
        "Rooms near the station, open late.",
    ),
    (4, "A debt adviser who comes to our office one day a week.", "Referrals from three police force areas."),
)


def bring_consortium(
    session: Session, cast: Cast, application: Application, lead: str, answers: dict[str, str], now: datetime
) -> None:
    """Let the lead of an application name two members, one of them with a partner that is not here yet.

    Both members confirm their parts and make their declarations, with the answers of any applicant.
    """
    keys = list(cast.suppliers)
    first = _confirmed(session, cast, lead, keys[FIRST_MEMBER], "Group work on thinking and behaviour", now)
    second = _confirmed(session, cast, lead, keys[SECOND_MEMBER], "Mentors who meet people at the gate", now)
    _declare(session, cast, keys[FIRST_MEMBER], answers, now)
    _declare(session, cast, keys[SECOND_MEMBER], answers, now)
    unlisted = services.name_partner(
        session,
        actor=cast.actor(lead),
        now=now,
        kind=LinkKind.SUBCONTRACTOR,
        part=_part(cast, lead, "Interpreters on request", now, share=None),
        parent=first,
        name="Invented Interpreters",
        email="hello@interpreters.example",
    )
    save_parties(
        session,
        actor=cast.actor(lead),
        now=now,
        application=application,
        delivery=Delivery.CONSORTIUM,
        links=[first.public_id, second.public_id, unlisted.public_id],
    )


def name_and_look(session: Session, cast: Cast, *, now: datetime) -> int:
    """Let the lead ask one more partner, which has not answered, and two suppliers look for partners."""
    keys = list(cast.suppliers)
    lead = next(key for key, planned in cast.planned.items() if planned.application == "in_assessment")
    asked = services.name_partner(
        session,
        actor=cast.actor(lead),
        now=now - timedelta(days=2),
        kind=LinkKind.SUBCONTRACTOR,
        part=_part(cast, lead, "Evening sessions in the larger towns", now, share=10),
        organisation=cast.suppliers[keys[ASKED]],
    )
    services.invite_partner(session, actor=cast.actor(lead), now=now - timedelta(days=2), link=asked)
    for place, seeks, brings in SEEKING:
        planned = cast.planned[keys[place]]
        listing = services.save_listing(
            session,
            actor=cast.actor(keys[place]),
            now=now - timedelta(days=9),
            seeks=seeks,
            brings=brings,
            need_areas=planned.need_areas[:2],
            places=[f"region:{region}" for region in planned.regions],
            until=(now + timedelta(days=120)).date(),
        )
        services.write_about(
            session,
            actor=cast.actor(keys[FIRST_MEMBER]),
            now=now - timedelta(days=3),
            listing=listing,
            text="We may be who you look for. Shall we talk next week?",
        )
    return len(SEEKING)


def _confirmed(
    session: Session, cast: Cast, lead: str, partner: str, words: str, now: datetime
) -> SupplyChainLink:
    link = services.name_partner(
        session,
        actor=cast.actor(lead),
        now=now,
        kind=LinkKind.CONSORTIUM_MEMBER,
        part=_part(cast, lead, words, now, share=25),
        organisation=cast.suppliers[partner],
    )
    services.invite_partner(session, actor=cast.actor(lead), now=now, link=link)
    services.confirm_part(session, actor=cast.actor(partner), now=now, link=link)
    return link


def _part(cast: Cast, lead: str, words: str, now: datetime, *, share: int | None) -> Part:
    planned = cast.planned[lead]
    return Part(
        need_areas=frozenset(planned.need_areas[:1]),
        places=frozenset(f"region:{region}" for region in planned.regions),
        words=words,
        share_percent=Decimal(share) if share is not None else None,
        fee_percent=Decimal(3),
        payment_days=21,
        starts_on=now.date(),
    )


def _declare(session: Session, cast: Cast, partner: str, answers: dict[str, str], now: datetime) -> None:
    asked = declaration_questions()
    given = {question.code: answers.get(question.code, "") for question, _ in asked}
    services.declare(session, actor=cast.actor(partner), now=now, asked=asked, answers=given)
