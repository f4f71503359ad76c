"""Forms of a contract: a signature, an indicator, a review of shares, a duty that was done."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import StringField, TextAreaField
from wtforms.validators import ValidationError

from core.web.forms import DatePartsField, Form
from procurement.contracts.models import Contract


class SignForm(Form):
    """Who signs for the organisation, and when."""

    name = StringField("Name of the person who signs")
    position = StringField("Their position", description="For example: chief executive.")
    signed_on = DatePartsField("Date of the signature")


class IndicatorForm(Form):
    """One key performance indicator."""

    name = StringField("Indicator")
    measure = TextAreaField("How it is measured")
    target = StringField("What is to be reached", description="For example: 90% within ten days.")


class DutyForm(Form):
    """That a duty was done."""

    done_on = DatePartsField("Day on which it was done")
    reference = StringField("Reference", description="The number of the notice, or of the letter.")


class ReviewForm(Form):
    """A review of the shares of a lot's suppliers; made by `review_form`."""

    reviewed_on = DatePartsField("Day of the review")
    findings = TextAreaField(
        "What was found by the stated measures", description="The suppliers read it in the record."
    )

    def shares(self) -> dict[str, Decimal]:
        """The new shares, percent by contract, where they are numbers."""
        return {
            name.removeprefix("share-"): share
            for name, field in self._fields.items()
            if name.startswith("share-") and (share := _percentage(field.data)) is not None
        }


def review_form(contracts: Iterable[Contract], formdata: Any = ...) -> ReviewForm:
    """The form with a share for each supplier of the lot."""
    fields = {
        f"share-{contract.public_id}": StringField(
            f"New share of {contract.supplier.name if contract.supplier else contract.reference}, in percent",
            validators=[_is_percentage],
        )
        for contract in contracts
    }
    made = type("ThisReview", (ReviewForm,), fields)
    return made() if formdata is ... else made(formdata=formdata)


def _percentage(text: str | None) -> Decimal | None:
    try:
        share = Decimal((text or "").strip().removesuffix("%").strip())
    except InvalidOperation:
        return None
    return share if share.is_finite() and share == share.quantize(Decimal("0.01")) else None


def _is_percentage(form: Form, field: StringField) -> None:
    if _percentage(field.data) is None:
        raise ValidationError(f"{field.label.text} must be a number, like 55")
