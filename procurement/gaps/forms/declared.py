"""Uploading a list of who provides what where."""

from flask_wtf.file import FileField
from wtforms import SelectField, StringField
from wtforms.validators import InputRequired, Length

from core.rows import Finding
from core.web.forms import DatePartsField, Form, WordsField
from procurement.gaps.forms.demand import SCHEMES

FINDING_WORDS = {
    "unknown_place": "there is no place of this code or name",
    "unknown_need": "there is no need area of this code",
    "unknown_label": "the list that you chose has no such heading",
    "unreadable_row": "this row cannot be read",
    "wrong_number_of_cells": "this row has more or fewer cells than the header",
}


def finding_in_words(finding: Finding) -> str:
    """What is wrong in a row of a list."""
    return FINDING_WORDS[finding.code]


class DeclaredForm(Form):
    """What the list is, as of when, which words it uses for needs, and the file."""

    title = StringField(
        "Title", validators=[InputRequired("Enter a title"), Length(max=200, message="Title is too long")]
    )
    source = WordsField(
        "Where it comes from",
        word_limit=100,
        rows=2,
        validators=[InputRequired("Say where it comes from")],
    )
    as_at = DatePartsField("As of", validators=[InputRequired("Enter the day of the list")])
    scheme = SelectField(
        "Which list the need column uses",
        default="",
        choices=[("", "Codes of our need areas"), *((one.value, words) for one, words in SCHEMES.items())],
    )
    file = FileField(
        "The list",
        description="A CSV file (UTF-8) with place (its name or code), need, and a name if there is one",
        render_kw={"accept": ".csv,text/csv"},
    )
