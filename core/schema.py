"""What migrations share: append-only triggers, CHECKs, and table rebuilds on SQLite that lose nothing."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op


def append_only(table: str, *, allow_delete: bool = False) -> None:
    """Refuse UPDATE (and DELETE, and TRUNCATE) of a table's rows by trigger, on either engine."""
    deeds = ["UPDATE"] if allow_delete else ["UPDATE", "DELETE"]
    if op.get_context().dialect.name == "sqlite":
        for deed in deeds:
            op.execute(
                f"CREATE TRIGGER {table}_refuses_{deed.lower()} BEFORE {deed} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            )
        return
    op.execute(
        "CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION '% is append-only', TG_TABLE_NAME "
        "USING ERRCODE = 'restrict_violation'; END $$"
    )
    for deed in deeds:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_{deed.lower()} BEFORE {deed} ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        )
    if not allow_delete:
        op.execute(
            f"CREATE TRIGGER {table}_refuses_truncate BEFORE TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )


@contextmanager
def rebuild(table: str) -> Generator[Any]:
    """Alter a table in a batch; on SQLite, where that rebuilds it, put its triggers back afterwards."""
    triggers: dict[str, str] = {}
    if op.get_context().dialect.name == "sqlite":
        triggers = _triggers(table)
    with op.batch_alter_table(table) as batch:
        yield batch
    # Adding a column rebuilds nothing, so nothing was lost either.
    lost = triggers.keys() - _triggers(table).keys() if triggers else ()
    for name in sorted(lost):
        op.execute(triggers[name])


def _triggers(table: str) -> dict[str, str]:
    """Return the SQL of a table's triggers in SQLite by their names."""
    query = sa.text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = :table")
    return {row.name: row.sql for row in op.get_bind().execute(query, {"table": table})}


def add_check(table: str, name: str, rule: str) -> None:
    """Add the CHECK ``ck_<table>_<name>``."""
    full = op.f(f"ck_{table}_{name}")
    if op.get_context().dialect.name == "sqlite":
        with rebuild(table) as batch:
            batch.create_check_constraint(full, rule)
        return
    # Validating in a second transaction would let writers in meanwhile, but what fails between the two could
    # not be run again; the statement timeout bounds how long the table is looked through.
    op.execute(
        "-- squawk-ignore constraint-missing-not-valid\n"
        f"ALTER TABLE {table} ADD CONSTRAINT {full} CHECK ({rule})"
    )


def drop_check(table: str, name: str) -> None:
    """Drop the CHECK ``ck_<table>_<name>``."""
    with rebuild(table) as batch:
        batch.drop_constraint(op.f(f"ck_{table}_{name}"), type_="check")
