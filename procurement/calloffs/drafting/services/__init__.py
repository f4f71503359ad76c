"""What people do with a call-off until its deadline: draft, name people, approve, publish, pause, cancel."""

from procurement.calloffs.drafting.services.amending import amend
from procurement.calloffs.drafting.services.criteria import add_criterion, remove_criterion, save_criterion
from procurement.calloffs.drafting.services.editing import (
    declaration_of,
    save_basics,
    save_conflicts_assessed,
    save_lots_considered,
    save_price,
    save_terms,
    save_timetable,
    start_call_off,
)
from procurement.calloffs.drafting.services.gaps import draft_from_gap
from procurement.calloffs.drafting.services.joint import (
    approve_as_partner,
    name_partner,
    release_partner,
    save_lead_share,
)
from procurement.calloffs.drafting.services.lots import (
    add_lot,
    duplicate_lot,
    remove_lot,
    save_few_members_reason,
    save_lot_service,
    save_lot_terms,
    save_lot_volumes,
    save_lot_where,
)
from procurement.calloffs.drafting.services.people import assign_duty, declare_conflict, release_duty
from procurement.calloffs.drafting.services.publishing import (
    approve,
    cancel,
    move_deadline,
    pause,
    publish,
    resume,
    return_to_draft,
)
from procurement.calloffs.drafting.services.templates import remove_template, save_template, start_from

__all__ = [
    "add_criterion",
    "add_lot",
    "amend",
    "approve",
    "approve_as_partner",
    "assign_duty",
    "cancel",
    "declaration_of",
    "declare_conflict",
    "draft_from_gap",
    "duplicate_lot",
    "move_deadline",
    "name_partner",
    "pause",
    "publish",
    "release_duty",
    "release_partner",
    "remove_criterion",
    "remove_lot",
    "remove_template",
    "resume",
    "return_to_draft",
    "save_basics",
    "save_conflicts_assessed",
    "save_criterion",
    "save_few_members_reason",
    "save_lead_share",
    "save_lot_service",
    "save_lot_terms",
    "save_lot_volumes",
    "save_lot_where",
    "save_lots_considered",
    "save_price",
    "save_template",
    "save_terms",
    "save_timetable",
    "start_call_off",
    "start_from",
]
