"""Who may do what, generated: every route × every role × another organisation's object.

A feature adds one maker for each kind of object its addresses name, in ``tests/matrices/``. The tests in
``tests/integration/test_access.py`` find the maker by the beginning of a route's address; a route that
names an object and has no maker fails them.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, Rule

from core.accounts.models import Organisation
from core.db import db


@dataclass(frozen=True)
class Scene:
    """Values for the parameters of some addresses, and whose object they name.

    ``shared`` says why people of other organisations see it too; without it, they must not find it.
    """

    values: Mapping[str, object] = field(default_factory=dict)
    owner: Organisation | None = None
    shared: str = ""


Maker = Callable[[Session], Scene]
MAKERS: dict[str, Maker] = {}


def makes(*beginnings: str) -> Callable[[Maker], Maker]:
    """Register what makes the objects of addresses that begin in one of these ways."""

    def register(maker: Maker) -> Maker:
        for beginning in beginnings:
            MAKERS[beginning] = maker
        return maker

    return register


def object_parameters(rule: Rule) -> set[str]:
    """Return the parameters of a rule that name an object, which a choice such as csv or xlsx does not."""
    return {
        name
        for name in rule.arguments
        if not isinstance(rule._converters[name], AnyConverter) and name not in (rule.defaults or {})
    }


def maker_of(rule: Rule) -> Maker | None:
    """Return the maker whose addresses' beginning fits the rule best, or None."""
    fitting = [beginning for beginning in MAKERS if rule.rule.startswith(beginning)]
    return MAKERS[max(fitting, key=len)] if fitting else None


def address_of(app: Flask, rule: Rule, values: Mapping[str, object]) -> str:
    """Return the address of a rule with an object's values."""
    choices = {
        name: min(converter.items)
        for name, converter in rule._converters.items()
        if isinstance(converter, AnyConverter)
    }
    wanted = {name: values.get(name, 1) for name in object_parameters(rule)}
    return app.url_map.bind("localhost").build(
        rule.endpoint, {**choices, **wanted, **(rule.defaults or {})}, method=_methods(rule)[0]
    )


def _methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})


def routes(app: Flask) -> list[tuple[Rule, str]]:
    """Return every (rule, method) of ours and of the sign-in library; files apart."""
    return [
        (rule, method)
        for rule in sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, rule.endpoint))
        if rule.endpoint != "static"
        for method in _methods(rule)
    ]


@contextmanager
def undone() -> Iterator[None]:
    """Undo what a request commits, so that each starts from the same objects."""
    connection: Any = db.sessionmaker.kw["bind"]
    db.session.commit()
    savepoint = connection.begin_nested()
    try:
        yield
    finally:
        db.session.rollback()
        savepoint.rollback()
        db.session.expire_all()
