"""Declarations of provision to compare: the register, published offers, agencies, uploaded lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers.models import Offer, OfferVersion, offer_place
from catalogue.offers.types import OfferState
from catalogue.reference import queries as reference
from catalogue.reference.models import NeedArea, Place
from catalogue.reference.rules.places import exists_on
from core.actor import Actor
from procurement.contracts.models import Contract
from procurement.contracts.types import ContractOrigin
from procurement.gaps.models import DeclaredList, DeclaredRow
from procurement.gaps.queries.presence import agency_arrangements, areas_reached, arrangements
from procurement.gaps.rules.presence import Arrangement, in_force
from procurement.gaps.rules.sides import Entry

LIVE = ("register", "contracts", "offers", "agencies")
"""Declarations that the database holds itself; the others are uploaded lists, by their numbers."""


def lists(session: Session, *, actor: Actor, most: int = 200) -> Sequence[DeclaredList]:
    """The lists that an authority uploaded, the newest first."""
    query = (
        sa.select(DeclaredList)
        .where(DeclaredList.organisation_id == actor.organisation_id)
        .order_by(DeclaredList.created_at.desc(), DeclaredList.id.desc())
        .limit(most)
    )
    return session.scalars(query).all()


def entries(session: Session, *, actor: Actor, which: str, on: date) -> list[Entry] | None:
    """What a declaration says is there on a day; None where there is no such declaration."""
    if which in ("register", "contracts"):
        found = [one for one in arrangements(session, by_service_type=False) if in_force(one, on)]
        if which == "register":
            origin = sa.select(Contract.reference).where(Contract.origin == ContractOrigin.REGISTER)
            of_register = set(session.scalars(origin))
            found = [one for one in found if one.reference in of_register]
        return _of_arrangements(found)
    if which == "agencies":
        return _of_arrangements(
            [one for one in agency_arrangements(session, actor.organisation_id) if in_force(one, on)]
        )
    if which == "offers":
        return _offers(session)
    known = next((one for one in lists(session, actor=actor) if one.public_id == which), None)
    return None if known is None else _rows(session, known)


def places_by_name(session: Session, on: date) -> dict[str, str]:
    """Codes, the registers' own codes and names of places that exist on a day, in small letters → code.

    A name that several places have stands for the largest: an area before its delivery unit.
    """
    tree = reference.place_tree(session)
    found: dict[str, str] = {}
    for code, place in tree.by_code.items():
        if exists_on(place, on):
            for name in (place.name, place.local_id):
                if name:
                    found.setdefault(name.lower(), code)
    found.update({code.lower(): code for code, place in tree.by_code.items() if exists_on(place, on)})
    return found


def _of_arrangements(found: Sequence[Arrangement]) -> list[Entry]:
    return [Entry(one.reference, one.rows, one.areas) for one in found]


def _offers(session: Session) -> list[Entry]:
    query = (
        sa.select(Offer.public_id, NeedArea.code, offer_place.c.place_id)
        .join(OfferVersion, OfferVersion.offer_id == Offer.id)
        .join(NeedArea, NeedArea.id == Offer.need_area_id)
        .join(offer_place, offer_place.c.version_id == OfferVersion.id)
        .where(OfferVersion.state == OfferState.PUBLISHED)
        .order_by(Offer.public_id)
    )
    places: dict[tuple[str, str], list[int]] = {}
    for public_id, need, place in session.execute(query):
        places.setdefault((public_id, need), []).append(place)
    reached = areas_reached(session)
    return [Entry(public_id, frozenset({need}), reached(held)) for (public_id, need), held in places.items()]


def _rows(session: Session, known: DeclaredList) -> list[Entry]:
    query = (
        sa.select(DeclaredRow.line, DeclaredRow.name, NeedArea.code, Place.id)
        .join(NeedArea, NeedArea.id == DeclaredRow.need_area_id)
        .join(Place, Place.id == DeclaredRow.place_id)
        .where(DeclaredRow.list_id == known.id)
        .order_by(DeclaredRow.line, NeedArea.position)
    )
    reached = areas_reached(session)
    return [
        Entry(f"row {line}" + (f": {name}" if name else ""), frozenset({need}), reached([place]))
        for line, name, need, place in session.execute(query)
    ]
