"""What was done, decided or received stays: the database refuses every way to change or delete it."""

import ast
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from core.db import Base
from tests.integration.database.rows import RowMaker

VERSIONS = Path(__file__).resolve().parents[3] / "migrations" / "versions"

# Kept here by hand as well: to take a table off the list is a decision that this test should make visible.
APPEND_ONLY = (
    "agency_provision_change",
    "amendment",
    "audit_event",
    "award_check",
    "bid_correction",
    "bid_inquiry",
    "bid_inquiry_answer",
    "bid_inquiry_decision",
    "bid_removal",
    "bid_submission",
    "call_off_notice",
    "consensus",
    "contract_copy",
    "contract_signature",
    "deed",
    "contracting_release",
    "envelope_release",
    "evaluator_replacement",
    "evidence_version",
    "invitation",
    "letter",
    "partner_declaration",
    "partner_declaration_answer",
    "referral_deal",
    "prompt_dismissal",
    "score",
    "share_review",
)


def asked_for() -> set[str]:
    """Return the tables that the migrations make append-only, by what is written in them."""
    found: set[str] = set()
    for file in sorted(VERSIONS.glob("*.py")):
        module = ast.parse(file.read_text(encoding="utf-8"))
        named = {
            target.id: ast.literal_eval(node.value)
            for node in module.body
            if isinstance(node, ast.Assign) and isinstance(node.value, ast.Tuple)
            for target in node.targets
            if isinstance(target, ast.Name)
        }
        loops = [node for node in ast.walk(module) if isinstance(node, ast.For)]
        for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
            if not (isinstance(call.func, ast.Name) and call.func.id == "append_only"):
                continue
            [argument] = call.args
            if isinstance(argument, ast.Constant):
                found.add(argument.value)
            else:
                [loop] = [one for one in loops if call in ast.walk(one)]
                assert isinstance(loop.iter, ast.Name)
                found.update(named[loop.iter.id])
    return found


def guarded(connection: sa.Connection) -> dict[str, set[str]]:
    """Return what the database's triggers refuse, by table."""
    if connection.dialect.name == "sqlite":
        query = "SELECT tbl_name, name FROM sqlite_master WHERE type = 'trigger'"
    else:
        query = (
            "SELECT t.relname, g.tgname FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid "
            "WHERE NOT g.tgisinternal AND g.tgenabled = 'O'"
        )
    found: dict[str, set[str]] = {}
    for table, trigger in connection.exec_driver_sql(query):
        if "_refuses_" in trigger:
            found.setdefault(table, set()).add(trigger.rpartition("_")[2])
    return found


def refused(maker: RowMaker, statement: sa.Executable, table: str) -> None:
    with pytest.raises(DBAPIError, match=f"{table} is append-only"), maker.connection.begin_nested():
        maker.connection.execute(statement)


def test_the_list_is_what_migrations_ask_for_and_what_the_database_guards(standing_rows: RowMaker) -> None:
    deeds = {"update", "delete"}
    if standing_rows.connection.dialect.name == "postgresql":
        deeds.add("truncate")
    assert set(APPEND_ONLY) == asked_for()
    assert guarded(standing_rows.connection) == dict.fromkeys(APPEND_ONLY, deeds)


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_no_row_is_changed(standing_rows: RowMaker, name: str) -> None:
    table = Base.metadata.tables[name]
    row = standing_rows.standing(table)
    for column in table.columns:
        refused(standing_rows, sa.update(table).values({column.name: row[column.name]}), name)


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_no_row_is_deleted(standing_rows: RowMaker, name: str) -> None:
    refused(standing_rows, sa.delete(Base.metadata.tables[name]), name)


@pytest.mark.parametrize("name", APPEND_ONLY)
@pytest.mark.only("postgresql")
def test_no_table_is_emptied(standing_rows: RowMaker, name: str) -> None:
    refused(standing_rows, sa.text(f"TRUNCATE {name} CASCADE"), name)


@pytest.mark.only("postgresql")
def test_no_table_is_emptied_by_way_of_another(standing_rows: RowMaker) -> None:
    with (
        pytest.raises(DBAPIError, match="is append-only"),
        standing_rows.connection.begin_nested(),
    ):
        standing_rows.connection.exec_driver_sql("TRUNCATE organisation CASCADE")


@pytest.mark.parametrize("name", APPEND_ONLY)
@pytest.mark.only("sqlite")
def test_no_row_is_replaced(standing_rows: RowMaker, name: str) -> None:
    refused(standing_rows, sa.text(f"INSERT OR REPLACE INTO {name} SELECT * FROM {name}"), name)


@pytest.mark.parametrize("name", APPEND_ONLY)
@pytest.mark.only("postgresql")
def test_no_row_is_changed_where_it_is_there_already(standing_rows: RowMaker, name: str) -> None:
    keys = [one.name for one in Base.metadata.tables[name].primary_key]
    again = f"INSERT INTO {name} SELECT * FROM {name} ON CONFLICT ({', '.join(keys)})"
    refused(standing_rows, sa.text(f"{again} DO UPDATE SET {keys[0]} = EXCLUDED.{keys[0]}"), name)
