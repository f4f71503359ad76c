"""Which place a coverage report is about, and who is to read it."""

from wtforms import RadioField, SelectField
from wtforms.validators import DataRequired

from core.web.forms import Form

READERS = {
    "authority": "Ourselves: every figure, suppliers, prices and actions",
    "anyone": "For publication: small counts left out, no suppliers, prices or actions",
}


class ReportForm(Form):
    place = SelectField("Place", validators=[DataRequired("Choose a place")])
    readers = RadioField(
        "Who is to read it?",
        choices=list(READERS.items()),
        validators=[DataRequired("Choose who is to read it")],
    )
