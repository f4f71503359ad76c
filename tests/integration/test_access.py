"""Default deny: every route is marked; what is not permitted is refused, what is another's not found."""

from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

import tests.matrices  # noqa: F401  Each feature registers the makers of its objects.
from core.accounts.models import Organisation, Person
from core.accounts.types import OrganisationKind
from core.web.access import ANYONE, SIGNED_IN, access_of
from procurement.roles import ROLES
from tests.factories import make_organisation, make_person
from tests.matrix import Maker, Scene, address_of, maker_of, object_parameters, routes, undone

# What a permitted request may be answered with: a page, a way on, nothing there, what is wrong.
ANSWERED = {200, 302, 303, 404, 409, 410, 422}


def scenes_for(app: Flask, session: Session) -> dict[Maker, Scene]:
    """Make every object once."""
    makers = {maker_of(rule) for rule, _ in routes(app) if object_parameters(rule)} - {None}
    scenes = {maker: maker(session) for maker in makers if maker is not None}
    session.commit()
    return scenes


def scene_of(scenes: dict[Maker, Scene], rule: Rule) -> Scene:
    return scenes.get(maker_of(rule), Scene()) if object_parameters(rule) else Scene()  # type: ignore[arg-type]


def known(person: Person, organisation: Organisation) -> tuple[SimpleNamespace, SimpleNamespace]:
    """What signing in needs to know, which no request can expire."""
    return SimpleNamespace(fs_uniquifier=person.fs_uniquifier), SimpleNamespace(id=organisation.id)


def test_every_route_says_who_may_use_it(app: Flask) -> None:
    permissions = {permission for role in ROLES.values() for permission in role.permissions}
    for rule in app.url_map.iter_rules():
        access = access_of(app, rule.endpoint)
        assert access in {ANYONE, SIGNED_IN} | permissions, f"{rule.rule} ({rule.endpoint}) is {access}"


def test_every_route_that_names_an_object_has_a_maker(app: Flask) -> None:
    without = sorted(
        {rule.rule for rule, _ in routes(app) if object_parameters(rule) and maker_of(rule) is None}
    )
    assert without == [], "add makers to tests/matrices/"


def test_every_maker_gives_what_its_routes_name(app: Flask, session: Session) -> None:
    scenes = scenes_for(app, session)
    lacking = {
        rule.rule: sorted(object_parameters(rule) - set(scene_of(scenes, rule).values))
        for rule, _ in routes(app)
        if not object_parameters(rule) <= set(scene_of(scenes, rule).values)
    }
    assert lacking == {}
    unowned = [
        rule.rule
        for rule, _ in routes(app)
        if object_parameters(rule)
        and (scene := scene_of(scenes, rule))
        and not scene.owner
        and not scene.shared
    ]
    assert unowned == [], "an object has an owner, or a reason why it is shared"


def test_a_visitor_gets_no_further_than_what_is_public(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    scenes, wrong = scenes_for(app, session), []
    for rule, method in routes(app):
        public = access_of(app, rule.endpoint) == ANYONE
        address = address_of(app, rule, scene_of(scenes, rule).values)
        with undone():
            response = client.open(address, method=method)
        if public:
            right = response.status_code in ANSWERED
        elif method == "GET":
            right = response.status_code == 302 and response.location.startswith("/sign-in?next=")
        else:
            right = response.status_code == 401
        if not right:
            wrong.append((method, address, response.status_code))
    assert wrong == []


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_permits_its_deeds_and_no_others(
    app: Flask, session: Session, client: FlaskClient, role: str
) -> None:
    scenes, wrong = scenes_for(app, session), []
    kind = ROLES[role].kind
    stranger_to_all = make_organisation(session, kind)
    homes = {scene.owner for scene in scenes.values() if scene.owner and scene.owner.kind == kind}
    people = {home.id: known(make_person(session, home, role), home) for home in [*homes, stranger_to_all]}
    session.commit()
    homes_by_maker = {
        maker: scene.owner.id if scene.owner in homes and scene.owner else stranger_to_all.id
        for maker, scene in scenes.items()
    }
    elsewhere = stranger_to_all.id
    for rule, method in routes(app):
        access = access_of(app, rule.endpoint)
        address = address_of(app, rule, scene_of(scenes, rule).values)
        maker = maker_of(rule) if object_parameters(rule) else None
        client.sign_in(*people[homes_by_maker[maker] if maker else elsewhere])  # type: ignore[attr-defined]
        with undone():
            status = client.open(address, method=method).status_code
        permitted = access in (ANYONE, SIGNED_IN) or access in ROLES[role].permissions
        if not (status in ANSWERED if permitted else status == 403):
            wrong.append((method, address, access, status))
    assert wrong == []


@pytest.mark.parametrize("kind", [OrganisationKind.SUPPLIER, OrganisationKind.AUTHORITY])
def test_another_organisations_object_is_not_found(
    app: Flask, session: Session, client: FlaskClient, kind: OrganisationKind
) -> None:
    scenes, wrong, tried = scenes_for(app, session), [], 0
    stranger = make_organisation(session, kind)
    people = {
        code: known(make_person(session, stranger, code), stranger)
        for code, role in ROLES.items()
        if role.kind == kind
    }
    session.commit()
    foreign = {maker for maker, s in scenes.items() if s.owner and s.owner.kind == kind and not s.shared}
    for rule, method in routes(app):
        access = access_of(app, rule.endpoint)
        if not object_parameters(rule) or maker_of(rule) not in foreign or access == ANYONE:
            continue
        address = address_of(app, rule, scene_of(scenes, rule).values)
        for code, person in people.items():
            if access not in ROLES[code].permissions and access != SIGNED_IN:
                continue
            client.sign_in(*person)  # type: ignore[attr-defined]
            with undone():
                status = client.open(address, method=method).status_code
            tried += 1
            if status != 404:
                wrong.append((method, address, code, status))
    assert tried or not foreign
    assert wrong == []


def test_a_visitor_is_sent_to_sign_in_and_back(client: FlaskClient) -> None:
    response = client.get("/start?x=1")
    assert response.status_code == 302
    assert response.location.startswith("/sign-in?next=")
    assert client.get("/sign-in").status_code == 200


def test_a_signed_in_person_sees_their_start_page(client: FlaskClient, session: Session) -> None:
    person = make_person(session, make_organisation(session), "supplier-editor")
    client.sign_in(person)  # type: ignore[attr-defined]
    assert client.get("/start").status_code == 200


def test_an_unknown_address_is_a_page_not_found(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
