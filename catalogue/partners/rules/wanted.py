"""What a listing of an organisation that looks for partners must say."""

from collections.abc import Collection, Iterator
from datetime import date, timedelta

from core.reasons import Reason

LONGEST_LISTED = timedelta(days=366)


def reasons_against_listing(
    *,
    seeks: str,
    brings: str,
    need_areas: Collection[str],
    places: Collection[str],
    until: date | None,
    today: date,
) -> list[Reason]:
    """Why a listing cannot be shown; ``until`` is its last day, a year ahead at most."""
    return list(_reasons(seeks, brings, need_areas, places, until, today))


def _reasons(
    seeks: str,
    brings: str,
    need_areas: Collection[str],
    places: Collection[str],
    until: date | None,
    today: date,
) -> Iterator[Reason]:
    if not seeks:
        yield Reason("listing_seeks_nothing")
    if not brings:
        yield Reason("listing_brings_nothing")
    if not need_areas:
        yield Reason("listing_without_need_area")
    if not places:
        yield Reason("listing_without_place")
    if until is None:
        yield Reason("listing_without_end")
    elif not today <= until <= today + LONGEST_LISTED:
        yield Reason("listing_ends_out_of_bounds", {"last": today + LONGEST_LISTED})
