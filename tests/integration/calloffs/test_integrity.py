"""The auditor's prompts for review: computed from the record, put away only with a reason."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.reasons import Refused
from procurement.calloffs.evaluation.models import PromptDismissal
from procurement.calloffs.evaluation.queries.integrity import integrity_facts
from procurement.calloffs.evaluation.queries.scores import panel_of
from procurement.calloffs.evaluation.rules import review_prompts
from procurement.calloffs.evaluation.services import dismiss_prompt, remove_bid
from procurement.calloffs.evaluation.types import NoBid
from tests.calloffs import Competition, bid_number, priced
from tests.factories import make_person


def codes(session: Session, competition: Competition) -> set[str]:
    call_off = competition.call_off
    return {
        one.code for one in review_prompts(integrity_facts(session, call_off, panel_of(session, call_off)))
    }


def test_prompts_come_from_the_record(session: Session) -> None:
    competition = priced(session)
    before = codes(session, competition)
    assert "all_others_disqualified" not in before
    remove_bid(
        session,
        call_off=competition.call_off,
        bid=bid_number(session, competition, 0),
        cause=NoBid.NOT_COMPLIANT,
        reason="It lacks the plan asked for",
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
    )
    assert "all_others_disqualified" in codes(session, competition)


def test_a_prompt_is_put_away_once_with_a_reason(session: Session) -> None:
    competition = priced(session)
    call_off = competition.call_off
    prompts = review_prompts(integrity_facts(session, call_off, panel_of(session, call_off)))
    what = {
        "call_off": call_off,
        "code": prompts[0].code,
        "subject": prompts[0].subject,
        "actor": competition.authority_actor(competition.approver),
        "now": clock.now(),
    }
    with pytest.raises(Refused) as refusal:
        dismiss_prompt(session, reason="fine", **what)
    assert [one.code for one in refusal.value.reasons] == ["dismissal_without_reason"]
    dismiss_prompt(session, reason="Read, and nothing follows", **what)
    with pytest.raises(Refused) as refusal:
        dismiss_prompt(session, reason="Read, and nothing follows", **what)
    assert [one.code for one in refusal.value.reasons] == ["no_such_prompt"]


def test_the_page_is_for_auditors(session: Session, client: FlaskClient) -> None:
    competition = priced(session)
    auditor = make_person(session, competition.authority, "auditor")
    session.commit()
    address = f"/commissioning/{competition.call_off.public_id}/integrity"
    client.sign_in(competition.commissioner)
    assert client.get(address).status_code == 403
    client.sign_in(auditor)
    page = client.get(address).get_data(as_text=True)
    assert "None of them says that anything is wrong" in page
    code = page.split('name="code" value="')[1].split('"')[0]
    subject = page.split('name="subject" value="')[1].split('"')[0]
    given = {"code": code, "subject": subject}
    refused = client.post(address, data=given | {"reason": "fine then"})
    assert refused.status_code == 422
    assert "fine then" in refused.get_data(as_text=True)
    assert client.post(address, data=given | {"reason": "Read, and nothing follows"}).status_code == 302
    assert "Read, and nothing follows" in client.get(address).get_data(as_text=True)
    assert session.scalars(sa.select(PromptDismissal)).one().person_id == auditor.id
    assert client.get(f"/commissioning/{competition.call_off.public_id}/ranking.xlsx").status_code == 200
