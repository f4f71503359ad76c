"""Migrations: one line, each undone and done again over rows, and a database that equals the models."""

from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from flask import Flask
from flask_migrate import check, downgrade, upgrade

from core.db import Base, db
from tests.integration.conftest import NewDatabase, make_app
from tests.integration.database.rows import RowMaker
from tests.integration.database.snapshots import (
    Rows,
    Schema,
    differences,
    lost_rows,
    of_the_models,
    rows_of,
    schema_of,
)

_numbers = count(1)


def revisions(app: Flask) -> list[str]:
    """Every revision, oldest first."""
    directory = ScriptDirectory.from_config(app.extensions["migrate"].migrate.get_config())
    return [one.revision for one in reversed(list(directory.walk_revisions()))]


@pytest.fixture
def empty_application(new_database: NewDatabase, tmp_path: Path) -> Iterator[Flask]:
    """The application on a new database in which there is nothing, inside its context."""
    app = make_app(new_database(f"migrating_{next(_numbers)}"), tmp_path)
    with app.app_context():
        yield app
        db.engine.dispose()


def schema() -> Schema:
    with db.engine.connect() as connection:
        return schema_of(connection)


def rows() -> Rows:
    with db.engine.connect() as connection:
        return rows_of(connection)


def test_there_is_one_line_of_migrations_in_the_order_of_their_numbers(bare_application: Flask) -> None:
    with bare_application.app_context():
        # Where there are two heads Alembic refuses to walk at all.
        found = revisions(bare_application)
    assert found == [f"{number:04d}" for number in range(1, len(found) + 1)]


def test_the_database_equals_the_models(bare_application: Flask, empty_application: Flask) -> None:
    """Alembic's own check compares columns, keys and plain indexes; here also CHECKs and partial indexes."""
    with bare_application.app_context():
        check()
        migrated = schema()
    Base.metadata.create_all(db.engine)
    assert differences(of_the_models(schema()), of_the_models(migrated)) == []


def test_one_revision_up_and_down_at_a_time_leaves_nothing_behind(empty_application: Flask) -> None:
    empty = schema()
    steps = []
    for revision in revisions(empty_application):
        upgrade(revision=revision)
        steps.append(schema())
    complete = steps[-1]
    for below in [*reversed(steps[:-1]), None]:
        downgrade(revision="-1")
        left = schema()
        if below is not None:
            assert differences(of_the_models(below), of_the_models(left)) == []
            assert differences(only_triggers(below), only_triggers(left)) == []
    left = {
        kind: {name for name in things if not name.startswith("alembic_version")}
        for kind, things in left.items()
    }
    assert left == {kind: set() for kind in empty}
    upgrade()
    assert differences(complete, schema()) == []


def only_triggers(of: Schema) -> Schema:
    return {"triggers": of["triggers"], "functions": of.get("functions", {})}


def test_down_and_up_again_over_rows_loses_none(empty_application: Flask) -> None:
    """From the newest revision downward: undo it over a row of everything, and do it again."""
    upgrade()
    with db.engine.begin() as connection:
        maker = RowMaker(connection)
        maker.fill_every_table()
    for revision in reversed(revisions(empty_application)[1:]):
        with_all, before = schema(), rows()
        downgrade(revision="-1")
        below = rows()
        assert lost_rows(before, below) == [], revision
        upgrade(revision=revision)
        after = rows()
        kept = {name: found for name, found in after.items() if name in below}
        assert lost_rows(below, kept) == [], revision
        assert differences(with_all, schema()) == [], revision
        downgrade(revision="-1")
    # All of them at once, as a service that was long behind would take them.
    before = rows()
    upgrade()
    assert lost_rows(before, rows()) == []


def test_the_comparison_sees_what_it_compares(bare_application: Flask) -> None:
    with bare_application.app_context():
        found = schema()
    assert found["columns"].keys() >= {"audit_event.hash", "offer.id", "place.kind"}
    assert found["constraints"].keys() >= {
        "offer_version.ck_offer_version_number_positive",
        "place.ck_place_placekind",
        "place.fk_place_parent_id",
        "bid.uq_bid_lot_id_supplier_id",
        "audit_event.pk_audit_event",
    }
    assert "WHERE" in found["indexes"]["application.uq_application_one_open"]
    assert "audit_event.audit_event_refuses_update" in found["triggers"]
