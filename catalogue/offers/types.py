"""The words of offers: states, answers to the specification, delivery."""

from enum import StrEnum

from core.audit.types import AuditTag


class OfferState(StrEnum):
    """The state of one version of an offer; the offer itself has none."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    PUBLISHED = "published"
    SUSPENDED = "suspended"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class OfferEvent(StrEnum):
    SUBMIT = "submit"
    RETURN = "return"
    PUBLISH = "publish"
    SUPERSEDE = "supersede"
    SUSPEND = "suspend"
    REINSTATE = "reinstate"
    WITHDRAW = "withdraw"


class ItemResponse(StrEnum):
    MET = "met"
    ANOTHER_WAY = "another_way"
    NOT_OFFERED = "not_offered"


class DeliveryMode(StrEnum):
    ONE_TO_ONE = "one_to_one"
    GROUP = "group"
    BOTH = "both"


class OfferPermission(StrEnum):
    DRAFT = "offer:draft"
    SUBMIT = "offer:submit"
    REVIEW = "offer:review"
    READ_COMMERCIAL = "offer:read-commercial"


class OfferTag(AuditTag):
    CREATED = "offer:created"
    SUBMITTED = "offer:submitted"
    RETURNED = "offer:returned"
    PUBLISHED = "offer:published"
    SUSPENDED = "offer:suspended"
    REINSTATED = "offer:reinstated"
    WITHDRAWN = "offer:withdrawn"
    VERSION_STARTED = "offer:version-started"
