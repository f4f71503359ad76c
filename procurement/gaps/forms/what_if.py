"""What a lead wants to try on an analysis."""

from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import Length, ValidationError

from core.web.forms import Form, WholeNumberField

LINES = 20


class WhatIfForm(Form):
    """Every part is optional, but one of them must be filled in."""

    title = StringField(
        "What to call it",
        description="Optional, like “Leeds finance call-off”",
        validators=[Length(max=200, message="What to call it is too long")],
    )
    place = SelectField("Place of a contract to try", default="")
    need = SelectField("Its need area", default="")
    sex = SelectField("It is for", choices=[("", "Anyone"), ("female", "Women"), ("male", "Men")], default="")
    low = WholeNumberField("People a year, low complexity")
    medium = WholeNumberField("People a year, medium complexity")
    high = WholeNumberField("People a year, high complexity")
    supplier = StringField(
        "Supplier who leaves",
        description="Its name as the list of suppliers has it",
        validators=[Length(max=200, message="Supplier who leaves is too long")],
    )
    removed = TextAreaField(
        "Contracts or offers to leave out",
        description="Their numbers, one a line",
    )
    percent = WholeNumberField(
        "Percent more people, or fewer", description="Such as 10, or -10", least=-100, most=1000
    )
    demand_need = SelectField("Of which need area", default="")
    demand_place = SelectField("In which place", default="")

    def validate_need(self, field: SelectField) -> None:
        """A contract has a place, a need and people, or none of them."""
        if bool(self.place.data) != bool(field.data):
            raise ValidationError("Choose both the place and the need area of the contract to try")

    def validate_low(self, field: WholeNumberField) -> None:
        """People belong to a contract."""
        people = any(one.data for one in (self.low, self.medium, self.high))
        if bool(self.place.data and self.need.data) != people:
            raise ValidationError("A contract to try needs a place, a need area and people")

    def validate_removed(self, field: TextAreaField) -> None:
        """As many numbers as someone types."""
        if len((field.data or "").split()) > LINES:
            raise ValidationError(f"Leave out {LINES} contracts or offers at most")
