"""The blueprint of frameworks, and what several of its pages share."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import Blueprint, abort

from core.db import db
from core.money import format_pounds
from core.reasons import Reason
from core.web.access import current_actor
from procurement.framework import queries
from procurement.framework.forms import RULE_WORDS
from procurement.framework.models import Application, Category, Framework
from procurement.framework.rules import floor_code, party_code

framework = Blueprint("framework", __name__)

STALE = (
    "Someone else saved this while you had it open. What you typed is below; what they saved is shown first."
)


@framework.context_processor
def words() -> dict[str, Any]:
    """What every template of frameworks may ask."""
    return {"rule_words": RULE_WORDS}


def managed(public_id: str, *, lock: bool = False) -> Framework:
    """A framework of the actor's authority; another's is a page not found."""
    found = queries.managed_framework(db.session, actor=current_actor(), public_id=public_id, lock=lock)
    if found is None:
        abort(404)
    return found


def own(public_id: str, *, lock: bool = False) -> Application:
    """An application of the actor's organisation; another's is a page not found."""
    found = queries.own_application(db.session, actor=current_actor(), public_id=public_id, lock=lock)
    if found is None:
        abort(404)
    return found


def to_assess(public_id: str, *, lock: bool = False) -> Application:
    """A submitted application to a framework of the actor's authority; any other is a page not found."""
    found = queries.application_to_assess(db.session, actor=current_actor(), public_id=public_id, lock=lock)
    if found is None:
        abort(404)
    return found


def is_stale(form: Any, row: Any) -> bool:
    """Whether the row was changed since the form was shown; the form then carries the version of now."""
    if form.row_version.data == row.row_version:
        return False
    form.row_version.raw_data, form.row_version.errors = [], []
    form.row_version.data = row.row_version
    form.form_errors = [*form.form_errors, STALE]
    return True


def names_of(found: Framework, application: Application | None = None) -> dict[str, str]:
    """What reasons name by code: categories, regions, questions of a framework; parties of an application."""
    names = {region.code: region.name for category in found.categories for region in category.regions}
    for category in found.categories:
        names[category.code] = category.name
        if category.turnover_floor is not None:
            floor = format_pounds(category.turnover_floor)
            names[floor_code(category.code)] = f"an income of {floor} or more, for {category.name}"
    names.update((asked.question.code, asked.question.text) for asked in found.questions)
    for party in application.parties if application is not None else ():
        names[party_code(party.public_id)] = f"{party.name}, a partner"
    return names


def by_need_area(categories: Iterable[Category]) -> list[tuple[Any, list[Category]]]:
    """Categories under their need areas, in the order of the reference data and of value bands."""
    groups: dict[int, tuple[Any, list[Category]]] = {}
    for category in sorted(categories, key=lambda c: (c.need_area.position, c.value_from, c.code)):
        groups.setdefault(category.need_area_id, (category.need_area, []))[1].append(category)
    return list(groups.values())


def put_reasons(form: Any, reasons: Iterable[Reason], fields: Mapping[str, str], words: Any) -> None:
    """Put refusals beside the fields they are about, where there is one; the rest above the form."""
    for reason in reasons:
        name = fields.get(reason.code, reason.params.get("rule", ""))
        text = words(reason)
        if name in form:
            form[name].errors = [*form[name].errors, text]
        else:
            form.form_errors = [*form.form_errors, text]
