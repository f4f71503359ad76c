"""Keeping pools of places: those of single offers silently, shared ones as their supplier says."""

from collections.abc import Sequence
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from catalogue.offers import queries
from catalogue.offers.models import CapacityPool, CapacityPoolVersion, CapacitySubLimit, OfferVersion
from catalogue.offers.rules.capacity import in_force, reasons_about_limits, reasons_not_to_change_pool
from catalogue.offers.types import OfferTag, PoolFigures, SubLimit
from catalogue.reference.models import Place
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, Refused, refuse_if


def write_own_pool(session: Session, *, now: datetime, version: OfferVersion) -> CapacityPool | None:
    """Give a version that is being published the pool of its offer's own, with the places that it says.

    The pool holds the version's places in all, or what its levels add up to; a level's own places are a
    limit inside it. Levels that draw on a shared pool are left alone; None where all do, or none says any.
    """
    shared = {pool.id for pool in queries.shared_pools(session, version.offer.supplier_id)}
    levels = [level for level in version.levels if level.pool_id is None or level.pool_id not in shared]
    said = {level.complexity: level.places_a_year for level in levels if level.places_a_year is not None}
    places = version.places_together if version.places_together is not None else sum(said.values())
    if not levels or not places:
        return None
    pool = session.scalars(
        sa.select(CapacityPool).where(CapacityPool.offer_id == version.offer_id)
    ).one_or_none()
    if pool is None:
        pool = CapacityPool(
            supplier_id=version.offer.supplier_id,
            offer_id=version.offer_id,
            name="",
            made_of="",
            created_at=now,
            versions=[],
        )
        session.add(pool)
        session.flush()
    limits = tuple(
        SubLimit(None, complexity, most) for complexity, most in sorted(said.items()) if most < places
    )
    held = in_force(queries.figures_of(session, pool.id), london_date(now))
    if held is None or (held.places, set(held.limits)) != (places, set(limits)):
        _add_figures(
            session,
            pool,
            places=places,
            limits=limits,
            effective_from=london_date(now),
            now=now,
            person_id=None,
        )
    for level in levels:
        level.pool_id = pool.id
    session.flush()
    return pool


def start_pool(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    name: str,
    made_of: str,
    places: int | None,
    limits: Sequence[SubLimit] = (),
) -> CapacityPool:
    """Make a pool that any offer of the actor's organisation may draw on, from today on.

    Refused with every reason against its name, places (a year) and the limits inside it.
    """
    today = london_date(now)
    _refuse_figures(name, True, places, limits, today, False, today)
    pool = CapacityPool(
        supplier_id=actor.organisation_id,
        name=name.strip(),
        made_of=made_of.strip(),
        created_at=now,
        versions=[],
    )
    session.add(pool)
    session.flush()
    _add_figures(
        session,
        pool,
        places=places or 0,
        limits=limits,
        effective_from=today,
        now=now,
        person_id=actor.person_id,
    )
    _record(session, OfferTag.POOL_STARTED, actor, now, pool, today)
    return pool


def change_pool(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    pool: CapacityPool,
    name: str,
    made_of: str,
    places: int | None,
    limits: Sequence[SubLimit],
    effective_from: date,
    row_version: int,
) -> None:
    """Change a shared pool of the actor's organisation; the caller has locked it.

    A pool that no submitted offer cites is simply rewritten; otherwise its new figures are kept beside the
    old, from their date on, and recorded. Refused with `changed_meanwhile` where a colleague has saved since
    ``row_version``, and with every reason against the figures.
    """
    if pool.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    if pool.offer_id is not None:
        raise Refused(Reason("pool_is_an_offers"))
    if row_version != pool.row_version:
        raise Refused(Reason("changed_meanwhile"))
    cited = queries.cited(session, pool.id)
    today = london_date(now)
    _refuse_figures(name, True, places, limits, effective_from, cited, today)
    pool.name, pool.made_of = name.strip(), made_of.strip()
    # Each save is a change of the pool, whichever of its tables it lands in.
    flag_modified(pool, "name")
    wanted = PoolFigures(0, effective_from, places or 0, tuple(limits))
    if cited:
        held = in_force(queries.figures_of(session, pool.id), effective_from)
        if held is None or not _same(held, wanted):
            _add_figures(
                session,
                pool,
                places=wanted.places,
                limits=limits,
                effective_from=effective_from,
                now=now,
                person_id=actor.person_id,
            )
    else:
        for figures in list(pool.versions):
            pool.versions.remove(figures)
        session.flush()
        _add_figures(
            session,
            pool,
            places=wanted.places,
            limits=limits,
            effective_from=effective_from,
            now=now,
            person_id=actor.person_id,
        )
    _record(session, OfferTag.POOL_CHANGED, actor, now, pool, effective_from, places=wanted.places)


def share_pool(session: Session, *, actor: Actor, now: datetime, pool: CapacityPool, name: str) -> None:
    """Let other offers draw on the places of a single one: from now on they are changed here, not in it."""
    if pool.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    if pool.offer_id is None:
        raise Refused(Reason("pool_is_shared"))
    if not name.strip():
        raise Refused(Reason("pool_name_missing"))
    pool.offer_id, pool.name = None, name.strip()
    _record(session, OfferTag.POOL_CHANGED, actor, now, pool, london_date(now), shared=True)


def _refuse_figures(
    name: str,
    shared: bool,
    places: int | None,
    limits: Sequence[SubLimit],
    effective_from: date,
    cited: bool,
    today: date,
) -> None:
    reasons = reasons_not_to_change_pool(
        name=name, shared=shared, places=places, effective_from=effective_from, cited=cited, today=today
    )
    if places is not None:
        reasons += reasons_about_limits(places, limits)
    refuse_if(reasons)


def _same(held: PoolFigures, wanted: PoolFigures) -> bool:
    return (held.places, set(held.limits)) == (wanted.places, set(wanted.limits))


def _add_figures(
    session: Session,
    pool: CapacityPool,
    *,
    places: int,
    limits: Sequence[SubLimit],
    effective_from: date,
    now: datetime,
    person_id: int | None,
) -> None:
    regions = {limit.region for limit in limits if limit.region}
    keys = dict(session.execute(sa.select(Place.code, Place.id).where(Place.code.in_(regions))).all())
    refuse_if(Reason("unknown_code", {"code": code}) for code in sorted(regions - keys.keys()))
    last = session.scalar(
        sa.select(sa.func.max(CapacityPoolVersion.number)).where(CapacityPoolVersion.pool_id == pool.id)
    )
    pool.versions.append(
        CapacityPoolVersion(
            number=(last or 0) + 1,
            places_a_year=places,
            effective_from=effective_from,
            recorded_at=now,
            recorded_by_id=person_id,
            limits=[
                CapacitySubLimit(
                    region_id=keys[limit.region] if limit.region else None,
                    complexity=limit.complexity,
                    places_a_year=limit.places,
                )
                for limit in limits
            ],
        )
    )
    session.flush()


def _record(
    session: Session,
    tag: OfferTag,
    actor: Actor,
    now: datetime,
    pool: CapacityPool,
    effective_from: date,
    **details: object,
) -> None:
    session.flush()
    record(
        session,
        tag,
        actor=actor,
        now=now,
        subject=pool,
        details={"pool": pool.public_id, "from": effective_from.isoformat(), **details},
    )
