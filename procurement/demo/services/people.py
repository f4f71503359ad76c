"""The authority, the suppliers, and everyone who signs in."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from catalogue.suppliers.models import SupplierProfile
from catalogue.suppliers.types import SupplierSize
from core.accounts.models import Organisation, Person
from core.accounts.queries import actor_for, memberships_on
from core.accounts.services import create_organisation, create_person, grant_membership
from core.accounts.types import OrganisationKind
from core.actor import SYSTEM, Actor
from procurement.calloffs.delegations.services import give
from procurement.demo.rules import plan
from procurement.demo.types import PlannedSupplier
from procurement.roles import ROLES


@dataclass
class Cast:
    """Everyone in the story, by the key of the plan."""

    authority: Organisation
    partner: Organisation | None = None
    actors: dict[str, Actor] = field(default_factory=dict)
    people: dict[str, Person] = field(default_factory=dict)
    suppliers: dict[str, Organisation] = field(default_factory=dict)
    planned: dict[str, PlannedSupplier] = field(default_factory=dict)

    def actor(self, key: str) -> Actor:
        """Return who acts: a person of the authority, or ``<supplier>`` for its administrator."""
        return self.actors[key]


def create_cast(session: Session, *, now: datetime) -> Cast:
    """Create the authority with a person for each role, and 42 suppliers with an administrator each."""
    began = now - timedelta(days=900)
    # One hash for all: they share one published password, and Argon2 is slow on purpose.
    password = hash_password(plan.PASSWORD)
    authority = create_organisation(
        session, actor=SYSTEM, now=began, kind=OrganisationKind.AUTHORITY, name=plan.AUTHORITY
    )
    cast = Cast(authority)
    for planned in plan.AUTHORITY_PEOPLE:
        person = _create_person(session, planned.name, planned.email, password, began)
        scopes = tuple(f"region:{region}" for region in planned.regions)
        _grant(session, cast, planned.key, person, authority, planned.role, scopes, began)
    cast.partner = create_organisation(
        session, actor=SYSTEM, now=began, kind=OrganisationKind.AUTHORITY, name=plan.PARTNER
    )
    for planned in plan.PARTNER_PEOPLE:
        person = _create_person(session, planned.name, planned.email, password, began)
        _grant(session, cast, planned.key, person, cast.partner, planned.role, (), began)
    _delegate(session, cast, now)
    for supplier in plan.plan_suppliers():
        organisation = create_organisation(
            session, actor=SYSTEM, now=began, kind=OrganisationKind.SUPPLIER, name=supplier.name
        )
        session.add(
            SupplierProfile(
                organisation=organisation,
                size=SupplierSize(supplier.size),
                voluntary_sector=supplier.voluntary,
                summary=supplier.summary,
            )
        )
        cast.suppliers[supplier.key], cast.planned[supplier.key] = organisation, supplier
        email = f"{supplier.key}@{plan.DOMAIN}"
        first = supplier.key.rpartition("-")[2].capitalize()
        person = _create_person(session, f"{first} Administrator", email, password, began)
        _grant(session, cast, supplier.key, person, organisation, "supplier-administrator", (), began)
    session.flush()
    return cast


def _delegate(session: Session, cast: Cast, now: datetime) -> None:
    """The approver may approve anything anywhere, in the first year less; the partner up to a million."""
    for manager, approver, limit, begun, ended in (
        ("manager", "approver", Decimal(500_000), 899, 801),
        ("manager", "approver", None, 800, None),
        ("partner-manager", "partner-approver", Decimal(1_000_000), 800, None),
    ):
        give(
            session,
            actor=cast.actor(manager),
            now=now - timedelta(days=begun),
            person=cast.people[approver],
            value_limit=limit,
            region_codes=(),
            valid_from=(now - timedelta(days=begun)).date(),
            valid_to=(now - timedelta(days=ended)).date() if ended else None,
            deputy=None,
        )


def add_colleague(session: Session, cast: Cast, supplier: str, *, role: str, now: datetime) -> Person:
    """Give a supplier one person more, who signs in with the same password as its administrator."""
    person = _create_person(
        session, "Example Colleague", f"{supplier}-{role}@{plan.DOMAIN}", "", now - timedelta(days=1)
    )
    person.password = cast.people[supplier].password
    organisation = cast.suppliers[supplier]
    _grant(session, cast, f"{supplier}-{role}", person, organisation, role, (), now - timedelta(days=1))
    return person


def _create_person(session: Session, name: str, email: str, password: str, began: datetime) -> Person:
    person = create_person(session, actor=SYSTEM, now=began, name=name, email=email, password=None)
    person.password, person.confirmed_at = password, began
    return person


def _grant(
    session: Session,
    cast: Cast,
    key: str,
    person: Person,
    organisation: Organisation,
    role: str,
    scopes: tuple[str, ...],
    began: datetime,
) -> None:
    grant_membership(
        session,
        actor=SYSTEM,
        now=began,
        person=person,
        organisation=organisation,
        role=role,
        scopes=scopes,
        valid_from=began.date(),
    )
    held = memberships_on(session, person_id=person.id, day=began.date())
    cast.actors[key] = actor_for(person.id, held, roles=ROLES, organisation_id=organisation.id)
    cast.people[key] = person
