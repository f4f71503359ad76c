"""Naming partners on an offer, from its supplier's supply chain; copied by value when it is submitted."""

from collections.abc import Collection, Iterable

from sqlalchemy.orm import Session

from catalogue.offers.models import OfferPartner, OfferVersion
from catalogue.offers.queries.partners import partners_named
from catalogue.offers.services.saving import begin
from catalogue.offers.types import Section, SectionKey
from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from core.actor import Actor
from core.questions.rules import fingerprint
from core.reasons import Reason, Refused, refuse_if


def partners_mark(named: Iterable[OfferPartner]) -> str:
    """A mark of the partners, by which a form knows whether somebody else changed them meanwhile."""
    return fingerprint("\n".join(sorted(row.link.public_id for row in named)))


def save_partners(
    session: Session,
    *,
    actor: Actor,
    version: OfferVersion,
    links: Collection[str],
    seen: str | None = None,
) -> None:
    """Name partners on a draft: links of the supplier's own chain, by public identifier.

    ``seen`` is the mark of the partners that the form showed.
    """
    begin(session, actor, version, SectionKey(Section.TITLE), None)
    there = {row.link.public_id: row for row in partners_named(session, version.id)}
    if seen is not None and seen != partners_mark(there.values()):
        raise Refused(Reason("changed_meanwhile"))
    own = {link.public_id: link for link in partners.chain_of(session, lead_id=version.offer.supplier_id)}
    refuse_if(Reason("unknown_code", {"code": key}) for key in sorted(set(links) - set(own) - set(there)))
    for key in sorted(set(there) - set(links)):
        session.delete(there[key])
    for key in sorted(set(links) - set(there)):
        session.add(_copied(OfferPartner(version_id=version.id), own[key]))
    session.flush()


def copy_partners(session: Session, *, earlier: OfferVersion, later: OfferVersion) -> None:
    """Name the partners of an earlier version on a later one of the same offer, as they stand today."""
    session.flush()
    named = partners_named(session, earlier.id)
    links = partners.links_by_id(session, {row.link_id for row in named})
    for row in named:
        session.add(_copied(OfferPartner(version_id=later.id), links[row.link_id]))
    session.flush()


def renew_partners(session: Session, *, version: OfferVersion) -> None:
    """Copy the partners of a version once more: what is handed in says who had confirmed what on that day."""
    named = partners_named(session, version.id)
    links = partners.links_by_id(session, {row.link_id for row in named})
    for row in named:
        _copied(row, links[row.link_id])


def _copied(row: OfferPartner, link: SupplyChainLink) -> OfferPartner:
    copied = partners.cited(link)
    row.link_id, row.name, row.kind, row.tier = link.id, copied.name, copied.kind, copied.tier
    row.part, row.confirmed_at = dict(copied.part), copied.confirmed_at
    return row
