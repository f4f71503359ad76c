"""The audit's chains: unbroken whoever writes at once, and every way to tamper with them is named."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from core.accounts.models import Organisation
from core.accounts.types import AccountTag
from core.actor import SYSTEM
from core.audit.models import AuditChain, AuditEvent
from core.audit.queries import verify
from core.audit.rules import GENESIS, event_hash, hashed_fields
from core.audit.services import record
from core.db import db
from tests.integration.database.threads import Meanwhile

NOW = datetime(2026, 9, 1, 9, 0, tzinfo=UTC)
_numbers = count(1)


@pytest.fixture
def engine(own_application: Flask) -> sa.Engine:
    """The engine of a database in which transactions commit; each test has chains of its own."""
    with own_application.app_context():
        return db.engine


@pytest.fixture
def chain() -> str:
    """The name of a chain that there is not yet."""
    return f"chain-{next(_numbers)}"


def note(session: Session, chain: str, **details: Any) -> AuditEvent:
    subject = Organisation(id=1)
    return record(
        session,
        AccountTag.PERSON_CREATED,
        actor=SYSTEM,
        now=NOW,
        subject=subject,
        details=details,
        chain=chain,
    )


def append(engine: sa.Engine, chain: str, times: int = 1) -> list[int]:
    """Append events, each in a transaction of its own, and return their places."""
    places = []
    for number in range(times):
        with Session(engine) as session:
            places.append(note(session, chain, number=number).sequence)
            session.commit()
    return places


def events_of(engine: sa.Engine, chain: str) -> list[AuditEvent]:
    with Session(engine) as session:
        query = sa.select(AuditEvent).where(AuditEvent.chain == chain).order_by(AuditEvent.sequence)
        return list(session.scalars(query))


def unbroken(engine: sa.Engine, chain: str) -> int:
    """Assert that all is in order and return how many events the chain has."""
    with Session(engine) as session:
        assert verify(session)[2] is None
        return session.get_one(AuditChain, chain).sequence


@pytest.mark.parametrize("begun", [0, 2], ids=["a new chain", "a chain that stands"])
@pytest.mark.parametrize("keeps", [True, False], ids=["and the first commits", "and the first rolls back"])
def test_two_who_append_to_one_chain_queue(engine: sa.Engine, chain: str, begun: int, keeps: bool) -> None:
    append(engine, chain, times=begun)
    with Session(engine) as first:
        assert note(first, chain).sequence == begun + 1
        second = Meanwhile(lambda: append(engine, chain))
        assert second.is_waiting()
        if keeps:
            first.commit()
        else:
            first.rollback()
    # What was rolled back leaves no gap.
    assert second.result() == [begun + 1 + keeps]
    assert unbroken(engine, chain) == begun + 1 + keeps


def test_many_who_begin_and_append_at_once_make_one_unbroken_chain(engine: sa.Engine, chain: str) -> None:
    writers = [Meanwhile(lambda: append(engine, chain, times=6)) for _ in range(4)]
    places = [place for writer in writers for place in writer.result()]
    assert sorted(places) == list(range(1, 25))
    assert unbroken(engine, chain) == 24
    events = events_of(engine, chain)
    assert [one.previous_hash for one in events] == [GENESIS, *(one.hash for one in events[:-1])]


@pytest.mark.only("postgresql")
def test_different_chains_do_not_wait_for_each_other(engine: sa.Engine, chain: str) -> None:
    append(engine, f"{chain}-other")
    with Session(engine) as first:
        note(first, chain)
        assert Meanwhile(lambda: append(engine, f"{chain}-other")).result() == [2]
        assert Meanwhile(lambda: append(engine, f"{chain}-new")).result() == [1]
        first.commit()
    assert unbroken(engine, chain) == 1


def test_what_the_caller_rolls_back_to_a_savepoint_leaves_the_chain_whole(
    engine: sa.Engine, chain: str
) -> None:
    with Session(engine) as session:
        note(session, chain)
        savepoint = session.begin_nested()
        note(session, chain)
        savepoint.rollback()
        assert note(session, chain).sequence == 2
        session.commit()
    assert unbroken(engine, chain) == 2


def test_verifying_takes_events_that_come_meanwhile_for_no_break(
    own_application: Flask, engine: sa.Engine, chain: str
) -> None:
    """And keeps nobody waiting: on SQLite the event below could not be written under a lock of writers."""
    append(engine, chain)
    written: list[int] = []

    def write_between(connection: sa.Connection, cursor: object, statement: str, *_: object) -> None:
        if "FROM audit_chain" in statement and not written:
            written.append(0)
            written.extend(Meanwhile(lambda: append(engine, chain)).result())

    sa.event.listen(engine, "after_cursor_execute", write_between)
    try:
        result = own_application.test_cli_runner().invoke(args=["audit", "verify"])
    finally:
        sa.event.remove(engine, "after_cursor_execute", write_between)
    assert written == [0, 2]
    assert (result.exit_code, "unbroken" in result.output) == (0, True)


# What follows is done in a transaction of the test's own, in which the triggers that forbid it are off.


@pytest.fixture
def unguarded(session: Session, chain: str) -> Iterator[Session]:
    """A session with a chain of five events and nothing that guards them."""
    for number in range(5):
        note(session, chain, number=number)
    note(session, f"{chain}-zz")
    session.commit()
    if session.get_bind().dialect.name == "sqlite":
        session.execute(sa.text("DROP TRIGGER audit_event_refuses_update"))
        session.execute(sa.text("DROP TRIGGER audit_event_refuses_delete"))
    else:
        session.execute(sa.text("ALTER TABLE audit_event DISABLE TRIGGER USER"))
    return session


def verified(app: Flask) -> str:
    """Run the command; return what it says, checking that its status says the same."""
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (result.exit_code == 0) == ("unbroken" in result.output)
    return result.output.strip()


CONTENT = "its content is not what was written"
TAMPERING: dict[str, tuple[dict[str, Any], str]] = {
    "when it was": ({"at": NOW + timedelta(microseconds=1)}, CONTENT),
    "what was done": ({"tag": "other:deed"}, CONTENT),
    "by whom": ({"person_id": 42}, CONTENT),
    "for whom": ({"organisation_id": 42}, CONTENT),
    "to what kind": ({"subject_type": "bid"}, CONTENT),
    "to which": ({"subject_id": 42}, CONTENT),
    "how": ({"details": {"number": 3}}, CONTENT),
    "its hash": ({"hash": "f" * 64}, CONTENT),
    "what it follows": ({"previous_hash": "f" * 64}, "it does not follow from the event before it"),
    "its place": ({"sequence": 99}, "an event is missing"),
}


@pytest.mark.parametrize("what", TAMPERING)
def test_an_event_that_was_changed_is_named(app: Flask, unguarded: Session, chain: str, what: str) -> None:
    values, problem = TAMPERING[what]
    unguarded.execute(
        sa.update(AuditEvent).where(AuditEvent.chain == chain, AuditEvent.sequence == 3).values(values)
    )
    unguarded.commit()
    assert verified(app) == f"Error: chain {chain}, event 3: {problem}"


def test_every_field_of_an_event_is_covered() -> None:
    tried = {name for values, _ in TAMPERING.values() for name in values}
    assert tried | {"id", "chain"} == {column.name for column in AuditEvent.__table__.columns}


def test_an_event_moved_to_another_chain_is_missed_in_its_own(
    app: Flask, unguarded: Session, chain: str
) -> None:
    moved = sa.update(AuditEvent).where(AuditEvent.chain == chain, AuditEvent.sequence == 5)
    unguarded.execute(moved.values(chain=f"{chain}-zz", sequence=2))
    unguarded.commit()
    assert verified(app) == f"Error: chain {chain}, event 5: the chain does not end where its head says"


@pytest.mark.parametrize(
    ("place", "problem"),
    [
        (1, "an event is missing"),
        (3, "an event is missing"),
        (5, "the chain does not end where its head says"),
    ],
)
def test_an_event_that_was_deleted_is_named(
    app: Flask, unguarded: Session, chain: str, place: int, problem: str
) -> None:
    unguarded.execute(sa.delete(AuditEvent).where(AuditEvent.chain == chain, AuditEvent.sequence == place))
    unguarded.commit()
    assert verified(app) == f"Error: chain {chain}, event {place}: {problem}"


def test_an_event_put_in_behind_the_head_is_named(app: Flask, unguarded: Session, chain: str) -> None:
    last = unguarded.scalars(
        sa.select(AuditEvent).where(AuditEvent.chain == chain, AuditEvent.sequence == 5)
    ).one()
    forged = {column.key: getattr(last, column.key) for column in sa.inspect(AuditEvent).column_attrs}
    forged |= {"id": None, "sequence": 6, "previous_hash": last.hash}
    forged["hash"] = event_hash({name: forged[name] for name in hashed_fields(last)}, last.hash)
    unguarded.add(AuditEvent(**forged))
    unguarded.commit()
    assert verified(app) == f"Error: chain {chain}, event 6: the chain does not end where its head says"


def rewrite(session: Session, chain: str, most: int = 5) -> None:
    """Forge a chain as someone would who knows how it is made: every hash and the head are right again."""
    previous = GENESIS
    events = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.chain == chain).order_by(AuditEvent.sequence)
    ).all()
    for event in events:
        if event.sequence > most:
            session.delete(event)
            continue
        event.details = {"number": event.sequence * 10}
        event.previous_hash = previous
        previous = event.hash = event_hash(hashed_fields(event), previous)
    session.flush()
    session.execute(
        sa.update(AuditChain).where(AuditChain.name == chain).values(sequence=most, head=previous)
    )
    session.commit()


@pytest.fixture
def anchors(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """Where the heads are anchored."""
    file = tmp_path / "kept elsewhere" / "anchors.jsonl"
    monkeypatch.setitem(app.config, "AUDIT_ANCHOR_FILE", str(file))
    return file


def anchor(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["audit", "anchor"])
    assert result.exit_code == 0, result.output


def test_a_chain_that_grows_stays_true_to_its_anchors(
    app: Flask, session: Session, chain: str, anchors: Path
) -> None:
    for _ in range(3):
        note(session, chain)
        session.commit()
        anchor(app)
    assert "unbroken" in verified(app)
    lines = [json.loads(line) for line in anchors.read_text().splitlines()]
    assert [line["heads"][chain][0] for line in lines] == [1, 2, 3]


@pytest.mark.parametrize("most", [5, 4], ids=["rewritten", "rewritten and cut short"])
def test_a_forged_chain_is_found_against_its_anchor_and_only_so(
    app: Flask, unguarded: Session, chain: str, anchors: Path, most: int
) -> None:
    anchor(app)
    rewrite(unguarded, chain, most)
    assert verified(app) == f"Error: chain {chain}, event 5: it is not the event that was anchored"
    anchors.unlink()
    assert "unbroken" in verified(app)


def test_a_chain_that_is_gone_is_found_against_its_anchor(
    app: Flask, unguarded: Session, chain: str, anchors: Path
) -> None:
    anchor(app)
    unguarded.execute(sa.delete(AuditEvent).where(AuditEvent.chain == chain))
    unguarded.execute(sa.delete(AuditChain).where(AuditChain.name == chain))
    unguarded.commit()
    assert verified(app) == f"Error: chain {chain}, event 5: it is not the event that was anchored"


def test_a_head_that_was_set_back_is_named(app: Flask, unguarded: Session, chain: str) -> None:
    fourth = unguarded.scalars(
        sa.select(AuditEvent.hash).where(AuditEvent.chain == chain, AuditEvent.sequence == 4)
    ).one()
    unguarded.execute(sa.update(AuditChain).where(AuditChain.name == chain).values(sequence=4, head=fourth))
    unguarded.commit()
    assert verified(app) == f"Error: chain {chain}, event 5: the chain does not end where its head says"
