"""How migrations run: all or nothing, with short waits for locks, and no trace in later connections."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent, indent

import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from core.config import PROJECT_ROOT
from core.db import db
from tests.integration.database.rows import RowMaker
from tests.integration.database.snapshots import differences, lost_rows, rows_of, schema_of


@pytest.fixture(scope="module")
def filled(own_application: Flask) -> Flask:
    """The application on a database with a row of everything."""
    with own_application.app_context(), db.engine.begin() as connection:
        RowMaker(connection).fill_every_table()
    return own_application


@pytest.fixture
def migrations(filled: Flask, tmp_path: Path) -> Iterator[Path]:
    """A copy of the folder of migrations, inside the application's context."""
    folder = tmp_path / "migrations"
    shutil.copytree(PROJECT_ROOT / "migrations", folder, ignore=shutil.ignore_patterns("__pycache__"))
    with filled.app_context():
        yield folder


def add(migrations: Path, body: str, number: int = 1) -> None:
    """Write one more migration after the newest, of the given statements."""
    versions = migrations / "versions"
    newest = max(path.name[:4] for path in versions.glob("*.py"))
    text = f"""
        import sqlalchemy as sa
        from alembic import op
        from core.schema import append_only, rebuild

        revision = "{int(newest) + number:04d}"
        down_revision = "{newest}"
        branch_labels = None
        depends_on = None


        def upgrade():
        """
    text = dedent(text) + indent(dedent(body).strip(), "    ") + "\n"
    (versions / f"{int(newest) + number:04d}_of_a_test.py").write_text(text)


def test_a_migration_that_fails_leaves_everything_as_it_was(migrations: Path) -> None:
    """Also what an earlier one of the same run has done."""
    add(
        migrations,
        """
        op.add_column("organisation", sa.Column("colour", sa.Text()))
        op.execute("UPDATE organisation SET colour = 'red', name = 'red'")
        """,
    )
    add(
        migrations,
        """
        op.create_table("passing", sa.Column("id", sa.Integer, primary_key=True))
        append_only("passing")
        with rebuild("bid_submission") as batch:
            batch.drop_column("chain_sequence")
        op.execute("INSERT INTO passing (id) VALUES (1)")
        op.execute("UPDATE organisation SET name = 'blue'")
        raise LookupError("it goes wrong here")
        """,
    )
    with db.engine.connect() as connection:
        before = schema_of(connection), rows_of(connection), version(connection)
    with pytest.raises(LookupError, match="it goes wrong here"):
        upgrade(directory=str(migrations))
    with db.engine.connect() as connection:
        assert differences(before[0], schema_of(connection)) == []
        assert lost_rows(before[1], rows_of(connection)) == []
        assert version(connection) == before[2]


def version(connection: sa.Connection) -> str:
    return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one()


@pytest.mark.only("sqlite")
def test_a_migration_that_would_leave_children_without_parents_is_undone(
    migrations: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Keys are off while tables move, so they are checked before what was done is kept."""
    add(migrations, """op.execute("DELETE FROM place")""")
    with db.engine.connect() as connection:
        before = rows_of(connection)
    with pytest.raises(SystemExit, match="1"):
        upgrade(directory=str(migrations))
    assert "the migration left rows without their parents" in caplog.text
    with db.engine.connect() as connection:
        assert lost_rows(before, rows_of(connection)) == []


@pytest.mark.only("postgresql")
def test_a_migration_waits_five_seconds_for_a_lock_and_a_minute_for_a_statement(migrations: Path) -> None:
    add(
        migrations,
        """
        query = "SELECT current_setting('lock_timeout'), current_setting('statement_timeout')"
        raise LookupError(tuple(op.get_bind().exec_driver_sql(query).one()))
        """,
    )
    with pytest.raises(LookupError) as caught:
        upgrade(directory=str(migrations))
    assert caught.value.args == (("5s", "1min"),)


def settings() -> list[str]:
    """The settings of every connection that a pool which migrations have used would give."""
    names = {
        "sqlite": ("foreign_keys", "recursive_triggers"),
        "postgresql": ("lock_timeout", "statement_timeout"),
    }
    with db.engine.connect() as one, db.engine.connect() as other:
        if db.engine.dialect.name == "sqlite":
            return [
                str(each.connection.dbapi_connection.execute(f"PRAGMA {name}").fetchone()[0])
                for each in (one, other)
                for name in names["sqlite"]
            ]
        return [
            each.exec_driver_sql(f"SHOW {name}").scalar_one()
            for each in (one, other)
            for name in names["postgresql"]
        ]


@pytest.mark.parametrize("fails", [False, True])
def test_what_migrations_set_is_not_seen_afterwards(migrations: Path, fails: bool) -> None:
    """A process that migrates and goes on, as the demonstration does, finds keys on and no limits."""
    if fails:
        add(migrations, "raise LookupError")
        with pytest.raises(LookupError):
            upgrade(directory=str(migrations))
    else:
        upgrade(directory=str(migrations))
    assert settings() == (["1"] * 4 if db.engine.dialect.name == "sqlite" else ["0"] * 4)
