"""What must never be is refused by the database itself: every constraint is offended, one by one."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from core.db import Base
from tests.integration.database.given import BESIDE, EMPTY_MAY_REPEAT, FILLED, OFFENCES, PARTS, VALID, Row
from tests.integration.database.rows import TABLES, RowMaker, given_by_database, unique_sets

NOWHERE: dict[type[Any], Any] = {int: 2_000_000_000, str: "nowhere"}
CHECKS = {
    str(constraint.name): constraint
    for table in TABLES
    for constraint in sorted(table.constraints, key=lambda one: str(one.name))
    if isinstance(constraint, sa.CheckConstraint)
}
# SQLAlchemy's own word for a CHECK that a column's type brings with it.
ENUM_CHECKS = {name: check for name, check in CHECKS.items() if check._type_bound}
PARTIAL = {
    str(index.name): index
    for table in TABLES
    for index in sorted(table.indexes, key=lambda one: str(one.name))
    if index.unique and index.dialect_options["sqlite"]["where"] is not None
}


def partial_where(index: sa.Index, dialect: str) -> str:
    return str(index.dialect_options[dialect]["where"])


@pytest.fixture
def maker(standing_rows: RowMaker) -> Iterator[RowMaker]:
    """A maker of rows whose work is undone after the test."""
    savepoint = standing_rows.connection.begin_nested()
    yield standing_rows
    savepoint.rollback()


def refused(maker: RowMaker, table: sa.Table, values: Row, name: str) -> None:
    """Insert the row; fail unless the database refuses it for the constraint or empty column named."""
    with pytest.raises(IntegrityError) as caught, maker.connection.begin_nested():
        maker.insert_exactly(table, values)
    if maker.connection.dialect.name == "postgresql":
        diagnosis = caught.value.orig.diag
        assert name == diagnosis.constraint_name or name == f"{diagnosis.table_name}.{diagnosis.column_name}"
        return
    # SQLite names a CHECK, and the columns of a key; of a foreign key it says only that one failed.
    kind = name.partition("_")[0]
    columns = dict(unique_sets(table)).get(name, ())
    expected = {
        "ck": f"CHECK constraint failed: {name}",
        "fk": "FOREIGN KEY constraint failed",
        "pk": "UNIQUE constraint failed: " + ", ".join(f"{table.name}.{one.name}" for one in columns),
    }
    expected["uq"] = expected["pk"]
    message = f"NOT NULL constraint failed: {name}" if "." in name else expected[kind]
    assert str(caught.value.orig) == message


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_valid_row_is_taken(maker: RowMaker, table: sa.Table) -> None:
    assert maker.insert(table)


def not_nulls(database: str) -> list[sa.Column[Any]]:
    """Every column that may not be empty, where the database can tell.

    SQLite numbers a single integer key itself where it is given nothing, also one that is a foreign key;
    PostgreSQL does so only for the keys that it is asked to number.
    """
    found = []
    for table in TABLES:
        rowid = len(table.primary_key) == 1 and isinstance(next(iter(table.primary_key)).type, sa.Integer)
        for column in table.columns:
            numbered = rowid and column.primary_key if database == "sqlite" else given_by_database(column)
            if not column.nullable and not numbered:
                found.append(column)
    return found


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One case for each column, which columns the database decides."""
    if "never_empty" in metafunc.fixturenames:
        columns = not_nulls(metafunc.config.getoption("--database"))
        metafunc.parametrize("never_empty", columns, ids=str)


def test_a_column_that_may_not_be_empty(maker: RowMaker, never_empty: sa.Column[Any]) -> None:
    table = never_empty.table
    values = maker.values(table) | {never_empty.name: sa.null()}
    refused(maker, table, values, f"{table.name}.{never_empty.name}")


@pytest.mark.parametrize(
    "foreign_key",
    [
        pytest.param(one, id=str(one.name))
        for table in TABLES
        for one in sorted(table.foreign_key_constraints, key=lambda one: str(one.name))
    ],
)
def test_a_foreign_key_to_nowhere(maker: RowMaker, foreign_key: sa.ForeignKeyConstraint) -> None:
    table, name = foreign_key.table, str(foreign_key.name)
    values = maker.values(table, filled=foreign_key.column_keys, **BESIDE.get(name, {}))
    last = foreign_key.elements[-1].parent
    values[last.name] = NOWHERE[last.type.python_type]
    refused(maker, table, values, name)


@pytest.mark.parametrize(
    "foreign_key",
    [
        pytest.param(one, id=str(one.name))
        for table in TABLES
        for one in sorted(table.foreign_key_constraints, key=lambda one: str(one.name))
        if one.ondelete is None
    ],
)
def test_a_parent_with_children_stays(maker: RowMaker, foreign_key: sa.ForeignKeyConstraint) -> None:
    """What hangs on a row keeps it from being deleted, unless the key says that it goes too."""
    name, parent = str(foreign_key.name), foreign_key.referred_table
    given = dict.fromkeys(foreign_key.column_keys, FILLED)
    child = maker.insert(foreign_key.table, **(given | BESIDE.get(name, {})))
    same = [element.column == child[element.parent.name] for element in foreign_key.elements]
    with pytest.raises(sa.exc.DBAPIError) as caught, maker.connection.begin_nested():
        maker.connection.execute(sa.delete(parent).where(*same))
    # The parent may be one of those that nothing deletes in any case.
    words = str(caught.value.orig).lower()
    assert "foreign key constraint" in words or "append-only" in words


@pytest.mark.parametrize(
    ("table", "name"),
    [
        pytest.param(table, name, id=name)
        for table in TABLES
        for name, _ in unique_sets(table)
        if name not in PARTIAL
    ],
)
def test_a_value_that_must_be_the_only_one(maker: RowMaker, table: sa.Table, name: str) -> None:
    names = [column.name for column in dict(unique_sets(table))[name]]
    beside = BESIDE.get(name, {})
    first = maker.insert(table, filled=names, **beside)
    second = maker.values(table, filled=names, **beside)
    refused(maker, table, second | {one: first[one] for one in names}, name)


@pytest.mark.parametrize("name", sorted(PARTIAL))
def test_a_value_that_must_be_the_only_one_in_its_part(maker: RowMaker, name: str) -> None:
    index = PARTIAL[name]
    table = index.table
    assert name in PARTS, f"say in given.py which rows lie inside and outside of {name}"
    inside, outside = PARTS[name]
    columns = [column.name for column in index.columns]
    first = maker.insert(table, **inside[0])
    shared = {one: first[one] for one in columns}
    for row in inside:
        refused(maker, table, maker.values(table, **{**row, **shared}), name)
    for row in (*outside, *outside):
        assert maker.insert(table, **{**row, **shared})


@pytest.mark.parametrize("name", sorted(ENUM_CHECKS))
def test_a_word_that_is_not_in_the_list(maker: RowMaker, name: str) -> None:
    check = ENUM_CHECKS[name]
    table = check.table
    [column] = columns_of(check)
    values = maker.values(table, **BESIDE.get(name, {})) | {column.name: "no such word"}
    refused(maker, table, values, name)


@pytest.mark.parametrize("name", sorted(CHECKS.keys() - ENUM_CHECKS.keys()))
def test_a_row_that_offends_a_check(maker: RowMaker, name: str) -> None:
    table = CHECKS[name].table
    assert OFFENCES.get(name), f"say in given.py what row offends {name}"
    for offence in OFFENCES[name]:
        refused(maker, table, maker.values(table, **offence), name)


def columns_of(check: sa.CheckConstraint) -> list[sa.Column[Any]]:
    """Return the columns that a CHECK speaks of."""
    return [one for one in sa.sql.visitors.iterate(check.sqltext) if isinstance(one, sa.Column)]


def test_what_is_given_by_hand_belongs_to_a_constraint() -> None:
    names = {str(one.name) for table in TABLES for one in (*table.constraints, *table.indexes)}
    assert OFFENCES.keys() - (CHECKS.keys() - ENUM_CHECKS.keys()) == set()
    assert PARTS.keys() - PARTIAL.keys() == set()
    assert BESIDE.keys() - names == set()
    assert VALID.keys() - Base.metadata.tables.keys() == set()


def test_no_check_is_passed_by_saying_nothing() -> None:
    """A comparison with an empty value is neither true nor false, which a CHECK takes for a yes."""
    unguarded = []
    for table in TABLES:
        rules = " ".join(str(one.sqltext) for name, one in CHECKS.items() if one.table is table)
        unguarded += [
            str(column)
            for column in table.columns
            if column.nullable
            and not isinstance(column.type, sa.Enum)
            and re.search(rf"\b{column.name}\b", rules)
            and not re.search(rf"\b{column.name} IS (NOT )?NULL", rules)
        ]
    assert unguarded == []


def test_a_unique_set_that_may_be_empty_is_meant_to_be() -> None:
    """Two empty values are not the same to a database, so that such rows repeat."""
    found = {
        name
        for table in TABLES
        for name, columns in unique_sets(table)
        if any(one.nullable for one in columns)
    }
    assert found == EMPTY_MAY_REPEAT.keys()


def test_every_constraint_has_a_name_that_is_its_own() -> None:
    named = [
        (table.name, str(constraint.name) if constraint.name else "none")
        for table in TABLES
        for constraint in (*table.constraints, *table.indexes)
    ]
    assert len(set(named)) == len(named)
    assert [one for one in named if one[1] == "none" or len(one[1]) > 63] == []


def test_every_list_of_words_is_checked() -> None:
    listed = {str(column) for table in TABLES for column in table.columns if isinstance(column.type, sa.Enum)}
    assert {str(one) for check in ENUM_CHECKS.values() for one in columns_of(check)} == listed


def test_a_partial_index_has_the_same_part_on_both_databases() -> None:
    parts = {
        name: (partial_where(one, "sqlite"), partial_where(one, "postgresql"))
        for name, one in PARTIAL.items()
    }
    assert {name for name, (sqlite, postgresql) in parts.items() if sqlite != postgresql} == set()
