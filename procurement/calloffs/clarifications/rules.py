"""When a question may be asked, what may be published, and whom a text gives away."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.reasons import Reason
from core.states import prove_whole
from procurement.calloffs.clarifications.types import AskingFacts, ClarificationEvent, ClarificationState
from procurement.calloffs.drafting.rules import state_at
from procurement.calloffs.drafting.types import CallOffState

MOST_CHARACTERS = 5_000
EQUAL = "PCR 2015 reg 18; PA 2023 s.12: everyone is treated alike"

CLARIFICATION_STEPS: Mapping[tuple[ClarificationState, ClarificationEvent], ClarificationState] = {
    (ClarificationState.ASKED, ClarificationEvent.ANSWER): ClarificationState.ANSWERED,
    (ClarificationState.ASKED, ClarificationEvent.WAIVE): ClarificationState.WAIVED,
    (ClarificationState.ASKED, ClarificationEvent.WITHDRAW): ClarificationState.WITHDRAWN,
}
prove_whole(
    CLARIFICATION_STEPS,
    start=ClarificationState.ASKED,
    states=ClarificationState,
    events=ClarificationEvent,
)


def last_moment(facts: AskingFacts) -> datetime:
    """Until when questions are taken (UTC, exclusive): as published, never after the bids close."""
    return min(facts.questions_close_at or facts.deadline, facts.deadline)


def reasons_not_to_ask(facts: AskingFacts, now: datetime, question: str) -> list[Reason]:
    """Why a question is not taken at `now` (aware UTC)."""
    reasons = []
    if not facts.may_bid:
        reasons.append(Reason("not_invited"))
    state = state_at(facts.state, facts.deadline, now)
    if state is not CallOffState.PUBLISHED or now >= last_moment(facts):
        reasons.append(Reason("questions_closed", {"closed": last_moment(facts), "state": str(state)}))
    if not question.strip():
        reasons.append(Reason("question_missing"))
    elif len(question) > MOST_CHARACTERS:
        reasons.append(Reason("text_too_long", {"most": MOST_CHARACTERS, "characters": len(question)}))
    return reasons


def reasons_not_to_publish(wording: str, answer: str, suppliers: Iterable[str]) -> list[Reason]:
    """Why a question and its answer are not ready for everyone: something is missing, or names a supplier.

    `suppliers` are the names of all that were considered; a text that holds one could tell who asked.
    """
    reasons = []
    if not wording.strip():
        reasons.append(Reason("wording_missing"))
    if not answer.strip():
        reasons.append(Reason("answer_missing"))
    for text in (wording, answer):
        if len(text) > MOST_CHARACTERS:
            reasons.append(Reason("text_too_long", {"most": MOST_CHARACTERS, "characters": len(text)}))
    reasons += [
        Reason("names_a_supplier", {"supplier": name}, EQUAL)
        for name in named_in(f"{wording}\n{answer}", suppliers)
    ]
    return reasons


def named_in(text: str, suppliers: Iterable[str]) -> list[str]:
    """The suppliers whose names stand in a text, however they are spaced or written in capitals."""
    squeezed = f" {_squeezed(text)} "
    return sorted({name for name in suppliers if f" {_squeezed(name)} " in squeezed and name.strip()})


def _squeezed(text: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in text.casefold()).split())
