"""The words of Open Contracting: what happened, and the plain facts that releases are made from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from procurement.calloffs.drafting.types import Amendable, Change
from procurement.framework.types import Regime
from procurement.notices.types import NoticeKind


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of the audit; `subject` is the key of what it was done to, 0 where that has none."""

    event_id: int
    at: datetime
    tag: str
    subject: int = 0
    details: Mapping[str, Any] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """An organisation by its public identifier and its numbers in the two registers, where it has them."""

    key: str
    name: str
    company_number: str = ""
    charity_number: str = ""
    small: bool = False
    """Fewer than 250 people."""
    voluntary: bool = False


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """A notice that the central platform published; `contract` is the public identifier it is about."""

    key: str
    kind: NoticeKind
    reference: str
    contract: str = ""
    supplier: str = ""


@dataclass(frozen=True, slots=True)
class CategoryFacts:
    """A category of a framework: its regions by name and code; values are pounds over a lot's term."""

    code: str
    name: str
    cpv: str
    regions: tuple[tuple[str, str], ...]
    value_from: Decimal
    value_below: Decimal | None


@dataclass(frozen=True, slots=True)
class FrameworkFacts:
    """A framework as anyone may know it; `addresses` has its page and its record."""

    ocid: str
    key: str
    title: str
    summary: str
    regime: Regime
    authority: PartyFacts
    reference: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    published_at: datetime | None = None
    cessation_reason: str = ""
    categories: tuple[CategoryFacts, ...] = ()
    suppliers: Mapping[str, PartyFacts] = field(default_factory=dict, hash=False)
    notices: Mapping[int, NoticeFacts] = field(default_factory=dict, hash=False)
    page: str = ""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """What of a lot is never amended; `services` maps (need area, complexity) to its name and CPV code."""

    number: int
    title: str
    term_months: int | None
    places: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """Cohorts and stages by name."""
    services: Mapping[tuple[str, str], tuple[str, str]] = field(default_factory=dict, hash=False)
    extensions: int = 0
    extension_months: int | None = None
    reserved: str = ""
    """For whom alone it is, by the code of the standard."""


@dataclass(frozen=True, slots=True)
class CriterionFacts:
    """A criterion as published: percent of the whole; `threshold` is the least score on the scale."""

    name: str
    price: bool
    weight: Decimal
    threshold: Decimal | None = None


@dataclass(frozen=True, slots=True)
class EnquiryFacts:
    """A question as everyone read it, and the answer; never who asked, nor when."""

    key: str
    question: str
    answer: str
    lot: int | None = None


@dataclass(frozen=True, slots=True)
class BidFacts:
    """A bid that was opened: who made it and when it was received. Never what it says or costs."""

    key: str
    lot: int
    supplier: str
    received_at: datetime
    valid: bool


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """An approved award; `bid` is empty for a direct award, `value` pounds over the term."""

    key: str
    lot: int
    supplier: str
    bid: str = ""
    value: Decimal | None = None
    share: Decimal | None = None
    rank: int = 1
    justification: str = ""


@dataclass(frozen=True, slots=True)
class ContractFacts:
    """A contract; `value` is pounds over its term."""

    key: str
    title: str
    lot: int
    supplier: str
    starts_on: date
    ends_on: date | None
    value: Decimal | None
    in_force_at: datetime | None = None
    details_due_on: date | None = None


@dataclass(frozen=True, slots=True)
class CallOffFacts:
    """A call-off as anyone may come to know it; `terms` as they stand now, amendments by their number."""

    ocid: str
    key: str
    title: str
    regime: Regime
    framework_ocid: str
    framework_title: str
    framework_address: str
    authority: PartyFacts
    partners: tuple[PartyFacts, ...]
    terms: Amendable
    published_at: datetime | None
    lots: tuple[LotFacts, ...] = ()
    criteria: tuple[CriterionFacts, ...] = ()
    quality_only: bool = False
    light_touch: bool = True
    ended_reason: str = ""
    amendments: Mapping[int, tuple[datetime, tuple[Change, ...], str]] = field(
        default_factory=dict, hash=False
    )
    """(when, what was changed, why) by number."""
    extensions: Mapping[datetime, tuple[datetime, str]] = field(default_factory=dict, hash=False)
    """(deadline before, why) by the moment at which the deadline was moved."""
    enquiries: Mapping[int, EnquiryFacts] = field(default_factory=dict, hash=False)
    bids: tuple[BidFacts, ...] = ()
    awards: Mapping[int, AwardFacts] = field(default_factory=dict, hash=False)
    direct_awards: Mapping[int, AwardFacts] = field(default_factory=dict, hash=False)
    contracts: Mapping[int, ContractFacts] = field(default_factory=dict, hash=False)
    notices: Mapping[int, NoticeFacts] = field(default_factory=dict, hash=False)
    suppliers: Mapping[str, PartyFacts] = field(default_factory=dict, hash=False)
    prior: tuple[str, str] | None = None
    """(ocid, title) of the call-off of which a failed lot is let again."""
    page: str = ""


@dataclass(frozen=True, slots=True)
class Publisher:
    """Who publishes, from the settings: the service's name and its public address."""

    name: str
    address: str
    prefix: str
