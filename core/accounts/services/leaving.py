"""A leaver's work: what each feature knows of it, and handing it on so that nothing is orphaned."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from flask import Flask, current_app
from sqlalchemy.orm import Session

from core.accounts.models import Person
from core.accounts.queries import roles_on
from core.accounts.types import Holding, Roles
from core.actor import Actor
from core.reasons import Reason, Refused


@dataclass(frozen=True)
class HandOver:
    """What one feature does with the work of a person in an organisation.

    `count` (session, organisation_id, person_id) says how many things the person holds; `give` (session,
    actor, now, organisation_id, leaver, successor; all by keyword) hands them over, or is None where the law
    wants somebody named anew; `permission` is the deed that whoever holds them must be allowed.
    """

    one: str
    many: str
    permission: str
    count: Callable[..., int]
    give: Callable[..., object] | None = None


def register_hand_over(app: Flask, hand_over: HandOver) -> None:
    """Let a feature hand its work over when somebody leaves."""
    app.extensions.setdefault("hand_overs", []).append(hand_over)


def holdings_of(session: Session, *, organisation_id: int, person: Person) -> list[Holding]:
    """Return what a person holds in an organisation, of each kind that there is any of."""
    found = []
    for kind in _kinds():
        count = kind.count(session, organisation_id=organisation_id, person_id=person.id)
        if count:
            words = kind.one if count == 1 else kind.many
            found.append(Holding(count, words, kind.permission, passes_on=kind.give is not None))
    return found


def hand_over_work(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    roles: Roles,
    organisation_id: int,
    leaver: Person,
    successor: Person | None,
) -> None:
    """Hand everything that can be handed over to a colleague who may do all of it.

    Refused where there is something and nobody is chosen, where the successor lacks a deed, or is the leaver.
    """
    holdings = [
        h for h in holdings_of(session, organisation_id=organisation_id, person=leaver) if h.passes_on
    ]
    if not holdings:
        return
    if successor is None or successor.id == leaver.id:
        raise Refused(Reason("successor-missing"))
    held = roles_on(session, organisation_id=organisation_id, day=today, person_id=successor.id)
    may = {deed for m in held if m.role in roles for deed in roles[m.role].permissions}
    lacking = [holding.words for holding in holdings if holding.permission not in may]
    if lacking:
        raise Refused(Reason("successor-may-not", {"name": successor.name, "what": lacking}))
    for kind in _kinds():
        if kind.give is not None:
            kind.give(
                session,
                actor=actor,
                now=now,
                organisation_id=organisation_id,
                leaver=leaver,
                successor=successor,
            )


def refuse_if_still_held(
    session: Session, *, organisation_id: int, person: Person, roles: Roles, left: set[str]
) -> None:
    """Refuse to leave somebody with work that their roles `left` do not let them do."""
    may = {deed for code in left if code in roles for deed in roles[code].permissions}
    stuck = [
        f"{holding.count} {holding.words}"
        for holding in holdings_of(session, organisation_id=organisation_id, person=person)
        if holding.passes_on and holding.permission not in may
    ]
    if stuck:
        raise Refused(Reason("still-holds", {"name": person.name, "what": stuck}))


def _kinds() -> list[HandOver]:
    return current_app.extensions.get("hand_overs", [])
