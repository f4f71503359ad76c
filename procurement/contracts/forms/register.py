"""Choosing a register to take in."""

from flask_wtf.file import FileField

from core.web.forms import Form


class RegisterForm(Form):
    """One CSV file."""

    file = FileField(
        "Contract register",
        description="A CSV file (UTF-8) with one contract in a row, up to 10 MB.",
        render_kw={"accept": ".csv,text/csv"},
    )
