"""Which notices follow from what happened, and by when they are to be published."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from procurement.framework.types import FrameworkTag
from procurement.notices.rules import due_on, planned, reasons_not_to_mark
from procurement.notices.types import Happening, NoticeKind

AT = datetime(2026, 9, 1, 9, tzinfo=UTC)


def happening(number: int, tag: FrameworkTag, supplier: str = "", choices: tuple = (), at: datetime = AT):
    return Happening(number, at, str(tag), "FW-1", supplier, choices)


def test_each_deed_on_a_market_calls_for_its_notice() -> None:
    kinds = [
        plan.kind
        for plan in planned(
            [
                happening(1, FrameworkTag.FRAMEWORK_ANNOUNCED),
                happening(2, FrameworkTag.FRAMEWORK_PUBLISHED),
                happening(3, FrameworkTag.APPLICATION_ADMITTED, "OR-1", (("ACC", "region:A"),)),
                happening(4, FrameworkTag.MEMBER_REMOVED, "OR-1", (("ACC", "region:A"),)),
                happening(5, FrameworkTag.FRAMEWORK_CEASED),
            ]
        )
    ]
    assert kinds == [
        NoticeKind.INTENTION,
        NoticeKind.ESTABLISHMENT,
        NoticeKind.MODIFICATION,
        NoticeKind.MODIFICATION,
        NoticeKind.CESSATION,
    ]


def test_one_removal_from_several_places_is_one_notice() -> None:
    north, south = ("ACC", "region:A"), ("ACC", "region:B")
    plans = planned(
        [
            happening(1, FrameworkTag.MEMBER_REMOVED, "OR-1", (north,)),
            happening(2, FrameworkTag.MEMBER_REMOVED, "OR-1", (south,)),
            happening(3, FrameworkTag.MEMBER_REMOVED, "OR-2", (south,)),
            happening(4, FrameworkTag.MEMBER_REMOVED, "OR-1", (north,), AT + timedelta(days=9)),
        ]
    )
    assert [(plan.event_id, plan.supplier, plan.removed) for plan in plans] == [
        (1, "OR-1", (north, south)),
        (3, "OR-2", (south,)),
        (4, "OR-1", (north,)),
    ]


def test_a_notice_is_due_in_five_working_days_of_the_whole_united_kingdom() -> None:
    assert due_on(AT) == date(2026, 9, 7)
    assert due_on(datetime(2025, 12, 24, 12, tzinfo=UTC)) == date(2026, 1, 5)
    assert due_on(datetime(2031, 1, 1, tzinfo=UTC)) is None


def test_a_notice_is_marked_once_and_with_a_reference() -> None:
    assert reasons_not_to_mark(published=False, reference="012345-2026") == []
    assert [r.code for r in reasons_not_to_mark(published=True, reference="x")] == ["published_already"]
    assert [r.code for r in reasons_not_to_mark(published=False, reference=" ")] == ["reference_missing"]


removals = st.lists(
    st.builds(
        happening,
        st.integers(1, 10_000),
        st.just(FrameworkTag.MEMBER_REMOVED),
        st.sampled_from(["OR-1", "OR-2"]),
        st.tuples(st.tuples(st.just("ACC"), st.sampled_from(["region:A", "region:B"]))),
        st.sampled_from([AT, AT + timedelta(days=1)]),
    ),
    unique_by=lambda one: one.event_id,
)


@given(removals)
def test_no_removal_is_lost_or_told_twice(found: list[Happening]) -> None:
    told = [choice for plan in planned(found) for choice in plan.removed]
    assert sorted(told) == sorted(choice for one in found for choice in one.choices)
    assert {plan.event_id for plan in planned(found)} <= {one.event_id for one in found}
