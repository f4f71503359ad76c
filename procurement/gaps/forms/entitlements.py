"""Stating a minimum entitlement."""

from wtforms import SelectField
from wtforms.validators import InputRequired

from core.web.forms import DatePartsField, Form, WordsField

HELD_WORDS = {
    "present": "Present",
    "unconfirmed": "Region named, extent unconfirmed",
    "part": "In part",
    "absent": "Not present",
}


class EntitlementForm(Form):
    """Who is entitled to what, at which stage, where, and who says so."""

    need = SelectField("Need area", validators=[InputRequired("Choose a need area")])
    stage = SelectField("Stage", validators=[InputRequired("Choose a stage")])
    place = SelectField("Where", validators=[InputRequired("Choose where")])
    cohort = SelectField("For whom")
    statement = WordsField(
        "What people are entitled to",
        description="The least that everyone should find, like “a talk about benefits in the first week”",
        word_limit=100,
        rows=3,
        validators=[InputRequired("Say what people are entitled to")],
    )
    source = WordsField(
        "Where that is laid down",
        word_limit=60,
        rows=2,
        validators=[InputRequired("Say where that is laid down")],
    )
    starts_on = DatePartsField("From when", validators=[InputRequired("Enter the day from which it holds")])
