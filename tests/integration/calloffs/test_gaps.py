"""A draft filled in from a gap."""

from decimal import Decimal

import pytest
from sqlalchemy.orm import Session

from core.reasons import Refused
from procurement.calloffs.drafting import services
from procurement.calloffs.drafting.types import CallOffState
from tests.factories import NOW, actor_of, make_person
from tests.factories_calloffs import make_setting


def draft(session: Session, person, setting, **changes):
    values = {
        "framework_id": setting.framework.id,
        "title": "Accommodation in Cleveland",
        "need_area_codes": ["accommodation"],
        "complexities": ["low", "medium"],
        "place_codes": ["pfa:cleveland", "pdu:stockton-and-hartlepool"],
        "cohort_codes": ["women"],
        "stage_codes": ["community"],
        "volumes": {"low": 80, "medium": 20},
        "budget": Decimal(150_000),
        "source_note": "Gap analysis of 1 September 2026",
    } | changes
    return services.draft_from_gap(session, actor=actor_of(session, person), now=NOW, **values)


def test_one_lot_is_filled_in_from_the_gap(session: Session) -> None:
    setting = make_setting(session)
    lead = make_person(session, setting.authority, "regional-lead", scopes=("region:A",))
    call_off = draft(session, lead, setting)
    assert call_off.state is CallOffState.DRAFT
    assert call_off.source_note == "Gap analysis of 1 September 2026"
    (lot,) = call_off.lots
    assert {(v.complexity.value, v.people_a_year) for v in lot.volumes} == {("low", 80), ("medium", 20)}
    # A delivery unit inside a chosen police force area adds nothing.
    assert [place.code for place in lot.places] == ["pfa:cleveland"]
    assert [cohort.code for cohort in lot.cohorts] == ["women"]
    assert lot.budget == Decimal(150_000)
    assert not lot.holds_all


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"place_codes": ["pfa:nowhere"]}, "unknown_code"),
        ({"need_area_codes": ["gardening"]}, "unknown_code"),
        ({"volumes": {"extreme": 5}}, "unknown_code"),
        ({"cohort_codes": ["everyone"]}, "unknown_code"),
        ({"place_codes": ["pfa:kent"]}, "region_outside_scope"),
        ({"place_codes": ["nation:ew"]}, "region_outside_scope"),
        ({"framework_id": 0}, "framework_not_published"),
    ],
)
def test_what_is_unknown_or_out_of_reach_is_refused(session: Session, changes: dict, code: str) -> None:
    setting = make_setting(session)
    lead = make_person(session, setting.authority, "regional-lead", scopes=("region:A",))
    with pytest.raises(Refused) as refused:
        draft(session, lead, setting, **changes)
    assert {reason.code for reason in refused.value.reasons} == {code}


def test_high_complexity_that_the_specification_has_not_is_left_out(session: Session) -> None:
    setting = make_setting(session)
    call_off = draft(
        session,
        setting.drafter,
        setting,
        need_area_codes=["attitudes"],
        complexities=["medium", "high"],
        volumes={"medium": 30, "high": 10},
    )
    assert [v.complexity.value for v in call_off.lots[0].volumes] == ["medium"]
