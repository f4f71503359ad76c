"""Forms of pools of places: what a pool is, how many it has from when, and the limits inside it."""

from collections.abc import Sequence
from typing import Any

from wtforms import HiddenField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from catalogue.offers.forms.words import COMPLEXITY_WORDS
from catalogue.offers.types import SubLimit
from catalogue.reference.types import Complexity
from core.web.forms import DatePartsField, Form, WholeNumberField, WordsField

SPARE_LIMITS = 3
MOST_LIMITS = 60


class PoolForm(Form):
    """A pool; `pool_form` adds the rows of its limits."""

    row_version = HiddenField()
    name = StringField(
        "Name of the pool",
        validators=[
            InputRequired("Give the pool a name"),
            Length(max=200, message="Name of the pool must be 200 characters or fewer"),
        ],
        description="Such as the team or the building. Your organisation and the authority read it.",
    )
    made_of = WordsField(
        "What it is (optional)",
        word_limit=100,
        rows=3,
        description="Staff, rooms, hours: what sets the limit.",
    )
    places = WholeNumberField(
        "Places a year",
        least=0,
        most=1_000_000,
        validators=[],
        description="How many people can be served in a year out of this pool, by all offers together.",
    )
    effective_from = DatePartsField(
        "From when", description="The day from which these numbers hold. Like 1 4 2027"
    )

    def limits(self, rows: int) -> tuple[SubLimit, ...]:
        """The limits that were filled in; a row without places is none."""
        found = []
        for number in range(1, rows + 1):
            places = self[f"limit-{number}-places"].data
            if places is not None and not self[f"limit-{number}-places"].errors:
                region = self[f"limit-{number}-region"].data or None
                complexity = self[f"limit-{number}-complexity"].data or None
                found.append(SubLimit(region, Complexity(complexity) if complexity else None, places))
        return tuple(found)


class ShareForm(Form):
    name = StringField(
        "Name of the pool",
        validators=[
            InputRequired("Give the pool a name"),
            Length(max=200, message="Name of the pool must be 200 characters or fewer"),
        ],
        description="Such as the team or the building. Your organisation and the authority read it.",
    )


def pool_form(regions: Sequence[tuple[str, str]], rows: int) -> type[PoolForm]:
    """The form's class with so many rows of limits; ``regions`` are (code, name)."""
    fields: dict[str, Any] = {}
    complexities = [
        ("", "Any complexity"),
        *((c.value, f"{COMPLEXITY_WORDS[c]} complexity") for c in Complexity),
    ]
    for number in range(1, rows + 1):
        fields[f"limit-{number}-region"] = SelectField(
            f"Limit {number}: region", default="", choices=[("", "Any region"), *regions]
        )
        fields[f"limit-{number}-complexity"] = SelectField(
            f"Limit {number}: complexity", default="", choices=complexities
        )
        fields[f"limit-{number}-places"] = WholeNumberField(f"Limit {number}: places a year", most=1_000_000)
    return type("CapacityPoolForm", (PoolForm,), fields)


def limit_data(limits: Sequence[SubLimit]) -> dict[str, Any]:
    """Limits as data of the form's rows."""
    data: dict[str, Any] = {}
    for number, limit in enumerate(limits, start=1):
        data[f"limit-{number}-region"] = limit.region or ""
        data[f"limit-{number}-complexity"] = limit.complexity.value if limit.complexity else ""
        data[f"limit-{number}-places"] = limit.places
    return data
