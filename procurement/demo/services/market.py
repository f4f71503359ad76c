"""What follows later: a second application, notices, a supplier renamed, another insolvent."""

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from procurement.calloffs.bids.models import Bid
from procurement.changes.services import record_change
from procurement.changes.types import Change, ChangeKind
from procurement.contracts.models import Contract
from procurement.demo.services import frameworks
from procurement.demo.services.people import Cast
from procurement.framework import services
from procurement.framework.models import Framework
from procurement.framework.types import AssessmentOutcome
from procurement.notices.models import Notice
from procurement.notices.services import generate_notices, mark_published
from procurement.notices.types import NoticeKind

AT_ONCE = (NoticeKind.TENDER, NoticeKind.AWARD)


def follow(session: Session, cast: Cast, framework: Framework, *, now: datetime) -> int:
    """Admit in part who was refused, rename a supplier, record an insolvency; return how many notices follow.

    Notices of long ago were published in their time; those of the last weeks wait, some of them too long.
    """
    apply_again(session, cast, framework, now=now - timedelta(days=40))
    made = generate_notices(session, now=now)
    quiet = _suppliers_without_business(session, cast)
    if len(quiet) >= 2:
        renamed, insolvent = quiet[0], quiet[-1]
        record_change(
            session,
            actor=cast.actor("manager"),
            now=now - timedelta(days=6),
            supplier=cast.suppliers[renamed],
            change=Change(
                ChangeKind.RENAMING,
                (now - timedelta(days=20)).date(),
                new_name=f"{cast.suppliers[renamed].name} Together",
                evidence="The register of companies shows the new name.",
            ),
        )
        record_change(
            session,
            actor=cast.actor("manager"),
            now=now - timedelta(days=2),
            supplier=cast.suppliers[insolvent],
            change=Change(
                ChangeKind.INSOLVENCY,
                (now - timedelta(days=9)).date(),
                evidence="A notice in the Gazette: an administrator was appointed.",
            ),
        )
    # By a tender notice bidders are invited, and by an award notice they learn the end: those are never late.
    old = (
        sa.select(Notice)
        .where(
            sa.or_(
                Notice.happened_at < now - timedelta(days=100),
                sa.and_(Notice.kind.in_(AT_ONCE), Notice.happened_at < now - timedelta(days=3)),
            )
        )
        .order_by(Notice.id)
    )
    for number, notice in enumerate(session.scalars(old), start=1):
        mark_published(
            session,
            actor=cast.actor("manager"),
            now=notice.happened_at + (timedelta(hours=1) if notice.kind in AT_ONCE else timedelta(days=2)),
            notice=notice,
            reference=f"{number:06}-EXAMPLE",
        )
    return made


def apply_again(session: Session, cast: Cast, framework: Framework, *, now: datetime) -> None:
    """Let the supplier that was refused apply anew: it is admitted in all but what one category asks."""
    supplier = next(one for one in cast.planned.values() if one.application == "refused")
    application = frameworks.hand_in(session, cast, framework, supplier, now)
    manager, decided = cast.actor("manager"), now + timedelta(days=7)
    services.start_assessment(session, actor=manager, now=decided, application=application, no_conflict=True)
    findings = {
        question.code: (
            (AssessmentOutcome.NOT_MET, "A service for families cannot stop when one person is ill.")
            if question.code == frameworks.FAMILY_QUESTION
            else (point.outcome or AssessmentOutcome.MET, "")
        )
        for question, _, point in services.points_of(application)
    }
    services.record_findings(session, actor=manager, now=decided, application=application, findings=findings)
    services.decide(
        session,
        actor=manager,
        now=decided,
        application=application,
        refusals={
            (choice.category.code, choice.region.code): (
                "Say how the service goes on when staff leave, and apply again."
            )
            for choice in application.choices
            if choice.category.need_area.code == "family"
        },
        reasons="What you wrote about your experience since has convinced us.",
    )


def _suppliers_without_business(session: Session, cast: Cast) -> list[str]:
    """The admitted suppliers that neither bid nor hold a contract, in the order of the plan."""
    busy = {
        *session.scalars(sa.select(Bid.supplier_id).order_by(Bid.id)),
        *session.scalars(
            sa.select(Contract.supplier_id).where(Contract.supplier_id.is_not(None)).order_by(Contract.id)
        ),
    }
    return [
        key
        for key, planned in cast.planned.items()
        if planned.application == "admitted" and cast.suppliers[key].id not in busy
    ]
