"""What is typed about partners, and the words of kinds, states, steps and refusals."""

import re
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

from wtforms import EmailField, HiddenField, RadioField, SelectField, StringField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length, ValidationError

from catalogue.partners.rules import LONGEST_LISTED, MOST_PAYMENT_DAYS
from catalogue.partners.types import LinkKind, LinkState, NextStep, Part
from core.accounts.forms import FirstPasswordForm
from core.reasons import Reason
from core.web.filters import format_date, format_moment
from core.web.forms import (
    CheckboxesField,
    DatePartsField,
    EmailAddress,
    Form,
    WholeNumberField,
    WordsField,
)

_PERCENTAGE = re.compile(r"\d{1,3}(\.\d{1,2})?", re.ASCII)
KIND_WORDS = {
    LinkKind.CONSORTIUM_MEMBER: "Consortium member",
    LinkKind.SUBCONTRACTOR: "Subcontractor",
}
KIND_HINTS = {
    LinkKind.CONSORTIUM_MEMBER: "Bids together with you and shares the responsibility.",
    LinkKind.SUBCONTRACTOR: "Works under a contract with you, or with another partner of yours.",
}
STATE_WORDS = {
    LinkState.NAMED: ("Not asked yet", "grey"),
    LinkState.INVITED: ("Asked to confirm", "yellow"),
    LinkState.CONFIRMED: ("Confirmed", "green"),
    LinkState.DECLINED: ("Declined", "red"),
    LinkState.ENDED: ("Ended", "grey"),
}
STEP_WORDS = {
    NextStep.LEAD_INVITES: "The lead asks it to confirm",
    NextStep.PARTNER_JOINS: "The partner opens the link in its mail",
    NextStep.PARTNER_CONFIRMS: "The partner confirms or declines",
    NextStep.PARTNER_DECLARES: "The partner makes its declarations",
    NextStep.LEAD_REPLACES: "The lead changes the part, asks again or ends it",
    NextStep.NOBODY: "Nothing to do",
}
_REASONS = {
    "part_without_need_area": "Choose at least one need area",
    "part_without_place": "Choose at least one region",
    "part_without_words": "Say what the partner does",
    "paid_too_late": "Payment must be within {most} days or fewer, all the way down the chain",
    "share_no_percentage": "Share of the work must be more than 0 and at most 100",
    "fee_no_percentage": "Management fee must be between 0 and 100",
    "part_without_start": "Enter the first day",
    "part_ends_before_it_starts": "The last day must not be before the first",
    "partner_without_name": "Enter the partner’s name and its email address",
    "lead_is_its_own_partner": "An organisation cannot be its own partner",
    "member_stands_beside_the_lead": "A consortium member stands beside you, not under another partner",
    "nobody_above": "The partner that this one would stand under is not in your supply chain any more",
    "tier_out_of_step": "A partner stands one tier below the one it works for",
    "tier_too_low": "A supply chain has {lowest} tiers at most",
    "partner_below_itself": "This partner stands above or below itself already",
    "same_part_twice": "This partner has this part already: the same kind, need areas and regions",
    "chain_too_long": "A supply chain has {most} partners at most",
    "shares_too_large": "The shares together would be {together}%: at most {most}% is there to share",
    "share_less_than_beneath": "The partners under this one have {beneath}% of the work together",
    "changed_meanwhile": "Someone changed this while you had it open. What they saved is below: look again",
    "not_from_this_state": "This cannot be done any more: the part is {state} now",
    "invitation_answered": "This invitation has been taken on already, or was taken back",
    "no_supplier": "Only a supplier can take a part on. Act for your supplier first",
    "mailed_too_often": "This partner was written to several times today. Try again after {again_at}",
    "listing_seeks_nothing": "Say what you look for",
    "listing_brings_nothing": "Say what you bring",
    "listing_without_need_area": "Choose at least one need area",
    "listing_without_place": "Choose at least one region",
    "listing_without_end": "Enter the last day",
    "listing_ends_out_of_bounds": "The last day must be today or later, and not after {last}",
    "message_empty": "Enter a message",
    "message_to_oneself": "This is your own organisation’s listing",
    "written_too_often": "Too many messages were sent today. Try again after {again_at}",
    "link-expired": "The link is too old. Ask whoever named you to send it again",
    "link-not-valid": "The link is not complete, or not one of ours",
    "already-joined": "{organisation} is set up already. Sign in, then open the link again",
}
FIELD_OF_REASON = {
    "part_without_need_area": "need_areas",
    "part_without_place": "places",
    "part_without_words": "words",
    "paid_too_late": "payment_days",
    "share_no_percentage": "share_percent",
    "shares_too_large": "share_percent",
    "share_less_than_beneath": "share_percent",
    "fee_no_percentage": "fee_percent",
    "part_without_start": "starts_on",
    "part_ends_before_it_starts": "ends_on",
    "listing_seeks_nothing": "seeks",
    "listing_brings_nothing": "brings",
    "listing_without_need_area": "need_areas",
    "listing_without_place": "places",
    "listing_without_end": "until",
    "listing_ends_out_of_bounds": "until",
    "message_empty": "text",
    "tier_too_low": "under",
    "member_stands_beside_the_lead": "under",
    "nobody_above": "under",
}


def reason_words(reason: Reason) -> str:
    """One sentence for a reason."""
    params = dict(reason.params)
    if "again_at" in params:
        params["again_at"] = format_moment(params["again_at"])
    if "last" in params:
        params["last"] = format_date(params["last"])
    if "state" in params and params["state"] in tuple(LinkState):
        params["state"] = STATE_WORDS[LinkState(params["state"])][0].lower()
    params = {name: short(value) if isinstance(value, Decimal) else value for name, value in params.items()}
    return _REASONS[reason.code].format(**params)


def put_reasons(form: Any, reasons: Iterable[Reason]) -> None:
    """Put refusals beside the fields they are about, where there is one; the rest above the form."""
    for reason in reasons:
        name = FIELD_OF_REASON.get(reason.code, "")
        if name in form:
            form[name].errors = [*form[name].errors, reason_words(reason)]
        else:
            form.form_errors = [*form.form_errors, reason_words(reason)]


class PercentField(StringField):
    """A percentage with two decimal places at most; ``data`` is a Decimal, or None when empty."""

    raw = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = (valuelist[0] if valuelist else "").strip()
        self.data = None
        if not self.raw:
            return
        if not _PERCENTAGE.fullmatch(self.raw.removesuffix("%").strip()):
            raise ValueError(f"{self.label.text} must be a percentage, like 12.5")
        self.data = Decimal(self.raw.removesuffix("%").strip())

    def _value(self) -> str:
        return self.raw or ("" if self.data is None else short(self.data))


def short(number: Decimal) -> str:
    """A number without the zeros that say nothing: 12.50 as 12.5, 30.00 as 30."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sorted_fields(form: Form, first: Sequence[str]) -> None:
    """Put a form's fields in the order of its page, which is that of the errors above it."""
    places = {name: place for place, name in enumerate(first)}
    form._fields = dict(sorted(form._fields.items(), key=lambda item: places.get(item[0], len(places))))


class PartForm(Form):
    """What a partner does, and the terms passed down to it."""

    row_version = HiddenField()
    need_areas = CheckboxesField("Need areas")
    places = CheckboxesField("Regions")
    words = WordsField(
        "What the partner does", word_limit=200, description="In a few sentences. The partner reads this."
    )
    share_percent = PercentField(
        "Share of the work (optional)",
        description="In percent of the whole contract, like 12.5. Not public.",
    )
    fee_percent = PercentField(
        "Management fee (optional)",
        description="In percent of what is passed down to this partner. Not public.",
    )
    payment_days = WholeNumberField(
        "Paid within how many days?",
        least=1,
        most=1000,
        default=MOST_PAYMENT_DAYS,
        description=f"Days from a valid invoice: {MOST_PAYMENT_DAYS} at most, all the way down the chain.",
        validators=[InputRequired("Enter the number of days")],
    )
    starts_on = DatePartsField("First day", description="Like 27 3 2027")
    ends_on = DatePartsField("Last day (optional)", description="Like 26 3 2030")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _sorted_fields(self, ("name", "email", "kind", "under"))

    def offer(self, need_areas: Sequence[Any], regions: Sequence[Any]) -> None:
        """Fill in the choices from the reference data."""
        self.need_areas.choices = [SelectChoice(value=need.code, label=need.name) for need in need_areas]
        self.places.choices = [SelectChoice(value=place.code, label=place.name) for place in regions]

    def part(self) -> Part:
        """What was typed, as plain values."""
        return Part(
            need_areas=frozenset(self.need_areas.data or []),
            places=frozenset(self.places.data or []),
            words=(self.words.data or "").replace("\r\n", "\n").strip(),
            share_percent=self.share_percent.data,
            fee_percent=self.fee_percent.data,
            payment_days=self.payment_days.data or 0,
            starts_on=self.starts_on.data,
            ends_on=self.ends_on.data,
        )


def _tidy(text: str | None) -> str | None:
    return " ".join(text.split()) if text else text


class AddressForm(PartForm):
    """A partner that is no organisation here yet."""

    name = StringField(
        "Name of the organisation",
        filters=[_tidy],
        validators=[
            InputRequired("Enter the name of the organisation"),
            Length(max=200, message="The name is too long"),
        ],
    )
    email = EmailField(
        "Email address of someone who may speak for it",
        description="Used for the invitation only. You decide when it is sent.",
        filters=[lambda text: text.strip().lower() if text else text],
        validators=[
            InputRequired("Enter an email address"),
            EmailAddress(),
            Length(max=254, message="The email address is too long"),
        ],
    )


class NewPartnerForm(PartForm):
    """A new partner that is an organisation here."""

    kind = RadioField(
        "How does it work with you?",
        choices=[SelectChoice(value=kind.value, label=words) for kind, words in KIND_WORDS.items()],
        validators=[InputRequired("Choose how it works with you")],
    )
    under = SelectField("Who is its contract with?", validate_choice=False)

    def offer_places(self, own_name: str, links: Iterable[Any]) -> None:
        """Fill in under whom it may stand: the lead itself, or a partner above the lowest tier."""
        self.kind.choice_hints = {kind.value: hint for kind, hint in KIND_HINTS.items()}
        self.under.choices = [
            SelectChoice(value="", label=f"{own_name} (tier 1)"),
            *(
                SelectChoice(value=link.public_id, label=f"{link.called} (tier {link.tier + 1})")
                for link in links
            ),
        ]

    def validate_under(self, field: Any) -> None:
        if field.data and not any(choice[0] == field.data for choice in field.iter_choices()):
            raise ValidationError("Who is its contract with: choose from the list")


class NewAddressForm(NewPartnerForm, AddressForm):
    """A new partner by name and address."""


class DeclineForm(Form):
    """Why a part is declined."""

    reason = WordsField(
        "Why? (optional)", word_limit=200, rows=4, description="Whoever named you reads this."
    )


class JoinAsPartnerForm(FirstPasswordForm):
    """An invited partner's organisation, its first administrator and their password."""

    organisation = StringField(
        "Name of your organisation",
        description="As it is registered, for example with Companies House or the Charity Commission",
        filters=[_tidy],
        validators=[
            InputRequired("Enter the name of your organisation"),
            Length(max=200, message="The name of the organisation is too long"),
        ],
    )
    name = StringField(
        "Your name",
        filters=[_tidy],
        render_kw={"autocomplete": "name"},
        validators=[InputRequired("Enter your name"), Length(max=200, message="The name is too long")],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _sorted_fields(self, ("organisation", "name"))


class WantedForm(Form):
    """What an organisation looks for, what it brings, and until when that shows."""

    row_version = HiddenField()
    seeks = WordsField(
        "What you look for", word_limit=200, description="For example: someone who works with young adults."
    )
    brings = WordsField("What you bring", word_limit=200, description="What a partner would gain from you.")
    need_areas = CheckboxesField("Need areas")
    places = CheckboxesField("Regions")
    until = DatePartsField(
        "Show this until",
        description=f"The last day. It goes off by itself then; {LONGEST_LISTED.days // 30} months at most.",
    )

    def offer(self, need_areas: Sequence[Any], regions: Sequence[Any]) -> None:
        """Fill in the choices from the reference data."""
        self.need_areas.choices = [SelectChoice(value=need.code, label=need.name) for need in need_areas]
        self.places.choices = [SelectChoice(value=place.code, label=place.name) for place in regions]


class MessageForm(Form):
    """A message to the administrators of another organisation."""

    text = WordsField(
        "Your message",
        word_limit=300,
        description=(
            "Goes by mail to the administrators of the organisation, with your organisation’s name. "
            "Nobody’s address is shown."
        ),
    )
