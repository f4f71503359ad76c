"""The blueprint of bidding, and how its pages find what they show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, abort

from core import clock
from core.db import db
from core.reasons import Reason
from core.web.access import current_actor
from procurement.calloffs.bids import queries
from procurement.calloffs.bids.models import Bid, BidSubmission
from procurement.calloffs.bids.rules import reasons_closed, warnings_about, what_is_missing
from procurement.calloffs.bids.types import BidContent, BidFacts, BidStanding, OpenFile
from procurement.calloffs.drafting.models import Amendment, CallOff, Criterion
from procurement.calloffs.drafting.queries import Names, amendments_of, changes_of, names

bids = Blueprint("bids", __name__)


@bids.context_processor
def readers() -> dict[str, Any]:
    """Give this feature's templates what reads an amendment."""
    return {"changes_of": changes_of}


@dataclass(frozen=True)
class BidPage:
    """What every page of a bid is given: the bid, its content, and where it stands by the server's clock."""

    bid: Bid
    call_off: CallOff
    content: BidContent
    facts: BidFacts
    standing: BidStanding
    last: BidSubmission | None
    now: datetime
    unread: Sequence[Amendment] = ()
    """Amendments that were published since the supplier last submitted or confirmed."""

    @property
    def names(self) -> Names:
        """What codes are called, for an amendment's words."""
        return names(db.session)

    @property
    def open(self) -> bool:
        """Whether anything can still be changed or handed in."""
        return self.standing not in (BidStanding.RECEIVED, BidStanding.TOO_LATE) and not self.closed

    @property
    def criteria(self) -> dict[str, Criterion]:
        """The criteria by their questions, as reasons name them."""
        return {str(criterion.question_id): criterion for criterion in self.call_off.criteria}

    @property
    def missing(self) -> list[Reason]:
        """What stops the bid from being submitted, however much time there is."""
        return what_is_missing(self.facts)

    @property
    def warnings(self) -> list[Reason]:
        """What the bidder should know, and may submit despite."""
        return warnings_about(self.facts)

    @property
    def awaits_decision(self) -> bool:
        """Whether the bidder was no member yet when the lot was published, but had applied."""
        return queries.awaits_decision(db.session, self.bid)

    @property
    def application_pending(self) -> bool:
        """Whether that application still waits for its decision."""
        return queries.application_pending(db.session, self.bid)

    def files_for(self, criterion: Criterion) -> list[OpenFile]:
        """The files attached to the answer of one question."""
        return [file for file in self.content.files if file.question == criterion.question_id]

    @property
    def closed(self) -> bool:
        """Whether the call-off takes nothing, by the rules."""
        return bool(reasons_closed(self.facts, self.now))


def find_bid(public_id: str) -> BidPage:
    """The actor's own bid as its pages show it; anybody else's is a page not found."""
    bid = queries.bid_of(db.session, actor=current_actor(), public_id=public_id)
    if bid is None:
        abort(404)
    return page_of(bid)


def page_of(bid: Bid) -> BidPage:
    """What a page shows of a bid that was found."""
    now = clock.now()
    content = queries.draft_content(db.session, bid)
    facts = queries.facts_of(db.session, bid, content)
    call_off = bid.lot.call_off
    return BidPage(
        bid=bid,
        call_off=call_off,
        content=content,
        facts=facts,
        standing=queries.standing_of(bid, call_off, now),
        last=queries.last_submission(bid),
        now=now,
        unread=[one for one in amendments_of(db.session, call_off) if one.number > (bid.amendment_read or 0)],
    )
