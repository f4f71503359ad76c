"""Grounds for exclusion: how far back each reaches in each regime, and whether an event still counts.

One list of codes for both regimes; a ground that a regime does not know has no entry there. The tables of
events in the questionnaire use these codes, and a test holds the two equal. *Other* grounds reach as far back
as the longest of their kind.
"""

from calendar import isleap
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from procurement.framework.types import AssessmentOutcome, ExclusionKind, Regime

MANDATORY, DISCRETIONARY = ExclusionKind.MANDATORY, ExclusionKind.DISCRETIONARY
DPS, DYNAMIC_MARKET = Regime.DPS, Regime.DYNAMIC_MARKET


@dataclass(frozen=True, slots=True)
class Reach:
    """How long an event of a ground counts, in years from its day, and whence the rule comes."""

    years: int
    source: str


@dataclass(frozen=True, slots=True)
class ExclusionGround:
    """A ground by its code: must it exclude or may it, and how far back it reaches where it is one."""

    code: str
    kind: ExclusionKind
    reach: Mapping[Regime, Reach]


@dataclass(frozen=True, slots=True)
class GroundEvent:
    """What a supplier says has happened: a ground, and the day of the conviction or of the event."""

    ground: str
    happened_on: date
    who: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an event counts on a day. `until` is the last day on which it does; None for no such ground."""

    event: GroundEvent
    kind: ExclusionKind
    counts: bool
    until: date | None
    source: str


DPS_CONVICTION = Reach(5, "PCR 2015 reg 57(11)")
DPS_EVENT = Reach(3, "PCR 2015 reg 57(12)")
ACT_MANDATORY = Reach(5, "PA 2023 Sch 6")
ACT_DISCRETIONARY = Reach(5, "PA 2023 Sch 7")
ACT_SHORT = Reach(3, "PA 2023 Sch 7")
"""Insolvency, competition, professional misconduct and breach of contract reach back three years only."""

_CONVICTION = {DPS: DPS_CONVICTION, DYNAMIC_MARKET: ACT_MANDATORY}
_EVENT = {DPS: DPS_EVENT, DYNAMIC_MARKET: ACT_DISCRETIONARY}
_SHORT_EVENT = {DPS: DPS_EVENT, DYNAMIC_MARKET: ACT_SHORT}

_GROUNDS = (
    ExclusionGround("organised-crime", MANDATORY, _CONVICTION),
    ExclusionGround("bribery", MANDATORY, _CONVICTION),
    ExclusionGround("fraud-theft", MANDATORY, _CONVICTION),
    ExclusionGround("money-laundering", MANDATORY, _CONVICTION),
    ExclusionGround("terrorism", MANDATORY, _CONVICTION),
    ExclusionGround("slavery-trafficking", MANDATORY, _CONVICTION),
    ExclusionGround("corporate-manslaughter", MANDATORY, {DYNAMIC_MARKET: ACT_MANDATORY}),
    ExclusionGround("tax", MANDATORY, _CONVICTION),
    ExclusionGround("cartel", MANDATORY, {DYNAMIC_MARKET: ACT_MANDATORY}),
    ExclusionGround("other-mandatory", MANDATORY, _CONVICTION),
    ExclusionGround("labour-law", DISCRETIONARY, _EVENT),
    ExclusionGround("environmental-law", DISCRETIONARY, _EVENT),
    ExclusionGround("insolvency", DISCRETIONARY, _SHORT_EVENT),
    ExclusionGround("professional-misconduct", DISCRETIONARY, _SHORT_EVENT),
    ExclusionGround("competition", DISCRETIONARY, _SHORT_EVENT),
    ExclusionGround("breach-of-contract", DISCRETIONARY, _SHORT_EVENT),
    ExclusionGround("improper-procurement", DISCRETIONARY, _EVENT),
    ExclusionGround("conflict-of-interest", DISCRETIONARY, {DPS: DPS_EVENT}),
    ExclusionGround("unpaid-tax", DISCRETIONARY, {DPS: DPS_EVENT}),
    ExclusionGround("national-security", DISCRETIONARY, {DYNAMIC_MARKET: ACT_DISCRETIONARY}),
    ExclusionGround("other-discretionary", DISCRETIONARY, _EVENT),
)
EVENT_TABLES: Mapping[ExclusionKind, str] = {
    MANDATORY: "mandatory-events",
    DISCRETIONARY: "discretionary-events",
}
"""The question whose table says what happened when, for each kind of ground."""
GROUNDS: Mapping[str, ExclusionGround] = {ground.code: ground for ground in _GROUNDS}


def counts_until(ground: str, happened_on: date, regime: Regime) -> date | None:
    """The last day on which an event of a ground counts; None where the regime has no such ground.

    A period of years from a day ends with the anniversary of that day (28 February for the 29th).
    """
    reach = GROUNDS[ground].reach.get(regime)
    return None if reach is None else _anniversary(happened_on, reach.years)


def standing_of(event: GroundEvent, regime: Regime, today: date) -> Standing:
    """Whether an event counts on `today` under a regime, until when, and the source of the rule."""
    ground = GROUNDS[event.ground]
    reach = ground.reach.get(regime)
    until = counts_until(event.ground, event.happened_on, regime)
    counts = until is not None and today <= until
    return Standing(event, ground.kind, counts, until, reach.source if reach else "no ground in this regime")


def standing_grounds(
    events: Iterable[GroundEvent], regime: Regime, today: date
) -> tuple[frozenset[str], frozenset[str]]:
    """The (mandatory, discretionary) grounds on which at least one event counts on `today`."""
    found = [standing for event in events if (standing := standing_of(event, regime, today)).counts]
    return (
        frozenset(one.event.ground for one in found if one.kind is MANDATORY),
        frozenset(one.event.ground for one in found if one.kind is DISCRETIONARY),
    )


def events_of(rows: Iterable[Mapping[str, str]]) -> list[GroundEvent]:
    """The events in the rows of a questionnaire's table; a row that cannot be read is left out."""
    found = []
    for row in rows:
        try:
            happened_on = date.fromisoformat(row.get("date", ""))
        except ValueError:
            continue
        if row.get("ground", "") in GROUNDS:
            found.append(GroundEvent(row["ground"], happened_on, row.get("who", ""), row.get("what", "")))
    return found


def ground_outcome(
    by_rule: AssessmentOutcome | None, events: Collection[GroundEvent], regime: Regime, today: date
) -> AssessmentOutcome | None:
    """What the rule finds in the answer that a ground applies, once it is known when things happened.

    Where every event named counts no longer, or is no ground in this regime, nothing stands any more. Without
    a readable event the answer alone decides.
    """
    if by_rule is not AssessmentOutcome.NOT_MET or not events:
        return by_rule
    stands = any(standing_of(event, regime, today).counts for event in events)
    return AssessmentOutcome.NOT_MET if stands else AssessmentOutcome.MET


def codes_of(kind: ExclusionKind) -> tuple[str, ...]:
    """The codes of the grounds of a kind, in the order in which people are asked."""
    return tuple(code for code, ground in GROUNDS.items() if ground.kind is kind)


def _anniversary(day: date, years: int) -> date:
    if (day.month, day.day) == (2, 29) and not isleap(day.year + years):
        return date(day.year + years, 2, 28)
    return day.replace(year=day.year + years)
