"""What a group programme needs, and whose demand is referred to it."""

from wtforms import SelectField
from wtforms.validators import InputRequired, ValidationError

from catalogue.reference.types import Complexity
from core.web.forms import Form, WholeNumberField


class GroupsForm(Form):
    """Asked by address, so that an answer can be linked to; nothing is changed by it."""

    class Meta(Form.Meta):
        csrf = False

    need = SelectField("Need area")
    complexity = SelectField(
        "Complexity",
        choices=[("", "All"), *((level.value, level.value.capitalize()) for level in Complexity)],
    )
    sex = SelectField("For", choices=[("", "Anyone"), ("female", "Women"), ("male", "Men")])
    referred = WholeNumberField(
        "Percent of these people who are referred",
        description="An assumption of yours: the demand set counts people in need, not referrals",
        least=1,
        most=100,
        validators=[InputRequired("Enter a percentage from 1 to 100")],
    )
    optimum = WholeNumberField(
        "A group opens at once with", least=2, most=30, validators=[InputRequired("Enter a number of people")]
    )
    minimum = WholeNumberField(
        "or, when the time is over, with at least",
        least=2,
        most=30,
        validators=[InputRequired("Enter a number of people")],
    )
    weeks = WholeNumberField(
        "Weeks from the first referral until the time is over",
        least=1,
        most=104,
        validators=[InputRequired("Enter a number of weeks")],
    )
    placed = WholeNumberField(
        "Percent of referrals to be placed",
        least=10,
        most=99,
        validators=[InputRequired("Enter a percentage from 10 to 99")],
    )
    discouraged = WholeNumberField(
        "Of those who go without, percent no longer referred a year later",
        description="An assumption of yours: nobody has measured it",
        least=0,
        most=100,
        validators=[InputRequired("Enter a percentage from 0 to 100")],
    )

    def validate_minimum(self, field: WholeNumberField) -> None:
        """A smaller group cannot be the larger one."""
        if field.data is not None and self.optimum.data is not None and field.data > self.optimum.data:
            raise ValidationError("The smallest group cannot be larger than the one that opens at once")
