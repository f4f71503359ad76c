"""What a supplier types about itself, and the words for what is wrong with it."""

from typing import Any

from wtforms import BooleanField, Field, HiddenField, RadioField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, ValidationError

from catalogue.suppliers.rules import reasons_against_profile, tidy_charity_number, tidy_company_number
from catalogue.suppliers.types import SupplierSize
from core.reasons import Reason
from core.web.forms import Form, WordsField

SIZE_WORDS = {
    SupplierSize.MICRO: "Fewer than 10 people",
    SupplierSize.SMALL: "10 to 49 people",
    SupplierSize.MEDIUM: "50 to 249 people",
    SupplierSize.LARGE: "250 people or more",
}
_REASONS = {
    "company_number_form": (
        "Companies House number must be 8 digits, or 2 letters and 6 digits, like 01234567 or SC123456"
    ),
    "charity_number_form": "Charity number must be 6 or 7 digits, like 1234567, or begin with SC0",
    "website_form": "Website must be an address like https://www.example.org",
    "changed_meanwhile": "Someone in your organisation changed the profile while you had it open",
}


def reason_words(reason: Reason) -> str:
    """One sentence for a reason."""
    return _REASONS[reason.code]


def _check(field: Field, **values: str) -> None:
    for reason in reasons_against_profile(**{"company": "", "charity": "", "website": "", **values}):
        raise ValidationError(reason_words(reason))


class ProfileForm(Form):
    row_version = HiddenField()
    companies_house_number = StringField(
        "Companies House number (optional)", description="8 characters, like 01234567 or SC123456."
    )
    charity_number = StringField("Charity number (optional)", description="Like 1234567.")
    size = RadioField(
        "How many people work for you?",
        choices=[SelectChoice(value=size.value, label=words) for size, words in SIZE_WORDS.items()],
        validate_choice=False,
    )
    voluntary_sector = BooleanField("We are a voluntary, community or social enterprise organisation")
    supported_employment = BooleanField(
        "We are a supported employment provider",
        description="At least 30% of our workers are disabled or disadvantaged. Some lots are reserved "
        "for such organisations (PCR 2015 reg 20; PA 2023 s.32).",
    )
    public_mutual = BooleanField(
        "We are a public service mutual",
        description="Run with our staff to deliver a public service. Some lots are reserved for such "
        "organisations (PCR 2015 reg 77; PA 2023 s.33).",
    )
    summary = WordsField(
        "What your organisation does", word_limit=300, description="Anyone can read this beside your offers."
    )
    website = StringField(
        "Website (optional)",
        validators=[Length(max=200, message="Website must be 200 characters or fewer")],
        description="The full address, like https://www.example.org",
    )

    def validate_companies_house_number(self, field: Field) -> None:
        _check(field, company=tidy_company_number(field.data or ""))

    def validate_charity_number(self, field: Field) -> None:
        _check(field, charity=tidy_charity_number(field.data or ""))

    def validate_website(self, field: Field) -> None:
        _check(field, website=(field.data or "").strip())

    def validate_size(self, field: Any) -> None:
        if field.data and field.data not in tuple(SupplierSize):
            raise ValidationError("How many people work for you: choose from the list")
