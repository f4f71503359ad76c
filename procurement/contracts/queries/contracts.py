"""Contracts for lists and pages: an authority sees all, a supplier its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.reference.models import NeedArea, Place, ServiceType
from core.accounts.types import OrganisationKind
from core.actor import Actor
from procurement.contracts.models import Contract, ContractVolume, contract_need_area, contract_place
from procurement.contracts.types import ContractOrigin


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """What a list is narrowed to; empty is everything. `on` keeps contracts in force on that day."""

    words: str = ""
    region: str = ""
    need_area: str = ""
    service_type: str = ""
    on: date | None = None


def in_force_here() -> sa.ColumnElement[bool]:
    """Which contracts count as provision: those that both parties signed, and those of registers."""
    return sa.or_(Contract.origin == ContractOrigin.REGISTER, Contract.in_force_at.is_not(None))


def contract_page(
    session: Session, *, actor: Actor, wanted: ContractFilter, number: int, size: int
) -> tuple[Sequence[Contract], int]:
    """One page of contracts by reference, with what their rows show, and how many there are in all."""
    query = _visible(actor, _narrowed(sa.select(Contract.id), wanted))
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = (
        sa.select(Contract)
        .where(Contract.id.in_(query))
        .options(*_listed())
        .order_by(Contract.reference, Contract.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    return session.scalars(rows).all(), total


def all_contracts(session: Session, *, actor: Actor, wanted: ContractFilter) -> Sequence[Contract]:
    """Every contract of the list, for an export."""
    query = _visible(actor, _narrowed(sa.select(Contract.id), wanted))
    rows = sa.select(Contract).where(Contract.id.in_(query)).options(*_listed())
    return session.scalars(rows.order_by(Contract.reference, Contract.id)).all()


def contract_for(session: Session, *, actor: Actor, public_id: str) -> Contract | None:
    """One contract with everything its page shows, or None where the actor may not see it."""
    query = _visible(actor, sa.select(Contract).where(Contract.public_id == public_id))
    return session.scalars(query.options(*_listed(), joinedload(Contract.lot))).unique().one_or_none()


def contracts_of_references(
    session: Session, *, actor: Actor, references: Sequence[str]
) -> Sequence[Contract]:
    """The contracts of some references that the actor may see, for the arrangements behind a figure."""
    query = _visible(actor, sa.select(Contract).where(Contract.reference.in_(references)))
    return session.scalars(query.options(*_listed()).order_by(Contract.reference)).all()


def contract_ids(session: Session, references: Sequence[str]) -> dict[str, str]:
    """Reference → public identifier, for links an authority may follow."""
    query = sa.select(Contract.reference, Contract.public_id).where(Contract.reference.in_(references))
    return dict(session.execute(query).all())


def _listed() -> list[Any]:
    return [
        joinedload(Contract.supplier),
        joinedload(Contract.service_type),
        selectinload(Contract.places),
        selectinload(Contract.need_areas),
        selectinload(Contract.stages),
        selectinload(Contract.cohorts),
        selectinload(Contract.volumes).joinedload(ContractVolume.need_area),
    ]


def _visible(actor: Actor, query: sa.Select[Any]) -> sa.Select[Any]:
    if actor.organisation_kind == OrganisationKind.AUTHORITY:
        return query
    return query.where(Contract.supplier_id == actor.organisation_id)


def _narrowed(query: sa.Select[Any], wanted: ContractFilter) -> sa.Select[Any]:
    if wanted.words:
        pattern = f"%{wanted.words.replace('%', ' ').replace('_', ' ')}%"
        query = query.where(
            sa.or_(
                Contract.title.ilike(pattern),
                Contract.reference.ilike(pattern),
                Contract.supplier_code.ilike(pattern),
            )
        )
    if wanted.region:
        region = sa.select(Place.id).where(Place.code == wanted.region).scalar_subquery()
        inside = (
            sa.select(contract_place.c.contract_id)
            .join(Place, Place.id == contract_place.c.place_id)
            .where(sa.or_(Place.id == region, Place.region_id == region))
        )
        query = query.where(Contract.id.in_(inside))
    if wanted.need_area:
        naming = (
            sa.select(contract_need_area.c.contract_id)
            .join(NeedArea, NeedArea.id == contract_need_area.c.need_area_id)
            .where(NeedArea.code == wanted.need_area)
        )
        query = query.where(Contract.id.in_(naming))
    if wanted.service_type:
        query = query.where(
            Contract.service_type_id.in_(
                sa.select(ServiceType.id).where(
                    sa.or_(
                        ServiceType.code == wanted.service_type,
                        ServiceType.variant_of == wanted.service_type,
                    )
                )
            )
        )
    if wanted.on:
        query = query.where(
            in_force_here(),
            Contract.starts_on <= wanted.on,
            sa.or_(Contract.ends_on.is_(None), Contract.ends_on >= wanted.on),
        )
    return query
