"""Contracts as their parties see them: with signatures, indicators and the document."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.web.filters import format_date
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.contracts.models import Contract, ContractCopy, ContractSignature, ContractVolume
from procurement.contracts.types import Party


def own_contract(session: Session, *, actor: Actor, public_id: str) -> Contract | None:
    """A contract from a call-off, with all that its pages show, for an organisation that is a party to it."""
    lot = joinedload(Contract.lot, innerjoin=True)
    query = (
        sa.select(Contract)
        .join(Lot, Lot.id == Contract.lot_id)
        .join(CallOff, CallOff.id == Lot.call_off_id)
        .where(
            Contract.public_id == public_id,
            sa.or_(
                CallOff.authority_id == actor.organisation_id, Contract.supplier_id == actor.organisation_id
            ),
        )
        .options(
            lot.joinedload(Lot.call_off, innerjoin=True).joinedload(CallOff.framework, innerjoin=True),
            lot.joinedload(Lot.call_off, innerjoin=True).joinedload(CallOff.authority, innerjoin=True),
            joinedload(Contract.supplier),
            selectinload(Contract.signatures).joinedload(ContractSignature.person),
            selectinload(Contract.indicators),
            selectinload(Contract.places),
            selectinload(Contract.volumes).joinedload(ContractVolume.need_area),
        )
    )
    return session.scalars(query).unique().one_or_none()


def copy_of(session: Session, contract: Contract) -> ContractCopy | None:
    """The document as both parties signed it."""
    query = sa.select(ContractCopy).where(ContractCopy.contract_id == contract.id)
    return session.scalars(query.options(joinedload(ContractCopy.document, innerjoin=True))).one_or_none()


def party_of(actor: Actor) -> Party:
    """For whom the actor signs."""
    authority = actor.organisation_kind == OrganisationKind.AUTHORITY
    return Party.AUTHORITY if authority else Party.SUPPLIER


def document_values(contract: Contract) -> dict[str, Any]:
    """What the document is made from: the frozen terms, the indicators, who has signed."""
    return {
        "terms": contract.terms or {},
        "indicators": [(row.name, row.measure, row.target) for row in contract.indicators],
        "signatures": [
            {
                "party": str(row.party),
                "name": row.name,
                "position": row.position,
                "signed_on": format_date(row.signed_on),
            }
            for row in sorted(contract.signatures, key=lambda row: str(row.party))
        ],
        "in_force": contract.in_force_at is not None,
    }
