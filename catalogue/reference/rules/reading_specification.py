"""Reads the folder of specification files: shared blocks first, then one file a need area."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from catalogue.reference.rules.entries import Entry, read_toml
from catalogue.reference.types import (
    Availability,
    Complexity,
    Concern,
    Phase,
    Problem,
    Referral,
    ReferralException,
    ReferralRule,
    Specification,
    SpecificationItem,
    SpecificationLevel,
)

SHARED_FILE = "shared.toml"


class _Items:
    """Collects items by code while the specification is read."""

    def __init__(self) -> None:
        self.by_code: dict[str, SpecificationItem] = {}
        self.blocks: dict[str, tuple[str, ...]] = {}

    def add(self, entry: Entry, item: SpecificationItem) -> str:
        if item.code in self.by_code:
            entry.problem("code_twice", value=item.code)
        self.by_code[item.code] = item
        return item.code

    def used(self, entry: Entry) -> tuple[str, ...]:
        name = entry.needed("use")
        if name in self.blocks:
            return self.blocks[name]
        item = self.by_code.get(name)
        if item is None or not item.shared:
            entry.problem("use_unknown", value=name)
            return ()
        return (name,)


PHASE_LETTERS = {"A": Phase.ASSESS_AND_PLAN, "I": Phase.IMPLEMENT, "R": Phase.REVIEW_AND_EVALUATE}


def read_specification(folder: Path, version: str, problems: list[Problem]) -> Specification:
    """The specification of a folder, its form checked; `checks` sees whether it holds together."""
    items = _Items()
    shared = read_toml(folder, SHARED_FILE, problems)
    for name, block in shared.get("blocks", {}).items():
        entry = Entry(SHARED_FILE, name, block, problems)
        phase, heading = entry.word("phase", Phase), entry.text("heading")
        codes = []
        for values in block.get("items", ()):
            row = Entry(SHARED_FILE, str(values.get("code", "")), values, problems)
            item = SpecificationItem(
                row.needed("code"), phase, row.needed("text"), row.needed("source"), heading
            )
            codes.append(items.add(row, item))
        items.blocks[name] = tuple(codes)
    levels: dict[tuple[str, Complexity], SpecificationLevel] = {}
    for path in sorted(folder.glob("*.toml")):
        if path.name == SHARED_FILE:
            continue
        table = read_toml(folder, path.name, problems)
        head = Entry(path.name, "", table, problems)
        need_area = head.needed("need_area")
        if head.needed("version") != version:
            head.problem("version_differs", value=table.get("version"), expected=version)
        for complexity in Complexity:
            if complexity not in table:
                head.problem("level_missing", value=complexity)
                continue
            level = _level(path.name, need_area, complexity, table, items, problems)
            if (need_area, complexity) in levels:
                head.problem("code_twice", value=need_area)
            levels[need_area, complexity] = level
    return Specification(version, items.by_code, levels)


def _level(
    file: str,
    need_area: str,
    complexity: Complexity,
    table: dict[str, Any],
    items: _Items,
    problems: list[Problem],
) -> SpecificationLevel:
    values = table[complexity]
    entry = Entry(file, complexity, values, problems)
    codes: list[str] = []
    for given in values.get("items", ()):
        row = Entry(file, str(given.get("code") or given.get("use", complexity)), given, problems)
        if "use" in given:
            codes.extend(items.used(row))
            continue
        code = row.needed("code")
        phase = PHASE_LETTERS.get(code.split("-")[2] if code.count("-") == 3 else "")
        if phase is None:
            row.problem("item_code_form", value=code)
            continue
        item = SpecificationItem(
            code, phase, row.needed("text"), row.needed("source"), row.text("heading"), need_area, complexity
        )
        codes.append(items.add(row, item))
    return SpecificationLevel(
        need_area=need_area,
        complexity=complexity,
        availability=entry.word("availability", Availability),
        source=entry.text("source") or str(table.get("source", "")),
        reason=entry.text("reason"),
        refer_to=entry.word_or_none("refer_to", Referral),
        guide=entry.text("guide"),
        guide_source=entry.text("guide_source"),
        inherits=entry.word_list("inherits", Complexity),
        inherits_source=entry.text("inherits_source"),
        item_codes=tuple(codes),
        referrals=tuple(
            _referral(Entry(file, str(rule.get("code", "")), rule, problems))
            for rule in values.get("referrals", ())
        ),
    )


def _referral(row: Entry) -> ReferralRule:
    return ReferralRule(
        code=row.needed("code"),
        concern=row.word("concern", Concern),
        refer_to=row.word("refer_to", Referral),
        text=row.needed("text"),
        exception_when=row.word_or_none("exception_when", ReferralException),
        exception_text=row.text("exception_text"),
        source=row.needed("source"),
    )
