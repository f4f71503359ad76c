"""An authority's list of call-offs: filters, exports, a constant number of queries."""

import csv
import io
from datetime import datetime, timedelta

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.db import db
from procurement.calloffs.drafting import queries
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffState
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.factories_calloffs import add_whole_lot, make_draft, make_published, make_setting


def titles(session: Session, person, now: datetime = NOW, **filters) -> list[str]:
    found = queries.call_offs_of(
        session, actor=actor_of(session, person), now=now, filters=queries.Filters(**filters), page=1
    )
    assert found.total == len(found.rows)
    return sorted(call_off.title for call_off in found.rows)


def test_the_list_is_narrowed_by_state_region_and_words(session: Session) -> None:
    setting = make_setting(session)
    make_draft(session, setting, title="First homes")
    published = make_published(session, setting, title="Second homes 100%")
    person = setting.drafter
    assert titles(session, person) == ["First homes", "Second homes 100%"]
    assert titles(session, person, states=[CallOffState.DRAFT]) == ["First homes"]
    assert titles(session, person, states=[CallOffState.PUBLISHED]) == ["Second homes 100%"]
    assert titles(session, person, states=[CallOffState.CLOSED]) == []
    assert titles(session, person, now=published.deadline, states=[CallOffState.CLOSED]) == [
        "Second homes 100%"
    ]
    assert titles(session, person, region="region:A", words="HOMES second") == ["Second homes 100%"]
    assert titles(session, person, region="region:B") == []
    assert titles(session, person, words="0%") == ["Second homes 100%"]
    assert titles(session, person, words="%") == ["Second homes 100%"]


def test_the_list_is_ordered_as_asked(session: Session) -> None:
    setting = make_setting(session)
    for number, title in enumerate(("Beta", "alpha", "Gamma")):
        call_off = make_draft(session, setting, title=title, now=NOW + timedelta(days=number))
        call_off.deadline = None if title == "Beta" else NOW + timedelta(days=30 + number)
    for sort, expected in (
        ("newest", ["Gamma", "alpha", "Beta"]),
        ("deadline", ["alpha", "Gamma", "Beta"]),
        ("title", ["alpha", "Beta", "Gamma"]),
    ):
        found = queries.call_offs_of(
            session,
            actor=actor_of(session, setting.drafter),
            now=NOW,
            filters=queries.Filters(sort=sort),
            page=1,
        )
        assert [call_off.title for call_off in found.rows] == expected


@pytest.mark.parametrize("offset", [timedelta(microseconds=-1), timedelta(0), timedelta(days=1)])
def test_the_state_in_sql_is_the_state_by_the_rule(session: Session, offset: timedelta) -> None:
    call_off = make_published(session, make_setting(session))
    assert call_off.deadline is not None
    now = call_off.deadline + offset
    for state in CallOffState:
        chosen = session.scalar(
            sa.select(CallOff.id).where(CallOff.id == call_off.id, queries.in_state(state, now))
        )
        assert (chosen is not None) == (queries.state_on(call_off, now) is state)


def test_another_authoritys_call_off_is_neither_listed_nor_found(
    client: FlaskClient, session: Session
) -> None:
    setting = make_setting(session)
    call_off = make_published(session, setting)
    stranger = make_person(session, make_organisation(session, setting.authority.kind), "commissioner")
    assert titles(session, stranger) == []
    client.sign_in(stranger)
    assert client.get(f"/commissioning/{call_off.public_id}").status_code == 404
    assert client.post(f"/commissioning/{call_off.public_id}/publish").status_code == 404
    client.sign_in(setting.administrators["outsider"])
    assert client.get(f"/invitations/{call_off.public_id}").status_code == 404
    assert client.get(f"/commissioning/{call_off.public_id}").status_code == 403


def test_the_list_is_exported_whole(client: FlaskClient, session: Session) -> None:
    setting = make_setting(session)
    make_draft(session, setting, title="=cmd()")
    client.sign_in(setting.drafter)
    rows = list(csv.reader(io.StringIO(client.get("/commissioning/call-offs.csv").get_data(as_text=True))))
    assert rows[0][:3] == ["Reference", "Title", "State"]
    assert rows[1][1:3] == ["'=cmd()", "Draft"]
    assert rows[1][7] == "240000.00"
    book = openpyxl.load_workbook(io.BytesIO(client.get("/commissioning/call-offs.xlsx").data))
    sheet = book.active
    assert sheet is not None
    assert sheet["B2"].value == "'=cmd()"
    assert sheet["H2"].value == 240000


def statements(client: FlaskClient, address: str) -> int:
    """How many statements a page takes."""
    counted = []

    def count(*_args: object) -> None:
        counted.append(1)

    sa.event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get(address).status_code == 200
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", count)
    return len(counted)


def test_pages_take_a_constant_number_of_queries(client: FlaskClient, session: Session) -> None:
    setting = make_setting(session)
    first = make_published(session, setting)
    client.sign_in(setting.drafter)
    addresses = ["/commissioning", "/call-offs", "/duties", "/commissioning/call-offs.csv"]
    before = {address: statements(client, address) for address in addresses}
    single = statements(client, f"/commissioning/{first.public_id}")
    checked = make_draft(session, setting)
    session.commit()
    preview = statements(client, f"/commissioning/{checked.public_id}/invitations")
    for _ in range(4):
        make_published(session, setting, lots=3)
    assert {address: statements(client, address) for address in addresses} == before
    many = make_published(session, setting, lots=5)
    assert statements(client, f"/commissioning/{many.public_id}") == single
    for number in range(4):
        add_whole_lot(session, setting, checked, title=f"Another {number}")
    session.commit()
    # One statement more for each lot: the offers that fit it.
    assert statements(client, f"/commissioning/{checked.public_id}/invitations") == preview + 4
