"""The words of accounts: kinds of organisation, roles."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from core.audit.types import AuditTag


class OrganisationKind(StrEnum):
    AUTHORITY = "authority"
    SUPPLIER = "supplier"
    PARTNER_AGENCY = "partner-agency"


class AccountPermission(StrEnum):
    """Deeds of this feature; every other feature names its own in the same way."""

    MANAGE_COLLEAGUES = "colleagues:manage"


class AccountTag(AuditTag):
    PERSON_CREATED = "person:created"
    PERSON_SIGNED_IN = "person:signed-in"
    PERSON_LOCKED_OUT = "person:locked-out"
    NAME_CHANGED = "person:name-changed"
    PASSWORD_CHANGED = "person:password-changed"
    CODE_SET_UP = "person:code-set-up"
    CODE_REMOVED = "person:code-removed"
    ORGANISATION_CREATED = "organisation:created"
    MEMBERSHIP_GRANTED = "membership:granted"
    MEMBERSHIP_CHANGED = "membership:changed"
    MEMBERSHIP_ENDED = "membership:ended"


@dataclass(frozen=True, slots=True)
class Limit:
    """How often a deed may be done about one thing: at most ``most`` times within any such span."""

    purpose: str
    most: int
    within: timedelta


@dataclass(frozen=True, slots=True)
class Holding:
    """Work that a person holds: how many of what, the deed it needs, and whether it can be passed on.

    What cannot is open when the person leaves: somebody is named for it anew.
    """

    count: int
    words: str
    permission: str
    passes_on: bool


@dataclass(frozen=True)
class Role:
    """What a role is called, who may hold it, and the deeds it permits."""

    code: str
    name: str
    kind: OrganisationKind
    permissions: frozenset[str]
    description: str
    scoped: bool = False


Roles = Mapping[str, Role]
