"""The form on which a level of the specification is written, and the words of what is refused."""

from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import HiddenField

from catalogue.reference.types import DraftItem, Phase
from core.reasons import Reason
from core.web.forms import Form, WordsField

ITEM_WORDS, GUIDE_WORDS = 60, 120
SPARE_ROWS, MOST_ROWS = 3, 40
PHASE_WORDS = {
    Phase.ASSESS_AND_PLAN: "Assess and plan",
    Phase.IMPLEMENT: "Implement",
    Phase.REVIEW_AND_EVALUATE: "Review and evaluate",
}
_REASONS = {
    "level_is_the_sources": "The source says what this level asks for, so nobody writes it here",
    "changed_meanwhile": "A colleague has saved or published this level since you opened the page",
    "phase_without_items": "Write at least one item for the phase {phase}",
    "too_many_items": "A level has {most} items at most",
    "nothing_new": "The draft says what is published already. Change something before you publish it",
}


class LevelForm(Form):
    """Who a level is for, and its items phase by phase; subclassed with as many rows as it needs."""

    seen = HiddenField()
    guide = WordsField(
        "Who this level is for",
        word_limit=GUIDE_WORDS,
        rows=3,
        description="What the person’s situation is like, in plain words.",
    )

    def rows(self, phase: Phase) -> list[tuple[Any, Any]]:
        """The fields of each row of a phase: its text, and the code that it keeps."""
        numbers = range(1, MOST_ROWS + 1)
        return [
            (self[f"{phase}-{number}-text"], self[f"{phase}-{number}-code"])
            for number in numbers
            if f"{phase}-{number}-text" in self
        ]

    def items(self) -> list[DraftItem]:
        """What was typed, in the order of the page."""
        return [
            DraftItem(phase, text.data or "", code.data or "")
            for phase in Phase
            for text, code in self.rows(phase)
        ]


def level_form(counts: Mapping[Phase, int]) -> type[LevelForm]:
    """The form's class with so many rows for each phase."""
    fields: dict[str, Any] = {}
    for phase, count in counts.items():
        for number in range(1, min(count, MOST_ROWS) + 1):
            label = f"{PHASE_WORDS[phase]}, item {number}"
            fields[f"{phase}-{number}-text"] = WordsField(label, word_limit=ITEM_WORDS, rows=2)
            fields[f"{phase}-{number}-code"] = HiddenField()
    return type("LevelRowsForm", (LevelForm,), fields)


def filled(items: Sequence[DraftItem]) -> dict[str, str]:
    """What the fields of rows hold for these items."""
    data: dict[str, str] = {}
    numbers = dict.fromkeys(Phase, 0)
    for item in items:
        numbers[item.phase] += 1
        data[f"{item.phase}-{numbers[item.phase]}-text"] = item.text
        data[f"{item.phase}-{numbers[item.phase]}-code"] = item.code
    return data


def reason_words(reason: Reason) -> str:
    """Why a level cannot be saved or published."""
    params = dict(reason.params)
    if "phase" in params:
        params["phase"] = PHASE_WORDS[Phase(params["phase"])].lower()
    return _REASONS[reason.code].format(**params)
