"""Uploading a demand set."""

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from catalogue.reference.types import CrosswalkScheme
from core.web.forms import Form, WordsField

SCHEMES = {
    CrosswalkScheme.OASYS: "Sections of the Offender Assessment System",
    CrosswalkScheme.DONCASTER_ROUTES: "Ten routes of the Doncaster pilot",
    CrosswalkScheme.DONCASTER_SUPPORT: "Support asked for in the Doncaster pilot",
    CrosswalkScheme.SERVICE_TYPE: "Service types of the contract register",
    CrosswalkScheme.NEED_HEADING: "Headings of the contract register",
}


class DemandForm(Form):
    """A title, the period and source of the figures, and the file."""

    title = StringField(
        "Title",
        description="What colleagues will know it by, like “Assessed needs, North East 2026”",
        validators=[
            InputRequired("Enter a title"),
            Length(max=200, message="Title is too long"),
        ],
    )
    period = StringField(
        "Period",
        description="The year the people are counted in, like “April 2026 to March 2027”",
        validators=[
            InputRequired("Enter the period"),
            Length(max=200, message="Period is too long"),
        ],
    )
    source = WordsField(
        "Where the figures come from",
        description="Source, date and base, so that anyone who reads the coverage can judge them",
        word_limit=200,
        rows=3,
        validators=[InputRequired("Say where the figures come from")],
    )
    scheme = SelectField(
        "Which list the need column uses",
        description="With another list than ours, what has no equivalent is left out and named",
        default="",
        choices=[("", "Codes of our need areas"), *((one.value, words) for one, words in SCHEMES.items())],
    )
    file = FileField(
        "Demand file",
        description=(
            "A CSV file (UTF-8) or an XLSX workbook with place, need, complexity, cohort and people, "
            "up to 10 MB"
        ),
        render_kw={"accept": ".csv,.xlsx,text/csv"},
    )
