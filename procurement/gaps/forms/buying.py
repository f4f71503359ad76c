"""How much each need area counts when it is asked what to buy first."""

from collections.abc import Iterable

from wtforms import SelectField

from catalogue.reference.models import NeedArea
from core.web.forms import Form

WEIGHTS = {
    "0": "Do not buy",
    "0.5": "Half as much",
    "1": "As much as the others",
    "2": "Twice as much",
    "5": "Five times as much",
}
PREFIX = "weight_"


def weights_form(needs: Iterable[NeedArea]) -> Form:
    """A form with one choice for each need area; `weights_of` reads it."""
    fields = {
        f"{PREFIX}{need.code}": SelectField(need.name, choices=list(WEIGHTS.items()), default="1")
        for need in needs
    }
    return type("WeightsForm", (Form,), fields)()


def weights_of(form: Form) -> dict[str, str]:
    """Need area → weight, of those that differ from the others."""
    return {
        field.name.removeprefix(PREFIX): field.data
        for field in form
        if field.name.startswith(PREFIX) and field.data != "1"
    }
