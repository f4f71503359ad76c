"""The three steps of a lot: what and for how many, where and for whom, when and for how much."""

from collections.abc import Collection, Iterable, Sequence

from wtforms import BooleanField, StringField

from catalogue.reference.models import Cohort, NeedArea, Place, Stage
from catalogue.reference.types import Complexity
from core.web.forms import CheckboxesField, DatePartsField, PoundsField, WholeNumberField, WordsField
from procurement.calloffs.drafting.forms.fields import StepForm
from procurement.calloffs.drafting.forms.steps import TITLE


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


class LotTermsForm(StepForm):
    """When, for how long, for how much, and who may bid."""

    starts_on = DatePartsField("Service starts")
    term_months = WholeNumberField("Term in months", least=1, most=240)
    budget = PoundsField(
        "Budget over the whole term", description="It decides the value band, and so who is invited."
    )
    holds_all = BooleanField("A bidder, or its consortium, must be a member for every need area of this lot")
