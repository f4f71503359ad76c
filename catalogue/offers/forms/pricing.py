"""The form of an offer's prices and places: for each complexity what is paid, how many, what it costs."""

from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import ValidationError

from catalogue.offers.forms.commercial import COST_WORDS, INDEXATION_WORDS
from catalogue.offers.forms.sections import SectionForm, choice_field
from catalogue.offers.rules.pricing import has_costs, recovery
from catalogue.offers.types import Costing, CostKind, Indexation, LevelPrices, PriceBand, Rise
from catalogue.reference.types import Complexity
from core.web.forms import DatePartsField, PoundsField, WholeNumberField, WordsField

BANDS = 4
MOST_PERCENT = Decimal(1000)


class PercentField(StringField):
    """A percentage with up to four places; ``data`` is a Decimal or None. Keeps what was typed."""

    raw = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.raw = (valuelist[0] if valuelist else "").strip()
        self.data = None
        text = self.raw.removesuffix("%").replace(",", "").strip()
        if not text:
            return
        try:
            number = Decimal(text)
            kept = number.quantize(Decimal("0.0001"))
        except InvalidOperation:
            raise ValueError(f"{self.label.text} must be a number, like 2.5")
        if not number.is_finite() or number != kept:
            raise ValueError(f"{self.label.text} must have four decimal places or fewer")
        if not 0 <= number <= MOST_PERCENT:
            raise ValueError(f"{self.label.text} must be between 0 and {MOST_PERCENT:,}")
        self.data = kept

    def _value(self) -> str:
        return self.raw or ("" if self.data is None else f"{self.data.normalize():f}")


class PricesForm(SectionForm):
    """What holds for all complexities; `prices_form` adds the fields of each."""

    places_together = WholeNumberField(
        "Places a year, all complexities together (optional)",
        least=1,
        most=1_000_000,
        description=(
            "If the same staff or rooms serve all of them, the most people in a year. Leave it empty if the "
            "places of each complexity simply add up."
        ),
    )
    indexation = choice_field(
        "How do prices rise over the years?",
        [(kind.value, text, "") for kind, text in INDEXATION_WORDS.items()],
    )
    indexation_percent = PercentField(
        "Rise a year, in percent", description="Only for a fixed percentage. Like 2.5"
    )
    indexation_from = DatePartsField("First rise on", description="And every year on that day. Like 1 4 2028")

    def validate_indexation_percent(self, field: PercentField) -> None:
        if self.indexation.data != Indexation.FIXED and field.data is not None and self.indexation.data:
            raise ValidationError("Rise a year: choose a fixed percentage above, or leave it empty")

    def rise(self) -> Rise:
        """How prices rise, as far as it was filled in right."""
        chosen = self.indexation.data
        known = chosen in {kind.value for kind in Indexation}
        return Rise(
            Indexation(chosen) if known else Indexation.NONE,
            None if self.indexation_percent.errors else self.indexation_percent.data,
            None if self.indexation_from.errors else self.indexation_from.data,
        )


def prices_form(complexities: Iterable[Complexity], pools: Sequence[tuple[str, str]]) -> type[PricesForm]:
    """The form's class for some complexities; ``pools`` are the supplier's shared pools as (code, name)."""
    fields: dict[str, Any] = {}
    for complexity in complexities:
        for name, field in _level_fields(pools).items():
            fields[f"{complexity}-{name}"] = field
    return type("OfferPricesForm", (PricesForm,), fields)


def _level_fields(pools: Sequence[tuple[str, str]]) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "unit_price": PoundsField(
            "Price of a place",
            description="What the authority pays for one person’s place, everything included.",
        ),
        "places_a_year": WholeNumberField(
            "Places a year",
            least=1,
            most=1_000_000,
            description="The most people you can serve in a year at this complexity.",
        ),
    }
    if pools:
        fields["pool"] = SelectField(
            "Whose places are they?",
            choices=[("", "This offer’s own"), *((code, f"Shared: {name}") for code, name in pools)],
            validate_choice=False,
            description="Of a shared pool, leave the places a year here empty: the pool says how many.",
        )
    for kind, text in COST_WORDS.items():
        fields[f"cost-{kind}"] = PoundsField(text)
    fields["overhead_percent"] = PercentField("Overheads, in percent of direct costs")
    fields["overhead_pounds"] = PoundsField("Overheads, in pounds a place")
    fields["surplus_percent"] = PercentField("Surplus or contribution, in percent of full cost")
    fields["use_worked_out"] = BooleanField("Use the price worked out from these costs")
    for number in range(1, BANDS + 1):
        fields[f"band-{number}-from"] = WholeNumberField(
            f"From places a year ({number})", least=2, most=1_000_000
        )
        fields[f"band-{number}-price"] = PoundsField(f"Price of a place ({number})")
    fields["band_reason"] = WordsField(
        "Why a larger volume costs more (only if it does)", word_limit=100, rows=2
    )
    return fields


def typed(complexity: Complexity, prices: LevelPrices) -> dict[str, Any]:
    """What is saved for a complexity, as data of the form's fields."""
    costing = prices.costing or Costing()
    found: dict[str, Any] = {
        "unit_price": prices.unit_price,
        "places_a_year": prices.places_a_year,
        "pool": prices.pool,
        "overhead_percent": costing.overhead_percent,
        "overhead_pounds": costing.overhead_pounds,
        "surplus_percent": costing.surplus_percent,
        "band_reason": prices.band_reason,
    }
    found |= {f"cost-{kind}": amount for kind, amount in costing.costs.items()}
    for number, band in enumerate(prices.bands, start=1):
        found |= {f"band-{number}-from": band.places_from, f"band-{number}-price": band.unit_price}
    return {f"{complexity}-{name}": value for name, value in found.items()}


def check_level(form: PricesForm, complexity: Complexity) -> None:
    """Put at the fields what is at odds between them."""
    percent, pounds = form[f"{complexity}-overhead_percent"], form[f"{complexity}-overhead_pounds"]
    if percent.data is not None and pounds.data is not None:
        _error(pounds, "Enter overheads as a percentage or in pounds, not both")
    begun: set[int] = set()
    for number in range(1, BANDS + 1):
        start, price = form[f"{complexity}-band-{number}-from"], form[f"{complexity}-band-{number}-price"]
        if start.errors or price.errors:
            continue
        if start.data is None and price.data is not None:
            _error(start, f"From places a year ({number}): say from how many places this price holds")
        elif start.data is not None and price.data is None:
            _error(price, f"Price of a place ({number}): enter the price from {start.data} places a year")
        elif start.data in begun:
            _error(start, f"From places a year ({number}): another price already begins at {start.data}")
        begun |= {start.data} if start.data is not None else set()
    if f"{complexity}-pool" in form and form[f"{complexity}-pool"].data:
        places = form[f"{complexity}-places_a_year"]
        if places.data is not None:
            _error(places, "Places a year: leave this empty, or choose this offer’s own places")
    costing = _costing(form, complexity, Costing())
    if form[f"{complexity}-use_worked_out"].data and not has_costs(costing):
        _error(
            form[f"{complexity}-use_worked_out"],
            "Enter what a place costs, so that its price can be worked out",
        )


def level_prices(form: PricesForm, complexity: Complexity, saved: LevelPrices) -> LevelPrices:
    """What was filled in right for a complexity; what was not stays as it was saved."""
    costing = _costing(form, complexity, saved.costing or Costing())

    def kept(name: str, before: Any) -> Any:
        field = form[f"{complexity}-{name}"]
        return before if field.errors else field.data

    fields = [
        (form[f"{complexity}-band-{number}-from"], form[f"{complexity}-band-{number}-price"])
        for number in range(1, BANDS + 1)
    ]
    # Bands hang together: where one is wrong, all stay as they were.
    wrong = any(field.errors for pair in fields for field in pair)
    bands = tuple(
        PriceBand(start.data, price.data)
        for start, price in fields
        if start.data is not None and price.data is not None
    )
    unit_price = kept("unit_price", saved.unit_price)
    if form[f"{complexity}-use_worked_out"].data and has_costs(costing):
        unit_price = recovery(costing).price
    has_pool = f"{complexity}-pool" in form
    return LevelPrices(
        unit_price=unit_price,
        places_a_year=kept("places_a_year", saved.places_a_year),
        pool=(kept("pool", saved.pool) or "") if has_pool else "",
        bands=saved.bands if wrong else tuple(sorted(bands, key=lambda band: band.places_from)),
        band_reason=kept("band_reason", saved.band_reason) or "",
        costing=costing,
    )


def _costing(form: PricesForm, complexity: Complexity, saved: Costing) -> Costing:
    def kept(name: str, before: Decimal | None) -> Decimal | None:
        field = form[f"{complexity}-{name}"]
        return before if field.errors else field.data

    costs = {kind: kept(f"cost-{kind}", saved.costs.get(kind)) for kind in CostKind}
    percent = kept("overhead_percent", saved.overhead_percent)
    pounds = kept("overhead_pounds", saved.overhead_pounds)
    return Costing(
        costs={kind: amount for kind, amount in costs.items() if amount is not None},
        overhead_percent=percent if pounds is None else None,
        overhead_pounds=pounds,
        surplus_percent=kept("surplus_percent", saved.surplus_percent),
    )


def _error(field: Any, message: str) -> None:
    field.errors = [*field.errors, message]
