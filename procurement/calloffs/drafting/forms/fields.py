"""Fields that drafting needs beside the common ones, and a form that notices a colleague's change."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import Field, HiddenField, RadioField, StringField
from wtforms.validators import ValidationError

from core.money import format_pounds
from core.web.filters import format_date, format_moment
from core.web.forms import Form

HUNDREDTH = Decimal("0.01")


class OneOfField(RadioField):
    """One choice or none; an unknown one is refused by the name of the field."""

    def __init__(self, label: str, *, hints: Mapping[Any, str] | None = None, **options: Any) -> None:
        super().__init__(label, **options)
        self.type = "RadioField"
        self.choice_hints = {str(code): hint for code, hint in (hints or {}).items()}

    def pre_validate(self, form: Any) -> None:
        if self.data in (None, "", "None"):
            self.data = None
            return
        if str(self.data) not in {str(value) for value, *_rest in self.iter_choices()}:
            raise ValidationError(f"{self.label.text}: choose from the list")


class DecimalField(StringField):
    """A number with at most two decimals; ``data`` is a Decimal or None. Keeps what was typed."""

    def __init__(
        self, label: str, *, least: Decimal = Decimal(0), most: Decimal = Decimal(100), **options: Any
    ):
        super().__init__(label, **options)
        self.least, self.most = least, most
        self.typed = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.typed = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not self.typed:
            return
        try:
            number = Decimal(self.typed.removesuffix("%").strip())
            if not number.is_finite() or number != number.quantize(HUNDREDTH):
                raise InvalidOperation
        except InvalidOperation:
            raise ValueError(f"{self.label.text} must be a number, like 12.5") from None
        if not self.least <= number <= self.most:
            raise ValueError(f"{self.label.text} must be between {self.least} and {self.most}")
        self.data = number

    def _value(self) -> str:
        return self.typed or ("" if self.data is None else trimmed(self.data))


def trimmed(number: Decimal) -> str:
    """A number without needless zeros: 40, 12.5."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@dataclass(frozen=True)
class Difference:
    """A part of a form that a colleague saved meanwhile, beside what was typed here."""

    label: str
    saved: str
    typed: str


class StepForm(Form):
    """A step of a draft. It carries a digest of what it was filled from, to notice a colleague's change."""

    basis = HiddenField()

    def differences(
        self, saved: Mapping[str, Any], offer: Callable[[Any], object] | None = None
    ) -> list[Difference]:
        """What differs from what is saved now, when something was saved since the form was opened.

        Empty when nothing was. Afterwards the form rests on what is saved now: sent again, it replaces that.
        `offer` gives a form its choices.
        """
        standing = digest_of(saved)
        if not self.basis.data or self.basis.data == standing:
            return []
        self.basis.data = standing
        theirs = type(self)(formdata=None, data=dict(saved))
        if offer is not None:
            offer(theirs)
        found = []
        for field in self:
            if field.type in ("HiddenField", "CSRFTokenField"):
                continue
            mine, other = text_of(field), text_of(theirs[field.short_name])
            if mine != other:
                found.append(Difference(field.label.text, other or "Nothing", mine or "Nothing"))
        return found


def digest_of(values: Mapping[str, Any]) -> str:
    """A short digest of a step's values, whatever their order."""
    text = repr(sorted((name, _plain(value)) for name, value in values.items()))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _plain(value: Any) -> str:
    if isinstance(value, list | tuple | set | frozenset):
        return repr(sorted(str(item) for item in value))
    if isinstance(value, Decimal):
        return trimmed(value)
    if isinstance(value, datetime):
        return value.isoformat()
    return "" if value is None else str(value)


def text_of(field: Field) -> str:
    """What a field holds, in words."""
    value = field.data
    if hasattr(field, "iter_choices"):
        chosen = {str(item) for item in (value if isinstance(value, list) else [value])}
        return ", ".join(str(label) for code, label, *_rest in field.iter_choices() if str(code) in chosen)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, datetime):
        return format_moment(value)
    if isinstance(value, date):
        return format_date(value)
    if isinstance(value, Decimal):
        return format_pounds(value) if field.type == "PoundsField" else trimmed(value)
    return "" if value is None else str(value).strip().replace("\r\n", "\n")
