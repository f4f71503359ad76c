"""SQLite as we set it: one set of rules on every connection, readers never blocked, writers in a queue."""

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
import sqlalchemy as sa
from flask import Flask

from core.audit.models import AuditChain
from core.db import db, reading, reads_only
from tests.integration.database.threads import Meanwhile

pytestmark = pytest.mark.only("sqlite")

counter = sa.Table("counter", sa.MetaData(), sa.Column("number", sa.Integer))


@pytest.fixture
def engine(own_application: Flask) -> Iterator[sa.Engine]:
    """The engine, with a table of one number."""
    with own_application.app_context():
        engine = db.engine
    with engine.begin() as connection:
        counter.create(connection)
        connection.execute(sa.insert(counter).values(number=0))
    yield engine
    with engine.begin() as connection:
        counter.drop(connection)


def number_seen(engine: sa.Engine) -> int:
    with reading(), engine.connect() as connection:
        return connection.scalar(sa.select(counter.c.number)) or 0


def count_up(engine: sa.Engine, times: int = 1) -> None:
    """Read, then write what was read and one more: wrong wherever two do so at once."""
    for _ in range(times):
        with engine.begin() as connection:
            number = connection.scalar(sa.select(counter.c.number))
            connection.execute(sa.update(counter).values(number=number + 1))


def test_every_connection_has_our_settings(engine: sa.Engine) -> None:
    with ExitStack() as stack:
        for _ in range(4):
            with reading():
                connection = stack.enter_context(engine.connect())
                found = {
                    name: connection.exec_driver_sql(f"PRAGMA {name}").scalar_one()
                    for name in (
                        "foreign_keys",
                        "recursive_triggers",
                        "journal_mode",
                        "synchronous",
                        "busy_timeout",
                    )
                }
            assert found == {
                "foreign_keys": 1,
                "recursive_triggers": 1,
                "journal_mode": "wal",
                "synchronous": 2,  # FULL: what was committed survives a power cut
                "busy_timeout": 30000,
            }


def test_a_reader_is_not_blocked_by_a_writer_and_sees_what_was_committed(engine: sa.Engine) -> None:
    with engine.begin() as writer:
        writer.execute(sa.update(counter).values(number=7))
        assert Meanwhile(lambda: number_seen(engine)).result() == 0
    assert number_seen(engine) == 7


def test_a_writer_is_not_blocked_by_a_reader_who_keeps_seeing_the_same(engine: sa.Engine) -> None:
    with reading(), engine.connect() as reader:
        before = reader.scalar(sa.select(counter.c.number))
        Meanwhile(lambda: count_up(engine)).result()
        assert reader.scalar(sa.select(counter.c.number)) == before
    assert number_seen(engine) == 1


def test_a_second_writer_waits_for_the_first(engine: sa.Engine) -> None:
    """From the first statement, also where that only reads: a lock taken later could be refused."""
    with engine.begin() as first:
        first.execute(sa.select(counter.c.number))
        second = Meanwhile(lambda: count_up(engine))
        assert second.is_waiting()
        first.execute(sa.update(counter).values(number=10))
    second.result()
    assert number_seen(engine) == 11


def test_many_writers_fail_never_and_lose_nothing(engine: sa.Engine) -> None:
    writers = [Meanwhile(lambda: count_up(engine, times=10)) for _ in range(4)]
    for one in writers:
        one.result()
    assert number_seen(engine) == 40


def test_a_page_is_read_while_someone_writes(own_application: Flask, engine: sa.Engine) -> None:
    def visit(address: str) -> int:
        return own_application.test_client().get(address).status_code

    with engine.begin() as writer:
        writer.execute(sa.insert(AuditChain).values(name="held", sequence=0, head=""))
        assert Meanwhile(lambda: visit("/")).result() == 200
        writer.rollback()


def test_what_writes_over_http_takes_the_lock_of_writers(own_application: Flask, engine: sa.Engine) -> None:
    begun: list[tuple[str, bool]] = []

    def note(connection: sa.Connection) -> None:
        begun.append((method, reads_only.get()))

    sa.event.listen(engine, "begin", note)
    try:
        for method in ("GET", "POST"):
            with own_application.test_request_context("/", method=method):
                own_application.preprocess_request()
                db.session.execute(sa.select(counter))
                db.session.rollback()
    finally:
        sa.event.remove(engine, "begin", note)
    assert set(begun) == {("GET", True), ("POST", False)}
    assert reads_only.get() is False


def test_a_key_to_nowhere_is_refused_on_a_connection_of_the_pool(engine: sa.Engine) -> None:
    with pytest.raises(sa.exc.IntegrityError) as caught, engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO place_successor (place_id, successor_id) VALUES (1, 2)")
    assert isinstance(caught.value.orig, sqlite3.IntegrityError)
