"""Frameworks as anyone may read them: which are open, and *is this for me?*"""

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from catalogue.reference.queries import places
from catalogue.reference.types import PlaceKind
from core import clock
from core.accounts.types import OrganisationKind
from core.db import db
from core.questions.rules import effort
from core.questions.types import Question
from core.web.access import current_actor, public
from core.web.paging import page_number
from procurement.framework import queries
from procurement.framework.models import Framework
from procurement.framework.rules import reasons_not_open, rule_value
from procurement.framework.rules.parameters import read
from procurement.framework.views.blueprint import by_need_area, framework


@framework.get("/frameworks")
@public
def index() -> ResponseReturnValue:
    """The frameworks that are open."""
    page = queries.open_frameworks(db.session, page=page_number(), today=clock.today())
    return render_template("framework/index.html", page=page, by_need_area=by_need_area)


@framework.get("/frameworks/<public_id>")
@public
def show(public_id: str) -> ResponseReturnValue:
    """Is this for me? Categories, what is asked, how long it takes, what to have ready."""
    found = queries.open_framework(db.session, public_id)
    if found is None:
        abort(404)
    actor = current_actor()
    open_application = (
        queries.open_application_of(db.session, actor=actor, framework_id=found.id)
        if actor.organisation_kind == OrganisationKind.SUPPLIER
        else None
    )
    return render_template(
        "framework/show.html",
        found=found,
        **facts_for_suppliers(found),
        closed=reasons_not_open(queries.framework_facts_of(found), clock.today()),
        open_application=open_application,
    )


def facts_for_suppliers(found: Framework) -> dict[str, object]:
    """What a supplier wants to know of a framework before it applies."""
    # What everybody answers makes the estimate; what some categories ask beside is said with them.
    asked = [entry.question.plain() for entry in found.questions if not entry.categories]
    sections: dict[str, list[Question]] = {}
    for entry in found.questions:
        sections.setdefault(entry.section, []).append(entry.question.plain())
    return {
        "needs": by_need_area(found.categories),
        "all_regions": {place.code for place in places(db.session, kind=PlaceKind.REGION)},
        "sections": [(name, questions, effort(questions)) for name, questions in sections.items()],
        "effort": effort(asked),
        "only_for": {
            entry.question.code: [category.name for category in entry.categories]
            for entry in found.questions
            if entry.categories
        },
        "evidence": [question.evidence for question in asked if question.evidence],
        "parameters": read(found.rules, found.regime),
        "decision_days": rule_value(found.rules, "decision_days"),
        "decision_days_with_reason": rule_value(found.rules, "decision_days_with_reason"),
    }
