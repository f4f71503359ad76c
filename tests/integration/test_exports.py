"""No cell of any export is taken for a formula, whatever people have typed; each export is tried."""

import ast
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError
from werkzeug.routing import AnyConverter, Rule

from core.config import PROJECT_ROOT
from core.db import Base, db
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import ANYONE, SIGNED_IN, access_of
from procurement.roles import ROLES
from tests.integration.conftest import isolated_database
from tests.integration.test_access import World

STARTS = ("=", "+", "-", "@", "\t", "\r")
HOSTILE = '=HYPERLINK("http://example.test","'
# What writes cells by itself, and why it may.
WRITERS = {
    "core/spreadsheet.py": "the shared writer",
    "catalogue/bulk/exports/workbook.py": "the workbook of offers: each cell goes through the shared guard",
    "procurement/calloffs/evaluation/exports.py": "live formulas of ours; text goes through the shared guard",
    "procurement/gaps/exports/demand.py": "the template of demand: headings and codes of reference data",
    "procurement/gaps/rules/demand_workbook.py": "rows of an upload, which nobody reads but the importer",
}

# Tables that are there to be recomputed.
LIVE = {"/commissioning/<public_id>/ranking.xlsx"}

# Rules of questions are written in definition files and checked there; nobody types them.
NOT_TYPED = {"question_version.asked_if", "question_version.pass_if"}


def exports(app: Flask) -> list[tuple[Rule, str]]:
    """Every route that answers with a table, with each ending that it has."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()):
            continue
        kinds = [one.items for one in rule._converters.values() if isinstance(one, AnyConverter)]
        endings = {ending for items in kinds for ending in items} & {"csv", "xlsx"}
        endings |= {ending for ending in ("csv", "xlsx") if rule.rule.endswith(f".{ending}")}
        found += [(rule, ending) for ending in sorted(endings)]
    return sorted(found, key=lambda one: (one[0].rule, one[1]))


@pytest.fixture(scope="module")
def world(application: Flask) -> Iterator[World]:
    """One object of each kind, in which whatever people can type begins like a formula."""
    with application.app_context(), isolated_database():
        made = World(application, db.session)
        poison(db.session)
        yield made


def poison(session: Any) -> None:
    """Let every text column say something hostile, where neither a rule nor a trigger refuses it."""
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            free = isinstance(column.type, sa.Text) or (
                type(column.type) is sa.String and (column.type.length or 0) >= 200
            )
            free = free and f"{table.name}.{column.name}" not in NOT_TYPED
            if not free or column.foreign_keys or column.primary_key or column.unique:
                continue
            try:
                with session.begin_nested():
                    value = HOSTILE + sa.cast(sa.literal(column.name), sa.Text)
                    session.execute(sa.update(table).values({column.name: value}))
            except DBAPIError:
                continue
    session.commit()
    session.expire_all()


def test_no_cell_of_an_export_is_a_formula(world: World) -> None:
    wrong, answered, guarded = [], set(), 0
    for rule, ending in exports(world.app):
        response = ask(world, rule, ending)
        if response is None or response.status_code != 200:
            continue
        answered.add((rule.rule, ending))
        for cell in cells(response.data, ending, live=rule.rule in LIVE):
            guarded += cell.startswith("'" + HOSTILE)
            if cell.startswith(STARTS):
                wrong.append((rule.rule, ending, cell[:60]))
    assert wrong == []
    assert guarded > 20, "the hostile texts are in the exports"
    assert len(answered) >= len(exports(world.app)) * 2 // 3, "most exports have something to export"


def ask(world: World, rule: Rule, ending: str) -> Any:
    """Ask for an export as someone who may have it."""
    access = access_of(world.app, rule.endpoint)
    scene = world.scene(rule)
    person = None
    if access != ANYONE:
        code = next(
            code
            for code, role in ROLES.items()
            if (access == SIGNED_IN or access in role.permissions)
            and (scene.owner is None or role.kind == scene.owner.kind)
        )
        home = scene.owner.id if scene.owner is not None else world.organisation(ROLES[code].kind)
        person = world.person(code, home)
    with_ending = {
        name: ending
        for name, converter in rule._converters.items()
        if isinstance(converter, AnyConverter) and ending in converter.items
    }
    values = {name: scene.values.get(name, 1) for name in rule.arguments if name not in with_ending}
    address = world.app.url_map.bind("localhost").build(rule.endpoint, {**values, **with_ending})
    with world.client.session_transaction() as cookie:
        cookie.clear()
        if person is not None:
            cookie.update({"_user_id": person[0].fs_uniquifier, "_fresh": True, "fs_cc": "set"})
            cookie.update({"identity.id": person[0].fs_uniquifier, "organisation_id": person[1].id})
    with world.app.app_context():
        return world.client.get(address)


def cells(content: bytes, ending: str, *, live: bool = False) -> Iterator[str]:
    """Every text in a table; a live one has formulas of its own, in which nothing typed may stand."""
    if ending == "csv":
        for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")):
            yield from row
        return
    book = openpyxl.load_workbook(io.BytesIO(content))
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f" and live:
                    assert HOSTILE not in str(cell.value), (sheet.title, cell.coordinate)
                    continue
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if isinstance(cell.value, str):
                    yield cell.value


@pytest.mark.parametrize("start", STARTS)
def test_the_writer_guards_whatever_begins_like_a_formula(start: str) -> None:
    text = f"{start}1+1"
    (_, (cell,)) = csv.reader(io.StringIO(write_csv(["Heading"], [[text]]), newline=""))
    assert cell == f"'{text}"
    (found,) = [one for one in cells(write_xlsx([("Sheet", ["Heading"], [[text]])]), "xlsx") if "1+1" in one]
    assert found.startswith("'")


def test_nothing_else_writes_tables() -> None:
    """A table that is written past the shared writer is guarded by nobody."""
    found = set()
    floors = [PROJECT_ROOT / floor for floor in ("core", "catalogue", "procurement")]
    for path in (file for floor in floors for file in floor.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {
            f"{node.func.value.id}.{node.func.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
        }
        if names & {"csv.writer", "csv.DictWriter", "xlsxwriter.Workbook", "openpyxl.Workbook"}:
            found.add(Path(path).relative_to(PROJECT_ROOT).as_posix())
    assert found == set(WRITERS)
