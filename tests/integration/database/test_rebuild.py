"""A table of SQLite that is made anew keeps its rows, children, checks, indexes and triggers."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from alembic import op
from alembic.migration import MigrationContext
from alembic.operations import Operations
from flask import Flask

from core.db import Base, db
from core.schema import add_check, drop_check, rebuild
from tests.integration.database.rows import TABLES, RowMaker
from tests.integration.database.snapshots import Rows, Schema, differences, lost_rows, rows_of, schema_of

pytestmark = pytest.mark.only("sqlite")


@pytest.fixture(scope="module")
def filled(own_application: Flask) -> sa.Engine:
    """A database with a row of everything, and a place below another."""
    with own_application.app_context():
        engine = db.engine
    with engine.begin() as connection:
        maker = RowMaker(connection)
        maker.fill_every_table()
        place = Base.metadata.tables["place"]
        maker.insert(place, kind="region", parent_id=maker.standing(place)["id"])
    return engine


@contextmanager
def migrating(engine: sa.Engine) -> Iterator[sa.Connection]:
    """Run the block as a migration runs, and undo it."""
    with engine.connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=OFF")
        transaction = connection.begin()
        context = MigrationContext.configure(connection, opts={"target_metadata": Base.metadata})
        with Operations.context(context):
            yield connection
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall() == []
        transaction.rollback()
        connection.connection.dbapi_connection.execute("PRAGMA foreign_keys=ON")


def state(connection: sa.Connection) -> tuple[Schema, Rows]:
    return schema_of(connection), rows_of(connection)


def test_nothing_is_lost_when_every_table_is_made_anew(filled: sa.Engine) -> None:
    with migrating(filled) as connection:
        schema, rows = state(connection)
        for table in TABLES:
            with rebuild(table.name) as batch:
                batch.add_column(sa.Column("passing", sa.Integer()))
            with rebuild(table.name) as batch:
                # Alembic can do this only by making the table anew.
                batch.drop_column("passing")
        assert differences(schema, schema_of(connection)) == []
        assert lost_rows(rows, rows_of(connection)) == []


def test_a_check_is_added_and_dropped_and_nothing_else(filled: sa.Engine) -> None:
    with migrating(filled) as connection:
        schema, rows = state(connection)
        add_check("bid_submission", "small", "number < 1000000")
        added = differences(schema, schema_of(connection))
        assert added == [
            "constraints: new bid_submission.ck_bid_submission_small: "
            "CONSTRAINT ck_bid_submission_small CHECK(number < 1000000)"
        ]
        maker = RowMaker(connection, beyond=10_000)
        with pytest.raises(sa.exc.IntegrityError, match="ck_bid_submission_small"), connection.begin_nested():
            maker.insert(Base.metadata.tables["bid_submission"], number=1000000)
        drop_check("bid_submission", "small")
        assert differences(schema, schema_of(connection)) == []
        assert lost_rows(rows, rows_of(connection)) == []


def test_triggers_come_back_where_the_rebuild_is_of_use(filled: sa.Engine) -> None:
    """The same change by Alembic alone loses the triggers: it is for them that ``rebuild`` is there."""
    with migrating(filled) as connection:
        schema = schema_of(connection)
        with op.batch_alter_table("score", recreate="always"):
            pass
        assert [line.split(":")[0] for line in differences(schema, schema_of(connection))] == ["triggers"] * 2
