"""A site of the benchmark's own: the application on a filled database, with a bare page to compare with."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from flask import Flask, render_template
from flask.testing import FlaskClient
from flask_migrate import upgrade
from jinja2 import ChoiceLoader, FileSystemLoader

from benchmarks import world
from catalogue.offers.models import OfferListing
from catalogue.reference.rules.reading import DATA_FOLDER, read_reference
from catalogue.reference.services import load_reference
from core import clock
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from core.actor import SYSTEM
from core.db import db
from core.web.access import signed_in
from core.web.paging import PAGE_SIZE
from procurement.app import create_app
from tests.factories import make_organisation, make_person

BARE = "/benchmark/bare"


@dataclass(frozen=True)
class Size:
    """How much of everything a site holds."""

    suppliers: int
    offers: int
    contracts: int


@dataclass(frozen=True)
class Site:
    """A running application and those who look at it."""

    app: Flask
    url: str
    instance: Path
    size: Size

    authority_id: int

    def client(self, role: str) -> FlaskClient:
        """A browser in which somebody of the authority with that role has signed in."""
        with self.app.app_context():
            person = make_person(db.session, self.authority, role)
            db.session.commit()
            return signed_in_client(self.app, person)

    @property
    def authority(self) -> Organisation:
        """The organisation that buys, in the session of the application's context."""
        return db.session.get_one(Organisation, self.authority_id)


def signed_in_client(app: Flask, person: Person) -> FlaskClient:
    """A browser in which a person has signed in."""
    client = app.test_client()
    with client.session_transaction() as session:
        session.update(
            {
                "_user_id": person.fs_uniquifier,
                "_fresh": True,
                "fs_cc": "set",
                "identity.id": person.fs_uniquifier,
            }
        )
    return client


@contextmanager
def site(url: str, folder: Path, size: Size) -> Iterator[Site]:
    """Make the site in an empty database, and close it."""
    folder.mkdir(parents=True)
    # Argon2 is slow on purpose, and nobody signs in with a password here.
    app = create_app(folder, SQLALCHEMY_ENGINES={"default": {"url": url}}, SECURITY_PASSWORD_HASH="plaintext")
    _add_bare_page(app)
    with app.app_context():
        upgrade()
        load_reference(db.session, data=read_reference(DATA_FOLDER), actor=SYSTEM, now=clock.now())
        world.build(
            db.session,
            suppliers=size.suppliers,
            offer_count=size.offers,
            contract_count=size.contracts,
        )
        authority = make_organisation(db.session, OrganisationKind.AUTHORITY)
        db.session.commit()
        made = Site(app, url, folder, size, authority.id)
    try:
        yield made
    finally:
        with app.app_context():
            for engine in db.engines.values():
                engine.dispose()


def _add_bare_page(app: Flask) -> None:
    """Add the page that all others are compared with: the signed-in layout, 25 rows of one indexed query."""
    own = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, own])

    @app.get(BARE)
    @signed_in
    def benchmark_bare() -> str:
        query = (
            sa.select(OfferListing.title, OfferListing.supplier_name, OfferListing.published_at)
            .order_by(OfferListing.title, OfferListing.offer_id)
            .limit(PAGE_SIZE)
        )
        return render_template("benchmarks/bare.html", rows=db.session.execute(query).all())
