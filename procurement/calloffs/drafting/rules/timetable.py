"""The one generator of a call-off's timed events: page, reminders, calendar file and tests all read it."""

from collections.abc import Generator, Iterator
from datetime import date, datetime, timedelta

from core.calendar import BeyondCalendar, add_working_days, end_of_day, london_date
from procurement.calloffs.drafting.types import Milestone, Role, TimedEvent, TimetableFacts
from procurement.framework.types import WORKING_DAYS, Regime

STANDSTILL_WORKING_DAYS = 8
DPS_STANDSTILL_DAYS = 10
DPS_AWARD_NOTICE_DAYS = 30
LIGHT_TOUCH_DETAILS_NOTICE_DAYS = 120
ANSWERS_WORKING_DAYS = 3


def standstill_last_day(regime: Regime, started_on: date, days: int | None = None) -> date:
    """The last day of a chosen standstill that began on `started_on`.

    `days` is the length that the framework has published, where that is longer than the regime's own.

    Dynamic market: eight working days, the first being the day of the award notice (PA 2023 s.51(3)).
    DPS: ten days after the letters went out electronically (PCR 2015 reg 87), at least to a working day.
    """
    if regime is Regime.DYNAMIC_MARKET:
        length = max(days or 0, STANDSTILL_WORKING_DAYS)
        return add_working_days(started_on, length, WORKING_DAYS[regime])
    length = max(days or 0, DPS_STANDSTILL_DAYS)
    return add_working_days(started_on + timedelta(days=length - 1), 1, WORKING_DAYS[regime])


def first_signing_moment(regime: Regime, started_on: date, days: int | None = None) -> datetime:
    """The first moment (UTC) at which a contract may be made after a standstill: its last day is over."""
    return end_of_day(standstill_last_day(regime, started_on, days))


def timetable(facts: TimetableFacts) -> Iterator[TimedEvent]:
    """The timed events of a call-off in the order in which its regime wants them.

    What has happened stands as it happened; each later day is computed from the one before it. A day that
    the bank holiday data does not reach is None, and so are those that hang on it.
    """
    plan = _Plan(facts)
    yield plan.fixed(Milestone.INVITATION, Role.COMMISSIONER, facts.invited_at, _invitation(facts.regime))
    if facts.questions_close_at is not None:
        yield plan.fixed(Milestone.QUESTIONS_CLOSE, Role.SUPPLIERS, facts.questions_close_at, "as published")
        closes_on = london_date(facts.questions_close_at)
        yield plan.later(Milestone.ANSWERS_DUE, Role.COMMISSIONER, closes_on, ANSWERS_WORKING_DAYS)
    yield plan.fixed(Milestone.BIDS_CLOSE, Role.SUPPLIERS, facts.deadline, _tender_period(facts.regime))

    opened = plan.later(Milestone.QUALITY_OPENS, Role.OFFICERS, london_date(facts.deadline), 1)
    yield opened
    scored = plan.later(Milestone.SCORES_DUE, Role.EVALUATORS, opened.on, facts.scoring_days)
    yield scored
    agreed = plan.later(Milestone.CONSENSUS_DUE, Role.EVALUATORS, scored.on, facts.consensus_days)
    yield agreed
    priced = plan.later(Milestone.PRICE_OPENS, Role.OFFICERS, agreed.on, 1)
    yield priced
    recommended = plan.later(
        Milestone.RECOMMENDATION_DUE, Role.COMMISSIONER, priced.on, facts.recommendation_days
    )
    yield recommended
    decided = plan.later(Milestone.AWARD_DECISION_DUE, Role.APPROVER, recommended.on, facts.approval_days)
    yield decided
    told = plan.later(Milestone.SUMMARIES_DUE, Role.COMMISSIONER, decided.on, facts.letters_days)
    yield told
    yield from plan.end(told.on)
    if facts.starts_on is not None:
        yield TimedEvent(Milestone.SERVICE_STARTS, Role.SUPPLIERS, facts.starts_on, None, "as published")


class _Plan:
    """Fills in each milestone from what happened, or computes it from the day before."""

    def __init__(self, facts: TimetableFacts):
        self.facts = facts
        self.working_days = WORKING_DAYS[facts.regime]

    def fixed(self, milestone: Milestone, who: Role, at: datetime, source: str) -> TimedEvent:
        done = milestone in self.facts.happened
        return TimedEvent(milestone, who, london_date(at), at, source, done)

    def on(self, milestone: Milestone, who: Role, day: date | None, source: str) -> TimedEvent:
        happened = self.facts.happened.get(milestone)
        if happened is not None:
            return TimedEvent(milestone, who, london_date(happened), happened, source, done=True)
        return TimedEvent(milestone, who, day, None, source)

    def later(self, milestone: Milestone, who: Role, after: date | None, days: int) -> TimedEvent:
        return self.on(milestone, who, self._working_day_after(after, days), "house rule: working days")

    def end(self, told_on: date | None) -> Iterator[TimedEvent]:
        if self.facts.regime is Regime.DYNAMIC_MARKET:
            notice = self.on(
                Milestone.AWARD_NOTICE_DUE,
                Role.COMMISSIONER,
                self._working_day_after(told_on, 1),
                "PA 2023 s.50: after the assessment summaries",
            )
            yield notice
            contract = yield from self._signing(notice.on)
            days, source = LIGHT_TOUCH_DETAILS_NOTICE_DAYS, "PA 2023 s.53: light touch"
        else:
            contract = yield from self._signing(told_on)
            days, source = DPS_AWARD_NOTICE_DAYS, "PCR 2015 reg 50, 75"
        signed = self.facts.happened.get(Milestone.CONTRACT_FROM)
        base = london_date(signed) if signed else contract
        due = base + timedelta(days=days) if base else None
        milestone = (
            Milestone.CONTRACT_NOTICE_DUE
            if self.facts.regime is Regime.DYNAMIC_MARKET
            else Milestone.AWARD_NOTICE_DUE
        )
        yield self.on(milestone, Role.COMMISSIONER, due, source)

    def _signing(self, started_on: date | None) -> Generator[TimedEvent, None, date | None]:
        """Yield the standstill's end where chosen, then the signing; return the first day for it."""
        regime = self.facts.regime
        source = "PA 2023 s.51" if regime is Regime.DYNAMIC_MARKET else "PCR 2015 reg 86, 87"
        first = self._working_day_after(started_on, 1)
        if self.facts.standstill:
            days = self.facts.standstill_days
            last = standstill_or_none(regime, started_on, days) if started_on else None
            at = end_of_day(last) if last else None
            yield TimedEvent(Milestone.STANDSTILL_ENDS, Role.COMMISSIONER, last, at, source)
            first = self._working_day_after(last, 1)
        signing = self.on(Milestone.CONTRACT_FROM, Role.COMMISSIONER, first, source)
        yield signing
        return signing.on

    def _working_day_after(self, day: date | None, days: int) -> date | None:
        """The working day `days` working days after `day`, which itself is not counted."""
        if day is None:
            return None
        if self.working_days is WORKING_DAYS[Regime.DYNAMIC_MARKET]:
            day += timedelta(days=1)
        return _or_none(add_working_days, day, days, self.working_days)


def standstill_or_none(regime: Regime, started_on: date, days: int | None) -> date | None:
    """The last day of a standstill; None where the bank holidays are not known that far ahead."""
    try:
        return standstill_last_day(regime, started_on, days)
    except BeyondCalendar:
        return None


def _or_none(compute, *values):
    if any(value is None for value in values):
        return None
    try:
        return compute(*values)
    except BeyondCalendar:
        return None


def _invitation(regime: Regime) -> str:
    return "PCR 2015 reg 34(21)" if regime is Regime.DPS else "PA 2023 s.21, 34"


def _tender_period(regime: Regime) -> str:
    return "PCR 2015 reg 34(11)" if regime is Regime.DPS else "PA 2023 s.54"
