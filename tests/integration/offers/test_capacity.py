"""Pools of places: kept, shared, changed from a date on, with what is under contract."""

from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import CapacityCommitment, CapacityPool, CapacityPoolVersion
from catalogue.offers.types import LevelPrices, SubLimit
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.audit.models import AuditEvent
from core.reasons import Refused
from tests.factories import NOW, make_organisation
from tests.factories_offers import draft_offer, manager_actor, published_offer, sign_in_as, supplier_actor
from tests.integration.offers.pages import form_values, text_of

TODAY = NOW.date()
NORTH, WALES = "region:A", "region:D"
LOW, HIGH = Complexity.LOW, Complexity.HIGH


@pytest.fixture
def supplier(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def editor(session: Session, client: FlaskClient, supplier: Organisation) -> FlaskClient:
    sign_in_as(session, client, supplier, "supplier-editor")
    return client


def team(session: Session, supplier: Organisation, places: int = 120, *limits: SubLimit) -> CapacityPool:
    return services.start_pool(
        session,
        actor=supplier_actor(session, supplier),
        now=NOW,
        name="Leeds team",
        made_of="Four workers",
        places=places,
        limits=limits,
    )


def draw(session: Session, supplier: Organisation, pool: CapacityPool, **content):
    """A published offer whose places are a pool's."""
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor, **content)
    services.save_prices(
        session,
        actor=actor,
        version=version,
        levels={
            level.complexity: LevelPrices(unit_price=1000, pool=pool.public_id) for level in version.levels
        },
        places_together=None,
        rise=None,
    )
    services.submit_offer(session, actor=actor, now=NOW, version=version)
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=version)
    session.flush()
    return version


def change(session: Session, supplier: Organisation, pool: CapacityPool, places: int, **more) -> None:
    services.change_pool(
        session,
        actor=supplier_actor(session, supplier),
        now=NOW,
        pool=pool,
        **{
            "name": pool.name,
            "made_of": "",
            "places": places,
            "limits": (),
            "effective_from": TODAY,
            "row_version": pool.row_version,
            **more,
        },
    )


def figures(session: Session, pool: CapacityPool) -> list[tuple[date, int]]:
    return [(one.effective_from, one.places) for one in queries.figures_of(session, pool.id)]


def refused(*codes: str):
    return pytest.raises(Refused, check=lambda refusal: {r.code for r in refusal.reasons} == set(codes))


def test_an_offer_has_places_of_its_own_without_a_word(session: Session, supplier: Organisation) -> None:
    actor = supplier_actor(session, supplier)
    version = published_offer(session, actor=actor, complexities=[LOW, HIGH], places_a_year=60)
    [pool] = queries.own_pools(session, actor=actor).rows
    assert pool.offer_id == version.offer_id
    assert {level.pool_id for level in version.levels} == {pool.id}
    [held] = queries.figures_of(session, pool.id)
    assert held.places == 120
    assert set(held.limits) == {SubLimit(None, LOW, 60), SubLimit(None, HIGH, 60)}


def test_places_together_are_the_most_and_a_new_version_changes_them_when_it_is_published(
    session: Session, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = published_offer(session, actor=actor, complexities=[LOW, HIGH], places_a_year=60)
    newer = services.start_new_version(session, actor=actor, now=NOW, offer=version.offer)
    levels = {level: LevelPrices(unit_price=900, places_a_year=60) for level in (LOW, HIGH)}
    services.save_prices(session, actor=actor, version=newer, levels=levels, places_together=80, rise=None)
    pool = session.get_one(CapacityPool, version.levels[0].pool_id)
    assert [places for _, places in figures(session, pool)] == [120]
    services.submit_offer(session, actor=actor, now=NOW, version=newer)
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=newer)
    assert [places for _, places in figures(session, pool)] == [120, 80]
    assert {level.pool_id for level in newer.levels} == {pool.id}


def test_a_pool_nobody_cites_is_rewritten_and_one_that_is_cited_keeps_its_past(
    session: Session, supplier: Organisation
) -> None:
    pool = team(session, supplier)
    change(session, supplier, pool, 90)
    assert figures(session, pool) == [(TODAY, 90)]
    draw(session, supplier, pool)
    later = TODAY + timedelta(days=60)
    change(session, supplier, pool, 150, effective_from=later)
    assert figures(session, pool) == [(TODAY, 90), (later, 150)]
    with refused("pool_changes_in_the_past"):
        change(session, supplier, pool, 10, effective_from=TODAY - timedelta(days=1))
    tags = session.scalars(sa.select(AuditEvent.tag).order_by(AuditEvent.id)).all()
    assert tags.count("capacity:pool-changed") == 2


def test_limits_that_cross_or_are_too_large_are_refused_with_the_reason(
    session: Session, supplier: Organisation
) -> None:
    with refused("sub_limits_cross"):
        team(session, supplier, 100, SubLimit(NORTH, None, 50), SubLimit(None, HIGH, 30))
    with refused("sub_limit_larger_than_pool", "sub_limit_larger_than_outer"):
        team(session, supplier, 100, SubLimit(NORTH, None, 50), SubLimit(NORTH, HIGH, 101))
    pool = team(session, supplier, 100, SubLimit(NORTH, None, 80), SubLimit(WALES, None, 80))
    assert len(queries.figures_of(session, pool.id)[0].limits) == 2


def test_two_colleagues_changing_a_pool_never_overwrite_each_other(
    session: Session, supplier: Organisation
) -> None:
    pool = team(session, supplier)
    seen = pool.row_version
    change(session, supplier, pool, 90, row_version=seen)
    with refused("changed_meanwhile"):
        change(session, supplier, pool, 70, row_version=seen)
    assert figures(session, pool) == [(TODAY, 90)]


def test_nobody_draws_on_or_changes_a_pool_of_another_organisation(
    session: Session, supplier: Organisation
) -> None:
    pool = team(session, supplier)
    other = make_organisation(session)
    with refused("not_yours"):
        change(session, other, pool, 5)
    actor = supplier_actor(session, other)
    version = draft_offer(session, actor=actor)
    with refused("unknown_pool"):
        services.save_prices(
            session,
            actor=actor,
            version=version,
            levels={LOW: LevelPrices(pool=pool.public_id)},
            places_together=None,
            rise=None,
        )


def test_a_group_larger_than_its_pool_is_said(session: Session, supplier: Organisation) -> None:
    pool = team(session, supplier, 8)
    version = draw(session, supplier, pool)
    facts = queries.facts_for(session, version, on=TODAY)
    assert facts.pool_places == {pool.public_id: 8}
    assert queries.content_of(version).levels[LOW].pool == pool.public_id


def test_the_pages_say_what_is_free_and_until_when(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    pool = team(session, supplier, 120, SubLimit(NORTH, None, 50))
    version = draw(session, supplier, pool, title="Rooms in Leeds")
    session.add(
        CapacityCommitment(
            offer_id=version.offer_id,
            version_id=version.id,
            pool_id=pool.id,
            complexity=LOW,
            places_a_year=45,
            contract_reference="CO-EXAMPLE-1",
            starts_on=TODAY - timedelta(days=30),
            ends_on=date(2028, 3, 31),
        )
    )
    session.commit()
    page = text_of(editor.get(f"/capacity/{pool.public_id}"))
    assert "120 a year, 45 committed by contract until 31 March 2028, 75 free" in page
    assert "North East" in page
    assert "CO-EXAMPLE-1" in page
    listed = text_of(editor.get("/capacity"))
    assert "Leeds team" in listed
    assert "until 31 March 2028" in listed


def test_a_pool_is_made_changed_and_shared_on_its_pages(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    empty = form_values(editor.get("/capacity/new"))
    answer = editor.post("/capacity/new", data={**empty, "name": "Leeds", "limit-1-region": NORTH})
    assert answer.status_code == 422
    assert "Enter how many places a year the pool has" in text_of(answer)
    crossing = {
        **form_values(answer),
        "places": "100",
        "limit-1-region": NORTH,
        "limit-1-places": "50",
        "limit-2-complexity": "high",
        "limit-2-places": "30",
    }
    answer = editor.post("/capacity/new", data=crossing)
    assert answer.status_code == 422
    assert "cross each other" in text_of(answer)
    assert form_values(answer)["limit-1-places"] == ["50"]
    made = editor.post("/capacity/new", data={**crossing, "limit-2-region": NORTH})
    assert made.status_code == 302
    session.expire_all()
    pool = session.scalars(sa.select(CapacityPool)).one()
    change_page = form_values(editor.get(f"{made.location}/change"))
    assert editor.post(f"{made.location}/change", data={**change_page, "places": "90"}).status_code == 302
    stale = editor.post(f"{made.location}/change", data={**change_page, "places": "10"})
    assert stale.status_code == 422
    assert "Someone in your organisation changed this" in text_of(stale)
    session.expire_all()
    assert [places for _, places in figures(session, pool)] == [90]

    version = published_offer(session, actor=supplier_actor(session, supplier), title="Rooms in Hull")
    own = session.get_one(CapacityPool, version.levels[0].pool_id)
    session.commit()
    address = f"/capacity/{own.public_id}"
    page = editor.get(address)
    assert "Places of Rooms in Hull" in text_of(page)
    nameless = editor.post(f"{address}/share", data={**form_values(page), "name": " "})
    assert nameless.status_code == 302
    assert editor.post(f"{address}/share", data={**form_values(page), "name": "Hull team"}).status_code == 302
    session.expire_all()
    assert (own.offer_id, own.name) == (None, "Hull team")


def test_the_list_of_pools_needs_the_same_number_of_statements(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    def statements() -> int:
        counted: list[str] = []
        engine = session.get_bind().engine

        def listen(connection, cursor, statement, parameters, context, many):
            counted.append(statement)

        event.listen(engine, "before_cursor_execute", listen)
        assert editor.get("/capacity").status_code == 200
        event.remove(engine, "before_cursor_execute", listen)
        return len(counted)

    draw(session, supplier, team(session, supplier))
    session.commit()
    before = statements()
    for _ in range(6):
        draw(session, supplier, team(session, supplier))
    session.commit()
    assert statements() == before


def test_figures_are_numbered_and_stay(session: Session, supplier: Organisation) -> None:
    pool = team(session, supplier)
    draw(session, supplier, pool)
    change(session, supplier, pool, 90)
    change(session, supplier, pool, 90)
    numbers = session.scalars(
        sa.select(CapacityPoolVersion.number).where(CapacityPoolVersion.pool_id == pool.id)
    ).all()
    assert sorted(numbers) == [1, 2]
