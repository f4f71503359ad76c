"""How many suppliers a lot of a draft is for, and how they share its volume."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import refuse_if
from procurement.calloffs.drafting.models import Lot
from procurement.calloffs.drafting.rules.sharing import reasons_against_sharing
from procurement.calloffs.drafting.services.editing import begin_editing
from procurement.calloffs.drafting.types import Sharing, SharingTerms


def save_lot_sharing(session: Session, *, lot: Lot, actor: Actor, now: datetime, terms: SharingTerms) -> None:
    """Save how a lot is shared; what its way of sharing does not use is let go. Raises Refused."""
    refuse_if(reasons_against_sharing(terms))
    begin_editing(session, lot.call_off, actor, now)
    several = terms.suppliers > 1
    reviewed = several and terms.sharing is Sharing.BY_PERFORMANCE
    by_shares = several and terms.sharing is not Sharing.BY_RANK
    lot.suppliers_wanted = terms.suppliers
    lot.sharing = terms.sharing if several else None
    lot.shares = [str(share) for share in terms.shares] if by_shares else []
    lot.share_least, lot.share_most = (terms.least, terms.most) if reviewed else (None, None)
    lot.review_months = terms.review_months if reviewed else None
    lot.review_measures = terms.measures.strip() if reviewed else ""
    lot.dealing = terms.dealing if by_shares else None
