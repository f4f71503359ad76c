"""The map of the code says what the code has: features, permissions, commands, audit tags."""

import re
from collections.abc import Iterator
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages

import click
import pytest
from flask import Flask

from core.audit.types import AuditTag
from procurement.app import create_app
from procurement.roles import DEEDS, ROLES

ROOT = Path(__file__).resolve().parents[2]
FLOORS = ("core", "catalogue", "procurement")
# Packages that are one of the closed file names, grown: parts of a feature, not features.
PARTS = {
    "views",
    "api",
    "jobs",
    "commands",
    "forms",
    "exports",
    "services",
    "queries",
    "models",
    "rules",
    "types",
}


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(tmp_path_factory.mktemp("instance"))


def mapped(title: str) -> list[str]:
    """The names that one section of the map lists."""
    text = (ROOT / "docs" / "MAP.md").read_text(encoding="utf-8")
    section = text.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    names = re.findall(r"^- `([^`]+)` — \S", section, re.MULTILINE)
    assert len(names) == section.count("\n- "), f"a line of {title} lacks its description"
    return names


def compare(title: str, found: set[str]) -> None:
    """Fail with the lines to add and to strike."""
    names = mapped(title)
    assert len(names) == len(set(names)), f"{title} names something twice"
    assert (sorted(found - set(names)), sorted(set(names) - found)) == ([], []), f"{title}: (add, strike)"


def types_of(kind: type[StrEnum], ending: str = "") -> Iterator[type[StrEnum]]:
    for floor in FLOORS:
        for module in walk_packages(import_module(floor).__path__, f"{floor}."):
            # A feature's types, or a part of them where they have become a package.
            if ".types" in module.name:
                held = vars(import_module(module.name))
                yield from (
                    value
                    for value in held.values()
                    if isinstance(value, type)
                    and issubclass(value, kind)
                    and value.__module__ == module.name
                    and value.__name__.endswith(ending)
                )


def test_features(application: Flask) -> None:
    packages = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for floor in FLOORS
        for path in (ROOT / floor).rglob("__init__.py")
    }
    compare("Features", {name for name in packages - set(FLOORS) if not PARTS & set(name.split(".")[2:])})


def test_permissions(application: Flask) -> None:
    found = {str(member) for kind in types_of(StrEnum, "Permission") for member in kind}
    compare("Permissions", found)


def test_audit_tags(application: Flask) -> None:
    found = [str(member) for kind in types_of(AuditTag) for member in kind]
    assert len(found) == len(set(found)), "two features write the same tag"
    assert all(re.fullmatch(r"[a-z]+:[a-z]+(-[a-z]+)*", tag) for tag in found)
    compare("Audit tags", set(found))


def test_commands(application: Flask) -> None:
    def below(group: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
        for name, command in sorted(getattr(group, "commands", {}).items()):
            if getattr(command, "commands", None):
                yield from below(command, f"{path}{name} ")
            else:
                yield path + name, command

    ours = {
        name: command
        for name, command in below(application.cli, "")
        if command.callback is not None
        and (getattr(command.callback, "__wrapped__", command.callback).__module__).split(".")[0] in FLOORS
    }
    assert [name for name, command in ours.items() if not command.help] == [], "a command without help"
    compare("Commands", set(ours))


def test_the_help_page_has_words_for_every_deed() -> None:
    permitted = {permission for role in ROLES.values() for permission in role.permissions}
    assert sorted(permitted - set(DEEDS)) == []
