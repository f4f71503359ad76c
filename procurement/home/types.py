"""What a start page lists: sections of items, each with its state, the next step, and when."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class SectionCode(StrEnum):
    """The sections, in the order in which a page shows them; their words are in the template."""

    DUTIES = "duties"
    INVITATIONS = "invitations"
    RETURNED_OFFERS = "returned_offers"
    UNCONFIRMED_OFFERS = "unconfirmed_offers"
    PARTS = "parts"
    SECTIONS = "sections"
    APPLICATIONS = "applications"
    EVIDENCE = "evidence"
    REVIEWS = "reviews"
    ASSESSMENTS = "assessments"
    CALL_OFFS = "call_offs"
    GAPS = "gaps"
    CONTRACTS = "contracts"


@dataclass(frozen=True, slots=True)
class Item:
    """One line: what it is about, where it leads, how it stands, what comes next and when.

    ``state`` and ``step`` are codes whose words are in the template; ``waits`` says that the step is this
    person's. ``when`` is the moment or day of ``event``, one of the template's words for dates.
    """

    title: str
    endpoint: str
    values: Mapping[str, object]
    state: str
    step: str = ""
    waits: bool = False
    event: str = ""
    when: datetime | date | None = None
    about: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Section:
    """Some of what there is of one kind, how many in all, and the page that lists them all."""

    code: SectionCode
    items: Sequence[Item]
    total: int
    more: str = ""
