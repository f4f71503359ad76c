"""What was read of a workbook as compact text, so that taking it in need not read the workbook again."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from catalogue.bulk.rules.cells import KEEP_HELD
from catalogue.bulk.rules.columns import BY_SHEET, PARTS, Column, Kind
from catalogue.bulk.rules.reading import FileContent, FileLevel, FileOffer, FilePool, Values
from catalogue.bulk.types import Sheet
from catalogue.reference.types import Complexity

_PIECE = 1 << 16
_KEPT = {"kept": True}
_COLUMNS = {sheet: {column.field: column for column in BY_SHEET[sheet]} for sheet in Sheet}


def packed(read: FileContent) -> bytes:
    """The offers of a file that was read without a problem: one line for each, packed as they come."""
    packer = zlib.compressobj(1)
    pieces = [packer.compress(_line([read.ignored, _pools_out(read)]))]
    for offer in read.offers.values():
        levels = [[str(one), level.row, _out(level.values)] for one, level in offer.levels.items()]
        entries = {
            str(sheet): [
                [str(one) if one is not None else None, _plain(key), row, _out(values)]
                for (one, key), (row, values) in found.items()
            ]
            for sheet, found in offer.entries.items()
        }
        named = [offer.row, offer.reference, offer.need_area, offer.fingerprint]
        pieces.append(packer.compress(_line([*named, _out(offer.values), levels, entries])))
    return b"".join([*pieces, packer.flush()])


def _line(value: Any) -> bytes:
    return json.dumps(value).encode() + b"\n"


def unpacked(content: bytes) -> FileContent:
    """What ``packed`` was given; raises ValueError (or zlib.error) for anything else."""
    lines = _lines(content)
    ignored, pools = json.loads(next(lines))
    read = FileContent(ignored=ignored, pools=_pools_in(pools))
    keys = {part.sheet: _COLUMNS[part.sheet][part.key] for part in PARTS}
    for line in lines:
        row, reference, need_area, fingerprint, values, levels, entries = json.loads(line)
        read.offers[reference] = FileOffer(
            row=row,
            reference=reference,
            need_area=need_area,
            fingerprint=fingerprint,
            values=_in(Sheet.OFFERS, values),
            levels={Complexity(one): FileLevel(at, _in(Sheet.LEVELS, said)) for one, at, said in levels},
            entries={
                Sheet(name): {
                    (Complexity(one) if one else None, _back(keys[Sheet(name)], key)): (
                        at,
                        _in(Sheet(name), said),
                    )
                    for one, key, at, said in found
                }
                for name, found in entries.items()
            },
        )
    return read


def _pools_out(read: FileContent) -> list[Any]:
    return [
        [
            code,
            pool.row,
            pool.fingerprint,
            _out(pool.values),
            [[*key, *at] for key, at in pool.limits.items()],
        ]
        for code, pool in read.pools.items()
    ]


def _pools_in(pools: Iterable[Any]) -> dict[str, FilePool]:
    return {
        code: FilePool(
            row=row,
            fingerprint=fingerprint,
            values=_in(Sheet.POOLS, values),
            limits={
                (region, Complexity(complexity) if complexity else None): (at, places)
                for region, complexity, at, places in limits
            },
        )
        for code, row, fingerprint, values, limits in pools
    }


def _lines(content: bytes) -> Iterator[bytes]:
    """The lines of a packed text, unpacked a piece at a time."""
    unpacker, rest = zlib.decompressobj(), b""
    for start in range(0, len(content), _PIECE):
        *lines, rest = (rest + unpacker.decompress(content[start : start + _PIECE])).split(b"\n")
        yield from lines
    if rest or not unpacker.eof:
        raise ValueError("the packed text breaks off")


def _out(values: Values) -> dict[str, Any]:
    return {name: _plain(value) for name, value in values.items()}


def _plain(value: Any) -> Any:
    if value is KEEP_HELD:
        return _KEPT
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, Decimal | dt.date):
        return str(value)
    return value


def _in(sheet: Sheet, values: Iterable[Any]) -> Values:
    columns = _COLUMNS[sheet]
    return {name: _back(columns[name], value) for name, value in dict(values).items()}


def _back(column: Column, value: Any) -> Any:
    if value is None or value == _KEPT:
        return KEEP_HELD if value is not None else None
    match column.kind:
        case Kind.CHOICES:
            return frozenset(value)
        case Kind.POUNDS | Kind.PERCENT:
            return Decimal(value)
        case Kind.DATE:
            return dt.date.fromisoformat(value)
        case Kind.CHOICE | Kind.KEY:
            return column.of(value) if column.of is not None else value
    return value
