"""What of the audit is wanted: a form of filters, sent as part of the address."""

from collections.abc import Sequence
from typing import Any

from wtforms import SelectField, StringField
from wtforms.validators import Length, ValidationError

from core.web.forms import DatePartsField, Form


class EventFilterForm(Form):
    """Narrow the list by chain, by what was done, and by day."""

    class Meta(Form.Meta):
        csrf = False

    chain = StringField(
        "Chain",
        description="A call-off’s number, organisation-12, or platform",
        validators=[Length(max=60, message="A chain’s name has 60 characters at most")],
        filters=[lambda text: text.strip() if text else text],
    )
    tag = SelectField("What was done", default="")
    first = DatePartsField("From")
    last = DatePartsField("To")

    def __init__(self, *args: Any, tags: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tag.choices = [("", "Anything"), *((tag, tag) for tag in tags)]

    def validate_last(self, field: Any) -> None:
        if self.first.data and field.data and field.data < self.first.data:
            raise ValidationError("‘To’ must not be before ‘From’")
