"""What columns promise, on the database itself: moments, exact numbers, versions and public identifiers."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Mapper, Session, attributes
from sqlalchemy.orm.exc import StaleDataError

from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from core.db import Base, FixedDecimal, UtcDateTime, db
from core.identifiers import drawn_from
from tests.integration.database.rows import FIRST_MOMENT, RowMaker
from tests.integration.database.threads import Meanwhile

LONDON = ZoneInfo("Europe/London")
NAIVE = datetime(2026, 9, 1, 12)  # noqa: DTZ001
EARLIEST, LATEST = NAIVE.replace(year=1970), NAIVE.replace(year=2100)
kept = sa.Table(
    "kept",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("at", UtcDateTime),
    sa.Column("pounds", FixedDecimal(2)),
    sa.Column("points", FixedDecimal(4)),
)
# Every hour around both clock changes of 2026, in London's own words for them.
HOURS = [
    (change + timedelta(minutes=30 * half)).astimezone(LONDON)
    for change in (datetime(2026, 3, 28, 22, tzinfo=UTC), datetime(2026, 10, 24, 22, tzinfo=UTC))
    for half in range(12)
]


@pytest.fixture
def connection(bare_application: Flask) -> Iterator[sa.Connection]:
    """A connection to a database with a table for values, undone after the test."""
    with bare_application.app_context(), db.engine.connect() as connection:
        transaction = connection.begin()
        kept.create(connection)
        if connection.dialect.name == "postgresql":
            # A server set to another zone gives the same moments in other words.
            connection.exec_driver_sql("SET LOCAL timezone = 'America/St_Johns'")
        yield connection
        transaction.rollback()


def through(connection: sa.Connection, **values: Any) -> Any:
    """Keep the values and return the row that comes back."""
    key = connection.execute(sa.insert(kept).values(values)).inserted_primary_key
    return connection.execute(sa.select(kept).where(kept.c.id == key[0])).one()


shared = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@shared
@given(moment=st.datetimes(EARLIEST, LATEST, timezones=st.just(LONDON)))
def test_a_moment_comes_back_as_it_was(connection: sa.Connection, moment: datetime) -> None:
    back = through(connection, at=moment).at
    assert (back, back.utcoffset()) == (moment.astimezone(UTC), timedelta(0))


def test_moments_are_compared_and_ordered_in_time_across_clock_changes(connection: sa.Connection) -> None:
    shuffled = HOURS[:]
    Random(1).shuffle(shuffled)
    connection.execute(sa.insert(kept), [{"at": one} for one in shuffled])
    in_order = connection.scalars(sa.select(kept.c.at).order_by(kept.c.at)).all()
    assert in_order == [one.astimezone(UTC) for one in HOURS]
    assert len(set(in_order)) == len(HOURS)
    for number, one in enumerate(HOURS):
        query = sa.select(sa.func.count()).where(kept.c.at < one)
        assert connection.scalar(query) == number


def test_a_naive_moment_reaches_no_database(connection: sa.Connection) -> None:
    with pytest.raises(sa.exc.StatementError, match="naive"):
        through(connection, at=NAIVE)
    with pytest.raises(sa.exc.StatementError, match="naive"):
        connection.execute(sa.select(kept).where(kept.c.at < NAIVE))


@shared
@given(
    pounds=st.decimals(Decimal("-9e15"), Decimal("9e15"), places=2),
    points=st.decimals(Decimal("-9e13"), Decimal("9e13"), places=4),
)
def test_a_number_comes_back_as_it_was(connection: sa.Connection, pounds: Decimal, points: Decimal) -> None:
    back = through(connection, pounds=pounds, points=points)
    assert (back.pounds, back.points) == (pounds, points)
    assert connection.scalar(sa.select(kept.c.id).where(kept.c.id == back.id, kept.c.pounds == pounds))


def test_sums_are_exact(connection: sa.Connection) -> None:
    amounts = [Decimal("0.10")] * 10 + [Decimal("90071992547409.93"), Decimal("0.01")]
    connection.execute(sa.insert(kept), [{"pounds": one} for one in amounts])
    assert connection.scalar(sa.select(sa.func.sum(kept.c.pounds))) == sum(amounts)


def test_a_number_beyond_the_column_is_refused(connection: sa.Connection) -> None:
    with pytest.raises((sa.exc.DBAPIError, OverflowError)), connection.begin_nested():
        through(connection, pounds=Decimal(2**63).scaleb(-2))


VERSIONED: list[Mapper[Any]] = sorted(
    (mapper for mapper in Base.registry.mappers if mapper.version_id_col is not None),
    key=lambda mapper: mapper.local_table.name,
)


@pytest.mark.parametrize("mapper", VERSIONED, ids=lambda mapper: mapper.local_table.name)
def test_whoever_writes_what_another_has_changed_meanwhile_is_told(
    standing_rows: RowMaker, mapper: Mapper[Any]
) -> None:
    """For every editable row: the second of two writers gets an error instead of undoing the first's work."""
    table = mapper.local_table
    row = standing_rows.standing(table)
    with Session(standing_rows.connection, join_transaction_mode="create_savepoint") as session:
        found = session.get_one(mapper.class_, tuple(row[one.name] for one in table.primary_key))
        session.execute(sa.update(table).values(row_version=table.c.row_version + 1))
        plain = next(one.key for one in mapper.column_attrs if not one.columns[0].primary_key)
        attributes.flag_modified(found, plain)
        with pytest.raises(StaleDataError):
            session.flush()


@pytest.mark.only("postgresql")
def test_two_who_write_at_once(own_application: Flask) -> None:
    """The second waits for the first, and then is told."""
    with own_application.app_context(), Session(db.engine) as first, Session(db.engine) as second:
        person = Person(name="Example Person", email="both@example.test", fs_uniquifier="both")
        person.created_at = FIRST_MOMENT
        first.add(person)
        first.commit()
        theirs = second.get_one(Person, person.id)
        person.name = "First"
        theirs.name = "Second"
        first.flush()
        waiting = Meanwhile(second.commit)
        assert waiting.is_waiting()
        first.commit()
        with pytest.raises(StaleDataError):
            waiting.result()
        second.rollback()
        assert first.scalar(sa.select(Person.name).where(Person.id == person.id)) == "First"


def test_a_public_identifier_that_is_taken_is_drawn_again(standing_rows: RowMaker) -> None:
    with (
        Session(standing_rows.connection, join_transaction_mode="create_savepoint") as session,
        session.begin_nested() as savepoint,
    ):
        made = []
        for _ in range(3):
            with drawn_from(Random(7)):
                one = Organisation(kind=OrganisationKind.SUPPLIER, name="Example", created_at=FIRST_MOMENT)
                session.add(one)
                session.flush()
                made.append(one.public_id)
        assert len(set(made)) == 3
        savepoint.rollback()
