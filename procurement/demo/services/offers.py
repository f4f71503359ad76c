"""The suppliers' offers, written and published as suppliers and the framework manager would."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers import services
from catalogue.offers.models import OfferVersion
from catalogue.offers.queries import level_items
from catalogue.offers.types import AssuranceTerms, Section
from catalogue.reference.models import NeedArea, Place, SpecificationItem
from catalogue.reference.types import Complexity, PlaceKind
from procurement.demo.rules import design, plan, words
from procurement.demo.services.people import Cast
from procurement.demo.services.prices import start_pools, write_prices
from procurement.demo.types import PlannedOffer

# Published offers, by their order, of which a new version is submitted and one is being written.
REVISED = (5, 9)


def write_offers(session: Session, cast: Cast, *, now: datetime) -> int:
    """Write all planned offers and bring each as far as the plan says; return how many were published."""
    needs = {need.code: need for need in session.scalars(sa.select(NeedArea))}
    items = {
        (code, complexity): list(level_items(session, need.id, complexity).values())
        for code, need in needs.items()
        for complexity in Complexity
    }
    outcomes = {code: [outcome.code for outcome in need.outcomes] for code, need in needs.items()}
    planned = plan.plan_offers(list(cast.planned.values()), *_places(session))
    start_pools(session, cast, planned, now=now - timedelta(days=530))
    published = 0
    for number, offer in enumerate(planned):
        written = now - timedelta(days=520 - number // 2)
        version = _write(session, cast, offer, needs[offer.need_area], items, outcomes, written)
        if _finish(session, cast, offer, version, written):
            published += 1
            _confirm(session, cast, offer, version, published, now)
            if published in REVISED:
                _revise(session, cast, offer, version, now, submit=published == REVISED[0])
    # As the worker would have done: what was forgotten is hidden by now, what lapsed lately is not.
    for days_ago in (45, 5):
        services.follow_assurance(session, now=now - timedelta(days=days_ago), terms=AssuranceTerms())
    return published


def _confirm(
    session: Session, cast: Cast, offer: PlannedOffer, version: OfferVersion, number: int, now: datetime
) -> None:
    """Confirm most offers within the year; a few lately ask for it, a few are overdue, two were forgotten."""
    if number in (40, 90):
        return
    days_ago = {0: 350, 1: 380}.get(number % 31, number * 7 % 300)
    assert version.published_at is not None
    confirmed = max(now - timedelta(days=days_ago), version.published_at + timedelta(days=1))
    services.confirm_offer(session, actor=cast.actor(offer.supplier), now=confirmed, version=version)


def _revise(
    session: Session, cast: Cast, offer: PlannedOffer, version: OfferVersion, now: datetime, *, submit: bool
) -> None:
    """Begin a new version of a published offer, so that a reviewer and its supplier have changes to read."""
    actor = cast.actor(offer.supplier)
    newer = services.start_new_version(session, actor=actor, now=now - timedelta(days=4), offer=version.offer)
    services.save_title(
        session,
        actor=actor,
        version=newer,
        title=newer.title,
        summary=f"{newer.summary} On Saturdays there is a telephone line.",
    )
    services.save_facts(
        session,
        actor=actor,
        version=newer,
        section=Section.PRE_RELEASE,
        facts={"pre_release_support": words.PRE_RELEASE.replace("within two days", "on the day")},
    )
    if submit:
        services.submit_offer(session, actor=actor, now=now - timedelta(days=3), version=newer)


def _places(
    session: Session,
) -> tuple[dict[str, Sequence[str]], dict[str, Sequence[str]], dict[str, str]]:
    """Return areas by region letter, delivery units by area, and names of regions by letter."""
    places = session.scalars(sa.select(Place).where(Place.valid_to.is_(None)).order_by(Place.id)).all()
    by_id = {place.id: place for place in places}
    areas: dict[str, list[str]] = {}
    units: dict[str, list[str]] = {}
    for place in places:
        above = by_id.get(place.parent_id) if place.parent_id else None
        if above is None:
            continue
        if place.kind is PlaceKind.POLICE_FORCE_AREA:
            areas.setdefault(above.local_id, []).append(place.code)
        if place.kind is PlaceKind.DELIVERY_UNIT:
            units.setdefault(above.code, []).append(place.code)
    names = {place.local_id: place.name for place in places if place.kind is PlaceKind.REGION}
    return dict(areas), dict(units), names


def _write(
    session: Session,
    cast: Cast,
    offer: PlannedOffer,
    need: NeedArea,
    items: dict[tuple[str, Complexity], list[SpecificationItem]],
    outcomes: dict[str, list[str]],
    now: datetime,
) -> OfferVersion:
    actor = cast.actor(offer.supplier)
    version = services.start_offer(session, actor=actor, now=now, need_area=need)
    content = design.content_of(
        offer,
        items={one: [item.code for item in items[need.code, one]] for one in Complexity},
        outcomes=outcomes[need.code],
        sentence_types=frozenset(row.code for row in version.sentence_types),
        on=now.date(),
    )
    services.write_content(session, actor=actor, version=version, content=content)
    write_prices(session, actor, offer, version, now=now)
    return version


def _finish(session: Session, cast: Cast, offer: PlannedOffer, version: OfferVersion, now: datetime) -> bool:
    if offer.ends_as == "draft":
        return False
    services.submit_offer(
        session, actor=cast.actor(offer.supplier), now=now + timedelta(days=2), version=version
    )
    if offer.ends_as == "returned":
        services.return_offer(
            session,
            actor=cast.actor("manager"),
            now=now + timedelta(days=5),
            version=version,
            reasons="Please say how the service differs at medium complexity; it reads like the one at low.",
        )
    if offer.ends_as != "published":
        return False
    services.publish_offer(session, actor=cast.actor("manager"), now=now + timedelta(days=6), version=version)
    return True
