"""Plain values that the gap analysis reads and answers with: provision, demand, blocks, cover, layers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from core.audit.types import AuditTag
from core.reasons import Reason, Refused

MICRO = 1_000_000
"""Micro-people in one person: capacities and demand are integers in this unit."""

Number = int | float


class CoverRefused(Refused):
    """The inputs cannot be analysed; `reasons` says each cause."""

    def __init__(self, reasons: Iterable[Reason]):
        super().__init__(*reasons)


class CertificateBroken(AssertionError):
    """The answer failed its own proof; it must not be stored or shown."""


@dataclass(frozen=True, slots=True)
class SubLimit:
    """At most `capacity` people a year among `cells`, inside one provision."""

    capacity: Number
    cells: tuple[str, ...]
    name: str = ""
    """What the explanation calls it; limits without a name are numbered, widest first."""


@dataclass(frozen=True, slots=True)
class Provision:
    """Something that can serve `capacity` people a year among `cells`; sub-limits nest and never cross."""

    id: str
    capacity: Number
    cells: tuple[str, ...]
    sub_limits: tuple[SubLimit, ...] = ()


@dataclass(frozen=True, slots=True)
class CellDemand:
    """`people` a year who need the service that `cell` names."""

    cell: str
    people: Number


@dataclass(frozen=True, slots=True)
class Binding:
    """A capacity that is used in full: a whole provision (`limit` is None) or its sub-limit of that name."""

    provision: str
    limit: str | None
    capacity: Fraction
    """People a year."""


@dataclass(frozen=True, slots=True)
class Block:
    """Cells that compete for the same capacities and are all served at one rate."""

    rate: Fraction
    cells: tuple[str, ...]
    binding: tuple[Binding, ...]
    provision: tuple[str, ...]
    """Every provision that serves the block, binding or not."""
    demand: Fraction
    served: Fraction


@dataclass(frozen=True, slots=True)
class Cover:
    """The fair maximum cover: unique rates by cell, people served, and the blocks that explain them."""

    cells: tuple[str, ...]
    demand: tuple[Fraction, ...]
    rates: tuple[Fraction | None, ...]
    """Share of each cell's demand that is served; None where nobody needs the service."""
    people: tuple[int, ...]
    """Whole people served by cell, rounded by largest remainder inside each block."""
    people_served: Fraction
    blocks: tuple[Block, ...]
    solves: int
    """How many maximum-flow calls the answer took."""
    arcs_checked: int
    """How many arcs the certificate examined."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One step of the layered cover: the provision that was added and the increase it brought."""

    name: str
    people: tuple[int, ...]
    """Whole people by cell whom this layer serves beyond the layers before it; never negative."""
    people_served: Fraction
    """Increase of the total, exact."""
    cover: Cover
    """The fair cover of this layer and all before it."""


@dataclass(frozen=True, slots=True)
class LayeredCover:
    """Cover by layer; in every cell the layers and the unmet people add up to the demand."""

    cells: tuple[str, ...]
    demand: tuple[int, ...]
    layers: tuple[Layer, ...]
    unmet: tuple[int, ...]


class GapPermission(StrEnum):
    READ = "gap:read"
    ANALYSE = "gap:analyse"
    RECORD = "gap:record"


class StudyKind(StrEnum):
    """A further question to an analysis."""

    BUYING = "buying"
    """What to buy first, and what fairness costs."""
    WHAT_IF = "what_if"
    """The answer with other provision or demand, beside the answer as it is."""
    REPORT = "report"
    """A region or the nation in words, charts and tables, to be kept or published."""


class ActionKind(StrEnum):
    """What is done about a gap."""

    CALL_OFF = "call_off"
    MARKET_NOTICE = "market_notice"
    INNOVATION_FUND = "innovation_fund"
    PARTNER_AGENCY = "partner_agency"
    ACCEPT = "accept"
    """Nothing, for a reason that is written down."""


class Standing(StrEnum):
    """What is known of a provision beyond somebody's word."""

    DECLARED = "declared"
    DEMONSTRATED = "demonstrated"


class Quality(StrEnum):
    """A judgement of quality, with its source and date beside it."""

    NOT_JUDGED = "not_judged"
    WEAK = "weak"
    ADEQUATE = "adequate"
    GOOD = "good"


class Funding(StrEnum):
    """Who pays for what a partner agency provides."""

    PROBATION = "probation"
    PRISON = "prison"
    HEALTH = "health"
    LOCAL_AUTHORITY = "local_authority"
    POLICE_COMMISSIONER = "police_commissioner"
    EMPLOYMENT = "employment"
    CHARITABLE = "charitable"
    OTHER = "other"
    NOT_KNOWN = "not_known"


class GapTag(AuditTag):
    DEMAND_UPLOADED = "demand:uploaded"
    DEMAND_MODELLED = "demand:modelled"
    ANALYSIS_REQUESTED = "analysis:requested"
    ANALYSIS_FINISHED = "analysis:finished"
    ACTION_RECORDED = "action:recorded"
    ACTION_ENDED = "action:ended"
    STUDY_REQUESTED = "study:requested"
    STUDY_FINISHED = "study:finished"
    REPORT_PUBLISHED = "report:published"
    REPORT_WITHDRAWN = "report:withdrawn"
    PROVISION_RECORDED = "provision:recorded"
    PROVISION_CHANGED = "provision:changed"
    MODEL_STARTED = "model:started"
    MODEL_FROZEN = "model:frozen"
    ENTITLEMENT_STATED = "entitlement:stated"
    ENTITLEMENT_ENDED = "entitlement:ended"
    LIST_UPLOADED = "list:uploaded"
