"""Validating packages against the standard's schemas and codelists, which lie outside this repository."""

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft4Validator, FormatChecker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

RELEASE_SCHEMA = "https://standard.open-contracting.org/schema/1__1__5/release-schema.json"
VERSIONED_SCHEMA = (
    "https://standard.open-contracting.org/schema/1__1__5/versioned-release-validation-schema.json"
)
Schema = Mapping[str, Any]

# One for each format that the schemas name: the library would let anything pass for those it cannot check.
_FORMATS = FormatChecker(formats=())


def _checks(name: str, check: Callable[[str], object]) -> None:
    @_FORMATS.checks(name, raises=ValueError)
    def holds(value: object) -> bool:
        return not isinstance(value, str) or bool(check(value))


_checks("date-time", lambda value: datetime.fromisoformat(value).tzinfo)
_checks("uri", lambda value: urlsplit(value).scheme and urlsplit(value).netloc and " " not in value)


class Standard:
    """The schemas and codelists of a folder, read once."""

    def __init__(self, folder: Path):
        self.release = _read(folder / "extended-release-schema.json")
        self.codes = _codelists(folder / "codelists")
        registry: Registry = Registry().with_resources(
            [
                (RELEASE_SCHEMA, Resource.from_contents(self.release, default_specification=DRAFT4)),
                (
                    VERSIONED_SCHEMA,
                    Resource.from_contents(
                        _read(folder / "versioned-release-validation-schema.json"),
                        default_specification=DRAFT4,
                    ),
                ),
            ]
        )
        self._releases, self._records = (
            Draft4Validator(_read(folder / name), registry=registry, format_checker=_FORMATS)
            for name in ("release-package-schema.json", "record-package-schema.json")
        )

    def problems(self, package: Schema) -> Iterator[str]:
        """What is wrong with a package, where: against the schemas, the codelists, and unknown fields.

        A code outside an open codelist counts as well: we add none of our own.
        """
        validator = self._records if "records" in package else self._releases
        for error in validator.iter_errors(package):
            yield f"{'/'.join(map(str, error.absolute_path)) or '(whole)'}: {error.message}"
        for place, release in enumerate(package.get("releases", ())):
            yield from self._of(release, self.release, f"releases/{place}")
        for record in package.get("records", ()):
            for place, release in enumerate((*record["releases"], record["compiledRelease"])):
                yield from self._of(release, self.release, f"records/{record['ocid']}/{place}")

    def _of(self, value: Any, schema: Schema, at: str) -> Iterator[str]:
        schema = self._resolved(schema)
        if isinstance(value, list):
            for place, one in enumerate(value):
                yield from self._codes(one, schema, f"{at}/{place}")
                yield from self._of(one, schema.get("items", {}), f"{at}/{place}")
            return
        if not isinstance(value, dict):
            yield from self._codes(value, schema, at)
            return
        known = schema.get("properties", {})
        for name, inner in value.items():
            if known and name not in known:
                yield f"{at}/{name}: no such field in the standard or its declared extensions"
            elif name in known:
                yield from self._of(inner, known[name], f"{at}/{name}")

    def _codes(self, value: Any, schema: Schema, at: str) -> Iterator[str]:
        listed = schema.get("codelist")
        if listed and isinstance(value, str) and value not in self.codes[listed]:
            yield f"{at}: {value!r} is not in {listed}"

    def _resolved(self, schema: Schema) -> Schema:
        reference = schema.get("$ref", "")
        if not reference:
            return schema
        found: Any = self.release
        for step in reference.removeprefix("#/").split("/"):
            found = found[step]
        return found


def _read(file: Path) -> dict[str, Any]:
    return json.loads(file.read_text(encoding="utf-8"))


def _codelists(folder: Path) -> dict[str, set[str]]:
    """Codes by the name of their list; what an extension adds to a list is beside it, after a plus sign."""
    found: dict[str, set[str]] = {}
    for file in sorted(folder.glob("*.csv")):
        with file.open(encoding="utf-8", newline="") as rows:
            codes = {row["Code"] for row in csv.DictReader(rows)}
        found.setdefault(file.name.removeprefix("+"), set()).update(codes)
    return found
