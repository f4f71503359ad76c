"""Who is in the story and what they offer, drawn from a seeded source."""

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal

from procurement.demo.rules import words
from procurement.demo.types import PlannedLevel, PlannedOffer, PlannedPerson, PlannedSupplier

SEED = 20260901
REGIONS = tuple("ABCDEFGHIJKL")
PASSWORD = "throughgate demonstration"
DOMAIN = "demo.throughgate.example"

AUTHORITY = "Invented Probation Commissioning Service"

AUTHORITY_PEOPLE = (
    PlannedPerson("manager", "Mina Framework", f"manager@{DOMAIN}", "framework-manager"),
    PlannedPerson("commissioner", "Colm Commissioner", f"commissioner@{DOMAIN}", "commissioner"),
    PlannedPerson("approver", "Asha Approver", f"approver@{DOMAIN}", "approver"),
    PlannedPerson("evaluator-1", "Eve Evaluator", f"evaluator1@{DOMAIN}", "evaluator"),
    PlannedPerson("evaluator-2", "Ewan Evaluator", f"evaluator2@{DOMAIN}", "evaluator"),
    PlannedPerson("evaluator-3", "Esme Evaluator", f"evaluator3@{DOMAIN}", "evaluator"),
    PlannedPerson("lead", "Lena Lead (North East)", f"lead@{DOMAIN}", "regional-lead", ("A",)),
    PlannedPerson("lead-wales", "Llyr Lead (Wales)", f"lead.wales@{DOMAIN}", "regional-lead", ("D",)),
    PlannedPerson("lead-nation", "Nia Lead (all regions)", f"lead.nation@{DOMAIN}", "regional-lead"),
    PlannedPerson("auditor", "Arlo Auditor", f"auditor@{DOMAIN}", "auditor"),
)

PARTNER = "Made-Up Council for Work and Learning"
PARTNER_PEOPLE = (
    PlannedPerson("partner-approver", "Pia Partner", f"partner@{DOMAIN}", "approver"),
    PlannedPerson("partner-manager", "Paco Partner", f"partner.manager@{DOMAIN}", "framework-manager"),
)
"""Another authority, which takes part in one call-off and has not approved it yet."""

# How the applications of the last suppliers stand; all before them are admitted.
QUEUE = ("refused", "submitted", "submitted", "in_assessment", "representations", "overdue", "draft", "none")
NEEDS = tuple(words.OFFER_WORDS)
OFFERS = 312
SHOWN_SUPPLIERS = 3
"""The first suppliers, whose sign-ins are printed."""
LEVELS = (("low", "medium"), ("low", "medium"), ("medium", "high"), ("low", "medium", "high"))


def plan_suppliers() -> list[PlannedSupplier]:
    """Return 42 suppliers: most small charities in a region or two, a few that work nationwide."""
    source = random.Random(SEED)
    names = [f"{mark} {thing}" for mark in words.MARKS for thing in words.THINGS]
    planned = []
    for number, name in enumerate(names):
        national = number % 11 == 0
        home = REGIONS[number % len(REGIONS)]
        others = [region for region in REGIONS if region != home]
        regions = REGIONS if national else (home, *source.sample(others, number % 3))
        form = words.FORMS[number % len(words.FORMS)]
        needs = NEEDS if national else tuple(sorted(source.sample(NEEDS, 2 + number % 3), key=NEEDS.index))
        queue_place = number - (len(names) - len(QUEUE))
        planned.append(
            PlannedSupplier(
                key=name.lower().replace(" ", "-"),
                name=f"{name} {form}",
                size="large" if national else ("micro", "small", "small", "medium")[number % 4],
                voluntary=form not in ("Limited", "Co-operative"),
                regions=tuple(sorted(regions)),
                need_areas=needs,
                summary="An invented organisation that exists only in this demonstration.",
                application="admitted" if queue_place < 0 else QUEUE[queue_place],
            )
        )
    return planned


def plan_offers(
    suppliers: Sequence[PlannedSupplier],
    areas_of_region: Mapping[str, Sequence[str]],
    units_of_area: Mapping[str, Sequence[str]],
    region_names: Mapping[str, str],
) -> list[PlannedOffer]:
    """Return at least 300 offers that cover all regions; the last few are still on their way to publication.

    ``areas_of_region`` maps a region's letter to its police force areas' codes, ``units_of_area`` these to
    their delivery units' codes.
    """
    source = random.Random(SEED + 1)
    planned: list[PlannedOffer] = []
    on_their_way = ("draft", "submitted", "submitted", "returned")
    number = 0
    while len(planned) < OFFERS:
        supplier = suppliers[number % len(suppliers)]
        turn = number // len(suppliers)
        need = supplier.need_areas[turn % len(supplier.need_areas)]
        region = supplier.regions[turn % len(supplier.regions)]
        title, summary, outputs = words.OFFER_WORDS[need][(number + turn) % len(words.OFFER_WORDS[need])]
        audience, cohorts = words.AUDIENCES[source.randrange(len(words.AUDIENCES))]
        places = _places(source, supplier, region, areas_of_region, units_of_area)
        ends_as = "published" if OFFERS - len(planned) > 12 else on_their_way[number % len(on_their_way)]
        group = source.random() < 0.35
        planned.append(
            PlannedOffer(
                supplier=supplier.key,
                need_area=need,
                title=" ".join(part for part in (title, audience, f"in {region_names[region]}") if part)
                if len(supplier.regions) < len(REGIONS)
                else " ".join(part for part in (title, audience, "nationwide") if part),
                summary=summary,
                levels=_levels(source, need, outputs, big=supplier.size == "large"),
                places=places,
                cohorts=cohorts,
                stages=("pre-release", "at-the-gate", "community")
                if number % 3 == 0
                else (("community", "move-on") if number % 3 == 1 else ("community",)),
                mode="both" if group else "one_to_one",
                group=(4, 8, 12) if group else None,
                remote_only=number % 29 == 7,
                seed=SEED + 100 + number,
                ends_as=ends_as,
            )
        )
        number += 1
    return planned


def _places(
    source: random.Random,
    supplier: PlannedSupplier,
    region: str,
    areas_of_region: Mapping[str, Sequence[str]],
    units_of_area: Mapping[str, Sequence[str]],
) -> tuple[str, ...]:
    """A national supplier serves whole regions; a small one a region, an area, or two delivery units."""
    if len(supplier.regions) == len(REGIONS):
        return tuple(f"region:{letter}" for letter in sorted(source.sample(REGIONS, 5)))
    choice = source.random()
    areas = sorted(areas_of_region[region])
    if choice < 0.4:
        return (f"region:{region}",)
    area = source.choice(areas)
    units = sorted(units_of_area.get(area, ()))
    if choice < 0.75 or not units:
        return (area,)
    return tuple(sorted(source.sample(units, min(2, len(units)))))


def _levels(source: random.Random, need: str, outputs: str, *, big: bool) -> tuple[PlannedLevel, ...]:
    """Prices around the need's usual ones, places by size; most offers serve two levels."""
    prices = dict(zip(("low", "medium", "high"), words.PRICES[need], strict=True))
    wanted = source.choice(
        (("low", "medium"), ("low", "medium"), ("medium", "high"), ("low", "medium", "high"))
    )
    variation = Decimal(source.randrange(88, 116)) / 100
    levels = []
    for complexity in wanted:
        if not prices[complexity]:
            continue
        places = source.randrange(90, 520) * (5 if big else 1)
        levels.append(
            PlannedLevel(
                complexity=complexity,
                unit_price=(prices[complexity] * variation).quantize(Decimal("1")),
                places_a_year=places // 10 * 10,
                outputs=outputs,
            )
        )
    return tuple(levels)
