"""The pages of evaluation: each person sees what their duty opens to them, and the circle closes."""

from datetime import timedelta
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.audit.models import AuditEvent
from core.jobs.services import run_due_jobs
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.services import add_file, submit_bid
from procurement.calloffs.drafting.types import CallOffState
from procurement.calloffs.evaluation.models import Consensus, Score, ScoreDraft
from procurement.contracts.models import Contract
from tests.calloffs import Competition, make_competition, submit, write_bid


@pytest.fixture
def competition(session: Session) -> Competition:
    """Two bids, the second with a file, and a deadline that has just passed."""
    made = make_competition(session, standstill=False)
    submit(session, made, 0, answer="First way", price=Decimal("400.00"))
    bid = write_bid(session, made, 1, answer="Second way", price=Decimal("380.00"))
    actor = made.supplier_actor(1)
    add_file(session, bid=bid, name="Plan.pdf", content=b"%PDF-1.7 plan", actor=actor, now=clock.now())
    submit_bid(session, bid=bid, actor=actor)
    made.call_off.deadline = clock.now() - timedelta(seconds=1)
    session.commit()
    return made


def text(response) -> str:
    return response.get_data(as_text=True)


class Desk:
    """A browser in which the competition's people take turns."""

    def __init__(self, client: FlaskClient, competition: Competition) -> None:
        self.client, self.competition = client, competition
        self.base = f"/commissioning/{competition.call_off.public_id}"

    def sign_in(self, person) -> None:
        self.client.sign_in(person)  # type: ignore[attr-defined]

    def get(self, page: str = "", status: int = 200) -> str:
        response = self.client.get(self.base + page)
        assert response.status_code == status, f"{page}: {response.status_code}"
        return text(response)

    def post(self, page: str, status: int = 302, **data: str) -> str:
        response = self.client.post(self.base + page, data=data)
        assert response.status_code == status, f"{page}: {response.status_code} {text(response)[:2000]}"
        return text(response)

    def open(self, envelope: str) -> None:
        for officer in self.competition.officers[:2]:
            self.sign_in(officer)
            self.post(f"/opening/{envelope}")

    def bids(self) -> list[str]:
        session = sa.orm.object_session(self.competition.call_off)
        return list(session.scalars(sa.select(Bid.public_id).where(Bid.lot_id == self.competition.lot.id)))

    def score(self, deed: str = "submit") -> None:
        for evaluator in self.competition.evaluators:
            self.sign_in(evaluator)
            for position in (1, 2):
                data = {"deed": deed}
                for bid in self.bids():
                    data |= {f"score-{bid}": "3", f"reason-{bid}": "A sound and staffed plan"}
                self.post(f"/scoring/{position}", **data)

    def agree(self) -> None:
        self.sign_in(self.competition.commissioner)
        self.post("/scoring-completed")
        for position in (1, 2):
            for bid in self.bids():
                self.post(f"/consensus/{position}/{bid}", score="3", reason="The panel found it sound")
        self.post("/quality-lock")


@pytest.fixture
def desk(client: FlaskClient, competition: Competition) -> Desk:
    return Desk(client, competition)


def test_from_opening_to_contract_in_the_browser(desk: Desk, session: Session, app) -> None:
    competition = desk.competition
    desk.sign_in(competition.commissioner)
    assert "closed, not opened yet" in desk.get("/evaluation")
    desk.get("/ranking", 404)
    desk.get("/consensus", 404)
    desk.sign_in(competition.officers[0])
    assert "Release the answers" in desk.get("/opening")
    desk.open("quality")
    assert "Not yet" in desk.get("/opening")

    desk.sign_in(competition.evaluators[0])
    assert competition.call_off.title in text(desk.client.get("/duties"))
    assert "Method" in desk.get("/scoring")
    page = desk.get("/scoring/1")
    assert "First way (Method)" in page
    assert "Second way (Method)" in page
    assert "£400" not in page
    assert "Plan.pdf" in page
    desk.score("save")
    assert "Begun: 2 of 2" in desk.get("/scoring")
    desk.sign_in(competition.commissioner)
    assert "0 of 2 bids" in desk.get("/consensus")
    desk.score()
    desk.sign_in(competition.evaluators[0])
    assert "Your score, submitted" in desk.get("/scoring/1")
    desk.agree()
    assert "Quality is locked" in desk.get("/consensus")
    desk.get("/ranking", 404)

    desk.open("price")
    desk.sign_in(competition.commissioner)
    page = desk.get("/ranking")
    assert "76.00" in page
    assert "£91,200" in page
    winner = competition.suppliers[1][0]
    bid = session.scalars(sa.select(Bid).where(Bid.supplier_id == winner.id)).one()
    what = {"winner-1": bid.public_id, "reason-1": "Highest total of all", "checked-1": "y"}
    desk.post("/recommendation", **what)
    desk.post("/approval", 403)
    desk.sign_in(competition.approver)
    assert "Approve the award" in desk.get("/ranking")
    desk.post("/approval")
    desk.sign_in(competition.commissioner)
    assert "Send all letters" in desk.get("/letters")
    desk.post("/letters")
    assert "being made" in desk.get("/letters")
    desk.post("/letters", 422)
    run_due_jobs(app)
    desk.post("/award-notice")
    assert "Published at" in desk.get("/letters")
    contract_page = f"/contracts/from/{competition.call_off.public_id}"
    assert "Make the contracts" in text(desk.client.get(contract_page))
    assert desk.client.post(contract_page).status_code == 302
    contract = session.scalars(sa.select(Contract).where(Contract.lot_id == competition.lot.id)).one()
    assert contract.supplier_id == winner.id
    assert contract.reference in text(desk.client.get(contract_page))
    assert "under contract" in desk.get("/evaluation")

    loser_organisation, loser = competition.suppliers[0]
    own = session.scalars(sa.select(Bid).where(Bid.supplier_id == loser_organisation.id)).one()
    desk.sign_in(loser)
    assert "Read the letter" in text(desk.client.get(f"/bids/{own.public_id}"))
    letter = desk.client.get(f"/bids/{own.public_id}/letter.pdf")
    assert letter.data.startswith(b"%PDF-")
    assert desk.client.get(f"/bids/{bid.public_id}/letter.pdf").status_code == 404
    assert desk.client.get(f"{desk.base}/letters/{own.public_id}.pdf").status_code == 403


def test_who_has_no_duty_finds_nothing(desk: Desk, session: Session) -> None:
    competition = desk.competition
    desk.open("quality")
    desk.sign_in(competition.officers[0])  # holds the role of an evaluator, without the duty
    desk.get("/scoring", 404)
    desk.get("/scoring/1", 404)
    desk.get("/evaluation", 403)
    desk.sign_in(competition.evaluators[0])
    desk.get("/opening", 404)
    desk.post("/opening/quality", 404)
    desk.get("/ranking", 403)
    other = make_competition(session)
    session.commit()
    desk.sign_in(other.commissioner)
    for page in ("/evaluation", "/opening", "/scoring", "/consensus", "/letters"):
        desk.get(page, 404)
    desk.sign_in(other.evaluators[0])
    for page in ("/scoring", "/scoring/1", "/opening"):
        desk.get(page, 404)
    desk.sign_in(competition.suppliers[0][1])
    desk.get("/scoring/1", 403)


def test_an_evaluator_with_a_conflict_sees_no_bid_and_an_undeclared_one_declares_first(
    desk: Desk, session: Session
) -> None:
    desk.open("quality")
    evaluator = desk.competition.evaluators[0]
    duty = next(d for d in desk.competition.call_off.duties if d.person_id == evaluator.id)
    duty.declared_at = duty.has_conflict = None
    session.commit()
    desk.sign_in(evaluator)
    response = desk.client.get(f"{desk.base}/scoring/1")
    assert response.status_code == 302
    assert response.location == f"{desk.base}/declaration?following={desk.base}/scoring/1"
    duty.declared_at, duty.has_conflict, duty.conflict_note = clock.now(), True, "I advised a bidder"
    session.commit()
    desk.get("/scoring", 403)
    desk.get("/scoring/1", 403)
    bid = desk.bids()[1]
    desk.get(f"/bids/{bid}/files/{'a' * 64}", 403)


def test_one_officer_alone_opens_nothing(desk: Desk) -> None:
    first = desk.competition.officers[0]
    desk.sign_in(first)
    desk.post("/opening/quality")
    assert "Another named officer must do the same" in desk.get("/opening")
    refused = desk.post("/opening/quality", 422)
    assert "another officer must do the same" in refused
    assert "Quality is not locked yet" in desk.post("/opening/price", 422)
    desk.sign_in(desk.competition.evaluators[0])
    desk.get("/scoring/1", 404)


def test_scores_save_as_they_are_written_and_missing_ones_are_named(desk: Desk, session: Session) -> None:
    desk.open("quality")
    evaluator = desk.competition.evaluators[0]
    desk.sign_in(evaluator)
    one, other = desk.bids()
    saved = desk.client.post(
        f"{desk.base}/scoring/1/autosave", data={f"score-{one}": "4", f"reason-{one}": "Half a"}
    )
    assert saved.json["saved_at"]
    assert session.scalars(sa.select(ScoreDraft)).one().score == 4
    assert "Half a" in desk.get("/scoring/1")
    page = desk.post(
        "/scoring/1",
        422,
        deed="submit",
        **{f"score-{one}": "4", f"reason-{one}": "good", f"score-{other}": ""},
    )
    assert "Give the reason for the score" in page
    assert "Choose a score" in page
    assert session.scalars(sa.select(Score)).all() == []
    desk.sign_in(desk.competition.evaluators[1])
    assert "Half a" not in desk.get("/scoring/1")
    desk.post("/scoring/1", 302, **{f"score-{one}": "99", f"reason-{one}": "off the scale"})
    assert (
        session.scalars(sa.select(ScoreDraft).where(ScoreDraft.person_id != evaluator.id)).one().score is None
    )


def test_reading_opened_bids_is_on_record_and_files_come_out_whole(desk: Desk, session: Session) -> None:
    desk.open("quality")
    desk.sign_in(desk.competition.evaluators[0])
    page = desk.get("/scoring/1")
    read = session.scalars(sa.select(AuditEvent).where(AuditEvent.tag == "bid:read")).all()
    assert [event.person_id for event in read] == [desk.competition.evaluators[0].id]
    address = page.split("/files/")[1].split('"')[0]
    bid = page.split("/files/")[0].rsplit("/", 1)[1]
    response = desk.client.get(f"{desk.base}/bids/{bid}/files/{address}")
    assert response.data == b"%PDF-1.7 plan"
    assert "Plan.pdf" in response.headers["Content-Disposition"]
    assert response.mimetype == "application/octet-stream"
    desk.get(f"/bids/{bid}/files/{'0' * 64}", 404)


def test_nobody_sees_anothers_scores_before_scoring_is_over(desk: Desk, session: Session) -> None:
    desk.open("quality")
    desk.score()
    bid = desk.bids()[0]
    desk.sign_in(desk.competition.commissioner)
    desk.get(f"/consensus/1/{bid}", 404)
    assert "A sound and staffed plan" not in desk.get("/consensus")
    desk.post("/scoring-completed")
    assert "A sound and staffed plan" in desk.get(f"/consensus/1/{bid}")
    refused = desk.post(f"/consensus/1/{bid}", 422, score="3", reason="ok")
    assert "Give the reason for the agreed score" in refused
    assert 'value="3" checked' in refused
    desk.post(f"/consensus/1/{bid}", 422, score="9", reason="not on the scale at all")
    assert session.scalars(sa.select(Consensus)).all() == []
    assert "no score is agreed" in desk.post("/quality-lock", 422)


def test_a_recommendation_that_is_refused_keeps_what_was_typed(desk: Desk) -> None:
    desk.open("quality")
    desk.score()
    desk.agree()
    desk.open("price")
    desk.sign_in(desk.competition.commissioner)
    page = desk.post("/recommendation", 422, **{"reason-1": "Typed with care"})
    assert "Choose who is recommended for lot 1" in page
    assert "Typed with care" in page
    assert "Cancel the call-off instead" in desk.post(
        "/recommendation", 422, **{"winner-1": "nobody", "reason-1": "All of them too dear"}
    )
    desk.sign_in(desk.competition.approver)
    assert "Approve the award" not in desk.get("/ranking")
    desk.post("/approval", 422)


def test_the_approver_sends_a_recommendation_back_with_a_reason(desk: Desk, session: Session) -> None:
    desk.open("quality")
    desk.score()
    desk.agree()
    desk.open("price")
    desk.sign_in(desk.competition.commissioner)
    winner = desk.competition.suppliers[1][0]
    bid = session.scalars(sa.select(Bid).where(Bid.supplier_id == winner.id)).one()
    desk.post(
        "/recommendation",
        **{"winner-1": bid.public_id, "reason-1": "Highest total of all", "checked-1": "y"},
    )
    desk.sign_in(desk.competition.approver)
    assert "Say why the recommendation goes back" in desk.post("/return", 422, reason="no")
    desk.post("/return", reason="The reason is too thin")
    session.refresh(desk.competition.call_off)
    assert desk.competition.call_off.state is CallOffState.PRICE_OPENED


def test_pages_ask_the_same_number_of_questions_however_many_bids(
    client: FlaskClient, session: Session
) -> None:
    counts = []
    for suppliers in (2, 6):
        made = make_competition(session, suppliers=suppliers)
        for number in range(suppliers):
            submit(session, made, number)
        made.call_off.deadline = clock.now() - timedelta(seconds=1)
        session.commit()
        desk = Desk(client, made)
        desk.open("quality")
        desk.sign_in(made.evaluators[0])
        session.expire_all()
        seen: list[str] = []

        def note(conn, cursor, statement, parameters, context, executemany, seen=seen) -> None:
            if statement.startswith("SELECT"):
                seen.append(statement)

        engine = session.get_bind().engine
        sa.event.listen(engine, "before_cursor_execute", note)
        desk.get("/scoring/1")
        sa.event.remove(engine, "before_cursor_execute", note)
        counts.append(len(seen))
    assert counts[0] == counts[1], "\n".join(seen)
