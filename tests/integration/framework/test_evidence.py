"""Answer once: applications filled from the library, kept in it only where people say so, and their files."""

from datetime import timedelta
from io import BytesIO
from unittest.mock import patch

import pypdf
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.suppliers import queries as suppliers
from catalogue.suppliers.models import EvidenceEntry, EvidenceVersion
from catalogue.suppliers.services import keep_evidence, save_profile
from core.documents.models import Document
from core.documents.services import content_on_disk, note_scan, take_in
from core.documents.types import ScanState
from core.questions.forms import seen_mark
from core.reasons import Refused
from procurement.framework import queries, services
from procurement.framework.models import Application, Framework
from tests.factories import NOW, actor_of
from tests.factories_framework import (
    GOOD_ANSWERS,
    NORTH_EAST,
    Market,
    another_supplier,
    make_application,
    make_draft,
    make_file_answer,
    make_market,
    publish_draft,
    section_form,
)

TODAY = NOW.date()
HOW_YOU_WORK = 3


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def another_framework(session: Session, market: Market) -> Framework:
    actor = market.managing(session)
    framework = make_draft(session, actor, title="Another example market", needs=("finance",))
    publish_draft(session, actor, framework)
    return framework


def library(session: Session, market: Market) -> dict[str, suppliers.KeptEvidence]:
    return suppliers.current_evidence(session, organisation_id=market.supplier.id, today=TODAY)


def questions_on(application: Application, number: int) -> list:
    sections = list(dict.fromkeys(entry.section for entry in application.framework.questions))
    asked = [e for e in application.framework.questions if e.section == sections[number - 1]]
    return [entry.question.plain() for entry in asked]


def library_seen(session: Session, application: Application) -> str:
    notes = queries.library_notes(session, application=application, today=TODAY)
    return " ".join(f"{code}:{note.kept.entry.latest if note.kept else 0}" for code, note in notes.items())


def save(
    client: FlaskClient, session: Session, application: Application, number: int, **more: object
) -> object:
    """Send a section as a browser does, with its good answers unless they are given."""
    answers = {**GOOD_ANSWERS, **more.pop("answers", {})}  # type: ignore[dict-item]
    form: dict[str, object] = dict(section_form(application, number, answers))
    form["seen"] = seen_mark(queries.answers_of(application), questions_on(application, number))
    form["library-seen"] = library_seen(session, application)
    address = f"/applications/{application.public_id}/questions/{number}"
    response = client.post(address, data=form | more, content_type="multipart/form-data")
    session.expire_all()
    return response


def test_a_second_application_is_filled_from_the_first(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    for number in range(1, 4):
        response = save(client, session, application, number, **{"keep-first": "yes"})
        assert response.status_code == 302
    kept = library(session, market)
    assert set(kept) == set(GOOD_ANSWERS)
    assert {one.version.number for one in kept.values()} == {1}
    assert {one.entry.owner_id for one in kept.values()} == {market.editor.id}

    second = services.start_application(
        session, actor=market.applying(session), now=NOW, framework=another_framework(session, market)
    )
    assert queries.answers_of(second) == queries.answers_of(application)
    assert {row.library_version.number for row in second.answers} == {1}
    page = text_of(client.get(f"/applications/{second.public_id}/questions/3"))
    assert "From your library: version 1 of " in page
    facts = queries.application_facts(second)
    assert facts.unanswered == ()


def test_nothing_is_kept_without_being_asked_and_nothing_overwritten_silently(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    save(client, session, application, HOW_YOU_WORK)
    assert library(session, market) == {}
    page = text_of(client.get(f"/applications/{application.public_id}/questions/3"))
    assert 'name="keep-first" value="yes" checked' in page

    save(client, session, application, HOW_YOU_WORK, **{"keep-first": "yes"})
    changed = {"experience": "A later and better example."}
    save(client, session, application, HOW_YOU_WORK, answers=changed, **{"keep-first": "yes"})
    assert library(session, market)["experience"].answer == GOOD_ANSWERS["experience"]
    page = text_of(client.get(f"/applications/{application.public_id}/questions/3"))
    assert "Your library says something else: version 1" in page
    assert 'name="keep-changed" value="yes">' in page

    save(client, session, application, HOW_YOU_WORK, answers=changed, **{"keep-changed": "yes"})
    kept = library(session, market)["experience"]
    assert (kept.version.number, kept.answer) == (2, changed["experience"])
    versions = session.scalars(
        sa.select(EvidenceVersion).where(EvidenceVersion.entry_id == kept.entry.id).order_by("number")
    ).all()
    assert [version.value for version in versions] == [GOOD_ANSWERS["experience"], changed["experience"]]


def test_a_library_that_a_colleague_changed_meanwhile_is_left_alone(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    save(client, session, application, HOW_YOU_WORK, **{"keep-first": "yes"})
    old = library_seen(session, application)
    entry = library(session, market)["experience"].entry
    keep_evidence(
        session,
        actor=actor_of(session, market.administrator),
        now=NOW,
        entry=entry,
        question=entry.versions[0].question,
        value="What the colleague keeps.",
    )
    answers = {"experience": "What I keep."}
    tick = {"keep-changed": "yes", "library-seen": old}
    response = save(client, session, application, HOW_YOU_WORK, answers=answers, **tick)
    assert response.status_code == 302
    assert "changed the library meanwhile" in text_of(client.get(response.location))
    assert library(session, market)["experience"].answer == "What the colleague keeps."
    assert queries.answers_of(session.get_one(Application, application.id))["experience"] == "What I keep."


def test_the_librarys_answer_can_be_taken_instead(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    save(client, session, application, HOW_YOU_WORK, **{"keep-first": "yes"})
    save(client, session, application, HOW_YOU_WORK, answers={"experience": "Something else."})
    response = save(
        client,
        session,
        application,
        HOW_YOU_WORK,
        answers={"experience": "Something else."},
        **{"use-library": "experience"},
    )
    assert response.location.endswith("#answer-experience")
    assert queries.answers_of(application)["experience"] == GOOD_ANSWERS["experience"]
    assert save(client, session, application, 1, **{"use-library": "no-such"}).status_code == 422


def test_a_submitted_application_stays_as_it_was(session: Session, market: Market) -> None:
    actor = market.applying(session)
    first = make_application(session, market, submit=False)
    services.keep_answers(
        session,
        actor=actor,
        now=NOW,
        application=first,
        codes=set(GOOD_ANSWERS),
        first_ones=True,
        changed_ones=False,
        seen={},
    )
    services.submit_application(session, actor=actor, now=NOW, application=first)
    before = queries.answers_of(first)
    entry = library(session, market)["experience"].entry
    version = keep_evidence(
        session, actor=actor, now=NOW, entry=entry, question=entry.versions[0].question, value="Newer."
    )
    session.expire_all()
    assert queries.answers_of(first) == before
    cited = queries.citing_applications(session, organisation_id=market.supplier.id, entry_id=entry.id)
    assert [(number, found.id) for number, found, _ in cited] == [(1, first.id)]
    assert version.number == 2


def test_numbers_come_from_the_profile_until_the_library_has_them(session: Session, market: Market) -> None:
    actor = market.applying(session)
    save_profile(session, actor=actor, now=NOW, companies_house_number="1234567", charity_number="1234567")
    application = services.start_application(session, actor=actor, now=NOW, framework=market.framework)
    assert queries.answers_of(application) == {"company-number": "01234567", "charity-number": "1234567"}
    problems = services.save_answers(
        session, actor=actor, now=NOW, application=application, answers={"company-number": "12 AB"}
    )
    assert [reason.code for reason in problems["company-number"]] == ["answer_not_in_form"]


def test_evidence_that_has_ended_stops_submission_only_where_its_question_says(
    session: Session, market: Market
) -> None:
    actor, past = market.applying(session), (TODAY - timedelta(days=1)).isoformat()
    application = make_application(session, market, submit=False)
    make_file_answer(session, market, application)

    def answer(**answers: str) -> list[str]:
        services.save_answers(
            session,
            actor=actor,
            now=NOW,
            application=application,
            answers={code.replace("_", "-"): text for code, text in answers.items()},
        )
        reasons = queries.evidence_reasons(session, application=application, today=TODAY)
        return [reason.code for reason in reasons]

    assert answer(**{"safeguarding-file.expires": past}) == []
    assert queries.ended_evidence(application, TODAY) == {"safeguarding-file": past}
    assert answer(data_registration="ZA123456") == ["evidence_end_unsound"]
    assert answer(**{"data-registration.expires": "31//2027"}) == ["evidence_end_unsound"]
    assert answer(**{"data-registration.expires": past}) == ["evidence_expired"]
    services.sign_declaration(session, actor=actor, now=NOW, application=application)
    with pytest.raises(Refused) as refused:
        services.submit_application(session, actor=actor, now=NOW, application=application)
    assert [reason.code for reason in refused.value.reasons] == ["evidence_expired"]
    assert answer(**{"data-registration.expires": TODAY.isoformat()}) == []
    services.sign_declaration(session, actor=actor, now=NOW, application=application)
    services.submit_application(session, actor=actor, now=NOW, application=application)


def test_what_is_not_asked_is_not_handed_in(session: Session, market: Market) -> None:
    application = make_application(session, market, submit=False)
    make_file_answer(session, market, application)
    actor = market.applying(session)
    answers = {"safeguarding-policy": "text", "safeguarding-practice": "Everyone is checked."}
    services.save_answers(session, actor=actor, now=NOW, application=application, answers=answers)
    assert "safeguarding-file" in queries.answers_of(application)
    services.sign_declaration(session, actor=actor, now=NOW, application=application)
    services.submit_application(session, actor=actor, now=NOW, application=application)
    assert "safeguarding-file" not in queries.answers_of(application)


def upload(name: str, content: bytes) -> dict[str, object]:
    return {"answer-safeguarding-file": (BytesIO(content), name), "answer-safeguarding-policy": "file"}


def test_a_file_comes_with_the_form_and_leaves_as_a_download(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    client.sign_in(market.editor)
    content = b"%PDF-1.7 a policy"
    response = save(client, session, application, HOW_YOU_WORK, **upload("Our policy.pdf", content))
    assert response.status_code == 302, text_of(response)
    named = queries.answers_of(application)["safeguarding-file"]
    page = text_of(client.get(f"/applications/{application.public_id}/questions/3"))
    assert "Our policy.pdf" in page
    assert f'name="answer-safeguarding-file-sent" value="{named}"' in page
    response = client.get(f"/applications/{application.public_id}/files/{named}")
    assert response.data == content
    assert response.mimetype == "application/octet-stream"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert client.get(f"/applications/{application.public_id}/files/DC-00000000").status_code == 404
    save(client, session, application, HOW_YOU_WORK, **{"answer-safeguarding-file-remove": "yes"})
    assert "safeguarding-file" not in queries.answers_of(application)


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("policy.exe", b"MZ", "policy.exe is of a kind we do not take"),
        ("policy.pdf", b"MZ", "policy.pdf is not what its ending says"),
        ("policy.txt", b"x" * 3000, "policy.txt is 3 KB; 2 KB is the most we take"),
    ],
)
def test_a_refused_file_is_named_and_stops_nothing_else(
    app: Flask, client: FlaskClient, session: Session, market: Market, name: str, content: bytes, words: str
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    with patch.dict(app.config, UPLOAD_LIMIT=2048):
        response = save(client, session, application, HOW_YOU_WORK, **upload(name, content))
    assert response.status_code == 422
    assert words in text_of(response)
    saved = queries.answers_of(session.get_one(Application, application.id))
    assert saved["data-protection-practice"] == GOOD_ANSWERS["data-protection-practice"]
    assert "safeguarding-file" not in saved


def test_anothers_file_cannot_be_named(session: Session, market: Market) -> None:
    other, person = another_supplier(session)
    foreign = take_in(session, actor=actor_of(session, person), now=NOW, name="a.txt", content=b"Ours.")
    application = make_application(session, market, submit=False)
    with pytest.raises(Refused, match="no_such_file"):
        services.save_answers(
            session,
            actor=market.applying(session),
            now=NOW,
            application=application,
            answers={"safeguarding-file": foreign.public_id},
        )
    assert foreign.organisation_id == other.id


def test_two_people_lose_neither_texts_nor_tables_nor_files(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    theirs = make_file_answer(session, market, application, b"What the colleague sent.")
    questions = questions_on(application, HOW_YOU_WORK)
    seen = seen_mark({}, questions)
    client.sign_in(market.editor)
    response = save(client, session, application, HOW_YOU_WORK, **upload("mine.txt", b"Mine."), seen=seen)
    assert response.status_code == 409
    page = text_of(response)
    assert "policy.txt" in page
    assert "mine.txt" in page
    assert queries.answers_of(application)["safeguarding-file"] == theirs.public_id
    mine = session.scalars(sa.select(Document).where(Document.name == "mine.txt")).one()
    assert content_on_disk(mine) == b"Mine."
    decided = {"answer-safeguarding-file-sent": mine.public_id, "answer-safeguarding-policy": "file"}
    assert save(client, session, application, HOW_YOU_WORK, **decided).status_code == 302
    assert queries.answers_of(application)["safeguarding-file"] == mine.public_id

    table = '[{"name":"Example Person Two","position":"director"}]'
    before = seen_mark(queries.answers_of(application), questions_on(application, 1))
    services.save_answers(
        session,
        actor=market.applying(session),
        now=NOW,
        application=application,
        answers={"people-with-control": table},
    )
    # Whoever left the table as it was does not take the colleague's row back.
    response = save(client, session, application, 1, seen=before)
    assert response.status_code == 302
    assert queries.answers_of(application)["people-with-control"] == table
    response = save(
        client,
        session,
        application,
        1,
        answers={"people-with-control": '[{"name": "Example Person Three", "position": "trustee"}]'},
        seen=before,
    )
    assert response.status_code == 409
    assert "Example Person Two" in text_of(response)
    assert "Example Person Three" in text_of(response)


def test_a_row_is_added_and_taken_out_without_scripts(
    client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, answers={}, submit=False)
    client.sign_in(market.editor)
    response = save(client, session, application, 1, **{"add-row": "people-with-control"})
    assert response.location.endswith("/questions/1#answer-people-with-control")
    page = text_of(client.get(response.location))
    assert 'name="answer-people-with-control-2-name"' in page
    save(client, session, application, 1, **{"remove-row": "people-with-control:1"})
    assert "people-with-control" not in queries.answers_of(application)


def test_a_quarantined_file_is_read_by_nobody_and_stops_submission(
    app: Flask, client: FlaskClient, session: Session, market: Market
) -> None:
    application = make_application(session, market, submit=False)
    document = make_file_answer(session, market, application)
    document.scan = ScanState.WAITING
    assert queries.evidence_reasons(session, application=application, today=TODAY) == []
    note_scan(session, document=document, now=NOW, finding="Example.Thing")
    reasons = queries.evidence_reasons(session, application=application, today=TODAY)
    assert [(reason.code, reason.params["file"]) for reason in reasons] == [
        ("file_quarantined", "policy.txt")
    ]
    client.sign_in(market.administrator)
    address = f"/applications/{application.public_id}"
    assert client.get(f"{address}/files/{document.public_id}").status_code == 404
    page = text_of(client.get(f"{address}/check"))
    assert "The virus scanner found something in policy.txt" in page
    assert client.post(f"{address}/submit", data={"declared": "y"}).status_code == 422
    assert document.public_id not in text_of(client.get(f"{address}/questions/3")).replace(
        f'value="{document.public_id}"', ""
    )


def test_a_library_of_a_wording_that_changed_is_not_forced_on_it(session: Session, market: Market) -> None:
    actor = market.applying(session)
    question = next(
        entry.question for entry in market.framework.questions if entry.question.code == "insurance-by-award"
    )
    keep_evidence(session, actor=actor, now=NOW, question=question, value="a-value-of-an-older-wording")
    application = services.start_application(session, actor=actor, now=NOW, framework=market.framework)
    assert "insurance-by-award" not in queries.answers_of(application)


def test_a_section_is_handed_to_a_colleague(client: FlaskClient, session: Session, market: Market) -> None:
    from core.jobs.models import OutboxMessage

    application = make_application(session, market, answers={}, submit=False)
    address = f"/applications/{application.public_id}/questions/3/colleague"
    client.sign_in(market.administrator)
    assert client.get(address).status_code == 200
    assert client.post(address, data={"person": market.manager.public_id}).status_code == 422
    assert client.post(address, data={"person": market.editor.public_id}).status_code == 302
    mail = session.scalars(sa.select(OutboxMessage).where(OutboxMessage.to_address == market.editor.email))
    assert [f"/applications/{application.public_id}/questions/3" in one.body for one in mail] == [True]
    page = text_of(client.get(f"/applications/{application.public_id}"))
    assert f"Handed to {market.editor.name}" in page
    client.sign_in(market.editor)
    assert "Handed to you" in text_of(client.get("/start"))
    save(client, session, application, HOW_YOU_WORK)
    assert "Handed to you" not in text_of(client.get("/start"))
    assert client.post(address, data={"person": ""}).status_code == 302
    assert "Handed to" not in text_of(client.get(f"/applications/{application.public_id}"))


def test_the_library_of_another_is_never_offered(session: Session, market: Market) -> None:
    _, person = another_supplier(session)
    question = market.framework.questions[0].question
    keep_evidence(session, actor=actor_of(session, person), now=NOW, question=question, value="charity")
    application = make_application(session, market, answers={}, chosen=[("ACC", NORTH_EAST)], submit=False)
    assert queries.answers_of(application) == {}
    assert session.scalar(sa.select(sa.func.count()).select_from(EvidenceEntry)) == 1


def test_the_answers_leave_as_csv_xlsx_and_pdf(client: FlaskClient, session: Session, market: Market) -> None:
    application = make_application(session, market, submit=False)
    make_file_answer(session, market, application)
    answers = {"safeguarding-file.expires": "2027-05-01", "experience": "=1+1 is no formula here."}
    services.save_answers(
        session, actor=market.applying(session), now=NOW, application=application, answers=answers
    )
    client.sign_in(market.administrator)
    address = f"/applications/{application.public_id}"
    csv = client.get(f"{address}/answers.csv").get_data(as_text=True)
    assert "Example Person One" in csv
    assert "policy.txt,2027-05-01" in csv
    assert "'=1+1" in csv
    assert "mandatory-events" not in csv
    assert client.get(f"{address}/answers.xlsx").data[:2] == b"PK"
    pdf = client.get(f"{address}/answers.pdf")
    words = " ".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf.data)).pages)
    assert "Example Person One" in words
    assert "policy.txt" in words
    assert client.get(f"{address}/answers.txt").status_code == 404
    services.sign_declaration(session, actor=market.applying(session), now=NOW, application=application)
    services.submit_application(session, actor=market.applying(session), now=NOW, application=application)
    client.sign_in(market.manager)
    assert client.get(f"/assessment/{application.public_id}/answers.csv").get_data(as_text=True) == csv
