"""Confirming that a published offer is still true, and what is done where nobody confirms it."""

from collections import Counter
from datetime import date, datetime
from itertools import groupby

from sqlalchemy.orm import Session

from catalogue.offers import queries
from catalogue.offers.models import OfferAssurance, OfferVersion
from catalogue.offers.rules.assurance import assurance_events, due_event, stale_on
from catalogue.offers.rules.states import reasons_not_to_confirm
from catalogue.offers.services.listing import remove_listing, write_listing
from catalogue.offers.types import AssuranceEvent, AssuranceTerms, OfferTag
from core.actor import SYSTEM, Actor
from core.audit.services import record
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, Refused, refuse_if

_TAGS = {
    AssuranceEvent.REMIND: OfferTag.CONFIRMATION_REMINDED,
    AssuranceEvent.NOTICE: OfferTag.CONFIRMATION_MISSED,
    AssuranceEvent.HIDE: OfferTag.HIDDEN_AS_STALE,
}
_SUBJECTS = {
    AssuranceEvent.REMIND: "Confirm that your offers are still true",
    AssuranceEvent.NOTICE: "Your offers are marked as not confirmed",
    AssuranceEvent.HIDE: "Your offers have left the catalogue",
}


def assure(session: Session, offer_id: int, day: date) -> None:
    """Note that an offer was true on a day; whatever was done because of an older day is over."""
    session.merge(
        OfferAssurance(offer_id=offer_id, assured_on=day, reminded_on=None, noticed_on=None, hidden_on=None)
    )
    session.flush()


def confirm_offer(session: Session, *, actor: Actor, now: datetime, version: OfferVersion) -> None:
    """Confirm in the supplier's name that what a published version says is still true.

    An offer that was hidden because nobody had confirmed it comes back into the catalogue.
    """
    if version.offer.supplier_id != actor.organisation_id:
        raise Refused(Reason("not_yours"))
    refuse_if(reasons_not_to_confirm(version.state))
    hidden = queries.hidden_on(session, version.offer_id) is not None
    assure(session, version.offer_id, london_date(now))
    if hidden:
        write_listing(session, version, on=london_date(now))
    record(
        session,
        OfferTag.CONFIRMED,
        actor=actor,
        now=now,
        subject=version,
        details={"offer": version.offer.public_id, "version": version.number, "was_hidden": hidden},
    )


def follow_assurance(session: Session, *, now: datetime, terms: AssuranceTerms) -> Counter[AssuranceEvent]:
    """Remind, give notice, hide: whatever is due today for offers that nobody confirmed; return how many.

    Each person gets one mail for each kind, however many offers of theirs it is about. Doing it again on the
    same day does nothing.
    """
    today = london_date(now)
    done: Counter[AssuranceEvent] = Counter()
    found = [
        (event, row, version)
        for row, version in queries.assurances_due(session, terms=terms, today=today)
        if (event := due_event(queries.as_values(row), terms, today)) is not None
    ]
    for event, row, version in found:
        if event is AssuranceEvent.REMIND:
            row.reminded_on = today
        elif event is AssuranceEvent.NOTICE:
            row.noticed_on = today
        else:
            row.hidden_on = today
            remove_listing(session, row.offer_id)
        record(
            session,
            _TAGS[event],
            actor=SYSTEM,
            now=now,
            subject=version,
            details={
                "offer": version.offer.public_id,
                "version": version.number,
                "assured_on": row.assured_on.isoformat(),
            },
        )
        done[event] += 1
    for (supplier_id, event), group in groupby(
        sorted(found, key=lambda one: (one[2].offer.supplier_id, one[0])),
        key=lambda one: (one[2].offer.supplier_id, one[0]),
    ):
        offers = [
            {
                "title": version.title,
                "public_id": version.offer.public_id,
                "assured_on": row.assured_on,
                "stale_on": stale_on(row.assured_on, terms),
                "hidden_on": list(assurance_events(queries.as_values(row), terms))[-1].when,
                "supplier": version.offer.supplier.name,
            }
            for _, row, version in group
        ]
        for address in queries.people_to_tell(session, supplier_id, today):
            queue_mail(
                session,
                to=address,
                subject=_SUBJECTS[event],
                template="offers_to_confirm",
                now=now,
                event=str(event),
                offers=offers,
                supplier=offers[0]["supplier"],
            )
    return done
