"""The form by which a notice is marked as published."""

from wtforms import StringField
from wtforms.validators import InputRequired, Length

from core.web.forms import Form


class PublishedForm(Form):
    """The reference that the central platform gave a notice."""

    reference = StringField(
        "Reference on the central platform",
        description="Like 012345-2026.",
        validators=[
            InputRequired("Enter the reference that the central platform gave it"),
            Length(max=60, message="The reference has 60 characters at most"),
        ],
    )
