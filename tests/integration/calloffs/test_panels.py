"""Who scores what: assignments, an evaluator replaced midway, a conflict declared late."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.accounts.models import Person
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.drafting.models import Criterion
from procurement.calloffs.drafting.services import declare_conflict
from procurement.calloffs.drafting.types import Duty, Envelope
from procurement.calloffs.evaluation.models import EvaluatorReplacement, Score
from procurement.calloffs.evaluation.queries.scoped import all_standing, people_with
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.services import (
    Chosen,
    complete_scoring,
    replace_evaluator,
    save_bid_drafts,
    save_drafts,
    set_panel,
    submit_bid_scores,
    submit_scores,
)
from procurement.calloffs.evaluation.services.scoring import Given
from procurement.calloffs.evaluation.types import Succession
from tests.calloffs import REASON, Competition, closed, make_competition, open_envelope, score_all
from tests.factories import make_person

WHY = "On long-term sick leave"


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def choose(session: Session, competition: Competition, criterion: Criterion, *people: Person, few="") -> None:
    set_panel(
        session,
        call_off=competition.call_off,
        criterion=criterion,
        chosen={competition.lot.id: Chosen(frozenset(person.id for person in people), few)},
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
    )


def score(session: Session, competition: Competition, person: Person, criterion: Criterion, mark=3) -> int:
    what = {
        "call_off": competition.call_off,
        "criterion": criterion,
        "actor": competition.authority_actor(person),
        "now": clock.now(),
    }
    bids = all_standing(session, competition.call_off)
    save_drafts(session, given={bid.id: Given(mark, REASON) for bid in bids}, **what)
    return submit_scores(session, **what)


def replace(
    session: Session, competition: Competition, how: Succession = Succession.THE_REST, **given
) -> EvaluatorReplacement:
    values = {
        "leaver": competition.evaluators[0],
        "successor": given.pop("successor", None) or make_person(session, competition.authority, "evaluator"),
        "succession": how,
        "reason": WHY,
    } | given
    return replace_evaluator(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
        **values,
    )


def declare(session: Session, competition: Competition, person: Person, conflict: bool) -> None:
    declare_conflict(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(person),
        now=clock.now(),
        has_conflict=conflict,
        note="I have worked for a bidder" if conflict else "",
    )


def test_whoever_is_chosen_scores_and_nobody_else_owes_anything(session: Session) -> None:
    competition = closed(session)
    method, community = competition.call_off.criteria
    first, second = competition.evaluators
    with pytest.raises(Refused) as refusal:
        choose(session, competition, method, first)
    assert codes(refusal) == ["few_scorers_without_reason"]
    with pytest.raises(Refused) as refusal:
        choose(session, competition, method, first, competition.commissioner)
    assert codes(refusal) == ["not_an_evaluator"]
    choose(session, competition, method, first, few="Only one clinician is free")
    open_envelope(session, competition, Envelope.QUALITY)
    panel = panel_of(session, competition.call_off)
    assert panel.asked_of(second.id, method.id) == []
    assert len(panel.asked_of(second.id, community.id)) == 2
    with pytest.raises(Refused) as refusal:
        score(session, competition, second, method)
    assert codes(refusal) == ["not_asked_to_score"]
    score(session, competition, first, method)
    for person in (first, second):
        score(session, competition, person, community)
    complete_scoring(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
    )


def test_who_scores_stays_once_a_score_is_submitted_there(session: Session) -> None:
    competition = closed(session)
    third = make_person(session, competition.authority, "evaluator")
    open_envelope(session, competition, Envelope.QUALITY)
    method, community = competition.call_off.criteria
    score(session, competition, competition.evaluators[0], method)
    with pytest.raises(Refused) as refusal:
        choose(session, competition, method, competition.evaluators[1], few="Only one person is free")
    assert codes(refusal) == ["scoring_has_started"]
    choose(session, competition, community, competition.evaluators[1], few="Only one person is free")
    with pytest.raises(Refused) as refusal:
        choose(session, competition, community, competition.evaluators[1], third)
    assert codes(refusal) == ["not_an_evaluator"]


def test_a_successor_who_scores_the_rest_takes_over_what_was_submitted(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    call_off = competition.call_off
    method, community = call_off.criteria
    leaver = competition.evaluators[0]
    score(session, competition, leaver, method, 4)
    row = replace(session, competition)
    successor = row.successor
    assert leaver.id not in {duty.person_id for duty in people_with(call_off, Duty.EVALUATOR)}
    with pytest.raises(Refused) as refusal:
        score(session, competition, leaver, community)
    assert "not_assigned" in codes(refusal)
    with pytest.raises(Refused) as refusal:
        score(session, competition, successor, community)
    assert codes(refusal) == ["conflict_not_declared"]
    declare(session, competition, successor, False)
    panel = panel_of(session, call_off)
    assert panel.done_by(successor.id, method.id) == 2
    assert panel.done_by(successor.id, community.id) == 0
    with pytest.raises(Refused) as refusal:
        score(session, competition, successor, method)
    assert codes(refusal) == ["score_already_submitted"]
    assert score(session, competition, successor, community) == 2
    standing = panel_of(session, call_off).standing(method.id, panel.bids[0])
    assert standing[successor.id].person_id == leaver.id
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.to_address == successor.email)).all()
    assert len(mail) == 1


def test_a_successor_who_scores_all_again_leaves_the_old_scores_on_record(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    call_off = competition.call_off
    method = call_off.criteria[0]
    leaver = competition.evaluators[0]
    score(session, competition, leaver, method, 5)
    successor = replace(session, competition, Succession.EVERYTHING).successor
    declare(session, competition, successor, False)
    assert score(session, competition, successor, method, 2) == 2
    panel = panel_of(session, call_off)
    bid = panel.bids[0]
    assert [int(row.score) for row in panel.overtaken(method.id, bid)] == [5]
    assert {int(row.score) for row in panel.standing(method.id, bid).values()} == {2}
    assert session.scalar(sa.select(sa.func.count()).select_from(Score)) == 4


def test_a_conflict_declared_late_ends_access_and_starts_the_scoring_anew(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    method, community = competition.call_off.criteria
    leaver = competition.evaluators[0]
    score(session, competition, leaver, method)
    declare(session, competition, leaver, True)
    with pytest.raises(Refused) as refusal:
        score(session, competition, leaver, community)
    assert codes(refusal) == ["person_in_conflict"]
    panel = panel_of(session, competition.call_off)
    assert panel.standing(method.id, panel.bids[0]) == {}
    assert len(panel.overtaken(method.id, panel.bids[0])) == 1
    with pytest.raises(Refused) as refusal:
        replace(session, competition, Succession.THE_REST)
    assert codes(refusal) == ["conflicted_scores_not_taken_over"]
    assert replace(session, competition, Succession.EVERYTHING).leaver_in_conflict


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"reason": "ill"}, "replacement_without_reason"),
        ({"successor": "other evaluator"}, "successor_has_been_evaluator"),
        ({"successor": "outsider"}, "nobody_chosen"),
    ],
)
def test_a_replacement_needs_a_new_person_and_a_reason(session: Session, given: dict, code: str) -> None:
    competition = closed(session)
    people = {"other evaluator": competition.evaluators[1], "outsider": competition.suppliers[0][1]}
    if "successor" in given:
        given = {"successor": people[given["successor"]]}
    with pytest.raises(Refused) as refusal:
        replace(session, competition, **given)
    assert codes(refusal) == [code]


def test_one_person_left_by_a_late_conflict_is_noticed_before_scoring_ends(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    declare(session, competition, competition.evaluators[0], True)
    with pytest.raises(Refused) as refusal:
        complete_scoring(
            session,
            call_off=competition.call_off,
            actor=competition.authority_actor(competition.commissioner),
            now=clock.now(),
        )
    assert "one_scorer" in codes(refusal)


def test_a_bid_is_scored_across_all_questions_too(session: Session) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    call_off = competition.call_off
    bid = all_standing(session, call_off)[0]
    method, community = call_off.criteria
    what = {
        "call_off": call_off,
        "bid": bid,
        "actor": competition.authority_actor(competition.evaluators[0]),
        "now": clock.now(),
    }
    save_bid_drafts(session, given={method.id: Given(4, REASON), community.id: Given(2, "")}, **what)
    with pytest.raises(Refused) as refusal:
        submit_bid_scores(session, **what)
    assert [(one.code, one.params["position"]) for one in refusal.value.reasons] == [
        ("score_without_reason", 2)
    ]
    save_bid_drafts(session, given={community.id: Given(2, REASON)}, **what)
    assert submit_bid_scores(session, **what) == 2
    panel = panel_of(session, call_off)
    assert [panel.done_by(competition.evaluators[0].id, one.id) for one in call_off.criteria] == [1, 1]


def test_the_panels_pages(session: Session, client: FlaskClient) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    successor = make_person(session, competition.authority, "evaluator")
    session.commit()
    base = f"/commissioning/{competition.call_off.public_id}"
    leaver, other = competition.evaluators
    client.sign_in(competition.commissioner)
    page = client.get(f"{base}/panel").get_data(as_text=True)
    assert "Nothing submitted" in page
    refused = client.post(f"{base}/panel/1", data={"people-1": str(leaver.id), "few-1": "few"})
    assert refused.status_code == 422
    assert "say in three words or more why fewer" in refused.get_data(as_text=True)
    assert client.post(f"{base}/panel/1", data={"people-1": [str(leaver.id), str(other.id)]}).location
    duty = next(row for row in competition.call_off.duties if row.person_id == leaver.id)
    address = f"{base}/panel/replace/{duty.id}"
    assert client.get(address).status_code == 200
    refused = client.post(address, data={"reason": WHY})
    assert refused.status_code == 422
    assert WHY in refused.get_data(as_text=True)
    given = {"successor": successor.public_id, "succession": "the_rest", "reason": WHY}
    assert client.post(address, data=given).status_code == 302
    page = client.get(f"{base}/panel").get_data(as_text=True)
    assert WHY in page
    assert "Has not declared" in page
    client.sign_in(leaver)
    assert client.get(f"{base}/scoring").status_code == 404
    client.sign_in(successor)
    assert "/declaration" in client.get(f"{base}/scoring/1").location


def test_the_workbench_by_bid_saves_by_itself_and_leads_on(session: Session, client: FlaskClient) -> None:
    competition = closed(session)
    open_envelope(session, competition, Envelope.QUALITY)
    session.commit()
    base = f"/commissioning/{competition.call_off.public_id}/scoring"
    one, other = [bid.public_id for bid in all_standing(session, competition.call_off)]
    client.sign_in(competition.evaluators[0])
    assert "Go to the next unscored question" in client.get(base).get_data(as_text=True)
    saved = client.post(f"{base}/bids/{one}/autosave", data={"score-1": "4", "reason-1": "Half a"})
    assert saved.json["saved_at"]
    assert "Half a" in client.get(f"{base}/1").get_data(as_text=True)
    refused = client.post(
        f"{base}/bids/{one}", data={"deed": "submit", "score-1": "4", "reason-1": REASON, "score-2": "9"}
    )
    assert refused.status_code == 422
    assert "Community: Choose a score" in refused.get_data(as_text=True)
    given = {"deed": "submit", "score-1": "4", "reason-1": REASON, "score-2": "1", "reason-2": REASON}
    assert client.post(f"{base}/bids/{one}", data=given).status_code == 302
    page = client.get(f"{base}/bids/{one}").get_data(as_text=True)
    assert "Your score, submitted" in page
    assert f"/bids/{other}" in page
    assert client.get(f"{base}/bids/BDAAAAAAAA").status_code == 404


def test_a_question_is_scored_on_its_own_scale(session: Session) -> None:
    from procurement.calloffs.drafting.rules.scales import SCALES, kept_scale

    competition = make_competition(session)
    method, community = competition.call_off.criteria
    method.scale = kept_scale(SCALES["0-10"])
    session.flush()
    session.expire_all()
    assert method.scoring_scale == SCALES["0-10"]
    assert community.scoring_scale.most == 5
