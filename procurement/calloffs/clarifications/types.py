"""The words of clarifications: states, events, and the facts their rules are given."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from core.audit.types import AuditTag
from procurement.calloffs.drafting.types import CallOffState


class ClarificationState(StrEnum):
    ASKED = "asked"
    ANSWERED = "answered"
    """Published with its answer to everyone invited."""
    WAIVED = "waived"
    """The authority has recorded why it gives no answer."""
    WITHDRAWN = "withdrawn"


class ClarificationEvent(StrEnum):
    ANSWER = "answer"
    WAIVE = "waive"
    WITHDRAW = "withdraw"


@dataclass(frozen=True, slots=True)
class AskingFacts:
    """A call-off at the moment somebody wants to ask."""

    state: CallOffState
    deadline: datetime
    may_bid: bool
    """The asker is invited, or may bid while its application is pending."""
    questions_close_at: datetime | None = None
    """The last moment for questions, as published; None for the deadline of the bids."""


class ClarificationTag(AuditTag):
    ASKED = "clarification:asked"
    ANSWERED = "clarification:answered"
    WAIVED = "clarification:waived"
    WITHDRAWN = "clarification:withdrawn"
