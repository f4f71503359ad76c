"""The pages of bidding: submitted or not is unmistakable, nothing typed is lost, nobody sees another's."""

import io
import json
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.queries import draft_content, receipt_of
from procurement.calloffs.drafting.types import CallOffState, PriceFormula
from tests.calloffs import Competition, make_competition, own, submit, write_bid
from tests.factories import make_person


@pytest.fixture
def competition(session: Session) -> Competition:
    made = make_competition(session, lots=2)
    session.commit()
    return made


def sign_in(client: FlaskClient, competition: Competition, number: int = 0) -> None:
    client.sign_in(competition.suppliers[number][1])  # type: ignore[attr-defined]


def text(response) -> str:
    return response.get_data(as_text=True)


def test_a_supplier_bids_from_invitation_to_receipt(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    sign_in(client, competition)
    call_off = competition.call_off
    assert call_off.title in text(client.get("/invitations"))
    page = text(client.get(f"/invitations/{call_off.public_id}"))
    assert "Start a bid for lot 1" in page
    assert 'data-deadline="' in page

    started = client.post(f"/invitations/{call_off.public_id}/lots/1")
    assert started.status_code == 302
    address = started.location
    assert "Not submitted" in text(client.get(address))

    for position in (1, 2):
        assert client.get(f"{address}/answers/{position}").status_code == 200
        saved = client.post(
            f"{address}/answers/{position}", data={"text": "We meet people at the gate.", "version": "0"}
        )
        assert saved.status_code == 302
    assert client.post(f"{address}/prices", data={"price-accommodation-low": "£1,412.50"}).status_code == 302
    page = text(client.get(f"{address}/prices"))
    assert "1,412.50" in page
    uploaded = client.post(
        f"{address}/files",
        data={"file": (io.BytesIO(b"%PDF-1.7 plan"), "Plan.pdf")},
        content_type="multipart/form-data",
    )
    assert uploaded.status_code == 302
    assert "Plan.pdf" in text(client.get(f"{address}/files"))

    check = text(client.get(f"{address}/check"))
    assert "Submit the bid" in check
    done = client.post(f"{address}/check")
    assert done.status_code == 302
    receipt = text(client.get(done.location))
    assert "Submitted" in receipt
    bid = session.query(Bid).one()
    assert bid.submissions[0].fingerprint in receipt
    file = client.get(f"{done.location}.json")
    assert "attachment" in file.headers["Content-Disposition"]
    assert json.loads(file.data) == receipt_of(
        session, own(session, bid, competition.supplier_actor()), bid.submissions[0]
    )
    for page_address in ("", "/answers/1", "/answers/2", "/prices", "/files", "/check"):
        assert 'class="tg-status tg-status--submitted"' in text(client.get(address + page_address))

    changed = client.post(f"{address}/answers/1", data={"text": "Better words.", "version": "1"})
    assert changed.status_code == 302
    assert "changed since" in text(client.get(address))
    assert "Withdrawn" in text(client.post(f"{address}/withdraw", follow_redirects=True))


def test_an_answer_over_its_limit_is_kept_and_said_so(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    long = "word " * 60
    response = client.post(f"/bids/{bid.public_id}/answers/1", data={"text": long, "version": "1"})
    assert response.status_code == 422
    assert "must be 50 words or fewer: it has 60" in text(response)
    assert "60 of 50 words: too long" in text(client.get(f"/bids/{bid.public_id}"))


def test_a_stale_form_shows_both_answers_and_loses_neither(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    address = f"/bids/{bid.public_id}/answers/1"
    assert client.post(address, data={"text": "First colleague", "version": "1"}).status_code == 302
    clash = client.post(address, data={"text": "Second colleague", "version": "1"})
    assert clash.status_code == 409
    assert "First colleague" in text(clash)
    assert "Second colleague" in text(clash)
    assert 'name="version" type="hidden" value="2"' in text(clash)
    again = client.post(address, data={"text": "Second colleague", "version": "2"})
    assert again.status_code == 302


def test_autosave_answers_in_json(client: FlaskClient, session: Session, competition: Competition) -> None:
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    address = f"/bids/{bid.public_id}/answers/2/autosave"
    saved = client.post(address, data={"text": "Half a sent", "version": "1"})
    assert saved.status_code == 200
    assert saved.json["fields"] == {"version": "2"}
    assert saved.json["saved_at"]
    assert client.post(address, data={"text": "Other", "version": "1"}).status_code == 409
    content = draft_content(session, own(session, bid, competition.supplier_actor()))
    assert content.answers[competition.call_off.criteria[1].question_id] == "Half a sent"


@pytest.mark.parametrize("typed", ["abc", "-3", "0", "1e50", "12.345", "99999999", "NaN"])
def test_a_price_that_cannot_be_is_shown_as_typed(
    client: FlaskClient, session: Session, competition: Competition, typed: str
) -> None:
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    response = client.post(f"/bids/{bid.public_id}/prices", data={"price-accommodation-low": typed})
    assert response.status_code == 422
    assert f'value="{typed}"' in text(response)
    content = draft_content(session, own(session, bid, competition.supplier_actor()))
    assert content.prices == {("accommodation", "low"): 400}


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("run.exe", b"MZ", "run.exe is of a kind that is not taken"),
        ("plan.pdf", b"", "plan.pdf is empty"),
        ("plan.pdf", b"not a pdf", "plan.pdf is not what its ending says"),
    ],
)
def test_a_file_is_refused_by_name_and_blocks_nothing(
    client: FlaskClient, session: Session, competition: Competition, name: str, content: bytes, words: str
) -> None:
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    response = client.post(
        f"/bids/{bid.public_id}/files",
        data={"file": (io.BytesIO(content), name)},
        content_type="multipart/form-data",
    )
    assert response.status_code == 422
    assert words in text(response)
    assert client.post(f"/bids/{bid.public_id}/check").status_code == 302


def test_no_file_chosen_is_said(client: FlaskClient, session: Session, competition: Competition) -> None:
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    response = client.post(f"/bids/{bid.public_id}/files", data={}, content_type="multipart/form-data")
    assert response.status_code == 422
    assert "Choose a file to attach" in text(response)


def test_an_incomplete_bid_says_everything_it_lacks(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    sign_in(client, competition)
    address = client.post(f"/invitations/{competition.call_off.public_id}/lots/2").location
    check = text(client.get(f"{address}/check"))
    assert "Method: there is no answer yet" in check
    assert "no price for accommodation, low complexity" in check
    refused = client.post(f"{address}/check")
    assert refused.status_code == 422
    assert "There is a problem" in text(refused)


def test_after_the_deadline_nothing_changes_and_what_was_typed_is_shown(
    client: FlaskClient, session: Session
) -> None:
    competition = make_competition(session)
    bid = write_bid(session, competition)
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    session.commit()
    sign_in(client, competition)
    address = f"/bids/{bid.public_id}"
    assert "Not submitted: the deadline has passed" in text(client.get(address))
    late = client.post(f"{address}/answers/1", data={"text": "Too late, but mine", "version": "1"})
    assert late.status_code == 422
    assert "Too late, but mine" in text(late)
    assert client.post(f"{address}/check").status_code == 422
    assert client.post(f"{address}/answers/1/autosave", data={"text": "x", "version": "1"}).status_code == 422
    assert client.post(f"{address}/prices", data={"price-accommodation-low": "1"}).status_code == 422
    for page in ("", "/answers/1", "/prices", "/files", "/check"):
        assert client.get(address + page).status_code == 200


def test_other_suppliers_and_strangers_find_nothing(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    bid = submit(session, competition)
    session.commit()
    address, number = f"/bids/{bid.public_id}", competition.call_off.public_id
    pages = ["", "/answers/1", "/prices", "/files", "/check", "/receipts/1", "/receipts/1.json", "/withdraw"]
    client.sign_in(competition.suppliers[1][1])  # type: ignore[attr-defined]
    for page in pages:
        assert client.get(address + page).status_code == 404, page
    for page in ("/answers/1", "/answers/1/autosave", "/prices", "/files", "/check", "/withdraw"):
        assert client.post(address + page).status_code == 404, page
    client.sign_in(competition.outsider[1])  # type: ignore[attr-defined]
    assert client.get(f"/invitations/{number}").status_code == 404
    assert client.post(f"/invitations/{number}/lots/1").status_code == 404
    client.sign_in(competition.commissioner)  # type: ignore[attr-defined]
    assert client.get(address).status_code == 403


def test_an_editor_drafts_and_does_not_submit_and_a_viewer_only_reads(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    bid = write_bid(session, competition)
    organisation = competition.suppliers[0][0]
    editor = make_person(session, organisation, "supplier-editor")
    viewer = make_person(session, organisation, "supplier-viewer")
    session.commit()
    address = f"/bids/{bid.public_id}"
    client.sign_in(editor)  # type: ignore[attr-defined]
    assert "An administrator of your organisation can submit it" in text(client.get(f"{address}/check"))
    assert client.post(f"{address}/check").status_code == 403
    client.sign_in(viewer)  # type: ignore[attr-defined]
    assert client.get(f"{address}/answers/1").status_code == 200
    assert client.post(f"{address}/answers/1", data={"text": "x"}).status_code == 403


def test_a_fixed_price_call_off_asks_for_no_price(client: FlaskClient, session: Session) -> None:
    competition = make_competition(session, price_formula=PriceFormula.QUALITY_ONLY)
    bid = write_bid(session, competition)
    session.commit()
    sign_in(client, competition)
    assert client.get(f"/bids/{bid.public_id}/prices").status_code == 404
    assert client.post(f"/bids/{bid.public_id}/check").status_code == 302


def test_the_fingerprints_are_published_once_bids_are_open(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    first, second = submit(session, competition, 0), submit(session, competition, 1)
    session.commit()
    sign_in(client, competition)
    address = f"/invitations/{competition.call_off.public_id}/fingerprints.json"
    assert client.get(address).status_code == 404
    competition.call_off.state = CallOffState.QUALITY_OPENED
    session.commit()
    listed = client.get(address).json
    assert [entry["fingerprint"] for entry in listed["fingerprints"]] == [
        first.submissions[0].fingerprint,
        second.submissions[0].fingerprint,
    ]
    assert competition.suppliers[1][0].public_id not in json.dumps(listed)


@pytest.mark.parametrize(
    "address", ["/bids/BD-00000000", "/invitations/CO-00000000", "/bids/BD-00000000/receipts/1"]
)
def test_unknown_addresses_are_not_found(
    client: FlaskClient, session: Session, competition: Competition, address: str
) -> None:
    sign_in(client, competition)
    assert client.get(address).status_code == 404
