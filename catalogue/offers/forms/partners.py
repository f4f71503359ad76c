"""Which partners an offer names."""

from wtforms import HiddenField

from core.web.forms import CheckboxesField, Form


class PartnersForm(Form):
    """Partners of the supplier's chain; ``seen`` is the mark of those that the page showed."""

    links = CheckboxesField("Partners")
    seen = HiddenField()
