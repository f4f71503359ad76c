"""The steps of a draft: incomplete and stale forms, limits of roles, levels that cannot be bought."""

import html
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.reasons import Refused
from procurement.calloffs.drafting import services
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import Duty
from tests.factories import NOW, actor_of, make_person
from tests.factories_calloffs import Setting, add_whole_lot, make_draft, make_setting


@pytest.fixture
def setting(session: Session) -> Setting:
    return make_setting(session)


@pytest.fixture
def call_off(session: Session, setting: Setting, client: FlaskClient) -> CallOff:
    client.sign_in(setting.drafter)
    return make_draft(session, setting)


def text_of(response) -> str:
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))
    return html.unescape(text)


def basis_of(response) -> str:
    found = re.search(r'name="basis"[^>]*value="([0-9a-f]+)"', response.get_data(as_text=True))
    assert found
    return found.group(1)


def test_a_stale_form_keeps_what_was_typed_and_shows_what_changed(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    address = f"/commissioning/{call_off.public_id}/basics"
    basis = basis_of(client.get(address))
    colleague = make_person(session, setting.authority, "commissioner")
    actor = actor_of(session, colleague)
    services.declare_conflict(session, call_off=call_off, actor=actor, now=NOW, has_conflict=False)
    services.save_basics(
        session,
        call_off=call_off,
        actor=actor,
        now=NOW,
        title="What the colleague saved",
        need=call_off.need,
        framework_id=setting.framework.id,
        data_sharing=call_off.data_sharing,
    )
    mine = {
        "title": "What I typed",
        "framework": setting.framework.id,
        "need": "A need in my words",
        "data_sharing": call_off.data_sharing,
    }
    stale = client.post(address, data={**mine, "basis": basis})
    assert stale.status_code == 409
    assert "What the colleague saved" in text_of(stale)
    assert 'value="What I typed"' in stale.get_data(as_text=True)
    assert "A need in my words" in text_of(stale)
    assert call_off.title == "What the colleague saved"

    # Sending it again, having seen that, replaces it.
    again = client.post(address, data={**mine, "basis": basis_of(stale)})
    assert again.status_code == 302
    assert call_off.title == "What I typed"


def test_a_colleagues_change_of_another_step_makes_no_form_stale(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    address = f"/commissioning/{call_off.public_id}/lots-considered"
    basis = basis_of(client.get(address))
    services.save_conflicts_assessed(
        session, call_off=call_off, actor=actor_of(session, setting.drafter), now=NOW, assessed=False
    )
    saved = client.post(address, data={"lots_considered": "One lot is enough", "basis": basis})
    assert saved.status_code == 302
    assert call_off.lots_considered == "One lot is enough"


def test_an_error_keeps_everything_typed(client: FlaskClient, call_off: CallOff) -> None:
    response = client.post(
        f"/commissioning/{call_off.public_id}/lots/1/terms",
        data={
            "starts_on-day": "31",
            "starts_on-month": "2",
            "starts_on-year": "2027",
            "term_months": "two years",
            "budget": "lots",
        },
    )
    assert response.status_code == 422
    page = response.get_data(as_text=True)
    for typed in ('value="31"', 'value="two years"', 'value="lots"'):
        assert typed in page
    assert "Service starts must be a real date" in text_of(response)
    assert call_off.lots[0].term_months == 24


def test_an_incomplete_step_is_saved(client: FlaskClient, call_off: CallOff) -> None:
    base = f"/commissioning/{call_off.public_id}"
    assert client.post(f"{base}/lots/1/terms", data={"budget": "1,000.50"}).status_code == 302
    lot = call_off.lots[0]
    assert (lot.starts_on, lot.term_months, str(lot.budget)) == (None, None, "1000.50")
    assert client.post(f"{base}/lots/1/where", data={}).status_code == 302
    assert lot.places == []
    assert client.post(f"{base}/price", data={}).status_code == 302
    assert call_off.tie_break is None
    assert client.post(f"{base}/timetable", data={}).status_code == 302
    assert call_off.deadline is None
    page = text_of(client.get(f"{base}/draft"))
    assert "Say when bids close" in page
    assert "Lot 1: say where it is delivered, and 4 more" in page


def test_what_the_specification_has_not_cannot_be_bought(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    page = client.get(f"/commissioning/{call_off.public_id}/lots/1/service")
    assert "people__attitudes__medium" in page.get_data(as_text=True)
    assert "people__attitudes__high" not in page.get_data(as_text=True)
    assert "Not available: an accredited programme instead" in text_of(page)
    with pytest.raises(Refused) as refused:
        services.save_lot_service(
            session,
            lot=call_off.lots[0],
            actor=actor_of(session, setting.drafter),
            now=NOW,
            title="",
            description="",
            volumes={("attitudes", "high"): 10},
        )
    assert [reason.code for reason in refused.value.reasons] == ["complexity_not_available"]


def test_a_role_limited_to_regions_drafts_for_those_only(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    lead = make_person(session, setting.authority, "regional-lead", scopes=("region:A",))
    services.declare_conflict(
        session, call_off=call_off, actor=actor_of(session, lead), now=NOW, has_conflict=False
    )
    client.sign_in(lead)
    address = f"/commissioning/{call_off.public_id}/lots/1/where"
    assert "Greater Manchester" not in text_of(client.get(address))
    refused = client.post(
        address, data={"places": ["pfa:kent"], "cohorts": ["women"], "stages": ["community"]}
    )
    assert refused.status_code == 422
    assert "Your role does not reach Kent, Surrey and Sussex" in text_of(refused)
    allowed = client.post(address, data={"places": ["region:A"], "cohorts": ["men"], "stages": ["move-on"]})
    assert allowed.status_code == 302
    assert [place.code for place in call_off.lots[0].places] == ["region:A"]


def test_an_unknown_code_is_an_error(client: FlaskClient, call_off: CallOff) -> None:
    response = client.post(
        f"/commissioning/{call_off.public_id}/lots/1/where",
        data={"places": ["pfa:atlantis"], "cohorts": ["women"], "stages": ["community"]},
    )
    assert response.status_code == 422
    assert "Places: choose from the list" in text_of(response)
    assert [place.code for place in call_off.lots[0].places] == ["pfa:cleveland"]


def test_lots_are_copied_and_removed(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    base = f"/commissioning/{call_off.public_id}"
    add_whole_lot(session, setting, call_off, title="Second")
    client.post(f"{base}/lots/1/duplicate")
    session.expire_all()
    assert [(lot.number, lot.title) for lot in call_off.lots] == [
        (1, "Example lot 1"),
        (2, "Second"),
        (3, "Copy of Example lot 1"),
    ]
    assert {(v.complexity.value, v.people_a_year) for v in call_off.lots[2].volumes} == {
        ("low", 120),
        ("medium", 40),
    }
    assert client.post(f"{base}/lots/1/remove").status_code == 302
    session.expire_all()
    assert [(lot.number, lot.title) for lot in call_off.lots] == [(1, "Second"), (2, "Copy of Example lot 1")]


def test_a_lot_for_hardly_anyone_asks_for_a_reason(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    base = f"/commissioning/{call_off.public_id}"
    client.post(
        f"{base}/lots/1/where", data={"places": ["region:B"], "cohorts": ["women"], "stages": ["community"]}
    )
    assert "Lot 1: only one member is eligible" in text_of(client.get(f"{base}/draft"))
    assert "Only one supplier could be invited" in text_of(client.get(f"{base}/invitations"))
    client.post(f"{base}/lots/1/few-members", data={"reason": "Nobody else works there"})
    assert "only one member is eligible" not in text_of(client.get(f"{base}/draft"))
    # Nobody holds both need areas, and the lot does not say that they must.
    client.post(
        f"{base}/lots/1/service",
        data={"people__accommodation__low": "5", "people__employment__low": "5"},
    )
    page = text_of(client.get(f"{base}/invitations"))
    assert "Nobody could be invited to this lot" in page
    assert "The lot names several need areas without saying" in page


def test_a_conflicted_person_is_replaced_and_a_drafter_stays(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    base = f"/commissioning/{call_off.public_id}"
    evaluator = setting.evaluators[0]
    client.sign_in(evaluator)
    assert client.get(base).status_code == 403
    nothing = client.post(f"{base}/declaration", data={})
    assert nothing.status_code == 422
    assert "Say whether you have a conflict of interest" in text_of(nothing)
    assert client.post(f"{base}/declaration", data={"answer": "yes"}).status_code == 422
    client.post(f"{base}/declaration", data={"answer": "yes", "note": "I own shares in a bidder"})
    client.sign_in(setting.drafter)
    page = client.get(f"{base}/people")
    assert "I own shares in a bidder" in text_of(page)
    rows = {(row.person_id, row.duty): row for row in call_off.duties}
    drafter = rows[setting.drafter.id, Duty.DRAFTER]
    assert client.post(f"{base}/people/{drafter.id}/release").status_code == 422
    conflicted = rows[evaluator.id, Duty.EVALUATOR]
    assert client.post(f"{base}/people/{conflicted.id}/release").status_code == 302
    session.expire_all()
    assert (evaluator.id, Duty.EVALUATOR) not in {(row.person_id, row.duty) for row in call_off.duties}
    assert "Name at least 2 evaluators" in text_of(client.get(f"{base}/people"))


def test_someone_in_conflict_does_not_draft(client: FlaskClient, call_off: CallOff) -> None:
    base = f"/commissioning/{call_off.public_id}"
    client.post(f"{base}/declaration", data={"answer": "yes", "note": "My brother bids"})
    before = call_off.lots_considered
    refused = client.post(f"{base}/lots-considered", data={"lots_considered": "Changed"})
    assert refused.status_code == 302
    assert refused.location.startswith(f"{base}/declaration")
    assert call_off.lots_considered == before


def test_nobody_of_another_authority_is_named(
    client: FlaskClient, session: Session, setting: Setting, call_off: CallOff
) -> None:
    stranger = make_setting(session).officers[0]
    response = client.post(
        f"/commissioning/{call_off.public_id}/people",
        data={"duty": "opening_officer", "person": stranger.public_id},
    )
    assert response.status_code == 422
    with pytest.raises(Refused) as refused:
        services.assign_duty(
            session,
            call_off=call_off,
            actor=actor_of(session, setting.drafter),
            now=NOW,
            person=stranger,
            duty=Duty.EVALUATOR,
        )
    assert refused.value.reasons[0].code == "not_of_this_authority"


def test_a_drafter_is_not_named_as_approver(session: Session, setting: Setting, call_off: CallOff) -> None:
    with pytest.raises(Refused) as refused:
        services.assign_duty(
            session,
            call_off=call_off,
            actor=actor_of(session, setting.drafter),
            now=NOW,
            person=setting.drafter,
            duty=Duty.APPROVER,
        )
    assert refused.value.reasons[0].code == "approver_drafted_it"


def test_a_criterion_is_changed_and_removed_with_its_question(
    client: FlaskClient, session: Session, call_off: CallOff
) -> None:
    base = f"/commissioning/{call_off.public_id}/criteria"
    response = client.post(f"{base}/1", data={"name": "Way of working", "text": "How?", "weight": "abc"})
    assert response.status_code == 422
    assert "Weight (%) must be a number, like 12.5" in text_of(response)
    client.post(f"{base}/1", data={"name": "Way of working", "text": "How so?", "weight": "49.5%"})
    session.expire_all()
    first = call_off.criteria[0]
    assert (first.name, first.question.text, str(first.weight)) == ("Way of working", "How so?", "49.5000")
    assert "The weights make 99.5%" in text_of(client.get(base))
    client.post(f"{base}/1/remove")
    session.expire_all()
    assert [criterion.name for criterion in call_off.criteria] == ["Social value"]
