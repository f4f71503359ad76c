"""When sign-in is refused after failures, and which memberships may change: pure."""

import hashlib
import hmac
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from core.accounts.types import Limit, OrganisationKind, Role, Roles
from core.reasons import Reason

MOST_FAILURES = 5
FAILURE_WINDOW = timedelta(minutes=15)
LOCKED_FOR = timedelta(minutes=15)

# Mails that anyone can cause to any address. Nobody needs a fourth link within the hour.
JOIN_MAILS = Limit("join-mail", 3, timedelta(hours=1))
PASSWORD_MAILS = Limit("password-mail", 3, timedelta(hours=1))


def free_from(limit: Limit, done: Sequence[datetime], now: datetime) -> datetime | None:
    """Return from when a counted deed may be done again, or None where it may be done now.

    ``done`` are the moments of earlier ones, in any order; those before the limit's span do not count.
    """
    counting = sorted(moment for moment in done if moment > now - limit.within)
    return None if len(counting) < limit.most else counting[-limit.most] + limit.within


def locked_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """Return until when sign-in is refused for one address, or None where it is not.

    ``failures`` are the moments of failed attempts, oldest first. Five within a quarter of an hour close
    the door for a quarter of an hour after the fifth; attempts made while it is closed are not counted, so
    that trying again does not prolong the wait.
    """
    latest = failures[-MOST_FAILURES:]
    if len(latest) < MOST_FAILURES or latest[-1] - latest[0] > FAILURE_WINDOW:
        return None
    end = latest[-1] + LOCKED_FOR
    return end if now < end else None


def address_digest(secret: str, address: str) -> str:
    """Return what stands for a typed address where attempts are counted: it tells nobody the address."""
    return hmac.new(secret.encode(), address.strip().lower().encode(), hashlib.sha256).hexdigest()


def reasons_not_to_grant(
    *, role: Role | None, kind: OrganisationKind, held: Collection[str], scopes: Collection[str]
) -> list[Reason]:
    """Say why a role cannot be given in an organisation of a kind to someone who holds some roles there."""
    if role is None or role.kind != kind:
        return [Reason("role-of-another-kind")]
    reasons = []
    if role.code in held:
        reasons.append(Reason("role-already-held", {"role": role.name}))
    if scopes and not role.scoped:
        reasons.append(Reason("role-without-scopes", {"role": role.name}))
    return reasons


def reasons_not_to_lose(
    *, roles: Roles, permission: str, losing: str, left_to_others: Collection[str]
) -> list[Reason]:
    """Say why nobody may give up a role now: the last one who holds a deed everyone depends on.

    ``left_to_others`` are the roles in force in the organisation without the one that ends.
    """
    if permission not in roles[losing].permissions:
        return []
    if any(role in roles and permission in roles[role].permissions for role in left_to_others):
        return []
    return [Reason("last-administrator")]


def held_as_text(held: Collection[tuple[str, Collection[str]]]) -> str:
    """Write roles and their scopes in one canonical line, by which a form knows what it was filled in on."""
    return ";".join(sorted(f"{role}:{','.join(sorted(scopes))}" for role, scopes in held))
