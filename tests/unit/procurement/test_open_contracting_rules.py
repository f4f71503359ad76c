"""Open Contracting as rules: any course of a call-off is valid, tells nothing too early, merges the same."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from procurement.calloffs.drafting.types import Amendable, AmendableLot, AmendedField, Change
from procurement.framework.types import Regime
from procurement.notices.types import NoticeKind
from procurement.open_contracting import exports
from procurement.open_contracting.exports.validation import Standard
from procurement.open_contracting.rules import call_off_release, framework_release, record
from procurement.open_contracting.types import (
    AwardFacts,
    BidFacts,
    CallOffFacts,
    CategoryFacts,
    ContractFacts,
    CriterionFacts,
    EnquiryFacts,
    FrameworkFacts,
    Happening,
    LotFacts,
    NoticeFacts,
    PartyFacts,
    Publisher,
)
from tests.shared_data import OCDS_SCHEMAS

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVICE = ("accommodation", "low")
AUTHORITY = PartyFacts("OR-AUTHOR", "Example authority")
BIDDERS = {
    "OR-ONE": PartyFacts("OR-ONE", "Example One", company_number="00000001", small=True),
    "OR-TWO": PartyFacts("OR-TWO", "Example Two", charity_number="0000002", voluntary=True),
    "OR-BOTH": PartyFacts("OR-BOTH", "Example Both", "00000003", "0000003", small=True, voluntary=True),
}
SECRETS = (*(party.name for party in BIDDERS.values()), "BD-ONE", "91234")
STANDARD = Standard(OCDS_SCHEMAS)
PUBLISHER = Publisher("Example", "https://throughgate.example", "ocds-example")

AGAIN_AND_AGAIN = ("calloff:amended", "calloff:extended")
ONCE = ("clarification:answered", "notice:published", "award:approved", "lot:failed", "letter:sent")
AFTER = {
    Regime.DYNAMIC_MARKET: (
        "award:notice-published",
        "award:standstill-started",
        "contract:made",
        "contract:in-force",
    ),
    Regime.DPS: ("contract:made", "contract:in-force", "award:notice-published"),
}


def call_off(regime: Regime, course: list[str]) -> tuple[CallOffFacts, list[Happening]]:
    """The facts and the history of a call-off that took a course; an hour lies between two events."""
    amendments: dict[int, tuple[datetime, tuple[Change, ...], str]] = {}
    extensions: dict[datetime, tuple[datetime, str]] = {}
    history: list[Happening] = []
    need, deadline = "The need.", START + timedelta(days=20)
    for place, tag in enumerate(course):
        at = START + timedelta(hours=place)
        details: dict[str, Any] = {}
        subject = 1
        if tag == "calloff:amended":
            number = len(amendments) + 1
            change = Change(AmendedField.NEED, need, f"The need, version {number}.")
            amendments[number] = (at, (change,), "It had to be said better")
            need, details = change.after, {"number": number}
        elif tag == "calloff:extended":
            extensions[at] = (deadline, "An outage")
            deadline += timedelta(days=1)
        elif tag in ("award:approved", "contract:made"):
            details = {"lot": 1}
        elif tag == "lot:failed":
            details = {"lot": 2, "cause": "no_bid"}
        elif tag == "award:standstill-started":
            details = {"last_day": (at.date() + timedelta(days=10)).isoformat()}
        history.append(Happening(place + 1, at, tag, subject, details))
    lot = AmendableLot("What it is.", date(2026, 9, 1), {SERVICE: 40})
    facts = CallOffFacts(
        ocid="ocds-example-CO-1",
        key="CO-1",
        title="Homes",
        regime=regime,
        framework_ocid="ocds-example-FW-1",
        framework_title="Example market",
        framework_address="https://throughgate.example/open-contracting/ocds-example-FW-1/record.json",
        authority=AUTHORITY,
        partners=(),
        terms=Amendable(
            need=need, data_sharing="", deadline=deadline, questions_close_at=None, lots={1: lot, 2: lot}
        ),
        published_at=START if "calloff:published" in course else None,
        lots=(
            LotFacts(1, "North", 24, ("Example town",), ("Women",), {SERVICE: ("Homes", "85312500")}, 1, 12),
            LotFacts(2, "South", 24, ("Example city",), (), {SERVICE: ("Homes", "85312500")}, reserved=""),
        ),
        criteria=(
            CriterionFacts("Method", False, Decimal("60"), Decimal(2)),
            CriterionFacts("Price", True, Decimal("40")),
        ),
        amendments=amendments,
        extensions=extensions,
        enquiries={1: EnquiryFacts("CQ-1", "Is travel paid?", "Yes.", 1)},
        bids=(
            BidFacts("BD-ONE", 1, "OR-ONE", START, True),
            BidFacts("BD-TWO", 1, "OR-TWO", START, False),
            BidFacts("BD-BOTH", 2, "OR-BOTH", START, True),
        ),
        awards={1: AwardFacts("BD-ONE-award", 1, "OR-ONE", "BD-ONE", Decimal("91234.50"))},
        contracts={
            1: ContractFacts(
                "CT-1",
                "Homes",
                1,
                "OR-ONE",
                date(2026, 9, 1),
                date(2028, 8, 31),
                Decimal("91234.50"),
                in_force_at=next((one.at for one in history if one.tag == "contract:in-force"), None),
                details_due_on=date(2026, 12, 1),
            )
        },
        notices={1: NoticeFacts("NT-1", NoticeKind.TENDER, "000001-2026")},
        suppliers=BIDDERS,
        page="https://throughgate.example/call-offs/CO-1",
    )
    return facts, history


@st.composite
def courses(draw: st.DrawFn) -> tuple[Regime, list[str]]:
    """A regime and a course: published, things that happen meanwhile, then as far as it came, or stopped."""
    regime = draw(st.sampled_from(list(Regime)))
    course = ["calloff:created", "calloff:published"]
    # What is done to one question, notice, lot or award is done once; terms change as often as they like.
    course += draw(st.lists(st.sampled_from(AGAIN_AND_AGAIN), max_size=4))
    course += draw(st.lists(st.sampled_from(ONCE), max_size=3, unique=True))
    course[2:] = draw(st.permutations(course[2:]))
    after = AFTER[regime][: draw(st.integers(0, len(AFTER[regime])))]
    if after:
        course += [tag for tag in ("award:approved", "letter:sent") if tag not in course]
        course += after
    elif draw(st.booleans()):
        course.append("calloff:cancelled")
    return regime, course


def releases_of(facts: CallOffFacts, history: list[Happening]) -> list[dict[str, Any]]:
    made = (call_off_release(facts, history[:place]) for place in range(1, len(history) + 1))
    return [release for release in made if release is not None]


def problems(releases: list[dict[str, Any]]) -> list[str]:
    address = "https://throughgate.example/package.json"
    package = json.loads("".join(exports.release_package(PUBLISHER, address, START, releases)))
    made = exports.record_package(PUBLISHER, address, [address], releases[0]["ocid"], START, releases)
    return [*STANDARD.problems(package), *STANDARD.problems(json.loads(json.dumps(made)))]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(courses(), st.randoms(use_true_random=False))
def test_any_course_is_valid_tells_nothing_too_early_and_merges_the_same_in_any_order(
    drawn: tuple[Regime, list[str]], random: Any
) -> None:
    regime, course = drawn
    facts, history = call_off(regime, course)
    releases = releases_of(facts, history)
    assert releases[0]["tag"] == ["planning", "tender"]
    assert problems(releases) == []
    first = {Regime.DYNAMIC_MARKET: "award:notice-published", Regime.DPS: "contract:made"}[regime]
    public_at = next((event.at for event in history if event.tag == first), None)
    for release in releases:
        text = json.dumps(release)
        told = [secret for secret in SECRETS if secret in text]
        if public_at is None or datetime.fromisoformat(release["date"]) < public_at:
            assert told == []
            assert not {"bids", "awards", "contracts"} & release.keys()
        else:
            assert all(party.name in text for party in BIDDERS.values())
    shuffled = releases[:]
    random.shuffle(shuffled)
    compiled = record("x", releases)["compiledRelease"]
    assert record("x", shuffled)["compiledRelease"] == compiled
    # Each release says what stood then, whatever came later.
    assert releases_of(*_cut(facts, history, len(history) // 2)) == [
        release
        for release in releases
        if datetime.fromisoformat(release["date"]) <= history[max(len(history) // 2, 2) - 1].at
    ]


def _cut(facts: CallOffFacts, history: list[Happening], place: int) -> tuple[CallOffFacts, list[Happening]]:
    """The same call-off as it stood earlier: its facts made from the earlier part of its course alone."""
    early = history[: max(place, 2)]
    return call_off(facts.regime, [event.tag for event in early])


def test_nothing_is_said_of_a_draft() -> None:
    facts, history = call_off(Regime.DYNAMIC_MARKET, ["calloff:created", "clarification:answered"])
    assert releases_of(facts, history) == []


def test_parties_have_the_schemes_of_the_registers() -> None:
    facts, history = call_off(
        Regime.DYNAMIC_MARKET, ["calloff:published", "award:approved", "award:notice-published"]
    )
    found = {party["name"]: party for party in releases_of(facts, history)[-1]["parties"]}
    assert found["Example One"]["id"] == "GB-COH-00000001"
    assert found["Example Two"]["identifier"]["scheme"] == "GB-CHC"
    assert {"scheme": "GB-CHC", "id": "0000003"} in found["Example Both"]["additionalIdentifiers"]
    assert found["Example authority"]["identifier"]["scheme"] == "THROUGHGATE"


@pytest.mark.parametrize(("regime", "public"), [(Regime.DYNAMIC_MARKET, True), (Regime.DPS, False)])
def test_a_direct_award_is_announced_without_a_word_of_the_competition(regime: Regime, public: bool) -> None:
    course = ["calloff:published", "award:transparency-notice-published", "contract:made"]
    facts, history = call_off(regime, course)
    direct = {1: AwardFacts("DA-1", 1, "OR-ONE", justification="Nobody bid.")}
    values = {name: getattr(facts, name) for name in facts.__slots__}
    facts = CallOffFacts(**{**values, "awards": {}, "direct_awards": direct})
    releases = releases_of(facts, history)
    assert [release["tag"] for release in releases] == [["planning", "tender"], ["award"], ["contract"]]
    assert releases[1]["awards"][0]["status"] == "pending"
    assert releases[2]["awards"][0]["status"] == "active"
    assert releases[2]["contracts"][0]["awardID"] == "DA-1"
    assert "Nobody bid." in releases[1]["awards"][0]["description"]
    assert all("bids" not in release for release in releases)
    assert "Example Two" not in json.dumps(releases)
    assert problems(releases) == []
    assert public or regime is Regime.DPS


def test_a_market_is_planned_only_once_its_intention_is_published() -> None:
    facts = FrameworkFacts(
        ocid="ocds-example-FW-1",
        key="FW-1",
        title="Example market",
        summary="For those who leave prison.",
        regime=Regime.DYNAMIC_MARKET,
        authority=AUTHORITY,
        starts_on=date(2026, 3, 10),
        published_at=START + timedelta(days=5),
        categories=(
            CategoryFacts("ACC", "Homes", "85312500", (("region:A", "North East"),), Decimal(0), None),
        ),
        suppliers=BIDDERS,
        notices={1: NoticeFacts("NT-1", NoticeKind.INTENTION, "000001-2026")},
        page="https://throughgate.example/frameworks/FW-1",
    )
    choice = {"supplier": "OR-ONE", "choices": ["ACC region:A"]}
    history = [
        Happening(1, START, "notice:published", 1),
        Happening(2, START + timedelta(days=5), "framework:published"),
        Happening(3, START + timedelta(days=9), "application:admitted", 1, choice),
        Happening(4, START + timedelta(days=12), "framework:ceased"),
    ]
    made = [framework_release(facts, history[:place]) for place in range(1, 5)]
    releases = [release for release in made if release is not None]
    assert [release["tag"] for release in releases] == [
        ["planning"],
        ["planning", "tender"],
        ["award"],
        ["tenderUpdate"],
    ]
    assert releases[0]["tender"]["status"] == "planned"
    assert "techniques" not in releases[0]["tender"]
    states = [
        release["tender"]["techniques"]["dynamicPurchasingSystem"]["status"] for release in releases[1:]
    ]
    assert states == ["pending", "active", "terminated"]
    assert problems(releases) == []
    assert framework_release(facts, [Happening(1, START, "framework:announced")]) is None
