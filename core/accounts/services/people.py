"""Making people and organisations, giving roles and taking them away."""

import secrets
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from flask import current_app
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from core.accounts.models import Membership, MembershipScope, Organisation, Person
from core.accounts.queries import (
    locked_organisation,
    memberships_on,
    people_who_may,
    person_by_email,
    roles_on,
)
from core.accounts.rules import JOIN_MAILS, held_as_text, reasons_not_to_grant, reasons_not_to_lose
from core.accounts.services.counting import count_deed
from core.accounts.services.leaving import hand_over_work, refuse_if_still_held
from core.accounts.types import AccountPermission, AccountTag, OrganisationKind, Roles
from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if
from core.tokens import make_token


def create_organisation(
    session: Session, *, actor: Actor, now: datetime, kind: OrganisationKind, name: str
) -> Organisation:
    """Create an organisation."""
    organisation = Organisation(kind=kind, name=name, created_at=now)
    session.add(organisation)
    record(
        session,
        AccountTag.ORGANISATION_CREATED,
        actor=actor,
        now=now,
        subject=organisation,
        details={"kind": kind},
    )
    return organisation


def create_person(
    session: Session, *, actor: Actor, now: datetime, name: str, email: str, password: str | None
) -> Person:
    """Create someone who can sign in; without a password they set one by the reset mail."""
    person = Person(
        name=name,
        email=email.strip().lower(),
        password=hash_password(password) if password else None,
        fs_uniquifier=secrets.token_hex(32),
        created_at=now,
    )
    session.add(person)
    record(session, AccountTag.PERSON_CREATED, actor=actor, now=now, subject=person)
    return person


def grant_membership(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    person: Person,
    organisation: Organisation,
    role: str,
    scopes: Sequence[str] = (),
    valid_from: date | None = None,
) -> Membership:
    """Give a person a role in an organisation from a day on (today by default)."""
    membership = Membership(
        person=person,
        organisation=organisation,
        role=role,
        valid_from=valid_from or now.date(),
        scopes=[MembershipScope(scope=scope) for scope in sorted(set(scopes))],
    )
    session.add(membership)
    record(
        session,
        AccountTag.MEMBERSHIP_GRANTED,
        actor=actor,
        now=now,
        subject=membership,
        details={
            "person": person.id,
            "organisation": organisation.id,
            "role": role,
            "scopes": sorted(scopes),
        },
    )
    return membership


def end_membership(
    session: Session, *, actor: Actor, now: datetime, membership: Membership, last_day: date
) -> None:
    """End a membership after its last day."""
    membership.valid_to = last_day
    record(
        session,
        AccountTag.MEMBERSHIP_ENDED,
        actor=actor,
        now=now,
        subject=membership,
        details={"last_day": last_day},
    )


def invite_colleague(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    roles: Roles,
    name: str,
    email: str,
    role_codes: Sequence[str],
    scopes: Sequence[str] = (),
) -> Person:
    """Give someone roles in the actor's organisation by their address, and write to them.

    Someone new gets an account and a link to choose a password; someone with an account keeps their name
    and learns that they can act for one more organisation. Refused where they hold one of the roles already.
    """
    organisation = locked_organisation(session, actor.organisation_id)
    person = person_by_email(session, email)
    held = (
        roles_on(session, person_id=person.id, organisation_id=organisation.id, day=today) if person else []
    )
    for code in role_codes:
        refuse_if(
            reasons_not_to_grant(
                role=roles.get(code),
                kind=organisation.kind,
                held=[m.role for m in held],
                scopes=scopes if _is_scoped(roles, code) else (),
            )
        )
    if person is None:
        person = create_person(session, actor=actor, now=now, name=name, email=email, password=None)
    for code in role_codes:
        grant_membership(
            session,
            actor=actor,
            now=now,
            person=person,
            organisation=organisation,
            role=code,
            scopes=scopes if _is_scoped(roles, code) else (),
            valid_from=today,
        )
    send_invitation(session, organisation=organisation, person=person, now=now)
    return person


def send_invitation(session: Session, *, organisation: Organisation, person: Person, now: datetime) -> None:
    """Write to a colleague who has been invited, with a link to choose a password where they have none."""
    queue_mail(
        session,
        to=person.email,
        subject=f"{organisation.name} invites you to Throughgate",
        template="invitation",
        now=now,
        name=person.name,
        organisation=organisation.name,
        token=make_token("welcome", {"person": person.public_id}) if person.password is None else None,
    )


def accept_invitation(session: Session, *, now: datetime, person: Person, password: str) -> None:
    """Let an invited person choose their first password; refused where they have one."""
    if person.password is not None or not person.active:
        raise Refused(Reason("password-already-chosen"))
    person.password = hash_password(password)
    record(session, AccountTag.PASSWORD_CHANGED, actor=_self(person), now=now, subject=person)


def change_name(session: Session, *, now: datetime, person: Person, name: str) -> None:
    """Let a person change what they are called; the audit says that, not the name."""
    if name == person.name:
        return
    person.name = name
    record(session, AccountTag.NAME_CHANGED, actor=_self(person), now=now, subject=person)


def set_roles(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    roles: Roles,
    person: Person,
    role_codes: Collection[str],
    scopes: Collection[str],
    seen: str,
) -> None:
    """Make a colleague's roles in the actor's organisation what was chosen, from today.

    ``scopes`` limit all roles that can be limited; ``seen`` is what the form was filled in on (see
    ``held_as_text``). Refused where someone changed it meanwhile, where a role belongs to another kind of
    organisation, or where nobody would be left who manages colleagues.
    """
    organisation = locked_organisation(session, actor.organisation_id)
    held = roles_on(session, person_id=person.id, organisation_id=organisation.id, day=today)
    now_held = held_as_text([(m.role, [s.scope for s in m.scopes]) for m in held])
    if seen != now_held:
        raise Refused(
            Reason("changed-meanwhile", {"roles": [roles[m.role].name for m in held if m.role in roles]})
        )
    for code in role_codes:
        if code not in {m.role for m in held}:
            refuse_if(reasons_not_to_grant(role=roles.get(code), kind=organisation.kind, held=(), scopes=()))
    refuse_if_still_held(
        session, organisation_id=organisation.id, person=person, roles=roles, left=set(role_codes)
    )
    chosen = {code: sorted(set(scopes)) if roles[code].scoped else [] for code in role_codes}
    for membership in held:
        if membership.role not in chosen:
            _take_away(session, actor=actor, now=now, today=today, roles=roles, membership=membership)
            continue
        wanted = chosen.pop(membership.role)
        if wanted != [s.scope for s in membership.scopes]:
            kept = {s.scope: s for s in membership.scopes}
            before = list(kept)
            membership.scopes = [kept.get(scope) or MembershipScope(scope=scope) for scope in wanted]
            record(
                session,
                AccountTag.MEMBERSHIP_CHANGED,
                actor=actor,
                now=now,
                subject=membership,
                details={"scopes_before": before, "scopes": wanted},
            )
    for code, wanted in sorted(chosen.items()):
        grant_membership(
            session,
            actor=actor,
            now=now,
            person=person,
            organisation=organisation,
            role=code,
            scopes=wanted,
            valid_from=today,
        )


def remove_colleague(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    today: date,
    roles: Roles,
    person: Person,
    last_day: date | None,
    successor: Person | None = None,
) -> None:
    """End all of a colleague's roles in the actor's organisation: at once, or after a last day.

    What the colleague holds goes to the successor at once in either case.
    """
    organisation = locked_organisation(session, actor.organisation_id)
    hand_over_work(
        session,
        actor=actor,
        now=now,
        today=today,
        roles=roles,
        organisation_id=organisation.id,
        leaver=person,
        successor=successor,
    )
    held = roles_on(session, person_id=person.id, organisation_id=organisation.id, day=today)
    for membership in held:
        if last_day is None:
            _take_away(session, actor=actor, now=now, today=today, roles=roles, membership=membership)
            continue
        _refuse_to_orphan(session, roles=roles, membership=membership, day=last_day + timedelta(days=1))
        end_membership(session, actor=actor, now=now, membership=membership, last_day=last_day)


def _take_away(
    session: Session, *, actor: Actor, now: datetime, today: date, roles: Roles, membership: Membership
) -> None:
    """End a role so that it no longer counts today."""
    _refuse_to_orphan(session, roles=roles, membership=membership, day=today)
    if membership.valid_from < today:
        end_membership(
            session, actor=actor, now=now, membership=membership, last_day=today - timedelta(days=1)
        )
        return
    # Given and taken on the same day: no day is left that the row could tell of. The audit keeps both.
    record(
        session, AccountTag.MEMBERSHIP_ENDED, actor=actor, now=now, subject=membership, details={"void": True}
    )
    session.delete(membership)
    session.flush()


def _refuse_to_orphan(session: Session, *, roles: Roles, membership: Membership, day: date) -> None:
    session.flush()
    left = roles_on(session, organisation_id=membership.organisation_id, day=day)
    refuse_if(
        reasons_not_to_lose(
            roles=roles,
            permission=AccountPermission.MANAGE_COLLEAGUES,
            losing=membership.role,
            left_to_others=[m.role for m in left if m.id != membership.id],
        )
    )


def mail_people_who_may(
    session: Session,
    *,
    organisation_id: int,
    permission: str,
    subject: str,
    template: str,
    now: datetime,
    **values: Any,
) -> None:
    """Queue one mail each to the people of an organisation whose roles permit a deed today."""
    people = people_who_may(
        session,
        organisation_id=organisation_id,
        permission=permission,
        roles=current_app.extensions["roles"],
        day=london_date(now),
    )
    for person in people:
        queue_mail(
            session,
            to=person.email,
            subject=subject,
            template=template,
            now=now,
            person=person.name,
            **values,
        )


def ask_to_join(
    session: Session, *, now: datetime, organisation: str, name: str, email: str, then: str = ""
) -> None:
    """Send the link that confirms an address before a supplier is set up; nothing else is kept until then.

    ``then`` is the page of ours that follows the setting up; empty for the start page. Beyond the limit of
    such mails to one address nothing is sent: the page says the same, and earlier links still work.
    """
    if count_deed(session, limit=JOIN_MAILS, about=email.strip().lower(), now=now) is not None:
        return
    token = make_token(
        "join",
        {"organisation": organisation, "name": name, "email": email.strip().lower(), "then": then},
    )
    queue_mail(
        session,
        to=email.strip().lower(),
        subject="Confirm your address to join Throughgate",
        template="join",
        now=now,
        name=name,
        organisation=organisation,
        token=token,
    )


def register_supplier(
    session: Session,
    *,
    now: datetime,
    today: date,
    administrator_role: str,
    organisation: str,
    name: str,
    email: str,
    password: str | None,
) -> Person:
    """Set up a supplier whose first administrator has proved their address.

    ``password`` is needed where the person has none yet. Refused where the same person has set up an
    organisation of that name already: the link was used before.
    """
    person = person_by_email(session, email)
    if person is not None:
        session.refresh(person, with_for_update=True)
        if any(
            m.organisation.name == organisation
            for m in memberships_on(session, person_id=person.id, day=today)
        ):
            raise Refused(Reason("already-joined", {"organisation": organisation}))
        if not person.active:
            raise Refused(Reason("link-not-valid"))
    nobody = Actor(person_id=None, organisation_id=None, organisation_kind=None)
    if person is None:
        person = create_person(session, actor=nobody, now=now, name=name, email=email, password=password)
    elif person.password is None and password:
        accept_invitation(session, now=now, person=person, password=password)
    actor = _self(person)
    supplier = create_organisation(
        session, actor=actor, now=now, kind=OrganisationKind.SUPPLIER, name=organisation
    )
    grant_membership(
        session,
        actor=actor,
        now=now,
        person=person,
        organisation=supplier,
        role=administrator_role,
        valid_from=today,
    )
    return person


def _is_scoped(roles: Roles, code: str) -> bool:
    return code in roles and roles[code].scoped


def _self(person: Person) -> Actor:
    """Return a person acting on their own account, for no organisation."""
    return Actor(person_id=person.id, organisation_id=None, organisation_kind=None)
