"""Supply chains: a lead's own, the parts of an organisation in those of others, and what others cite."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.partners import rules
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.queries.declarations import declared_on
from catalogue.partners.types import CitedPart, LinkFacts, LinkKind, LinkState, NextStep, Part
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.web.paging import PAGE_SIZE, Page

Parts = Page[SupplyChainLink]


@dataclass(frozen=True, slots=True)
class ChainRow:
    """One line of a supply chain as its tree is read: the link, who must act next, when it declared."""

    link: SupplyChainLink
    step: NextStep
    declared_at: datetime | None


def _whole() -> tuple[Any, ...]:
    return (
        joinedload(SupplyChainLink.lead, innerjoin=True),
        joinedload(SupplyChainLink.partner),
        joinedload(SupplyChainLink.parent).joinedload(SupplyChainLink.partner),
        selectinload(SupplyChainLink.need_areas),
        selectinload(SupplyChainLink.places),
    )


def chain_of(session: Session, *, lead_id: int, ended: bool = False) -> Sequence[SupplyChainLink]:
    """All links of a lead in the order of its tree; those that have ended only where they are asked for."""
    query = sa.select(SupplyChainLink).where(SupplyChainLink.lead_id == lead_id).options(*_whole())
    if not ended:
        query = query.where(SupplyChainLink.state != LinkState.ENDED)
    links = session.scalars(
        query.order_by(
            SupplyChainLink.tier, SupplyChainLink.kind, SupplyChainLink.created_at, SupplyChainLink.id
        )
    ).all()
    by_key = {link.public_id: link for link in links}
    return [by_key[facts.key] for facts in rules.in_order(as_facts(link) for link in links)]


def rows_of(session: Session, links: Iterable[SupplyChainLink]) -> list[ChainRow]:
    """Links with who must act next, in one more query."""
    given = list(links)
    declared = declared_on(session, {link.partner_id for link in given if link.partner_id is not None})
    return [
        ChainRow(
            link,
            rules.next_step(
                link.state, joined=link.partner_id is not None, declared=link.partner_id in declared
            ),
            declared.get(link.partner_id or 0),
        )
        for link in given
    ]


def own_link(session: Session, *, actor: Actor, public_id: str, lock: bool = False) -> SupplyChainLink | None:
    """A link of the actor's own supply chain; None for anybody else's."""
    query = sa.select(SupplyChainLink).where(
        SupplyChainLink.public_id == public_id, SupplyChainLink.lead_id == actor.organisation_id
    )
    return _one(session, query, lock)


def own_part(session: Session, *, actor: Actor, public_id: str, lock: bool = False) -> SupplyChainLink | None:
    """A part that the actor's organisation has been asked to do; None for anybody else's, or before it is
    asked."""
    query = sa.select(SupplyChainLink).where(
        SupplyChainLink.public_id == public_id, *_asked_of(actor.organisation_id)
    )
    return _one(session, query, lock)


def link_named(session: Session, *, public_id: str, lock: bool = False) -> SupplyChainLink | None:
    """A link by its public identifier, for whoever holds the mail about it."""
    return _one(session, sa.select(SupplyChainLink).where(SupplyChainLink.public_id == public_id), lock)


def links_by_id(session: Session, keys: Collection[int]) -> dict[int, SupplyChainLink]:
    """Links whole, by their keys, in a constant number of queries."""
    query = (
        sa.select(SupplyChainLink)
        .where(SupplyChainLink.id.in_(keys))
        .options(*_whole())
        .order_by(SupplyChainLink.id)
    )
    return {link.id: link for link in session.scalars(query)}


def parts_of(session: Session, *, actor: Actor, page: int) -> Parts:
    """A page of the parts that the actor's organisation has in others' chains; what waits for it first."""
    asked = _asked_of(actor.organisation_id)
    urgency = sa.case({LinkState.INVITED: 0, LinkState.CONFIRMED: 1}, value=SupplyChainLink.state, else_=2)
    query = (
        sa.select(SupplyChainLink)
        .where(*asked)
        .options(*_whole())
        .order_by(urgency, SupplyChainLink.invited_at.desc(), SupplyChainLink.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(SupplyChainLink).where(*asked)) or 0
    return Page(session.scalars(query).all(), page, total)


def parts_waiting(session: Session, *, actor: Actor, most: int) -> tuple[Sequence[SupplyChainLink], int]:
    """The parts that wait for the actor's organisation to confirm them, the oldest first, and how many."""
    waiting = (
        SupplyChainLink.partner_id == actor.organisation_id,
        SupplyChainLink.state == LinkState.INVITED,
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(SupplyChainLink).where(*waiting)) or 0
    query = (
        sa.select(SupplyChainLink)
        .where(*waiting)
        .options(joinedload(SupplyChainLink.lead, innerjoin=True))
        .order_by(SupplyChainLink.invited_at, SupplyChainLink.id)
        .limit(most)
    )
    return session.scalars(query).all(), total


def members_in_force(session: Session, *, today: date) -> dict[int, list[int]]:
    """The organisations that deliver as members of each lead's consortium on a day, by the lead's key."""
    query = (
        sa.select(SupplyChainLink.lead_id, SupplyChainLink.partner_id)
        .where(
            SupplyChainLink.kind == LinkKind.CONSORTIUM_MEMBER,
            SupplyChainLink.state == LinkState.CONFIRMED,
            SupplyChainLink.starts_on <= today,
            sa.or_(SupplyChainLink.ends_on.is_(None), SupplyChainLink.ends_on >= today),
        )
        .distinct()
        .order_by(SupplyChainLink.lead_id, SupplyChainLink.partner_id)
    )
    found: dict[int, list[int]] = {}
    for lead_id, partner_id in session.execute(query):
        if partner_id is not None:  # Never: a part is confirmed by an organisation.
            found.setdefault(lead_id, []).append(partner_id)
    return found


def supplier(session: Session, public_id: str) -> Organisation | None:
    """A supplier by its public identifier."""
    query = sa.select(Organisation).where(
        Organisation.public_id == public_id, Organisation.kind == OrganisationKind.SUPPLIER
    )
    return session.scalars(query).one_or_none()


def suppliers_called(session: Session, *, actor: Actor, words: str, page: int) -> Page[Organisation]:
    """A page of the other suppliers whose names hold all the words, by name."""
    query = sa.select(Organisation).where(
        Organisation.kind == OrganisationKind.SUPPLIER, Organisation.id != actor.organisation_id
    )
    for word in words.lower().split()[:10]:
        query = query.where(sa.func.lower(Organisation.name).contains(word, autoescape=True))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.scalars(
        query.order_by(Organisation.name, Organisation.id).limit(PAGE_SIZE).offset((page - 1) * PAGE_SIZE)
    ).all()
    return Page(rows, page, total)


def part_of(link: SupplyChainLink) -> Part:
    """The part and terms of a loaded link, as plain values by code."""
    return Part(
        need_areas=frozenset(need.code for need in link.need_areas),
        places=frozenset(place.code for place in link.places),
        words=link.part,
        share_percent=link.share_percent,
        fee_percent=link.fee_percent,
        payment_days=link.payment_days,
        starts_on=link.starts_on,
        ends_on=link.ends_on,
    )


def as_facts(link: SupplyChainLink) -> LinkFacts:
    """A loaded link as the rules see it."""
    return LinkFacts(
        key=link.public_id,
        partner=link.partner_key,
        kind=link.kind,
        tier=link.tier,
        parent=link.parent.public_id if link.parent is not None else None,
        part=part_of(link),
        state=link.state,
    )


def facts_of_lead(session: Session, lead_id: int) -> list[LinkFacts]:
    """Every link of a lead as the rules see it, those that have ended too."""
    return [as_facts(link) for link in chain_of(session, lead_id=lead_id, ended=True)]


def beneath(chain: Iterable[SupplyChainLink], public_id: str) -> list[str]:
    """The public identifiers of the links under one of a loaded chain."""
    return [facts.key for facts in rules.below([as_facts(link) for link in chain], public_id)]


def cited(link: SupplyChainLink) -> CitedPart:
    """A loaded link copied by value; the terms stay between the lead, the partner and the authority."""
    return CitedPart(
        name=link.called,
        kind=link.kind,
        tier=link.tier,
        part={
            "need_areas": [need.name for need in link.need_areas],
            "places": [place.name for place in link.places],
            "words": link.part,
        },
        confirmed_at=link.confirmed_at if link.state is LinkState.CONFIRMED else None,
    )


def _asked_of(organisation_id: int | None) -> tuple[Any, ...]:
    return (
        SupplyChainLink.partner_id == organisation_id,
        # What has not been asked yet, or never was, is the lead's own thinking.
        SupplyChainLink.invited_at.is_not(None),
        SupplyChainLink.state != LinkState.NAMED,
    )


def _one(session: Session, query: sa.Select[Any], lock: bool) -> SupplyChainLink | None:
    query = query.options(*_whole())
    if lock:
        query = query.with_for_update(of=SupplyChainLink).execution_options(populate_existing=True)
    return session.scalars(query).one_or_none()
