"""The call-offs of the story: one in every state, and those whose contracts serve people today."""

from decimal import Decimal

from procurement.demo.rules.words import PRICES
from procurement.demo.types import PlannedCallOff, PlannedLot

REGION_NAMES = {
    "A": "North East",
    "B": "North West",
    "C": "Yorkshire and the Humber",
    "D": "Wales",
    "E": "West Midlands",
    "F": "East Midlands",
    "G": "South West",
    "H": "South Central",
    "I": "East of England",
    "J": "London",
    "K": "Kent, Surrey and Sussex",
    "L": "Greater Manchester",
}
WHAT = {
    "accommodation": "A home to go to",
    "employment": "Work and learning",
    "finance": "Money and benefits",
    "attitudes": "Thinking and behaviour",
    "family": "Family and relationships",
    "lifestyle": "Mentors and activities",
    "emotional": "Wellbeing",
    "alcohol": "Alcohol",
}


# The plan below is written for one delivery unit's worth; a region's lot serves several times as many.
SCALE = 5


def _lot(
    need: str, region: str, low: int, medium: int, bidders: int = 3, years: int = 3, suppliers: int = 1
) -> PlannedLot:
    """A lot whose budget is its volumes at the usual prices, and a tenth more."""
    prices = PRICES[need]
    low, medium = low * SCALE, medium * SCALE
    yearly = prices[0] * low + prices[1] * medium
    return PlannedLot(
        title=f"{WHAT[need]}: {REGION_NAMES[region]}",
        need_area=need,
        region=region,
        volumes=tuple((level, people) for level, people in (("low", low), ("medium", medium)) if people),
        budget=Decimal(yearly * years * 11 // 10 // 1000 * 1000),
        bidders=bidders,
        suppliers=suppliers,
    )


def _everywhere(need: str, regions: str, low: int, medium: int) -> tuple[PlannedLot, ...]:
    return tuple(
        _lot(need, region, low + 10 * n, medium + 5 * n, bidders=2) for n, region in enumerate(regions)
    )


_DONE = (
    ("accommodation", "ABCDEFGHIJKL", 420, 310, 400),
    ("emotional", "ABCEGIJL", 260, 180, 390),
    ("family", "BDFHJK", 150, 90, 380),
    ("lifestyle", "ACEGIK", 160, 80, 370),
    ("attitudes", "BEJL", 140, 90, 360),
    ("employment", "DGHK", 230, 120, 350),
)

CALL_OFFS: tuple[PlannedCallOff, ...] = (
    *(
        PlannedCallOff(
            key=f"running-{need}",
            title=f"{WHAT[need]}: services in {len(regions)} regions",
            need="People leaving prison and on community sentences wait for this help, or get none.",
            lots=_everywhere(need, regions, low, medium),
            reaches="contracted",
            published_days_ago=days,
        )
        for need, regions, low, medium, days in _DONE
    ),
    PlannedCallOff(
        key="north-east-money",
        title="Money and benefits: North East",
        need="The coverage analysis of last spring found nobody contracted for money advice here.",
        lots=(_lot("finance", "A", 320, 210, suppliers=2),),
        reaches="contracted",
        published_days_ago=170,
    ),
    PlannedCallOff(
        key="draft",
        title="Mentors in the North West",
        need="Half of the people leaving prison in the region name nobody they can ring.",
        lots=(_lot("lifestyle", "B", 200, 120),),
        reaches="draft",
    ),
    PlannedCallOff(
        key="approved",
        title="Work and learning in Wales, second round",
        need="The first contract reaches half of those who need it.",
        lots=(_lot("employment", "D", 180, 100),),
        reaches="approved",
        partner_share=Decimal(30),
    ),
    PlannedCallOff(
        key="open",
        title="Money and benefits: London and the East",
        need="Nobody is contracted for money advice in either region.",
        lots=(_lot("finance", "J", 500, 300), _lot("finance", "I", 240, 150)),
        reaches="published",
        published_days_ago=9,
        tender_days=26,
    ),
    PlannedCallOff(
        key="closed",
        title="Family and relationships: West Midlands",
        need="Families travel to three counties for help that is not there.",
        lots=(_lot("family", "E", 160, 90),),
        reaches="closed",
        published_days_ago=22,
        tender_days=20,
    ),
    PlannedCallOff(
        key="scoring",
        title="Wellbeing: South Central",
        need="Waits for wellbeing support have passed three months.",
        lots=(_lot("emotional", "H", 220, 150),),
        reaches="quality_opened",
        published_days_ago=26,
    ),
    PlannedCallOff(
        key="scored",
        title="Alcohol: Yorkshire and the Humber",
        need="Drinking that leads to offences, short of a dependency, has no service in the region.",
        lots=(_lot("alcohol", "C", 240, 120),),
        reaches="quality_scored",
        published_days_ago=29,
    ),
    PlannedCallOff(
        key="consensus",
        title="Thinking and behaviour: East Midlands",
        need="One-to-one work is missing for people who cannot join groups.",
        lots=(_lot("attitudes", "F", 150, 80),),
        reaches="consensus",
        published_days_ago=32,
    ),
    PlannedCallOff(
        key="priced",
        title="Work and learning: Greater Manchester",
        need="Employers ask for people whom nobody prepares.",
        lots=(_lot("employment", "L", 260, 140),),
        reaches="price_opened",
        published_days_ago=33,
    ),
    PlannedCallOff(
        key="recommended",
        title="Money and benefits: Kent, Surrey and Sussex",
        need="Debt brings people back to court.",
        lots=(_lot("finance", "K", 230, 140),),
        reaches="recommended",
        published_days_ago=35,
    ),
    PlannedCallOff(
        key="award-approved",
        title="Mentors and activities: London",
        need="Young men in particular ask for somebody who has been there.",
        lots=(_lot("lifestyle", "J", 300, 160),),
        reaches="award_approved",
        published_days_ago=38,
    ),
    PlannedCallOff(
        key="told",
        title="Alcohol: South West",
        need="The only service closed last winter.",
        lots=(_lot("alcohol", "G", 170, 90),),
        reaches="summaries_sent",
        published_days_ago=40,
    ),
    PlannedCallOff(
        key="standstill",
        title="Family and relationships: North East",
        need="Parents ask for help before release and are told to wait.",
        lots=(_lot("family", "A", 130, 70), _lot("alcohol", "L", 60, 40, bidders=0)),
        reaches="standstill",
        published_days_ago=42,
    ),
    PlannedCallOff(
        key="paused",
        title="Work and learning: East Midlands",
        need="Paused while the employer partnership is settled.",
        lots=(_lot("employment", "F", 190, 110),),
        reaches="paused",
        published_days_ago=12,
        tender_days=30,
    ),
    PlannedCallOff(
        key="cancelled",
        title="Alcohol: North East",
        need="No bid came in; the region's lead is asking suppliers why.",
        lots=(_lot("alcohol", "A", 90, 60, bidders=0),),
        reaches="cancelled",
        published_days_ago=80,
    ),
)

# (name, what is asked, word limit, weight, threshold): the same four questions for every call-off, price 40.
QUESTIONS = (
    (
        "How you will help",
        "Describe what a person will experience from referral to the end, and why you expect it to work.",
        600,
        Decimal(25),
        Decimal(2),
    ),
    (
        "Who you will help",
        "How do you reach people who find services hard to use, and fit the effort to risk and need?",
        400,
        Decimal(15),
        None,
    ),
    (
        "From prison to home",
        "How do you work before release, at the gate, and in the place where the person settles?",
        400,
        Decimal(10),
        None,
    ),
)
# What bidders ask of an open call-off: the question, its wording for everyone, the answer; one still waits.
CLARIFICATIONS = (
    (
        "We run a shop in Ilford. Must advice be given in the probation office?",
        "Must advice be given in a probation office?",
        "No. Any place that people can reach and where they are heard in private will do.",
    ),
    (
        "Are the volumes per calendar year or contract year?",
        "Are the volumes for a calendar year or a contract year?",
        "For a contract year: twelve months from the day on which the service starts.",
    ),
    ("May a bidder name a subcontractor after the award?", "", ""),
)
SOCIAL_VALUE = (
    "What the community gains",
    "What will local people gain from this contract beyond the service itself?",
    300,
    Decimal(10),
    None,
)
STAFF_TRANSFER = (
    "The present providers have been asked what staff they assign to this work. What they answer goes to "
    "every bidder under the same terms; bidders take their own advice."
)
VOLUME_SOURCE = "Referrals of the last two years, with a fifth more or less for a change in releases."
PRICE_WEIGHT = Decimal(40)
