"""Who may do what with call-offs, and what is recorded of it."""

from enum import StrEnum

from core.audit.types import AuditTag


class CallOffPermission(StrEnum):
    READ = "calloff:read"
    DRAFT = "calloff:draft"
    APPROVE = "calloff:approve"
    PUBLISH = "calloff:publish"
    READ_INVITED = "calloff:read-invited"
    BID = "bid:draft"
    SUBMIT_BID = "bid:submit"
    OPEN = "calloff:open-envelope"
    EVALUATE = "calloff:score"
    MODERATE = "calloff:moderate"
    RECOMMEND = "calloff:recommend"
    SEND_LETTERS = "calloff:send-letters"


class CallOffTag(AuditTag):
    CREATED = "calloff:created"
    CHANGED = "calloff:changed"
    DUTY_ASSIGNED = "calloff:duty-assigned"
    DUTY_RELEASED = "calloff:duty-released"
    CONFLICT_DECLARED = "calloff:conflict-declared"
    APPROVED = "calloff:approved"
    RETURNED_TO_DRAFT = "calloff:returned-to-draft"
    PUBLISHED = "calloff:published"
    PAUSED = "calloff:paused"
    RESUMED = "calloff:resumed"
    EXTENDED = "calloff:extended"
    AMENDED = "calloff:amended"
    PARTNER_NAMED = "calloff:partner-named"
    PARTNER_RELEASED = "calloff:partner-released"
    PARTNER_APPROVED = "calloff:partner-approved"
    TEMPLATE_SAVED = "calloff:template-saved"
    TEMPLATE_REMOVED = "calloff:template-removed"
    CANCELLED = "calloff:cancelled"
