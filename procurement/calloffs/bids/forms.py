"""The forms of a bid: answers, prices and their terms, delivery, uploads. The rules say what is complete."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from flask_wtf.file import FileField
from wtforms import HiddenField, IntegerField, SelectField, TextAreaField
from wtforms.validators import ValidationError
from wtforms.widgets import HiddenInput

from core.documents.forms import upload_words
from core.web.forms import CheckboxesField, Form, PoundsField, WholeNumberField, WordsField
from procurement.calloffs.bids.rules import FILE_ENDINGS, MOST_PRICE, price_problem
from procurement.calloffs.bids.types import PriceBand, PriceTerms, Service
from procurement.calloffs.drafting.models import Criterion, LotVolume

NOTE_WORDS = 100
BANDS = (1, 2, 3)


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


def _a_part(form: Form, field: PoundsField) -> None:
    if field.data is not None and field.data > MOST_PRICE:
        raise ValidationError(f"{field.label.text} must be £{MOST_PRICE:,} or less")


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


class TermsForm(Form):
    """What a price is made of, and what people beyond the lot's volume cost."""

    staff = PoundsField("Staff", validators=[_a_part])
    overheads = PoundsField(
        "Overheads",
        description="Rooms, management, insurance: what is there however many people come.",
        validators=[_a_part],
    )
    other = PoundsField("Other costs", validators=[_a_part])
    note = WordsField(
        "Why the parts do not add up to the price",
        word_limit=NOTE_WORDS,
        rows=3,
        description="Only where they do not: for instance a grant that pays a part.",
    )

    def bands(self) -> list[tuple[Any, Any]]:
        """The fields of each volume band: from how many people, at which price."""
        return [(self[f"from_{number}"], self[f"price_{number}"]) for number in BANDS]

    def validate(self, extra_validators: Any = None) -> bool:
        """Also refuse half a band."""
        fits = super().validate(extra_validators)
        for number, (starts, price) in zip(BANDS, self.bands(), strict=True):
            if starts.errors or price.errors or (starts.data is None) == (price.data is None):
                continue
            lacking, words = (price, "a price") if price.data is None else (starts, "a number of people")
            lacking.errors = [*lacking.errors, f"Band {number} must have {words} too"]
            fits = False
        return fits

    def terms(self) -> PriceTerms:
        """What could be read; half a band is none."""
        bands = [
            PriceBand(starts.data, price.data)
            for starts, price in self.bands()
            if starts.data is not None and price.data is not None and not price.errors
        ]
        parts = {name: self[name].data for name in ("staff", "overheads", "other") if not self[name].errors}
        return PriceTerms(**parts, note=(self.note.data or "").strip(), bands=tuple(bands))


for _number in BANDS:
    setattr(
        TermsForm,
        f"from_{_number}",
        WholeNumberField(f"Band {_number}: from how many people a year", least=1, most=1_000_000),
    )
    setattr(
        TermsForm, f"price_{_number}", PoundsField(f"Band {_number}: price per person", validators=[_a_price])
    )


def terms_form(terms: PriceTerms | None = None) -> TermsForm:
    """The form of a price's terms, as saved."""
    if terms is None:
        return TermsForm()
    data: dict[str, Any] = {
        "staff": terms.staff,
        "overheads": terms.overheads,
        "other": terms.other,
        "note": terms.note,
    }
    for number, band in zip(BANDS, terms.bands, strict=False):
        data |= {f"from_{number}": band.from_people, f"price_{number}": band.price}
    return TermsForm(data=data)


class DeliveryForm(Form):
    """Which offers the bid cites, and how many places a year it commits."""

    offers: Any

    def fields_by_service(self) -> dict[Service, Any]:
        """The fields of places by (need area, complexity)."""
        return {
            tuple(field.name.removeprefix("places-").rsplit("-", 1)): field  # type: ignore[misc]
            for field in self
            if field.name.startswith("places-")
        }

    def readable(self) -> dict[Service, int | None]:
        """The places that could be read; None where the field was left empty."""
        return {key: field.data for key, field in self.fields_by_service().items() if not field.errors}


def delivery_form(
    volumes: Iterable[LotVolume], offers: Mapping[str, tuple[str, str]], **given: Any
) -> DeliveryForm:
    """The form of a lot's offers (citation → what it is called, and a hint) and committed places."""
    cited = CheckboxesField(
        "Which of your offers does this bid build on?",
        choices=[(key, name) for key, (name, _) in offers.items()],
        description="The version that is published today is copied into the bid, whatever you change later.",
    )
    fields: dict[str, Any] = {"offers": cited} | {
        f"places-{volume.need_area.code}-{volume.complexity}": WholeNumberField(
            f"{volume.need_area.name}, {volume.complexity} complexity",
            least=1,
            description=f"Places a year. The lot expects {volume.people_a_year:,} people a year.",
        )
        for volume in volumes
    }
    form: DeliveryForm = type("ThisDelivery", (DeliveryForm,), fields)(**given)
    form.offers.choice_hints = {key: hint for key, (_, hint) in offers.items()}
    return form


class ChainForm(Form):
    """Which parts of the supply chain deliver the lot."""

    parts: Any


def chain_form(links: Mapping[str, tuple[str, str]], **given: Any) -> ChainForm:
    """The form of a lot's supply chain: identifier → who, and a hint."""
    parts = CheckboxesField(
        "Who delivers this lot with you?", choices=[(key, name) for key, (name, _) in links.items()]
    )
    form: ChainForm = type("ThisChain", (ChainForm,), {"parts": parts})(**given)
    form.parts.choice_hints = {key: hint for key, (_, hint) in links.items()}
    return form


class UploadForm(Form):
    """One file to attach, and what it is evidence for."""

    file = FileField("Choose a file")
    question = SelectField("What is it for?", coerce=int)


def upload_form(criteria: Iterable[Criterion], chosen: int | None = None) -> UploadForm:
    """The form of an upload; `chosen` is the position of the question that it was opened from."""
    form = UploadForm(data={"question": chosen or 0})
    form.file.description = upload_words(FILE_ENDINGS)
    form.question.choices = [(0, "The bid as a whole")] + [
        (criterion.position, f"Question {criterion.position}: {criterion.name}") for criterion in criteria
    ]
    return form


class ConfirmForm(Form):
    """A button that needs no more than a token."""

    confirmed = HiddenField(default="y")
