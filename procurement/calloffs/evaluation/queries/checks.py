"""Whom the check at award is about: the bidder, its supply chain, and what is on record of either."""

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.partners.queries.chains import chain_of
from core.audit.models import AuditEvent
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation.models import AwardCheck
from procurement.framework.queries import open_concerns

BIDDER = "bidder"
# What the feature above writes when a supplier merges, takes a new name or is insolvent. Read as events, so
# that this feature needs nothing of it.
_CHANGED = "supplier:change-recorded"


@dataclass(frozen=True, slots=True)
class Party:
    """One thing to check before an award. `key` is stable; `kind` a code that templates have words for."""

    key: str
    name: str
    kind: str
    state: str = ""


def parties_of(session: Session, call_off: CallOff, bid: Bid) -> list[Party]:
    """Everything about a bid that is checked at award, the bidder itself first."""
    links = chain_of(session, lead_id=bid.supplier_id)
    organisations = {bid.supplier_id: bid.supplier}
    organisations |= {link.partner.id: link.partner for link in links if link.partner is not None}
    found = [Party(BIDDER, bid.supplier.name, BIDDER)]
    found += [Party(f"link:{link.public_id}", link.called, str(link.kind), str(link.state)) for link in links]
    concerns = open_concerns(session, authority_id=call_off.authority_id, suppliers=organisations)
    for key, rows in concerns.items():
        found += [Party(f"concern:{row.id}", organisations[key].name, str(row.kind)) for row in rows]
    by_public_id = {organisation.public_id: organisation for organisation in organisations.values()}
    # Insolvency and mergers raise a concern, which stands above; a new name raises none.
    found += [
        Party(f"change:{event_id}", by_public_id[supplier].name, "renaming")
        for event_id, supplier in _renamed(session, call_off, by_public_id)
    ]
    return found


def checks_of(session: Session, bids: Collection[int]) -> dict[int, dict[str, AwardCheck]]:
    """Bid key → party → the check that stands, the latest."""
    rows = session.scalars(
        sa.select(AwardCheck)
        .where(AwardCheck.bid_id.in_(bids))
        .options(joinedload(AwardCheck.person, innerjoin=True))
        .order_by(AwardCheck.id)
    )
    found: dict[int, dict[str, AwardCheck]] = {}
    for row in rows:
        found.setdefault(row.bid_id, {})[row.party] = row
    return found


def _renamed(session: Session, call_off: CallOff, suppliers: Collection[str]) -> list[tuple[int, str]]:
    """(event, supplier) of each new name that the authority recorded since publication."""
    events = session.execute(
        sa.select(AuditEvent.id, AuditEvent.details)
        .where(
            AuditEvent.chain == f"organisation-{call_off.authority_id}",
            AuditEvent.tag == _CHANGED,
            AuditEvent.at >= call_off.published_at,
        )
        .order_by(AuditEvent.id)
    )
    return [
        (key, details["supplier"])
        for key, details in events
        if details.get("kind") == "renaming" and details.get("supplier") in suppliers
    ]
