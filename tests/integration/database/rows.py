"""Makes a valid row of any table from what its columns say, with the rows that its foreign keys need."""

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa

from core.db import Base, FixedDecimal, UtcDateTime
from procurement import app as _every_model
from tests.integration.database.given import FILLED, VALID, SameAs

assert _every_model.MODELS, "importing the factory makes every table known"

Row = dict[str, Any]
TABLES: tuple[sa.Table, ...] = tuple(sorted(Base.metadata.sorted_tables, key=lambda table: table.name))
FIRST_DAY = date(2026, 1, 1)
FIRST_MOMENT = datetime(2026, 1, 1, 12, 0, tzinfo=UTC)


def unique_sets(table: sa.Table) -> list[tuple[str, tuple[sa.Column[Any], ...]]]:
    """Return every set of columns that no two rows may share, with the name of what says so."""
    found = [
        (str(constraint.name), tuple(constraint.columns))
        for constraint in table.constraints
        if isinstance(constraint, sa.UniqueConstraint | sa.PrimaryKeyConstraint)
    ]
    found += [(str(index.name), tuple(index.columns)) for index in table.indexes if index.unique]
    return sorted(found)


def given_by_database(column: sa.Column[Any]) -> bool:
    """Whether the database numbers the column's rows itself."""
    return column is column.table.autoincrement_column


class RowMaker:
    """Makes rows on one connection; no two of its rows clash with each other.

    ``beyond`` is more than the values that another maker has used on the same database.
    ``standing`` rows are made once and shared as parents; a parent is made anew where sharing it would
    break a unique constraint of the child.
    """

    def __init__(self, connection: sa.Connection, *, beyond: int = 0) -> None:
        self.connection = connection
        self._standing: dict[str, Row] = {}
        self._count = beyond

    def standing(self, table: sa.Table) -> Row:
        """Return the table's shared row, made on first use."""
        if table.name not in self._standing:
            self._standing[table.name] = self.insert(table)
        return self._standing[table.name]

    def fill_every_table(self) -> None:
        """Make the standing row of every table."""
        for table in TABLES:
            self.standing(table)

    def insert(self, table: sa.Table, filled: Collection[str] = (), **given: Any) -> Row:
        """Insert a valid row and return all of it as the database keeps it."""
        return self.insert_exactly(table, self.values(table, filled, **given))

    def insert_exactly(self, table: sa.Table, values: Row) -> Row:
        """Insert these values, valid or not."""
        result = self.connection.execute(sa.insert(table).values(values).returning(*table.columns))
        return dict(result.mappings().one())

    def values(self, table: sa.Table, filled: Collection[str] = (), **given: Any) -> Row:
        """Return values of a valid row not yet inserted; its parents are.

        Columns that may be empty are, unless they are ``filled`` or ``given``.
        """
        values: Row = {**VALID.get(table.name, {}), **given}
        anew = {name for name, value in values.items() if value is FILLED}
        wanted = anew.union(filled)
        values = {name: value for name, value in values.items() if name not in anew}
        same = {name: value.column for name, value in values.items() if isinstance(value, SameAs)}
        wanted |= {
            column.name
            for column in table.columns
            if not (column.nullable or column.default or given_by_database(column))
        }
        wanted -= values.keys()
        for foreign_key in sorted(table.foreign_key_constraints, key=lambda one: str(one.name)):
            if wanted.isdisjoint(foreign_key.column_keys):
                continue
            known = {
                element.column.name: values[element.parent.name]
                for element in foreign_key.elements
                if element.parent.name in values
            }
            if (
                known
                or anew.intersection(foreign_key.column_keys)
                or self._needs_new_parent(table, foreign_key)
            ):
                parent = self.insert(foreign_key.referred_table, **known)
            else:
                parent = self.standing(foreign_key.referred_table)
            for element in foreign_key.elements:
                values.setdefault(element.parent.name, parent[element.column.name])
        for column in table.columns:
            if column.name in wanted and column.name not in values:
                values[column.name] = self._value(column)
        return values | {name: values[column] for name, column in same.items()}

    def _needs_new_parent(self, table: sa.Table, foreign_key: sa.ForeignKeyConstraint) -> bool:
        """Whether a unique set of the table would repeat if the parent were shared."""
        for _, columns in unique_sets(table):
            tells_apart = [one for one in columns if not one.foreign_keys and _distinct(one)]
            if not tells_apart and not set(columns).isdisjoint(foreign_key.columns):
                return True
        return False

    def _value(self, column: sa.Column[Any]) -> Any:
        """Return a value of the column's type that no earlier row of this maker has, where it can vary."""
        kind = column.type
        self._count += 1
        if isinstance(kind, sa.Enum):
            used = set(self.connection.scalars(sa.select(column)) if column.unique else ())
            return next((word for word in kind.enums if word not in used), kind.enums[0])
        if isinstance(kind, UtcDateTime):
            return FIRST_MOMENT + timedelta(minutes=self._count)
        if isinstance(kind, sa.Date):
            return FIRST_DAY + timedelta(days=self._count)
        if isinstance(kind, sa.String):
            return f"{column.name} {self._count}"[-(kind.length or 60) :]
        if isinstance(kind, FixedDecimal):
            return Decimal(1)
        plain: dict[type[Any], Any] = {bool: False, int: self._count, bytes: b"\x00sealed\xff"}
        return [] if isinstance(kind, sa.JSON) else plain[kind.python_type]


def _distinct(column: sa.Column[Any]) -> bool:
    """Whether every row made has a value of its own in this column."""
    if given_by_database(column) or column.name.endswith("public_id"):
        return True
    varies = isinstance(column.type, sa.String | sa.Integer | sa.Date | UtcDateTime)
    return varies and not isinstance(column.type, sa.Enum) and not (column.nullable or column.default)
