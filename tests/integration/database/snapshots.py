"""What a database holds, as plain values that two states of it, or two databases, can be compared by."""

import re
from collections.abc import Iterable
from typing import Any

import sqlalchemy as sa

from tests.integration.database.rows import TABLES

# Each kind of thing by name, with what the database itself says it is.
Schema = dict[str, dict[str, Any]]
Rows = dict[str, list[dict[str, Any]]]

# Alembic's own table, and what full-text search keeps: migrations make it and the models do not know it.
NOT_OF_THE_MODELS = re.compile(r"alembic_version|offer_search|sqlite_")

POSTGRESQL = {
    "columns": """
        SELECT t.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod)
            || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
        FROM pg_attribute a JOIN pg_class t ON t.oid = a.attrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE n.nspname = 'public' AND t.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraints": """
        SELECT t.relname || '.' || c.conname, pg_get_constraintdef(c.oid)
        FROM pg_constraint c JOIN pg_class t ON t.oid = c.conrelid
        JOIN pg_namespace n ON n.oid = c.connamespace
        WHERE n.nspname = 'public'""",
    "indexes": """
        SELECT tablename || '.' || indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'""",
    "triggers": """
        SELECT t.relname || '.' || g.tgname, pg_get_triggerdef(g.oid)
        FROM pg_trigger g JOIN pg_class t ON t.oid = g.tgrelid WHERE NOT g.tgisinternal""",
    "functions": """
        SELECT p.proname, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public'""",
    "sequences": """
        SELECT sequencename, data_type::text FROM pg_sequences WHERE schemaname = 'public'""",
}


def schema_of(connection: sa.Connection) -> Schema:
    """Return everything that was made in the database, by kind and name."""
    if connection.dialect.name == "postgresql":
        return {
            kind: dict(sorted(tuple(row) for row in connection.exec_driver_sql(query)))
            for kind, query in POSTGRESQL.items()
        }
    found: Schema = {"columns": {}, "constraints": {}, "indexes": {}, "triggers": {}}
    query = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name"
    for kind, name, table, text in connection.exec_driver_sql(query):
        if kind == "table":
            for part in _parts(text):
                key, words = _named(part)
                found["constraints" if words.startswith("CONSTRAINT") else "columns"][f"{table}.{key}"] = (
                    words
                )
                _take_inline(found, table, key, words)
        else:
            found["indexes" if kind == "index" else "triggers"][f"{table}.{name}"] = _plain(text)
    return found


def _take_inline(found: Schema, table: str, column: str, words: str) -> None:
    """Move a constraint that was written with its column to the constraints, where the others are."""
    first, *inline = re.split(r"\s*\bCONSTRAINT ", words)
    if not first:
        return
    found["columns"][f"{table}.{column}"] = first
    for one in inline:
        name, _, rest = one.partition(" ")
        found["constraints"][f"{table}.{name}"] = f"CONSTRAINT {name} {rest}"


def _parts(text: str) -> list[str]:
    """Split what stands between the outer brackets of CREATE TABLE at its own commas."""
    depth, quoted, parts = 0, "", [""]
    for character in text[text.index("(") + 1 : text.rindex(")")]:
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"":
            quoted = character
        else:
            depth += (character == "(") - (character == ")")
        if character == "," and not depth and not quoted:
            parts.append("")
        else:
            parts[-1] += character
    return [_plain(part) for part in parts]


def _named(part: str) -> tuple[str, str]:
    words = part.split()
    return (words[1] if words[0] == "CONSTRAINT" else words[0]), part


def _plain(text: str) -> str:
    """Return SQL with the spaces and quotes of names that it could as well not have left out."""
    text = re.sub(r'"(\w+)"', r"\1", text)
    text = re.sub(r"\bDEFAULT *\(('[^']*'|\w+)\)", r"DEFAULT \1 ", text)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r"\s*([(),])\s*", r"\1", text)
    # A table that is made anew says the same in another order.
    return re.sub(r"\s*NOT NULL DEFAULT ('[^']*'|\w+)", r" DEFAULT \1 NOT NULL", text).replace(
        ")DEFAULT", ") DEFAULT"
    )


def of_the_models(schema: Schema) -> Schema:
    """Leave out what migrations make beside the models; and defaults, which only serve an older row."""
    return {
        kind: {
            name: _plain(re.sub(r"\s*DEFAULT ('[^']*'|\w+|\([^)]*\))", "", words))
            for name, words in things.items()
            if not NOT_OF_THE_MODELS.match(name)
        }
        for kind, things in schema.items()
        if kind in ("columns", "constraints", "indexes")
    }


def differences(before: Schema, after: Schema) -> list[str]:
    """Return what differs, one line each, empty where nothing does."""
    lines = []
    for kind in sorted(before.keys() | after.keys()):
        one, other = before.get(kind, {}), after.get(kind, {})
        lines += [f"{kind}: lost {name}: {one[name]}" for name in sorted(one.keys() - other.keys())]
        lines += [f"{kind}: new {name}: {other[name]}" for name in sorted(other.keys() - one.keys())]
        lines += [
            f"{kind}: {name} was {one[name]} and is {other[name]}"
            for name in sorted(one.keys() & other.keys())
            if one[name] != other[name]
        ]
    return lines


def rows_of(connection: sa.Connection, tables: Iterable[sa.Table] = TABLES) -> Rows:
    """Return all rows of the tables that exist, as the driver gives them, in the order of their keys."""
    inspector = sa.inspect(connection)
    existing = set(inspector.get_table_names())
    rows = {}
    for table in tables:
        if table.name in existing:
            query = sa.text(f"SELECT * FROM {table.name}")
            found = [dict(row) for row in connection.execute(query).mappings()]
            rows[table.name] = sorted(
                found, key=lambda row: [str(row.get(one.name)) for one in table.primary_key]
            )
    return rows


def lost_rows(before: Rows, after: Rows) -> list[str]:
    """Return what rows changed in the tables and columns that are there both before and after."""
    lines = []
    for table in sorted(before.keys() & after.keys()):
        old, new = before[table], after[table]
        if len(old) != len(new):
            lines.append(f"{table}: {len(old)} rows were, {len(new)} are")
        for one, other in zip(old, new, strict=False):
            lines += [
                f"{table}.{column}: {one[column]!r} became {other[column]!r}"
                for column in sorted(one.keys() & other.keys())
                if one[column] != other[column]
            ]
    return lines
