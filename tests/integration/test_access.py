"""Default deny: every route is marked; what is not permitted is refused, what is another's not found."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

import tests.matrices  # noqa: F401  Each feature registers the makers of its objects.
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.db import db
from core.web.access import ANYONE, SIGNED_IN, access_of
from procurement.roles import ROLES
from tests.client import ReadingClient, check_page
from tests.factories import make_organisation, make_person
from tests.integration.conftest import isolated_database
from tests.matrix import Maker, Scene, address_of, maker_of, object_parameters, routes, undone

# What a permitted request may be answered with: a page, a way on, nothing there, what is wrong.
ANSWERED = {200, 302, 303, 404, 409, 410, 422}


class World:
    """The application with one object of each kind, made once: every request on them is undone."""

    def __init__(self, app: Flask, session: Session) -> None:
        self.app, self.session = app, session
        self.routes = routes(app)
        makers = {maker_of(rule) for rule, _ in self.routes if object_parameters(rule)} - {None}
        self.scenes: dict[Maker, Scene] = {maker: maker(session) for maker in makers if maker is not None}
        session.commit()
        owned = {maker: scene.owner for maker, scene in self.scenes.items() if scene.owner is not None}
        self.owners = {maker: (owner.id, owner.kind) for maker, owner in owned.items()}
        self.client = FlaskClient(app, TestResponse, use_cookies=True)
        self.read: set[str] = set()

    def scene(self, rule: Rule) -> Scene:
        """The object that a rule names, or an empty scene."""
        maker = maker_of(rule) if object_parameters(rule) else None
        return self.scenes[maker] if maker else Scene()

    def address(self, rule: Rule) -> str:
        return address_of(self.app, rule, self.scene(rule).values)

    def person(self, role: str, organisation_id: int) -> Any:
        """Someone with a role, as signing in needs to know them: no request can expire it."""
        organisation = self.session.get_one(Organisation, organisation_id)
        person = make_person(self.session, organisation, role)
        self.session.commit()
        return SimpleNamespace(fs_uniquifier=person.fs_uniquifier), SimpleNamespace(id=organisation_id)

    def organisation(self, kind: OrganisationKind) -> int:
        made = make_organisation(self.session, kind)
        self.session.commit()
        return made.id

    def ask(self, rule: Rule, method: str, person: Any = None) -> TestResponse:
        """Send an empty request, as someone or as a visitor; each endpoint's page is read once."""
        if person is None:
            with self.client.session_transaction() as cookie:
                cookie.clear()
        else:
            ReadingClient.sign_in(self.client, *person)  # type: ignore[arg-type]
        with undone(), self.app.app_context():
            response = self.client.open(self.address(rule), method=method)
        if (
            response.status_code == 200
            and response.mimetype == "text/html"
            and rule.endpoint not in self.read
        ):
            self.read.add(rule.endpoint)
            check_page(response.get_data(as_text=True), address=rule.rule)
        return response


@pytest.fixture(scope="module")
def world(application: Flask) -> Iterator[World]:
    with application.app_context(), isolated_database():
        yield World(application, db.session)


def test_every_route_says_who_may_use_it(application: Flask) -> None:
    permissions = {permission for role in ROLES.values() for permission in role.permissions}
    for rule in application.url_map.iter_rules():
        access = access_of(application, rule.endpoint)
        assert access in {ANYONE, SIGNED_IN} | permissions, f"{rule.rule} ({rule.endpoint}) is {access}"


def test_every_route_that_names_an_object_has_a_maker(application: Flask) -> None:
    without = {
        rule.rule for rule, _ in routes(application) if object_parameters(rule) and maker_of(rule) is None
    }
    assert sorted(without) == [], "add makers to tests/matrices/"


def test_every_maker_gives_what_its_routes_name(world: World) -> None:
    named = [rule for rule, _ in world.routes if object_parameters(rule)]
    lacking = {rule.rule: sorted(object_parameters(rule) - set(world.scene(rule).values)) for rule in named}
    assert {rule: names for rule, names in lacking.items() if names} == {}
    unowned = [rule.rule for rule in named if not world.scene(rule).owner and not world.scene(rule).shared]
    assert unowned == [], "an object has an owner, or a reason why it is shared"


def test_a_visitor_gets_no_further_than_what_is_public(world: World) -> None:
    wrong = []
    for rule, method in world.routes:
        response = world.ask(rule, method)
        if access_of(world.app, rule.endpoint) == ANYONE:
            right = response.status_code in ANSWERED
        elif method == "GET":
            right = response.status_code == 302 and response.location.startswith("/sign-in?next=")
        else:
            right = response.status_code == 401
        if not right:
            wrong.append((method, rule.rule, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_permits_its_deeds_and_no_others(world: World, role: str) -> None:
    kind, wrong = ROLES[role].kind, []
    elsewhere = world.organisation(kind)
    homes = {owner for owner, owner_kind in world.owners.values() if owner_kind == kind}
    people = {home: world.person(role, home) for home in (*homes, elsewhere)}
    for rule, method in world.routes:
        access = access_of(world.app, rule.endpoint)
        home, _ = (
            world.owners.get(maker_of(rule), (elsewhere, kind)) if object_parameters(rule) else (0, kind)
        )  # type: ignore[arg-type]
        status = world.ask(rule, method, people.get(home, people[elsewhere])).status_code
        permitted = access in (ANYONE, SIGNED_IN) or access in ROLES[role].permissions
        if not (status in ANSWERED if permitted else status == 403):
            wrong.append((method, rule.rule, access, status))
    assert wrong == []


@pytest.mark.parametrize("kind", [OrganisationKind.SUPPLIER, OrganisationKind.AUTHORITY])
def test_another_organisations_object_is_not_found(world: World, kind: OrganisationKind) -> None:
    stranger, wrong, tried = world.organisation(kind), [], 0
    people = {code: world.person(code, stranger) for code, role in ROLES.items() if role.kind == kind}
    foreign = {
        maker
        for maker, (_, owner_kind) in world.owners.items()
        if owner_kind == kind and not world.scenes[maker].shared
    }
    for rule, method in world.routes:
        access = access_of(world.app, rule.endpoint)
        if not object_parameters(rule) or maker_of(rule) not in foreign or access == ANYONE:
            continue
        for code, person in people.items():
            if access == SIGNED_IN or access in ROLES[code].permissions:
                tried += 1
                status = world.ask(rule, method, person).status_code
                if status != 404:
                    wrong.append((method, rule.rule, code, status))
    assert tried or not foreign
    assert wrong == []
