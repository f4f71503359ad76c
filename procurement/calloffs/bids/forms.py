"""The forms of a bid: one answer, the prices, an upload. The rules say when a bid is complete."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from core.web.forms import Form, PoundsField, WordsField
from procurement.calloffs.bids.rules import MOST_PRICE, price_problem
from procurement.calloffs.drafting.models import Criterion, LotVolume


class AnswerForm(Form):
    """One answer, with the version of the draft that was on the page when it was opened."""

    text: Any
    version = IntegerField(widget=HiddenInput(), default=0)


def answer_form(criterion: Criterion, **given: Any) -> AnswerForm:
    """The form of one question, its word limit counted while typing."""
    question = criterion.question

    class ThisAnswer(AnswerForm):
        text: Any = (
            WordsField("Your answer", word_limit=question.word_limit, rows=14)
            if question.word_limit
            else TextAreaField("Your answer")
        )

    return ThisAnswer(**given)


class PricesForm(Form):
    """A price for each need area and complexity of the lot; what is left empty stays open."""

    def fields_by_service(self) -> dict[tuple[str, str], Any]:
        """The price fields by (need area, complexity)."""
        return {
            tuple(field.name.removeprefix("price-").rsplit("-", 1)): field  # type: ignore[misc]
            for field in self
            if field.name.startswith("price-")
        }

    def readable(self) -> dict[tuple[str, str], Decimal | None]:
        """The prices that could be read, by service; None where the field was left empty."""
        return {key: field.data for key, field in self.fields_by_service().items() if not field.errors}


def _a_price(form: Form, field: PoundsField) -> None:
    if field.data is not None and price_problem(field.data):
        raise ValidationError(f"{field.label.text} must be between £0.01 and £{MOST_PRICE:,}")


def prices_form(volumes: Iterable[LotVolume], **given: Any) -> PricesForm:
    """The form of a lot's prices, in pounds per person."""
    fields = {
        f"price-{volume.need_area.code}-{volume.complexity}": PoundsField(
            f"{volume.need_area.name}, {volume.complexity} complexity",
            validators=[_a_price],
            description=f"Pounds per person. The lot expects {volume.people_a_year:,} people a year.",
        )
        for volume in volumes
    }
    return type("ThesePrices", (PricesForm,), fields)(**given)


class UploadForm(Form):
    """One file to attach."""

    file = FileField(
        "Choose a file",
        description="PDF, Word, Excel, OpenDocument text, CSV, plain text, PNG or JPEG; 10 MB at most",
    )


class ConfirmForm(Form):
    """A button that needs no more than a token."""

    confirmed = HiddenField(default="y")
