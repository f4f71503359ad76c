"""Which step of a draft each reason against its publication belongs to, and the task list made of that."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from core.db import db
from core.reasons import Reason
from procurement.calloffs.drafting import queries
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.queries import LotPreview
from procurement.calloffs.drafting.rules import reasons_not_to_publish

TASKS = {
    "basics": "Title, need, framework and data sharing",
    "lots": "Lots",
    "lots_considered": "Lots considered",
    "criteria": "Criteria and questions",
    "price": "Price, formula and tie-break",
    "partners": "Authorities that buy together",
    "terms": "Payment and transfer of staff",
    "timetable": "Timetable",
    "people": "People and their declarations",
    "conflicts": "Conflicts of interest assessed",
    "market": "Market check",
    "preview": "Who would be invited",
}

_OF_CODE = {
    "framework_not_published": "basics",
    "framework_ceased": "basics",
    "framework_expired": "basics",
    "framework_not_begun": "basics",
    "no_need": "basics",
    "lots_not_considered": "lots_considered",
    "criteria_do_not_sum": "criteria",
    "criterion_without_weight": "criteria",
    "criterion_without_question": "criteria",
    "no_quality_criterion": "criteria",
    "price_weighted_without_formula": "price",
    "price_not_weighted": "price",
    "several_price_criteria": "price",
    "price_model_and_formula_differ": "price",
    "no_optimal_price": "price",
    "no_tie_break": "price",
    "no_deadline": "timetable",
    "tender_period_too_short": "timetable",
    "deadline_after_framework": "timetable",
    "questions_close_out_of_order": "timetable",
    "lead_without_share": "partners",
    "shares_do_not_sum": "partners",
    "payment_too_late": "terms",
    "staff_transfer_not_said": "terms",
    "staff_transfer_not_described": "terms",
    "no_delegation": "people",
    "delegation_below_value": "people",
    "delegation_outside_region": "people",
    "delegation_holder_absent": "people",
    "deputy_while_holder_is_there": "people",
    "too_few_officers": "people",
    "too_few_evaluators": "people",
    "no_approver": "people",
    "conflict_not_declared": "people",
    "person_in_conflict": "people",
    "approver_drafted_it": "people",
    "conflicts_not_assessed": "conflicts",
    "few_eligible_members": "preview",
    "no_category_for_lot": "preview",
}

WAITING = {"not_approved", "not_from_this_state", "partner_has_not_approved"}
"""Reasons that say who acts next rather than what is missing."""


@dataclass(frozen=True)
class Task:
    """A step of the draft, and what of it keeps the call-off from being published."""

    code: str
    name: str
    href: str
    reasons: Sequence[Reason]


def task_of(reason: Reason) -> str:
    """The step where a reason is put right; what names a lot is put right in the lots."""
    return _OF_CODE.get(reason.code, "lots")


def missing(call_off: CallOff, now: datetime, previews: Sequence[LotPreview] | None = None) -> list[Reason]:
    """What keeps the draft from being approved and published, whoever acts."""
    draft = queries.draft_facts(db.session, call_off, now, previews)
    found = [reason for reason in reasons_not_to_publish(draft, now) if reason.code not in WAITING]
    if draft.approver is None:
        found.append(Reason("no_approver"))
    return found


def href_of(reason: Reason, call_off: CallOff) -> str:
    """The page where a reason is put right."""
    code = task_of(reason)
    if code == "lots" and "lot" in reason.params:
        return url_for("calloffs.lot", public_id=call_off.public_id, number=reason.params["lot"])
    return url_for(f"calloffs.{code}", public_id=call_off.public_id)


def task_list(call_off: CallOff, reasons: Sequence[Reason]) -> list[Task]:
    """The steps in order, each with its reasons."""
    return [
        Task(
            code,
            name,
            url_for(f"calloffs.{code}", public_id=call_off.public_id),
            [reason for reason in reasons if task_of(reason) == code],
        )
        for code, name in TASKS.items()
    ]
