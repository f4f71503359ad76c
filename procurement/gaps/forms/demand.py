"""Uploading a demand set."""

from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import InputRequired, Length

from core.web.forms import Form, WordsField


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
    file = FileField(
        "Demand file",
        description="A CSV file (UTF-8) with place, need, complexity, cohort and people, up to 10 MB",
        render_kw={"accept": ".csv,text/csv"},
    )
