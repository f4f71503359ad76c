"""What is to be considered of suppliers: concerns, removals that were told of, evidence that ends."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from catalogue.suppliers.models import EvidenceEntry, EvidenceVersion
from core.accounts.models import Organisation
from core.actor import Actor
from core.questions.models import QuestionVersion
from core.questions.types import ExpiryRule
from core.web.paging import PAGE_SIZE, Page
from procurement.framework.models import Application, ApplicationAnswer, Category, Concern, Member
from procurement.framework.types import MemberState


def open_concerns(
    session: Session, *, authority_id: int | None, suppliers: Collection[int]
) -> dict[int, list[Concern]]:
    """Return what an authority has still to consider of some suppliers, by organisation key."""
    query = (
        sa.select(Concern)
        .where(
            Concern.authority_id == authority_id,
            Concern.supplier_id.in_(sorted(suppliers)),
            Concern.settled_at.is_(None),
        )
        .order_by(Concern.supplier_id, Concern.event_on, Concern.id)
    )
    found: dict[int, list[Concern]] = {}
    for concern in session.scalars(query):
        found.setdefault(concern.supplier_id, []).append(concern)
    return found


def concerns_of(session: Session, *, actor: Actor, supplier_id: int) -> Sequence[Concern]:
    """Return all concerns of the actor's authority about a supplier, open ones first, then the newest."""
    query = (
        sa.select(Concern)
        .where(Concern.authority_id == actor.organisation_id, Concern.supplier_id == supplier_id)
        .order_by(
            sa.case((Concern.settled_at.is_(None), 0), else_=1), Concern.raised_at.desc(), Concern.id.desc()
        )
    )
    return session.scalars(query).all()


def concerns_about_members(session: Session, *, framework_id: int, authority_id: int) -> Sequence[Concern]:
    """Return the open concerns about suppliers that are members of a framework, by supplier's name."""
    members = (
        sa.select(Member.supplier_id)
        .join(Category, Category.id == Member.category_id)
        .where(Category.framework_id == framework_id, Member.state != MemberState.REMOVED)
    )
    query = (
        sa.select(Concern)
        .where(
            Concern.authority_id == authority_id,
            Concern.settled_at.is_(None),
            Concern.supplier_id.in_(members),
        )
        .options(joinedload(Concern.supplier, innerjoin=True))
        .order_by(Concern.event_on, Concern.id)
    )
    return session.scalars(query).all()


def members_to_be_removed(session: Session, *, framework_id: int) -> Sequence[Member]:
    """Return the members that were told of their removal and are not removed yet, the longest told first."""
    query = (
        sa.select(Member)
        .join(Category, Category.id == Member.category_id)
        .where(
            Category.framework_id == framework_id,
            Member.state != MemberState.REMOVED,
            Member.removal_intended_at.is_not(None),
        )
        .options(joinedload(Member.supplier, innerjoin=True))
        .order_by(Member.removal_intended_at, Member.id)
    )
    return session.scalars(query).all()


@dataclass(frozen=True, slots=True)
class EndingEvidence:
    """Evidence of a member that ends soon or has ended, and that its library holds no later end of."""

    supplier: str
    name: str
    what: str
    ends_on: date
    blocks: bool
    """The question says that evidence past its end does not do, where others are only warned of."""


def ending_evidence(session: Session, *, framework_id: int, until: date, page: int) -> Page[EndingEvidence]:
    """Return a page of the evidence of a framework's members that ends by a day, the earliest end first.

    Counted is what the admitted application cited; where the organisation's library has a newer version that
    ends later, or has no end, nothing is due.
    """
    members = (
        sa.select(Member.application_id)
        .join(Category, Category.id == Member.category_id)
        .where(Category.framework_id == framework_id, Member.state != MemberState.REMOVED)
    )
    kept = sa.and_(
        EvidenceEntry.organisation_id == Application.supplier_id,
        EvidenceEntry.reuse_key == QuestionVersion.reuse_key,
        QuestionVersion.reuse_key != "",
    )
    newest = sa.and_(
        EvidenceVersion.entry_id == EvidenceEntry.id, EvidenceVersion.number == EvidenceEntry.latest
    )
    query = (
        sa.select(
            Organisation.public_id,
            Organisation.name,
            QuestionVersion.text,
            ApplicationAnswer.expires,
            QuestionVersion.expires,
            EvidenceVersion.expires_on,
        )
        .select_from(ApplicationAnswer)
        .join(Application, Application.id == ApplicationAnswer.application_id)
        .join(Organisation, Organisation.id == Application.supplier_id)
        .join(QuestionVersion, QuestionVersion.id == ApplicationAnswer.question_id)
        .outerjoin(EvidenceEntry, kept)
        .outerjoin(EvidenceVersion, newest)
        .where(
            Application.id.in_(members),
            ApplicationAnswer.expires != "",
            # Ends are kept as 2027-03-31, which sorts as it dates.
            ApplicationAnswer.expires <= until.isoformat(),
            sa.or_(EvidenceVersion.id.is_(None), EvidenceVersion.expires_on <= until),
        )
    )
    total = session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    rows = session.execute(
        query.order_by(ApplicationAnswer.expires, Organisation.name, Organisation.id, QuestionVersion.id)
        .limit(PAGE_SIZE)
        .offset((page - 1) * PAGE_SIZE)
    )
    found = [
        EndingEvidence(public_id, name, text, later or date.fromisoformat(ends), rule == ExpiryRule.BLOCKS)
        for public_id, name, text, ends, rule, later in rows
    ]
    return Page(found, page, total)
