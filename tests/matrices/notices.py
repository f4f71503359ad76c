"""What addresses of notices and of suppliers' changes name."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from procurement.changes.services import record_change
from procurement.changes.types import Change, ChangeKind
from procurement.notices.models import Notice
from procurement.notices.services import generate_notices
from tests.factories import NOW
from tests.factories_framework import Market, make_market, make_member
from tests.matrix import Scene, makes


def _market(session: Session) -> Market:
    market = make_market(session)
    make_member(session, market)
    return market


@makes("/notices/<public_id>")
def notice(session: Session) -> Scene:
    market = _market(session)
    generate_notices(session, now=NOW)
    made = session.scalars(sa.select(Notice).where(Notice.framework_id == market.framework.id)).first()
    assert made is not None
    return Scene({"public_id": made.public_id}, owner=market.authority)


@makes("/supplier-changes/of/<supplier>")
def supplier(session: Session) -> Scene:
    market = _market(session)
    return Scene({"supplier": market.supplier.public_id}, owner=market.authority)


@makes("/supplier-changes/<public_id>")
def change(session: Session) -> Scene:
    market = _market(session)
    made = record_change(
        session,
        actor=market.managing(session),
        now=NOW,
        supplier=market.supplier,
        change=Change(
            ChangeKind.RENAMING, NOW.date(), new_name="Example charity anew", evidence="The register."
        ),
    )
    return Scene({"public_id": made.public_id}, owner=market.authority)
