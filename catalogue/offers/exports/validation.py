"""Validating entries of the directory against the standard's schemas, which lie outside this repository."""

import json
import uuid
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.protocols import Validator

# One for each format that the schemas name. The library leaves out those for which it would need a package
# more, and would then say that anything is right.
_FORMATS = FormatChecker(formats=())


def _checks(name: str, check: Callable[[str], object]) -> None:
    @_FORMATS.checks(name, raises=ValueError)
    def holds(value: object) -> bool:
        return not isinstance(value, str) or bool(check(value))


_checks("uuid", lambda value: str(uuid.UUID(value)) == value.lower())
_checks("date-time", lambda value: datetime.fromisoformat(value).tzinfo)
_checks("uri", lambda value: urlsplit(value).scheme and urlsplit(value).netloc and " " not in value)
_checks("email", lambda value: 0 < value.find("@") < len(value) - 1)


def validator_for(folder: Path, name: str) -> Validator:
    """The validator of one kind of entry: ``service``, ``organization`` or ``service_at_location``."""
    schema = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return Draft202012Validator(schema, format_checker=_FORMATS)


def formats_in(schema: dict[str, Any]) -> set[str]:
    """Every format that a schema names, so that a test sees that each is checked."""
    inner = [*schema.get("properties", {}).values(), *([schema["items"]] if "items" in schema else [])]
    own = {schema["format"]} if "format" in schema else set()
    return own.union(*(formats_in(one) for one in inner))


def problems(validator: Validator, entries: Iterable[dict[str, Any]]) -> list[str]:
    """What is wrong with entries: identifier, where in the entry, what; empty where all are valid."""
    return [
        f"{entry.get('id')}: {'/'.join(str(step) for step in error.path) or '(whole)'}: {error.message}"
        for entry in entries
        for error in sorted(validator.iter_errors(entry), key=lambda error: list(map(str, error.path)))
    ]
