"""The forms of the register: who, up to which value, where, when, and who deputises."""

from collections.abc import Iterable
from decimal import Decimal

from wtforms import SelectField
from wtforms.validators import InputRequired

from catalogue.reference.models import Place
from core.accounts.models import Person
from core.web.forms import CheckboxesField, DatePartsField, Form, PoundsField


class DelegationForm(Form):
    """What a delegation says; the holder is chosen once and stays."""

    value_limit = PoundsField(
        "Up to a value of (optional)",
        least=Decimal("0.01"),
        description="Of the whole call-off, with every extension of every lot. Empty: no limit.",
    )
    regions = CheckboxesField("Regions", description="Choose none for all of them.")
    valid_from = DatePartsField("First day", validators=[InputRequired("Enter the first day")])
    valid_to = DatePartsField("Last day (optional)")
    deputy = SelectField(
        "Deputy (optional)", description="Approves only while the holder is recorded as absent."
    )

    def offer(self, regions: Iterable[Place], people: Iterable[Person]) -> None:
        """Give what there is to choose from."""
        self.regions.choices = [(region.code, region.name) for region in regions]
        self.deputy.choices = [("", "Nobody"), *((one.public_id, one.name) for one in people)]


class NewDelegationForm(DelegationForm):
    """A new one, with its holder."""

    person = SelectField("Who may approve")

    def offer(self, regions: Iterable[Place], people: Iterable[Person]) -> None:
        """Give what there is to choose from."""
        found = list(people)
        super().offer(regions, found)
        self.person.choices = [("", "Choose someone"), *((one.public_id, one.name) for one in found)]


class ChangeDelegationForm(DelegationForm):
    """One that stands, with the absence of its holder."""

    absent_from = DatePartsField(
        "Holder absent from (optional)", description="From this day the deputy approves instead."
    )
    absent_to = DatePartsField("Holder absent until (optional)", description="The last day of the absence.")
