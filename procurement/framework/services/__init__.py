"""What is done with frameworks, applications and members: one function per use case."""

from procurement.framework.services.applications import (
    choices_mark,
    give_representations,
    save_answers,
    save_choices,
    sign_declaration,
    start_application,
    submit_application,
    withdraw_application,
)
from procurement.framework.services.asking import (
    library_questions,
    questions_on_offer,
    take_out_question,
    take_question,
    write_question,
)
from procurement.framework.services.assessment import (
    admit,
    answer_due_on,
    decide,
    extend_decision,
    invite_representations,
    record_findings,
    refuse,
    start_assessment,
    take_over_assessment,
)
from procurement.framework.services.citing import reasons_against_party_findings
from procurement.framework.services.clarifications import answer_clarification, ask_clarification
from procurement.framework.services.concerns import raise_concern, settle_concern
from procurement.framework.services.evidence import evidence_uses, keep_answers, prefill, use_library
from procurement.framework.services.leaving import hand_over_assessments
from procurement.framework.services.members import (
    change_memberships,
    intend_removal,
    write_scope_limits,
)
from procurement.framework.services.parties import (
    ask_for_replacement,
    parties_mark,
    record_party_findings,
    replace_party,
    save_parties,
)
from procurement.framework.services.points import (
    facts_of,
    floors_of,
    in_order,
    members_incomes,
    points_of,
    reasons_against_findings,
    standings_of,
)
from procurement.framework.services.questions import (
    StandardQuestion,
    declaration_questions,
    standard_questions,
)
from procurement.framework.services.sections import assign_section, hand_over_sections
from procurement.framework.services.setup import (
    add_category,
    announce_framework,
    cease_framework,
    change_category,
    change_details,
    change_rules,
    create_framework,
    publish_framework,
    remove_category,
)

__all__ = [
    "StandardQuestion",
    "add_category",
    "admit",
    "announce_framework",
    "answer_clarification",
    "answer_due_on",
    "ask_clarification",
    "ask_for_replacement",
    "assign_section",
    "cease_framework",
    "change_category",
    "change_details",
    "change_memberships",
    "change_rules",
    "choices_mark",
    "create_framework",
    "decide",
    "declaration_questions",
    "evidence_uses",
    "extend_decision",
    "facts_of",
    "floors_of",
    "give_representations",
    "hand_over_assessments",
    "hand_over_sections",
    "in_order",
    "intend_removal",
    "invite_representations",
    "keep_answers",
    "library_questions",
    "members_incomes",
    "parties_mark",
    "points_of",
    "prefill",
    "publish_framework",
    "questions_on_offer",
    "raise_concern",
    "reasons_against_findings",
    "reasons_against_party_findings",
    "record_findings",
    "record_party_findings",
    "refuse",
    "remove_category",
    "remove_members",
    "replace_party",
    "save_answers",
    "save_choices",
    "save_parties",
    "settle_concern",
    "sign_declaration",
    "standard_questions",
    "standings_of",
    "start_application",
    "start_assessment",
    "submit_application",
    "take_out_question",
    "take_over_assessment",
    "take_question",
    "use_library",
    "withdraw_application",
    "write_question",
    "write_scope_limits",
]
