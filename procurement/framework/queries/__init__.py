"""Reading frameworks, applications and members: scoped by actor, ordered, eager-loaded."""

from procurement.framework.queries.applications import (
    application_to_assess,
    applications_of,
    frameworks_in_queue,
    open_application_of,
    own_application,
    queue,
    queue_counts,
)
from procurement.framework.queries.concerns import (
    concerns_about_members,
    concerns_of,
    members_to_be_removed,
    open_concerns,
)
from procurement.framework.queries.facts import (
    answers_of,
    application_facts,
    asked_of,
    category_facts,
    framework_facts,
    framework_facts_of,
    member_facts,
    questions_of,
    setup_facts,
    suppliers_of,
)
from procurement.framework.queries.frameworks import (
    frameworks_managed,
    managed_framework,
    open_framework,
    open_frameworks,
)
from procurement.framework.queries.members import (
    SupplierRow,
    held_by,
    member_rows,
    members_of,
    memberships_in,
    memberships_of,
    supplier_rows,
)

__all__ = [
    "SupplierRow",
    "answers_of",
    "application_facts",
    "application_to_assess",
    "applications_of",
    "asked_of",
    "category_facts",
    "concerns_about_members",
    "concerns_of",
    "framework_facts",
    "framework_facts_of",
    "frameworks_in_queue",
    "frameworks_managed",
    "held_by",
    "managed_framework",
    "member_facts",
    "member_rows",
    "members_of",
    "members_to_be_removed",
    "memberships_in",
    "memberships_of",
    "open_application_of",
    "open_concerns",
    "open_framework",
    "open_frameworks",
    "own_application",
    "questions_of",
    "queue",
    "queue_counts",
    "setup_facts",
    "supplier_rows",
    "suppliers_of",
]
