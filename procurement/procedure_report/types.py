"""A report on a procedure as plain values, which its page and its PDF show alike."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True)
class ChainState:
    """Whether the call-off's part of the audit is whole: how many events, the last one's hash, a problem."""

    events: int
    head: str
    problem: str = ""


@dataclass(frozen=True)
class Entry:
    """One event of the record: when, what (a tag), who, and the facts that go with it."""

    at: datetime
    tag: str
    person: str
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Invitations:
    """Who was invited to a lot, and how many were not, by the code and source of the first reason."""

    lot: int
    title: str
    invited: int
    considered: int
    reasons: Sequence[tuple[str, str, int]] = ()


@dataclass(frozen=True)
class Report:
    """Everything that the record says of one procedure; each list holds plain values, the earliest first."""

    identifier: str
    title: str
    need: str
    authority: str
    framework: str
    regime: str
    state: str
    published_at: datetime | None
    deadline: datetime | None
    lots_considered: str
    opened: bool
    people: Sequence[Mapping[str, Any]] = ()
    invitations: Sequence[Invitations] = ()
    questions: Sequence[Mapping[str, Any]] = ()
    amendments: Sequence[Mapping[str, Any]] = ()
    told: Sequence[Mapping[str, Any]] = ()
    receipts: Sequence[Mapping[str, Any]] = ()
    releases: Sequence[Mapping[str, Any]] = ()
    consensus: Sequence[Mapping[str, Any]] = ()
    removed: Sequence[Mapping[str, Any]] = ()
    awards: Sequence[Mapping[str, Any]] = ()
    failed: Sequence[Mapping[str, Any]] = ()
    checks: Sequence[Mapping[str, Any]] = ()
    challenges: Sequence[Mapping[str, Any]] = ()
    letters: Sequence[Mapping[str, Any]] = ()
    award_notice_at: datetime | None = None
    standstill: bool = False
    standstill_ends_on: date | None = None
    contracts: Sequence[Mapping[str, Any]] = ()
    notices: Sequence[Mapping[str, Any]] = ()
    prompts: Sequence[Mapping[str, Any]] = ()
    timeline: Sequence[Entry] = ()
    chain: ChainState = ChainState(0, "")
