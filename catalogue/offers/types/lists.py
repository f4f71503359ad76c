"""What people ask of the lists that they work through."""

from dataclasses import dataclass
from enum import StrEnum

from catalogue.offers.types.words import OfferState


class OwnSort(StrEnum):
    URGENT = "urgent"
    TITLE = "title"
    NEWEST = "newest"


class ReviewSort(StrEnum):
    WAIT = "wait"
    TITLE = "title"
    SUPPLIER = "supplier"


class ReviewKind(StrEnum):
    FIRST = "first"
    NEW_VERSION = "new-version"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class OwnFilter:
    """Which of its own offers a supplier asks for, by their newest versions; nothing asks for all."""

    words: str = ""
    need: str = ""
    state: OfferState | None = None
    sort: OwnSort = OwnSort.URGENT


@dataclass(frozen=True, slots=True)
class ReviewFilter:
    """Which of the versions that wait a framework manager asks for; nothing asks for all."""

    words: str = ""
    need: str = ""
    kind: ReviewKind | None = None
    sort: ReviewSort = ReviewSort.WAIT
