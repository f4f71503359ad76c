"""The evidence library's pages, the reminder before something ends, and the scanner in the worker."""

import socket
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from unittest.mock import patch

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalogue.suppliers import queries, services
from catalogue.suppliers.models import EvidenceVersion
from catalogue.suppliers.types import EvidenceState
from core import clock
from core.accounts.models import Organisation, Person
from core.actor import Actor
from core.db import db
from core.documents.models import Document
from core.documents.services import content_of, take_in
from core.documents.types import Quarantined, ScanState
from core.jobs.models import Job, OutboxMessage
from core.jobs.services import ask_for_daily_jobs, run_due_jobs
from core.reasons import Refused
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.unit.core.test_files import FakeScanner

TODAY = NOW.date()


@pytest.fixture
def supplier(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def editor(session: Session, supplier: Organisation) -> Person:
    return make_person(session, supplier, "supplier-editor")


@pytest.fixture
def actor(session: Session, editor: Person) -> Actor:
    return actor_of(session, editor)


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def keep(session: Session, actor: Actor, title: str, expires_on: date | None = None) -> EvidenceVersion:
    return services.keep_evidence(
        session, actor=actor, now=NOW, title=title, value=f"About {title}.", expires_on=expires_on
    )


def mails(session: Session) -> list[tuple[str, str]]:
    query = sa.select(OutboxMessage.to_address, OutboxMessage.subject).order_by(OutboxMessage.id)
    return [(to, subject) for to, subject in session.execute(query)]


def test_the_library_lists_what_ends_soonest_first_and_by_state(
    client: FlaskClient, session: Session, actor: Actor, editor: Person
) -> None:
    today = clock.today()
    keep(session, actor, "Policy")
    keep(session, actor, "Old mark", today - timedelta(days=1))
    keep(session, actor, "Mark on its last day", today)
    keep(session, actor, "Mark of sixty days", today + timedelta(days=60))
    keep(session, actor, "Mark of sixty-one days", today + timedelta(days=61))
    counts = queries.evidence_counts(session, organisation_id=actor.organisation_id, today=today)
    assert counts == {EvidenceState.CURRENT: 2, EvidenceState.EXPIRING: 2, EvidenceState.EXPIRED: 1}
    client.sign_in(editor)
    page = text_of(client.get("/evidence"))
    places = [page.index(name) for name in ("Old mark", "last day", "sixty days", "sixty-one", "Policy")]
    assert places == sorted(places)
    assert "Expired (1)" in page
    narrowed = text_of(client.get("/evidence?state=expiring"))
    assert "Mark of sixty days" in narrowed
    assert "Old mark" not in narrowed
    assert client.get("/evidence?state=odd").status_code == 200
    assert "Evidence that expires" in text_of(client.get("/start"))


def test_something_new_is_kept_in_words_or_as_a_file(
    client: FlaskClient, session: Session, editor: Person, actor: Actor
) -> None:
    client.sign_in(editor)
    assert client.get("/evidence/new").status_code == 200
    assert client.post("/evidence/new", data={"title": ""}).status_code == 422
    assert client.post("/evidence/new", data={"title": "Mark"}).status_code == 422
    both = {"title": "Mark", "words": "Words.", "file": (BytesIO(b"Words."), "mark.txt")}
    assert client.post("/evidence/new", data=both).status_code == 422
    bad = {"title": "Mark", "file": (BytesIO(b"MZ"), "mark.exe")}
    assert "mark.exe is of a kind" in text_of(client.post("/evidence/new", data=bad))
    good = {"title": "Mark", "file": (BytesIO(b"%PDF-1.7"), "mark.pdf"), "expires_on-day": "1"}
    assert client.post("/evidence/new", data=good).status_code == 422
    good = {"title": "Mark", "file": (BytesIO(b"%PDF-1.7"), "mark.pdf")}
    address = client.post("/evidence/new", data=good).location
    page = text_of(client.get(address))
    assert "mark.pdf" in page
    assert "No application cites it" in page
    file = client.get(f"{address}/1/file")
    assert (file.data, file.mimetype) == (b"%PDF-1.7", "application/octet-stream")
    assert client.get(f"{address}/2/file").status_code == 404


def test_a_new_version_leaves_the_old_and_a_stale_page_keeps_what_was_typed(
    client: FlaskClient, session: Session, actor: Actor, editor: Person
) -> None:
    entry = keep(session, actor, "Volunteer policy").entry
    address = f"/evidence/{entry.public_id}"
    client.sign_in(editor)
    assert client.get(address).status_code == 200
    typed = {f"answer-{entry.public_id}": "A newer policy.", "seen": "1"}
    end = {f"answer-{entry.public_id}.expires-{part}": "x" for part in ("day", "month", "year")}
    assert client.post(address, data=typed | end).status_code == 422
    assert client.post(address, data=typed).status_code == 302
    session.expire_all()
    assert [version.value for version in entry.versions] == ["A newer policy.", "About Volunteer policy."]
    response = client.post(address, data={**typed, f"answer-{entry.public_id}": "Yet another."})
    assert response.status_code == 409
    assert "Yet another." in text_of(response)
    assert client.post(address, data={f"answer-{entry.public_id}": "", "seen": "2"}).status_code == 422
    assert client.post(address, data={}).status_code == 422


def test_keeping_the_same_again_makes_no_version(session: Session, actor: Actor) -> None:
    first = keep(session, actor, "Policy")
    again = services.keep_evidence(
        session, actor=actor, now=NOW, entry=first.entry, value="About Policy.", seen=1
    )
    assert again is first
    with pytest.raises(Refused, match="evidence_changed_meanwhile"):
        services.keep_evidence(session, actor=actor, now=NOW, entry=first.entry, value="Other.", seen=0)
    with pytest.raises(Refused, match="evidence_missing"):
        services.keep_evidence(session, actor=actor, now=NOW, entry=first.entry)


def test_an_owner_is_a_colleague_who_may_edit(
    client: FlaskClient, session: Session, supplier: Organisation, actor: Actor, editor: Person
) -> None:
    entry = keep(session, actor, "Policy").entry
    viewer = make_person(session, supplier, "supplier-viewer")
    administrator = make_person(session, supplier, "supplier-administrator")
    client.sign_in(editor)
    address = f"/evidence/{entry.public_id}/owner"
    client.post(address, data={"owner": viewer.public_id})
    assert entry.owner_id == editor.id
    client.post(address, data={"owner": administrator.public_id})
    session.expire_all()
    assert entry.owner_id == administrator.id
    client.sign_in(viewer)
    page = text_of(client.get(f"/evidence/{entry.public_id}"))
    assert "Keep a new version" not in page
    assert client.post(address, data={"owner": editor.public_id}).status_code == 403


def test_an_owner_is_reminded_once_of_each_end(
    app: Flask, session: Session, supplier: Organisation, actor: Actor, editor: Person
) -> None:
    mark = keep(session, actor, "Quality mark", TODAY + timedelta(days=60)).entry
    keep(session, actor, "Later", TODAY + timedelta(days=61))
    keep(session, actor, "Ended", TODAY - timedelta(days=1))
    nobodys = keep(session, actor, "Nobody's", TODAY + timedelta(days=3)).entry
    nobodys.owner_id = None
    session.flush()
    assert services.remind_of_ends(session, now=NOW) == 2
    assert services.remind_of_ends(session, now=NOW) == 0
    assert sorted(mails(session)) == sorted(
        [(editor.email, "Nobody's: expires soon"), (editor.email, "Quality mark: expires soon")]
    )
    services.keep_evidence(
        session,
        actor=actor,
        now=NOW,
        entry=mark,
        value="The next mark.",
        expires_on=TODAY + timedelta(days=30),
    )
    assert services.remind_of_ends(session, now=NOW) == 1


def test_the_worker_reminds_every_day(app: Flask, session: Session, actor: Actor, editor: Person) -> None:
    keep(session, actor, "Quality mark", clock.today() + timedelta(days=10))
    session.commit()
    assert ask_for_daily_jobs(app) > 0
    run_due_jobs(app)
    job = session.scalars(sa.select(Job).where(Job.kind == "suppliers.remind")).one()
    assert job.result == {"reminded": 1}
    assert mails(session) == [(editor.email, "Quality mark: expires soon")]


def test_a_list_takes_as_many_queries_for_many_as_for_one(
    client: FlaskClient, session: Session, actor: Actor, editor: Person
) -> None:
    client.sign_in(editor)

    def counted(address: str) -> int:
        count = 0

        def note(*_: object) -> None:
            nonlocal count
            count += 1

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert client.get(address).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return count

    soon = clock.today() + timedelta(days=10)
    entry = keep(session, actor, "First", soon).entry
    pages = ("/evidence", f"/evidence/{entry.public_id}", "/start")
    before = [counted(page) for page in pages]
    for number in range(8):
        document = take_in(session, actor=actor, now=NOW, name=f"{number}.txt", content=b"Words.")
        services.keep_evidence(
            session, actor=actor, now=NOW, title=f"Mark {number}", document=document, expires_on=soon
        )
        services.keep_evidence(session, actor=actor, now=NOW, entry=entry, value=f"Version {number}")
        session.flush()
    assert [counted(page) for page in pages] == before


def scanner_at(folder: Path, *answers: bytes) -> tuple[str, FakeScanner]:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / "s"))
    listener.listen()
    scanner = FakeScanner(listener, *answers)
    scanner.start()
    return str(folder / "s"), scanner


def test_the_worker_scans_what_was_sent_and_locks_away_what_it_finds(
    app: Flask, session: Session, actor: Actor, editor: Person, tmp_path: Path
) -> None:
    address, scanner = scanner_at(tmp_path, b"stream: OK\0", b"stream: Example.Thing FOUND\0")
    with patch.dict(app.config, CLAMD=address):
        good = take_in(session, actor=actor, now=NOW, name="good.txt", content=b"Good.")
        bad = take_in(session, actor=actor, now=NOW, name="bad.txt", content=b"Bad.")
        assert good.scan is ScanState.WAITING
        with pytest.raises(Quarantined):
            content_of(good)
        session.commit()
        run_due_jobs(app)
    scanner.join(5)
    scanner.listener.close()
    session.expire_all()
    assert scanner.heard == [b"Good.", b"Bad."]
    assert (good.scan, bad.scan, bad.scan_finding) == (
        ScanState.CLEAN,
        ScanState.QUARANTINED,
        "Example.Thing",
    )
    assert content_of(good) == b"Good."
    with pytest.raises(Quarantined):
        content_of(bad)
    assert mails(session) == [(editor.email, "A file of yours is locked away: bad.txt")]


def test_a_scanner_that_is_away_leaves_files_waiting_for_the_next_time(
    app: Flask, session: Session, actor: Actor, tmp_path: Path
) -> None:
    with patch.dict(app.config, CLAMD=str(tmp_path / "nobody")):
        document = take_in(session, actor=actor, now=NOW, name="a.txt", content=b"Words.")
        session.commit()
        run_due_jobs(app)
    session.expire_all()
    assert document.scan is ScanState.WAITING
    address, scanner = scanner_at(tmp_path, b"stream: OK\0")
    with patch.dict(app.config, CLAMD=address):
        ask_for_daily_jobs(app)
        run_due_jobs(app)
    scanner.join(5)
    scanner.listener.close()
    session.expire_all()
    assert document.scan is ScanState.CLEAN


def test_without_a_scanner_files_are_not_scanned_and_read(session: Session, actor: Actor) -> None:
    document = take_in(session, actor=actor, now=NOW, name="C:\\papers\\a.txt", content=b"Words.")
    assert (document.scan, document.name) == (ScanState.NOT_SCANNED, "a.txt")
    assert content_of(document) == b"Words."
    assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 1
