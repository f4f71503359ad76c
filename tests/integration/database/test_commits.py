"""The one commit of a request: what goes wrong in it is told as what it is, and nothing of it is kept."""

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask, Response
from flask.testing import FlaskClient
from flask_migrate import upgrade

from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.audit.models import AuditChain
from core.db import db
from core.web.access import public
from tests.integration.conftest import NewDatabase, make_app
from tests.integration.database.rows import FIRST_MOMENT


@pytest.fixture(scope="module")
def served(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The application as it is served, errors told and not raised, with deeds that fail as they commit."""
    folder = tmp_path_factory.mktemp("commits")
    app = make_app(new_database(folder.name), folder, TESTING=False)

    @app.post("/test/stale/<int:key>")
    @public
    def stale(key: int) -> str:
        mine = db.session.get_one(Organisation, key)
        table = Organisation.__table__
        db.session.execute(sa.update(table).values(row_version=table.c.row_version + 1))
        mine.name = "Mine"
        return "saved"

    @app.post("/test/double")
    @public
    def double() -> str:
        db.session.add_all([AuditChain(name=name, sequence=0, head="") for name in ("one", "one")])
        return "saved"

    @app.post("/test/away")
    @public
    def away() -> str:
        db.session.add(AuditChain(name="two", sequence=0, head=""))
        db.session.connection().connection.dbapi_connection.close()
        return "saved"

    @app.post("/test/well")
    @public
    def well() -> Response:
        db.session.add(AuditChain(name="well", sequence=0, head=""))
        return Response("saved", mimetype="text/plain")

    with app.app_context():
        upgrade()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def visitor(served: Flask) -> FlaskClient:
    return served.test_client()


def chains(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(sa.select(AuditChain.name).order_by(AuditChain.name)))


def test_what_went_well_is_kept(served: Flask, visitor: FlaskClient) -> None:
    assert visitor.post("/test/well").status_code == 200
    assert chains(served) == ["well"]


def test_a_change_that_another_made_meanwhile_is_no_failure_of_ours(
    served: Flask, visitor: FlaskClient
) -> None:
    with served.app_context():
        one = Organisation(kind=OrganisationKind.SUPPLIER, name="Theirs", created_at=FIRST_MOMENT)
        db.session.add(one)
        db.session.commit()
        key = one.id
    answer = visitor.post(f"/test/stale/{key}")
    assert answer.status_code == 409
    assert "Someone else changed this meanwhile" in answer.text
    with served.app_context():
        assert db.session.get_one(Organisation, key).name == "Theirs"


def test_what_two_did_at_once_is_no_failure_of_ours(served: Flask, visitor: FlaskClient) -> None:
    before = chains(served)
    answer = visitor.post("/test/double")
    assert answer.status_code == 409
    assert "Someone else changed this meanwhile" in answer.text
    assert chains(served) == before


def test_a_database_that_goes_away_is_told_and_the_next_request_goes_well(
    served: Flask, visitor: FlaskClient
) -> None:
    before = chains(served)
    answer = visitor.post("/test/away")
    assert answer.status_code in (500, 503)
    assert "Nothing you saved before is lost" in answer.text
    assert chains(served) == before
    assert visitor.get("/").status_code == 200
