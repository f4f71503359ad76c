"""The words of offers: states, events, answers, sections, permissions and audit tags."""

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


class Indexation(StrEnum):
    """How a price rises over the years."""

    NONE = "none"
    CPI = "cpi"
    FIXED = "fixed"


class CostKind(StrEnum):
    """A direct cost of a place."""

    STAFF = "staff"
    PREMISES = "premises"
    MATERIALS = "materials"
    TRAVEL = "travel"
    PARTNERS = "partners"
    OTHER = "other"


class Intake(StrEnum):
    """Whether everyone of a group begins on one day, or people join as places come free."""

    FIXED = "fixed"
    ROLLING = "rolling"


class RemoteDelivery(StrEnum):
    """How much of the service is given by telephone or video."""

    NONE = "none"
    PART = "part"
    ONLY = "only"


class OutputUnit(StrEnum):
    """What an output is counted in."""

    SESSIONS = "sessions"
    HOURS = "hours"
    CONTACTS = "contacts"
    PLANS = "plans"
    REVIEWS = "reviews"
    REPORTS = "reports"
    REFERRALS = "referrals"
    OTHER = "other"


class EvidenceKind(StrEnum):
    STUDY = "study"
    EVALUATION = "evaluation"
    QUALITY_MARK = "quality_mark"
    OTHER = "other"


class Section(StrEnum):
    """One task of the task list; those of a level exist once for each complexity offered."""

    TITLE = "title"
    COMPLEXITIES = "complexities"
    PLACES = "places"
    METHODS = "methods"
    ITEMS = "items"
    OUTCOMES = "outcomes"
    PRICE = "price"
    CAPACITY = "capacity"
    COHORTS = "cohorts"
    CUSTOMISATION = "customisation"
    STAGES = "stages"
    PRE_RELEASE = "pre_release"
    RAR = "rar"
    APPROACH = "approach"
    DELIVERY = "delivery"
    LANGUAGES = "languages"
    VOLUNTEERS = "volunteers"
    EVIDENCE = "evidence"

    @property
    def address(self) -> str:
        """The section's part of its page's address."""
        return self.value.replace("_", "-")

    @property
    def of_a_level(self) -> bool:
        return self in LEVEL_SECTIONS


class Step(StrEnum):
    """A page on which sections that belong together are written; a method is written level by level."""

    SERVICE = "service"
    METHOD = "method"
    PRICES = "prices"
    PEOPLE = "people"
    DELIVERY = "ways"
    EVIDENCE = "reasons"


LEVEL_SECTIONS = (Section.METHODS, Section.ITEMS, Section.OUTCOMES, Section.PRICE)


class SectionStatus(StrEnum):
    NOT_STARTED = "not_started"
    INCOMPLETE = "incomplete"
    COMPLETE = "complete"
    OPTIONAL = "optional"
    """Nothing is asked here, and nothing has been written."""


class OfferPermission(StrEnum):
    READ = "offer:read"
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
    MOVED = "offer:moved"
    VERSION_STARTED = "offer:version-started"
    POOL_STARTED = "capacity:pool-started"
    POOL_CHANGED = "capacity:pool-changed"
    CONFIRMED = "offer:confirmed"
    CONFIRMATION_REMINDED = "offer:confirmation-reminded"
    CONFIRMATION_MISSED = "offer:confirmation-missed"
    HIDDEN_AS_STALE = "offer:hidden-as-stale"


class AssuranceState(StrEnum):
    """How sure one can be that what a published offer says is still true."""

    CONFIRMED = "confirmed"
    DUE = "due"
    STALE = "stale"
    HIDDEN = "hidden"


class AssuranceEvent(StrEnum):
    """What happens to a published offer that its supplier does not confirm."""

    REMIND = "remind"
    NOTICE = "notice"
    HIDE = "hide"
