"""Writing what many offers say in a fixed number of statements, however many there are.

The columns come from the models: a field of the content that is a column of the same name, or a relationship
through a link table, is written by itself. The rest is listed below; a test compares what was written with
what is read, so that a new field cannot be forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.bulk.rules.columns import PARTS
from catalogue.bulk.rules.contents import entries_of
from catalogue.bulk.types import WorkbookContent, WorkbookLevel
from catalogue.offers.models import (
    CapacityPool,
    Offer,
    OfferCohortFit,
    OfferEvidence,
    OfferItem,
    OfferLevel,
    OfferLevelCost,
    OfferLevelCosting,
    OfferLevelOutcome,
    OfferMethod,
    OfferOutput,
    OfferPartner,
    OfferPriceBand,
    OfferVersion,
)
from catalogue.offers.types import CostKind, LevelContent, OfferContent, OfferState
from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from catalogue.reference.models import Cohort, Outcome, QualityMark, SpecificationItem
from catalogue.reference.types import Complexity
from core.identifiers import new_public_id

Row = dict[str, Any]
CHUNK = 1000
"""Rows named in one statement; both engines take more, but no statement need be longer."""


@dataclass(frozen=True)
class Entries:
    """A field whose entries are rows of a table: which column holds their key, and of which model's codes."""

    field: str
    table: sa.Table
    key: str
    coded: type[Any] | None = None


def table_of(model: type[Any]) -> sa.Table:
    """The table of a model, for statements about many rows."""
    return model.__table__


VERSION_ENTRIES: tuple[Entries, ...] = (
    Entries("cohort_customisation", table_of(OfferCohortFit), "cohort_id", Cohort),
    Entries("evidence", table_of(OfferEvidence), "position"),
)
LEVEL_ENTRIES = (
    Entries("answers", table_of(OfferItem), "item_id", SpecificationItem),
    Entries("methods", table_of(OfferMethod), "phase"),
    Entries("output_rows", table_of(OfferOutput), "position"),
    Entries("bands", table_of(OfferPriceBand), "places_from"),
    Entries("outcomes", table_of(OfferLevelOutcome), "outcome_id", Outcome),
)
COST_TABLES = (table_of(OfferLevelCost), table_of(OfferLevelCosting))
ADDED = ("overhead_percent", "overhead_pounds", "surplus_percent")
_NOTHING = {part.field: part.nothing for part in PARTS if not part.stays}


def _columns(content: type[Any], model: type[Any]) -> tuple[str, ...]:
    """Fields of the content that the model keeps in columns of the same names."""
    return tuple(one.name for one in fields(content) if one.name in model.__table__.columns)


def _others(model: type[Any], known: set[str]) -> tuple[str, ...]:
    """The columns of a model that are none of these."""
    return tuple(column.name for column in model.__table__.columns if column.name not in known)


def _links(content: type[Any], model: type[Any]) -> dict[str, tuple[sa.Table, type[Any]]]:
    """Fields of the content that the model keeps in link tables, each with the rows it links to."""
    related = sa.inspect(model).relationships
    return {
        one.name: (related[one.name].secondary, related[one.name].mapper.class_)
        for one in fields(content)
        if one.name in related and related[one.name].secondary is not None
    }


# Entries that are shown for what is chosen in another field alone.
VERSION_LINKS_OF = {"cohort_customisation": "cohorts"}
VERSION_COLUMNS, LEVEL_COLUMNS = _columns(OfferContent, OfferVersion), _columns(LevelContent, OfferLevel)
VERSION_LINKS, LEVEL_LINKS = _links(OfferContent, OfferVersion), _links(LevelContent, OfferLevel)


def insert_offers(
    session: Session, *, supplier_id: int, needs: Sequence[int], now: datetime
) -> list[tuple[int, str]]:
    """Make an offer for each key of a need area; return their keys and identifiers in that order."""
    drawn = _new_identifiers(session, len(needs))
    table = table_of(Offer)
    rows = [
        {"public_id": name, "supplier_id": supplier_id, "need_area_id": need, "created_at": now}
        for name, need in zip(drawn, needs, strict=True)
    ]
    keys = {
        name: key
        for chunk in _chunks(rows)
        for key, name in session.execute(sa.insert(table).returning(table.c.id, table.c.public_id), chunk)
    }
    return [(keys[name], name) for name in drawn]


def _new_identifiers(session: Session, count: int) -> list[str]:
    drawn: dict[str, None] = {}
    while len(drawn) < count:
        new = list(dict.fromkeys(new_public_id("OF") for _ in range(count - len(drawn))))
        for chunk in _chunks(new):
            taken = set(session.scalars(sa.select(Offer.public_id).where(Offer.public_id.in_(chunk))))
            drawn.update(dict.fromkeys(name for name in chunk if name not in taken))
    return list(drawn)


# What a version has beside what it says: its place among the versions and the way it went.
OWN_TO_A_VERSION = {
    *("id", "offer_id", "number", "state", "row_version", "return_reasons", "suspension_reason"),
    *("created_at", "submitted_at", "published_at", "ended_at"),
}
OWN_TO_A_LEVEL = {"id", "version_id", "complexity", "pool_id"}
CARRIED = _others(OfferVersion, {*VERSION_COLUMNS, *OWN_TO_A_VERSION})
LEVEL_CARRIED = _others(OfferLevel, {*LEVEL_COLUMNS, *OWN_TO_A_LEVEL})
"""What no workbook holds and a new version takes over from the one before, as when it is begun on a page."""


def insert_versions(
    session: Session,
    *,
    versions: Iterable[tuple[int, int, OfferContent]],
    now: datetime,
    after: Mapping[int, int] | None = None,
) -> dict[int, int]:
    """Make a draft of each (offer, number, content); return the versions' keys by that of their offer.

    ``after`` is the key of the version that a new one follows, by that of the offer.
    """
    table = table_of(OfferVersion)
    given = list(versions)
    earlier = dict(after or {})
    carried = _carried(session, table, CARRIED, table.c.id, earlier.values())
    # A chunk at a time: thousands of rows of all columns weigh as much as what they say.
    rows = (
        {
            **carried.get(earlier.get(offer_id, 0), dict.fromkeys(CARRIED)),
            "offer_id": offer_id,
            "number": number,
            "state": OfferState.DRAFT,
            "created_at": now,
            **{name: getattr(content, name) for name in VERSION_COLUMNS},
        }
        for offer_id, number, content in given
    )
    keys = {
        offer_id: key
        for chunk in _chunks(rows)
        for key, offer_id in session.execute(sa.insert(table).returning(table.c.id, table.c.offer_id), chunk)
    }
    _write_parts(session, {keys[offer_id]: content for offer_id, _, content in given}, {})
    _carry_levels(session, {version: keys[offer_id] for offer_id, version in earlier.items()})
    return keys


def _carried(
    session: Session,
    table: sa.Table,
    columns: Sequence[str],
    key: sa.Column[Any],
    keys: Iterable[int],
) -> dict[int, Row]:
    """What rows hold in some columns, by their key."""
    found: dict[int, Row] = {}
    for chunk in _chunks(list(keys)) if columns else ():
        query = sa.select(key.label("of"), *(table.c[name] for name in columns)).where(key.in_(chunk))
        for row in session.execute(query.order_by(key)).mappings():
            found[row["of"]] = {name: row[name] for name in columns}
    return found


def _carry_levels(session: Session, followers: Mapping[int, int]) -> None:
    """Let the levels of new versions keep what no workbook holds of those before; keys of versions."""
    if not followers:
        return
    table = table_of(OfferLevel)
    before: dict[tuple[int, Complexity], int] = {}
    after: dict[tuple[int, Complexity], int] = {}
    for found, versions in ((before, followers.keys()), (after, followers.values())):
        for chunk in _chunks(list(versions)):
            query = sa.select(table.c.id, table.c.version_id, table.c.complexity).where(
                table.c.version_id.in_(chunk)
            )
            found |= {
                (version, complexity): key
                for key, version, complexity in session.execute(query.order_by(table.c.id))
            }
    levels = {
        key: after[followers[version], complexity]
        for (version, complexity), key in before.items()
        if (followers[version], complexity) in after
    }
    kept = _carried(session, table, LEVEL_CARRIED, table.c.id, levels)
    if kept:
        values: Row = {name: sa.bindparam(f"new_{name}") for name in LEVEL_CARRIED}
        session.execute(
            sa.update(table).where(table.c.id == sa.bindparam("of")).values(**values),
            [
                {"of": levels[key], **{f"new_{name}": value for name, value in row.items()}}
                for key, row in kept.items()
            ],
        )


def update_versions(session: Session, contents: Mapping[int, OfferContent]) -> None:
    """Let versions, by key, say this from now on; each counts as changed once."""
    if not contents:
        return
    table = table_of(OfferVersion)
    values: Row = {name: sa.bindparam(f"new_{name}") for name in VERSION_COLUMNS}
    session.execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("of"))
        .values(**values, row_version=table.c.row_version + 1),
        [
            {"of": key, **{f"new_{name}": getattr(content, name) for name in VERSION_COLUMNS}}
            for key, content in contents.items()
        ],
    )
    for one in VERSION_ENTRIES:
        if one.field in VERSION_LINKS_OF:
            _delete_shown(session, one, contents)
        else:
            _delete(session, one.table.c.version_id, contents)
    for linked, _ in VERSION_LINKS.values():
        _delete(session, linked.c.version_id, contents)
    levels: dict[tuple[int, Complexity], int] = {}
    for chunk in _chunks(list(contents)):
        query = (
            sa.select(OfferLevel.id, OfferLevel.version_id, OfferLevel.complexity)
            .where(OfferLevel.version_id.in_(chunk))
            .order_by(OfferLevel.id)
        )
        levels |= {(version, complexity): key for key, version, complexity in session.execute(query)}
    for linked, _ in LEVEL_LINKS.values():
        _delete(session, linked.c.level_id, levels.values())
    for table in (*(one.table for one in LEVEL_ENTRIES), *COST_TABLES):
        _delete(session, table.c.level_id, levels.values())
    _delete(session, table_of(OfferPartner).c.version_id, contents)
    _write_parts(session, contents, levels)


def _delete_shown(session: Session, one: Entries, contents: Mapping[int, OfferContent]) -> None:
    """Delete entries of what was chosen, and those about to be written: others wait to be chosen again."""
    linked, _ = VERSION_LINKS[VERSION_LINKS_OF[one.field]]
    table, key = one.table, one.table.c[one.key]
    chosen = sa.select(linked.c[one.key]).where(linked.c.version_id == table.c.version_id)
    for chunk in _chunks(list(contents)):
        session.execute(sa.delete(table).where(table.c.version_id.in_(chunk), key.in_(chosen)))
    rows = list(_entry_rows(one, "version_id", _Codes(session), contents.items()))
    if rows:
        session.execute(
            sa.delete(table).where(table.c.version_id == sa.bindparam("of"), key == sa.bindparam("at")),
            [{"of": row["version_id"], "at": row[one.key]} for row in rows],
        )


def _write_parts(
    session: Session,
    contents: Mapping[int, OfferContent],
    held_levels: Mapping[tuple[int, Complexity], int],
) -> None:
    """Write everything of some versions beside their own rows; what was there of it is gone already."""
    code = _Codes(session)
    for name, (linked, model) in VERSION_LINKS.items():
        _insert(session, linked, _link_rows(linked, "version_id", name, code.of(model), contents.items()))
    for one in VERSION_ENTRIES:
        _insert(session, one.table, _entry_rows(one, "version_id", code, contents.items()))
    table = table_of(OfferLevel)
    pools = code.pools({level.pool for content in contents.values() for level in content.levels.values()})
    new, changed = [], []
    for version, content in contents.items():
        for complexity, level in content.levels.items():
            values = {name: getattr(level, name) for name in LEVEL_COLUMNS}
            # The offer's own places get their pool when it is published.
            values["pool_id"] = pools[level.pool] if level.pool else None
            key = held_levels.get((version, complexity))
            if key is None:
                new.append({"version_id": version, "complexity": complexity, **values})
            else:
                changed.append({"of": key, **{f"new_{name}": value for name, value in values.items()}})
    if changed:
        given: Row = {name: sa.bindparam(f"new_{name}") for name in (*LEVEL_COLUMNS, "pool_id")}
        session.execute(sa.update(table).where(table.c.id == sa.bindparam("of")).values(**given), changed)
    keys = dict(held_levels)
    made = sa.insert(table).returning(table.c.id, table.c.version_id, table.c.complexity)
    for chunk in _chunks(new):
        keys |= {(version, complexity): key for key, version, complexity in session.execute(made, chunk)}
    new.clear()
    levels = [
        (keys[version, complexity], level)
        for version, content in contents.items()
        for complexity, level in content.levels.items()
    ]
    for name, (linked, model) in LEVEL_LINKS.items():
        _insert(session, linked, _link_rows(linked, "level_id", name, code.of(model), levels))
    for one in LEVEL_ENTRIES:
        _insert(session, one.table, _entry_rows(one, "level_id", code, levels))
    for table in COST_TABLES:
        _insert(session, table, _cost_rows(table, levels))
    _insert(session, table_of(OfferPartner), _partner_rows(session, contents))


def _cost_rows(table: sa.Table, levels: Iterable[tuple[int, LevelContent]]) -> Iterator[Row]:
    """What a place costs: a row for each direct cost, and one for what is added to them."""
    for key, level in levels:
        if not isinstance(level, WorkbookLevel):
            continue
        if table is table_of(OfferLevelCost):
            for kind in CostKind:
                amount = getattr(level, f"cost_{kind}")
                if amount is not None:
                    yield {"level_id": key, "kind": kind, "amount": amount}
        else:
            added = {name: getattr(level, name) for name in ADDED}
            if any(value is not None for value in added.values()):
                yield {"level_id": key, **added}


def _partner_rows(session: Session, contents: Mapping[int, OfferContent]) -> Iterator[Row]:
    """The parts of the supply chain that versions name, copied by value as they stand."""
    named = {
        version: sorted(content.partners)
        for version, content in contents.items()
        if isinstance(content, WorkbookContent) and content.partners
    }
    codes = {code for chosen in named.values() for code in chosen}
    query = sa.select(SupplyChainLink.id).where(SupplyChainLink.public_id.in_(codes))
    keys = set(session.scalars(query)) if codes else set()
    links = {link.public_id: link for link in partners.links_by_id(session, keys).values()} if keys else {}
    for version, chosen in named.items():
        for code in chosen:
            part = partners.cited(links[code])
            yield {
                "version_id": version,
                "link_id": links[code].id,
                "name": part.name,
                "kind": part.kind,
                "tier": part.tier,
                "part": dict(part.part),
                "confirmed_at": part.confirmed_at,
            }


class _Codes:
    """Keys of reference data by code, each kind asked for once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[type[Any], dict[str, int]] = {}

    def of(self, model: type[Any]) -> dict[str, int]:
        if model not in self._known:
            query = sa.select(model.code, model.id).order_by(model.id)
            self._known[model] = dict(self._session.execute(query).all())
        return self._known[model]

    def pools(self, names: set[str]) -> dict[str, int]:
        """Keys of shared pools of places by their identifiers."""
        query = sa.select(CapacityPool.public_id, CapacityPool.id).where(CapacityPool.public_id.in_(names))
        return dict(self._session.execute(query.order_by(CapacityPool.id)).all())


def _link_rows(
    linked: sa.Table, owner: str, name: str, codes: Mapping[str, int], contents: Iterable[tuple[int, Any]]
) -> Iterator[Row]:
    (target,) = (column.name for column in linked.columns if column.name != owner)
    for key, content in contents:
        for code in sorted(getattr(content, name)):
            yield {owner: key, target: codes[code]}


def _entry_rows(one: Entries, owner: str, code: _Codes, contents: Iterable[tuple[int, Any]]) -> Iterator[Row]:
    nothing = _NOTHING.get(one.field)
    key_of: Callable[[Any], Any] = (
        code.of(one.coded).__getitem__ if one.coded is not None else lambda key: key
    )
    for key, content in contents:
        for name, entry in entries_of(getattr(content, one.field)).items():
            if entry != nothing:
                yield {owner: key, one.key: key_of(name), **_entry_values(entry, code)}


def _entry_values(entry: Any, code: _Codes) -> Row:
    if isinstance(entry, str):
        return {"words": entry}
    values = {field.name: getattr(entry, field.name) for field in fields(entry)}
    if "mark" in values:
        mark = values.pop("mark")
        values["mark_id"] = code.of(QualityMark)[mark] if mark else None
    return values


def _insert(session: Session, table: sa.Table, rows: Iterable[Row]) -> None:
    for chunk in _chunks(rows):
        session.execute(sa.insert(table), chunk)


def _delete(session: Session, column: sa.Column[Any], keys: Iterable[int]) -> None:
    for chunk in _chunks(list(keys)):
        session.execute(sa.delete(column.table).where(column.in_(chunk)))


def _chunks(rows: Iterable[Any], size: int = CHUNK) -> Iterator[Sequence[Any]]:
    coming = iter(rows)
    while chunk := list(islice(coming, size)):
        yield chunk
