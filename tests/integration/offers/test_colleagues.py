"""Steps of offers handed to colleagues, and two people who write the same offer."""

from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferStepAssignment
from catalogue.offers.types import Section, Step, StepKey
from catalogue.reference.types import Complexity
from core.accounts.services import holdings_of
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.factories_offers import FACTS, draft_offer
from tests.integration.offers.pages import fill, form_values, text_of


def people(session: Session) -> tuple:
    supplier = make_organisation(session)
    administrator = make_person(session, supplier, "supplier-administrator")
    editor = make_person(session, supplier, "supplier-editor")
    return supplier, administrator, editor


def test_a_step_is_handed_to_a_colleague(client: FlaskClient, session: Session) -> None:
    supplier, administrator, editor = people(session)
    viewer = make_person(session, supplier, "supplier-viewer")
    version = draft_offer(session, actor=actor_of(session, administrator))
    services.save_facts(
        session,
        actor=actor_of(session, administrator),
        version=version,
        section=Section.VOLUNTEERS,
        facts=dict.fromkeys(FACTS[Section.VOLUNTEERS]),
    )
    public_id = version.offer.public_id
    address = f"/offers/{public_id}/steps/ways/colleague"
    client.sign_in(administrator)
    assert f'href="{address}"' in client.get(f"/offers/{public_id}/write/ways").get_data(as_text=True)
    assert client.get(address).status_code == 200
    for nobody in (
        viewer.public_id,
        make_person(session, make_organisation(session), "supplier-editor").public_id,
        "x",
    ):
        assert client.post(address, data={"person": nobody}).status_code == 422
    assert client.post(address, data={"person": editor.public_id}).status_code == 302
    assert client.post(address, data={"person": editor.public_id}).status_code == 302
    mails = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.to_address == editor.email)).all()
    assert [f"/offers/{public_id}" in mail.body for mail in mails] == [True], "asked once"
    assert f"Handed to {editor.name}" in text_of(client.get(f"/offers/{public_id}"))
    assert f"This step is handed to {editor.name}" in text_of(client.get(f"/offers/{public_id}/write/ways"))
    client.sign_in(editor)
    assert "Write how it is delivered" in text_of(client.get("/start"))
    fill(client, f"/offers/{public_id}/volunteers", volunteers="no", mentoring="no")
    assert "Write how it is delivered" not in text_of(client.get("/start")), "nothing is missing any more"
    assert client.post(address, data={"person": ""}).status_code == 302
    assert "Handed to" not in text_of(client.get(f"/offers/{public_id}"))


def test_prices_and_a_level_are_handed_on_too(client: FlaskClient, session: Session) -> None:
    _, administrator, editor = people(session)
    version = draft_offer(session, actor=actor_of(session, administrator))
    address = f"/offers/{version.offer.public_id}"
    client.sign_in(administrator)
    for step in ("prices", "method-low"):
        assert client.post(f"{address}/steps/{step}/colleague", data={"person": editor.public_id}).status_code
    assert text_of(client.get(address)).count(f"Handed to {editor.name}") == 2
    assert f"handed to {editor.name}" in text_of(client.get(f"{address}/prices"))
    assert client.get(f"{address}/steps/method-high/colleague").status_code == 302, "no such step here"
    sent = client.post(f"{address}/steps/method-high/colleague", data={"person": editor.public_id})
    assert sent.status_code == 302
    assert set(queries.step_people(session, version.id)) == {"prices", "method-low"}


def test_no_step_of_another_or_of_a_submitted_offer_is_handed_on(session: Session) -> None:
    _, administrator, editor = people(session)
    actor = actor_of(session, administrator)
    version = draft_offer(session, actor=actor)
    step = {"now": NOW, "version": version, "step": StepKey(Step.PEOPLE), "words": "Who", "person": editor}
    stranger = make_person(session, make_organisation(session), "supplier-administrator")
    with pytest.raises(Refused, match="not_yours"):
        services.assign_step(session, actor=actor_of(session, stranger), **step)
    services.submit_offer(session, actor=actor, now=NOW, version=version)
    with pytest.raises(Refused, match="not_editable"):
        services.assign_step(session, actor=actor, **step)


def test_a_leavers_steps_are_handed_over(client: FlaskClient, session: Session) -> None:
    supplier, administrator, editor = people(session)
    actor = actor_of(session, administrator)
    version = draft_offer(session, actor=actor)
    services.assign_step(
        session,
        actor=actor,
        now=NOW,
        version=version,
        step=StepKey(Step.METHOD, Complexity.LOW),
        words="Method",
        person=editor,
    )
    held = holdings_of(session, organisation_id=supplier.id, person=editor)
    assert [(one.count, one.words) for one in held] == [(1, "step of an offer to write")]
    services.hand_over_steps(
        session,
        actor=actor,
        now=NOW,
        organisation_id=supplier.id,
        leaver=editor,
        successor=administrator,
    )
    assert session.scalars(sa.select(OfferStepAssignment.person_id)).all() == [administrator.id]
    assert holdings_of(session, organisation_id=supplier.id, person=editor) == []


@pytest.mark.parametrize("page", ["title", "write/service", "low/outcomes"])
def test_of_two_who_write_at_once_neither_loses_a_word(
    client: FlaskClient, session: Session, page: str
) -> None:
    _, administrator, editor = people(session)
    version = draft_offer(session, actor=actor_of(session, administrator))
    address = f"/offers/{version.offer.public_id}/{page}"
    field = {"title": "summary", "write/service": "title-summary", "low/outcomes": "outputs"}[page]
    client.sign_in(administrator)
    seen_by_both = form_values(client.get(address))
    first = {**seen_by_both, field: "What the first one wrote."}
    assert client.post(address, data=first).status_code == 302
    client.sign_in(editor)
    refused = client.post(address, data={**seen_by_both, field: "What the second one wrote."})
    words = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert "What the first one wrote." in words, "what is saved is shown"
    assert "What the second one wrote." in words, "and so is what was typed"
    session.expire_all()
    assert "What the first one wrote." in repr(queries.content_of(version))
    decided = client.post(address, data=form_values(refused))
    assert decided.status_code == 302, "saving again is a decision for one's own words"
    session.expire_all()
    assert "What the second one wrote." in repr(queries.content_of(version))
