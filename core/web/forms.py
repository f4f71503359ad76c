"""WTForms fields as people fill them in: dates in three parts, pounds, places of decimals, words counted."""

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from werkzeug.datastructures import MultiDict
from wtforms import Field, IntegerField, SelectMultipleField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError

from core import clock
from core.money import parse_pounds


class Form(FlaskForm):
    """Base of our forms: shape and words; the rules say what follows from them."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """Leave out NUL, which nobody types and PostgreSQL refuses to store."""
            sent = super().wrap_formdata(form, formdata)
            if not sent or not any(isinstance(v, str) and "\x00" in v for _, v in sent.items(multi=True)):
                return sent
            return MultiDict(
                (name, value.replace("\x00", "") if isinstance(value, str) else value)
                for name, value in sent.items(multi=True)
            )

    def error_list(self) -> list[tuple[str, str]]:
        """Return (element id, message) for the error summary, in the order of the fields."""
        return error_list(self)


def error_list(form: BaseForm) -> list[tuple[str, str]]:
    """Return (element id, message) of any form, each once; what concerns the whole form leads to its top."""
    found = []
    for field in form:
        for message in field.errors:
            text = message if isinstance(message, str) else str(message)
            found.append((getattr(field, "first_input_id", field.id), text))
    return list(dict.fromkeys(found + [("main-content", str(message)) for message in form.form_errors]))


def count_words(text: str) -> int:
    """Count words as people do: what stands between white space."""
    return len(text.split())


class EmailAddress:
    """Refuse what no mail could reach, by its form alone; whether it exists is shown by its mail."""

    def __call__(self, form: Any, field: Field) -> None:
        try:
            validate_email(field.data or "", check_deliverability=False, test_environment=True)
        except EmailNotValidError:
            raise ValidationError("Enter an email address in the right form, like name@example.com")


class MostWords:
    """Refuse more than so many words."""

    def __init__(self, limit: int) -> None:
        self.limit = limit

    def __call__(self, form: Any, field: Field) -> None:
        words = count_words(field.data or "")
        if words > self.limit:
            raise ValidationError(f"{field.label.text} must be {self.limit} words or fewer: it has {words}")


class WordsField(TextAreaField):
    """A text of several lines with a word limit, counted while typing where scripts run."""

    def __init__(self, label: str, *, word_limit: int, rows: int = 6, **options: Any) -> None:
        options["validators"] = [*options.get("validators", []), MostWords(word_limit)]
        super().__init__(label, **options)
        self.word_limit = word_limit
        self.rows = rows


class PoundsField(StringField):
    """An amount of money; ``data`` is a Decimal of pounds, or None when empty. Keeps what was typed."""

    def __init__(self, label: str, *, least: Decimal | None = Decimal("0"), **options: Any) -> None:
        super().__init__(label, **options)
        self.least = least
        self.raw = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not self.raw:
            return
        try:
            amount = parse_pounds(self.raw)
        except ValueError:
            raise ValueError(f"{self.label.text} must be an amount in pounds, like 1,250 or 1,250.50")
        if self.least is not None and amount < self.least:
            raise ValueError(f"{self.label.text} must be £{self.least} or more")
        if amount >= Decimal("100000000000"):
            raise ValueError(f"{self.label.text} is too large")
        self.data = amount

    def _value(self) -> str:
        return self.raw or ("" if self.data is None else f"{self.data:,.2f}".removesuffix(".00"))


class WholeNumberField(IntegerField):
    """A whole number within bounds; thousands separators are taken."""

    def __init__(self, label: str, *, least: int = 0, most: int = 1_000_000, **options: Any) -> None:
        super().__init__(label, **options)
        self.least, self.most = least, most

    def process_formdata(self, valuelist: list[str]) -> None:
        text = (valuelist[0] if valuelist else "").strip().replace(",", "")
        self.data = None
        if not text:
            return
        if not text.lstrip("-").isdigit() or not text.isascii() or len(text) > 12:
            raise ValueError(f"{self.label.text} must be a whole number, like 25")
        number = int(text)
        if not self.least <= number <= self.most:
            raise ValueError(f"{self.label.text} must be between {self.least:,} and {self.most:,}")
        self.data = number

    def _value(self) -> str:
        if self.raw_data:
            return self.raw_data[0]
        return "" if self.data is None else str(self.data)


class DatePartsField(Field):
    """A date typed as day, month and year in three boxes; ``data`` is a date or None."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, **options)
        self.parts: dict[str, str] = {"day": "", "month": "", "year": ""}

    @property
    def first_input_id(self) -> str:
        return f"{self.id}-day"

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        default = self.default() if callable(self.default) else self.default
        self.process_errors = []
        self.data = data if isinstance(data, date) else default
        self.object_data = self.data
        if self.data is not None:
            self.parts = {
                "day": str(self.data.day),
                "month": str(self.data.month),
                "year": str(self.data.year),
            }
        names = {part: f"{self.name}-{part}" for part in self.parts}
        if formdata is None or not any(name in formdata for name in names.values()):
            self.raw_data = []
            return
        self.parts = {part: (formdata.get(name) or "").strip()[:20] for part, name in names.items()}
        self.raw_data = [text for text in self.parts.values() if text]
        self.data = None
        if not self.raw_data:
            return
        missing = [part for part, text in self.parts.items() if not text]
        if missing:
            self.process_errors.append(f"{self.label.text} must include a {' and a '.join(missing)}")
            return
        try:
            self.data = date(*(int(self.parts[part]) for part in ("year", "month", "day")))
        except (ValueError, OverflowError):
            self.process_errors.append(f"{self.label.text} must be a real date, like 27 3 2027")
            return
        if not 1900 <= self.data.year <= 2200:
            self.process_errors.append(f"{self.label.text} must have a year between 1900 and 2200")
            self.data = None


class MomentField(DatePartsField):
    """A date in three boxes and a London time of day such as 14:30; ``data`` is an aware UTC moment."""

    def process(self, formdata: Any, data: Any = None, extra_filters: Any = None) -> None:
        moment = data if isinstance(data, datetime) else None
        local = moment.astimezone(clock.LONDON) if moment else None
        super().process(formdata, local.date() if local else None)
        self.time_text = f"{local:%H:%M}" if local else "12:00"
        if formdata is not None and f"{self.name}-time" in formdata:
            self.time_text = (formdata.get(f"{self.name}-time") or "").strip()[:20]
        if not isinstance(self.data, date):
            return
        try:
            hours, minutes = (int(part) for part in self.time_text.split(":"))
            wall = datetime.combine(self.data, time(hours, minutes), tzinfo=clock.LONDON)
        except ValueError:
            self.process_errors.append(f"{self.label.text} must have a time of day, like 14:30")
            self.data = None
            return
        there_and_back = wall.astimezone(clock.now().tzinfo).astimezone(clock.LONDON)
        if there_and_back.replace(tzinfo=None) != wall.replace(tzinfo=None):
            self.process_errors.append(
                f"{self.label.text}: the clocks go forward then, there is no such time"
            )
            self.data = None
            return
        self.data = wall.astimezone(clock.now().tzinfo)


class CheckboxesField(SelectMultipleField):
    """Several choices; unknown ones are refused by name of the field, never a failure."""

    def __init__(self, label: str, *, choices: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(label, choices=list(choices), **options)

    def pre_validate(self, form: Any) -> None:
        known = {str(value) for value, *_ in self.iter_choices()}
        if any(str(value) not in known for value in self.data or []):
            raise ValidationError(f"{self.label.text}: choose from the list")
