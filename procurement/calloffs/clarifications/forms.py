"""Asking, answering and waiving: shape and words."""

from collections.abc import Iterable
from typing import Any

from wtforms import IntegerField, SelectField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from core.calendar import london_date
from core.reasons import Reason
from core.web.filters import format_date, format_moment, format_time
from core.web.forms import Form, WordsField
from procurement.calloffs.drafting.models import Lot

WHOLE = "0"


def reason_words(reason: Reason) -> str:
    """One sentence for a reason."""
    params = reason.params
    words = {
        "not_invited": "Only suppliers that may bid can ask",
        "question_missing": "Write your question",
        "no_such_lot": "Choose the whole call-off or one of its lots",
        "wording_missing": "Write the question as everyone will read it",
        "answer_missing": "Write the answer",
        "changed_meanwhile": "A colleague has saved this since you opened it. Compare and save again",
        "nothing_to_publish": "No answer is ready to be published",
        "reason_missing": "Give a reason",
        "not_from_this_state": "This question has been dealt with already",
    }
    if reason.code == "questions_closed":
        closed = params["closed"]
        return f"Questions closed on {format_date(london_date(closed))} at {format_time(closed)}"
    if reason.code == "names_a_supplier":
        return f"Take out “{params['supplier']}”: the text must not tell who asked"
    if reason.code == "text_too_long":
        return f"Write {params['most']:,} characters or fewer: there are {params['characters']:,}"
    return words[reason.code]


def moment_words(moment: Any) -> str:
    """A moment as pages write it."""
    return format_moment(moment)


class AskForm(Form):
    """A question, and what it is about."""

    about = SelectField("What is it about?")
    question = TextAreaField(
        "Your question",
        render_kw={"rows": "6"},
        description="Everyone invited will read it with its answer, without your name. "
        "Leave out what could tell who you are.",
    )

    def offer(self, lots: Iterable[Lot]) -> None:
        """Give the lots to choose from."""
        self.about.choices = [
            (WHOLE, "The whole call-off"),
            *((str(lot.number), f"Lot {lot.number}: {lot.title}") for lot in lots),
        ]


class AnswerForm(Form):
    """What everyone will read: the question in words that give nobody away, and the answer."""

    wording = TextAreaField(
        "The question as everyone will read it",
        render_kw={"rows": "5"},
        description="Keep its sense and take out what could tell who asked.",
    )
    answer = TextAreaField("The answer", render_kw={"rows": "8"})
    row_version = IntegerField(widget=HiddenInput(), default=0)


class WaiverForm(Form):
    """Why a question is not answered."""

    reason = WordsField(
        "Why it is not answered",
        word_limit=200,
        rows=4,
        validators=[InputRequired("Give a reason")],
        description="Whoever asked reads it; the record keeps it.",
    )
