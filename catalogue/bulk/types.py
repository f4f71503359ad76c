"""The words and values of bulk work on offers: states of an upload, sheets, what happens to each offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalogue.offers.types import LevelContent, OfferContent, OfferState, SubLimit
from catalogue.reference.types import Complexity
from core.audit.types import AuditTag


class UploadState(StrEnum):
    RECEIVED = "received"
    CHECKED = "checked"
    """Read without a problem: what it would do is shown, and nothing is done before it is confirmed."""
    CONFIRMED = "confirmed"
    APPLIED = "applied"
    REFUSED = "refused"
    FAILED = "failed"


class UploadEvent(StrEnum):
    PASS = "pass"
    REFUSE = "refuse"
    CONFIRM = "confirm"
    APPLY = "apply"
    FAIL = "fail"


class Outcome(StrEnum):
    """What an upload does with one of its offers; it never deletes one."""

    CREATED = "created"
    CHANGED = "changed"
    """The draft, or the version that was returned, is changed; of a pool of places, its figures."""
    NEW_VERSION = "new_version"
    """The offer stands: a new version is begun, and what is published stays."""
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


class Sheet(StrEnum):
    """The sheets that are read, by their names in the workbook."""

    OFFERS = "Offers"
    LEVELS = "Levels"
    ITEMS = "Items"
    METHODS = "Methods"
    OUTPUTS = "Outputs"
    MEASURES = "Measures"
    BANDS = "Volume prices"
    PEOPLE = "People"
    EVIDENCE = "Evidence"
    POOLS = "Pools"
    LIMITS = "Pool limits"


class BulkTag(AuditTag):
    UPLOADED = "offers:uploaded"
    APPLIED = "offers:applied"


@dataclass(frozen=True, slots=True)
class WorkbookLevel(LevelContent):
    """A level with what a place costs its supplier, in pounds and in percent; no page of others shows it."""

    cost_staff: Decimal | None = None
    cost_premises: Decimal | None = None
    cost_materials: Decimal | None = None
    cost_travel: Decimal | None = None
    cost_partners: Decimal | None = None
    cost_other: Decimal | None = None
    overhead_percent: Decimal | None = None
    overhead_pounds: Decimal | None = None
    surplus_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class WorkbookContent(OfferContent):
    """What an offer says with the partners that it names: links of its supplier's chain by identifier."""

    partners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong in a cell or row: its row as a spreadsheet numbers it (0: the whole sheet), the column's
    heading, the value as it stands in the file, a code for the words, and what the words need."""

    sheet: str
    row: int
    column: str
    value: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class HeldOffer:
    """An offer as the catalogue holds it: the version that a file would change or follow.

    ``number`` is the highest of its versions, ``row_version`` that of the one held; ``content`` is None where
    every version was withdrawn.
    """

    offer_id: int
    public_id: str
    need_area: str
    state: OfferState
    version_id: int
    number: int
    row_version: int
    content: WorkbookContent | None
    reference: str = ""
    """The supplier's own name for the offer, where a file gave it one."""
    reference_fingerprint: str = ""
    """What a file without fingerprints made of it last."""


@dataclass(frozen=True, slots=True)
class HeldPool:
    """A shared pool of places as it stands on the day of the file; ``places`` and limits are a year's."""

    public_id: str
    name: str
    made_of: str
    row_version: int
    cited: bool
    """Whether a submitted offer draws on it: then it changes from a day on, and not in the past."""
    effective_from: dt.date
    pool_places: int
    limits: tuple[SubLimit, ...] = ()


LimitKey = tuple[str | None, Complexity | None]
"""A region (by code) and a complexity; one of the two may be missing."""


@dataclass(frozen=True, slots=True)
class PlannedPool:
    """What a file does with one pool of places; ``row`` is that of its own sheet."""

    row: int
    held: HeldPool
    outcome: Outcome
    name: str
    made_of: str
    pool_places: int
    limits: tuple[SubLimit, ...]
    effective_from: dt.date
    changes: tuple[tuple[str, str], ...] = ()

    @property
    def acts(self) -> bool:
        return self.outcome is Outcome.CHANGED
