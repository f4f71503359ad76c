"""The three steps of a lot: what and for how many, where and for whom, when and for how much."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from wtforms import BooleanField, StringField

from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.web.forms import CheckboxesField, DatePartsField, PoundsField, WholeNumberField, WordsField
from procurement.calloffs.drafting.forms.fields import OneOfField, StepForm
from procurement.calloffs.drafting.forms.steps import TITLE, choices
from procurement.calloffs.drafting.forms.words import RESERVATION_HINTS, RESERVATION_WORDS


class LotServiceForm(StepForm):
    """What a lot buys; made by `lot_service_form` with a field for each level that the specification has."""

    title = StringField("Title of the lot", validators=[TITLE])
    description = WordsField(
        "Description", word_limit=500, description="What this lot adds to the need of the call-off."
    )

    def people(self) -> dict[tuple[str, str], int]:
        """People a year by (need area, complexity), where some were entered."""
        found = {}
        for field in self:
            kind, _, key = field.short_name.partition("__")
            if kind == "people" and field.data:
                need_area, complexity = key.split("__")
                found[need_area, complexity] = field.data
        return found


def people_field(need_area: str, complexity: str) -> str:
    """The name of the field for a need area's people at one complexity."""
    return f"people__{need_area}__{complexity}"


def lot_service_form(
    need_areas: Sequence[NeedArea], available: Collection[tuple[str, str]]
) -> type[LotServiceForm]:
    """The form with a field of people a year for each level that the specification has."""
    fields = {
        people_field(area.code, complexity): WholeNumberField(
            f"{area.name}, {complexity} complexity: people a year", least=0, most=100_000
        )
        for area in need_areas
        for complexity in Complexity
        if (area.code, complexity) in available
    }
    return type("LotServiceForm", (LotServiceForm,), fields)


class LotWhereForm(StepForm):
    """Where, for whom and at which stages."""

    places = CheckboxesField("Places")
    cohorts = CheckboxesField(
        "People the lot is for", description="Choose all that apply: who may be referred."
    )
    stages = CheckboxesField("Stages")

    def offer(self, places: Iterable[Place], cohorts: Iterable[Cohort], stages: Iterable[Stage]) -> None:
        """Give what there is to choose from."""
        self.places.choices = [(place.code, place.name) for place in places]
        self.cohorts.choices = [(cohort.code, cohort.name) for cohort in cohorts]
        self.stages.choices = [(stage.code, stage.name) for stage in stages]


class LotVolumesForm(StepForm):
    """Ranges and sources of a lot's volumes; made by `lot_volumes_form` with fields for each service."""

    volume_source = WordsField(
        "Where the numbers come from",
        word_limit=200,
        rows=3,
        description="Returns, a demand set, an analysis: what a bidder can hold against them.",
    )

    def ranges(self, services: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[Any, Any]]:
        """The lowest and the highest number by (need area, complexity)."""
        return {
            service: (self[detail_field("low", service)].data, self[detail_field("high", service)].data)
            for service in services
        }

    def fixed_prices(self, services: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Any]:
        """Pounds a person by (need area, complexity), where the price is fixed."""
        names = {service: detail_field("price", service) for service in services}
        return {service: self[name].data for service, name in names.items() if name in self}


def detail_field(what: str, service: tuple[str, str]) -> str:
    """The name of a field of a service's detail: low, high or price."""
    return f"{what}__{service[0]}__{service[1]}"


def lot_volumes_form(services: Mapping[tuple[str, str], str], *, fixed: bool) -> type[LotVolumesForm]:
    """The form with the fields of each service of a lot, which `services` gives a name."""
    fields: dict[str, Any] = {}
    for service, name in services.items():
        fields[detail_field("low", service)] = WholeNumberField(f"{name}: at least", most=100_000)
        fields[detail_field("high", service)] = WholeNumberField(f"{name}: at most", most=100_000)
        if fixed:
            fields[detail_field("price", service)] = PoundsField(
                f"{name}: price a person", least=Decimal("0.01")
            )
    return type("LotVolumesForm", (LotVolumesForm,), fields)


class LotTermsForm(StepForm):
    """When, for how long, for how much, and who may bid."""

    starts_on = DatePartsField("Service starts")
    term_months = WholeNumberField("Term in months", least=1, most=240)
    extensions = WholeNumberField(
        "How often it may be extended", most=10, description="Leave empty where it may not be."
    )
    extension_months = WholeNumberField(
        "Months of each extension", least=1, most=60, description="Only where it may be extended."
    )
    mobilisation_weeks = WholeNumberField(
        "Weeks to get ready (optional)",
        most=104,
        description="Between the contract and the start, for hiring, premises and the hand-over.",
    )
    budget = PoundsField(
        "Budget over the whole term",
        description="Without extensions. With them, at the same budget a month, it decides the value band, "
        "and so who is invited.",
    )
    reserved_for = OneOfField(
        "Who may bid",
        choices=[("", "Every member of its categories"), *choices(RESERVATION_WORDS)],
        hints=RESERVATION_HINTS,
    )
    holds_all = BooleanField("A bidder, or its consortium, must be a member for every need area of this lot")
