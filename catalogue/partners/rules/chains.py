"""What a supply chain may look like: tiers, cycles, parts, shares and the terms passed down."""

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from catalogue.partners.rules.states import LIVE
from catalogue.partners.types import LinkFacts, LinkKind, LinkState, Part
from core.reasons import Reason

LOWEST_TIER = 3
MOST_PAYMENT_DAYS = 30
LONGEST_CHAIN = 200
"""Links in force of one lead; more than any supply chain of a service that we know of."""
PAYMENT = "PA 2023 s.73"
WHOLE = Decimal(100)


def partner_key_of_organisation(public_id: str) -> str:
    """What stands for a partner that is an organisation here."""
    return f"organisation {public_id}"


def partner_key_of_address(address: str) -> str:
    """What stands for a partner that is only a name and an address so far."""
    return f"address {address.strip().lower()}"


def part_key(kind: LinkKind, parent: str | None, need_areas: Iterable[str], places: Iterable[str]) -> str:
    """What makes one part the same as another: its kind, under whom, need areas and places (codes)."""
    told = (str(kind), parent or "", " ".join(sorted(need_areas)), " ".join(sorted(places)))
    return hashlib.sha256("\n".join(told).encode()).hexdigest()


def is_in_force(state: LinkState, starts_on: date, ends_on: date | None, today: date) -> bool:
    """Whether a confirmed part is done on a day: between its first and its last one."""
    return state is LinkState.CONFIRMED and starts_on <= today and (ends_on is None or today <= ends_on)


def reasons_against_part(part: Part) -> list[Reason]:
    """What a part lacks, and which of its terms cannot be passed down."""
    return list(_reasons_against_part(part))


def _reasons_against_part(part: Part) -> Iterator[Reason]:
    if not part.need_areas:
        yield Reason("part_without_need_area")
    if not part.places:
        yield Reason("part_without_place")
    if not part.words.strip():
        yield Reason("part_without_words")
    if not 1 <= part.payment_days <= MOST_PAYMENT_DAYS:
        yield Reason("paid_too_late", {"days": part.payment_days, "most": MOST_PAYMENT_DAYS}, PAYMENT)
    if part.share_percent is not None and not 0 < part.share_percent <= WHOLE:
        yield Reason("share_no_percentage", {"share": part.share_percent})
    if part.fee_percent is not None and not 0 <= part.fee_percent <= WHOLE:
        yield Reason("fee_no_percentage", {"fee": part.fee_percent})
    if part.starts_on is None:
        yield Reason("part_without_start")
    elif part.ends_on is not None and part.ends_on < part.starts_on:
        yield Reason("part_ends_before_it_starts")


def reasons_not_to_name(wanted: LinkFacts, *, lead: str, others: Collection[LinkFacts]) -> list[Reason]:
    """Why a link cannot stand in a lead's chain beside the other links of that lead.

    ``lead`` is what stands for the lead as a partner. Tiers go down from 1 to 3, each under one above it;
    nobody stands below itself, so that a chain has an end; the same partner does not do the same part twice.
    Shares are of the whole contract: together no more than all of it, or than the share of the one above.
    """
    return list(_reasons_not_to_name(wanted, lead, [one for one in others if one.key != wanted.key]))


def _reasons_not_to_name(wanted: LinkFacts, lead: str, others: Sequence[LinkFacts]) -> Iterator[Reason]:
    by_key = {one.key: one for one in others}
    if wanted.partner == lead:
        yield Reason("lead_is_its_own_partner")
    if wanted.kind is LinkKind.CONSORTIUM_MEMBER and wanted.parent is not None:
        yield Reason("member_stands_beside_the_lead")
    above = by_key.get(wanted.parent) if wanted.parent is not None else None
    if wanted.parent is not None and (above is None or above.state not in LIVE):
        yield Reason("nobody_above")
        return
    if wanted.tier != (1 if above is None else above.tier + 1):
        yield Reason("tier_out_of_step", {"tier": wanted.tier})
    if wanted.tier > LOWEST_TIER:
        yield Reason("tier_too_low", {"lowest": LOWEST_TIER})
    line = [*_ancestors(wanted, by_key), *below(others, wanted.key)]
    if any(one.partner == wanted.partner for one in line):
        yield Reason("partner_below_itself")
    live = [one for one in others if one.state in LIVE]
    if any(one.partner == wanted.partner and _key(one) == _key(wanted) for one in live):
        yield Reason("same_part_twice")
    if len(live) >= LONGEST_CHAIN:
        yield Reason("chain_too_long", {"most": LONGEST_CHAIN})
    yield from _reasons_against_shares(wanted, above, live)


def _reasons_against_shares(
    wanted: LinkFacts, above: LinkFacts | None, live: Iterable[LinkFacts]
) -> Iterator[Reason]:
    share = wanted.part.share_percent
    if share is None:
        return
    most = WHOLE if above is None or above.part.share_percent is None else above.part.share_percent
    links = list(live)
    beside = sum(
        (one.part.share_percent or Decimal(0) for one in links if one.parent == wanted.parent), share
    )
    if beside > most:
        yield Reason("shares_too_large", {"together": beside, "most": most})
    beneath = sum(
        (one.part.share_percent or Decimal(0) for one in links if one.parent == wanted.key), Decimal(0)
    )
    if beneath > share:
        yield Reason("share_less_than_beneath", {"beneath": beneath})


def _key(link: LinkFacts) -> str:
    return part_key(link.kind, link.parent, link.part.need_areas, link.part.places)


def _ancestors(link: LinkFacts, by_key: dict[str, LinkFacts]) -> Iterator[LinkFacts]:
    """Those above a link, the nearest first; a chain that is already a circle ends where it meets itself."""
    seen = {link.key}
    above = by_key.get(link.parent or "")
    while above is not None and above.key not in seen:
        yield above
        seen.add(above.key)
        above = by_key.get(above.parent or "")


def in_order(links: Iterable[LinkFacts]) -> list[LinkFacts]:
    """The links as a tree is read: each followed by those under it; siblings stay in the order given.

    A link whose parent is not among them stands at the top, so that none is lost.
    """
    given = list(links)
    keys = {one.key for one in given}
    children: dict[str | None, list[LinkFacts]] = {}
    for one in given:
        children.setdefault(one.parent if one.parent in keys else None, []).append(one)
    found: list[LinkFacts] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        one = waiting.pop()
        found.append(one)
        waiting.extend(reversed(children.get(one.key, [])))
    return found


def below(links: Iterable[LinkFacts], key: str) -> list[LinkFacts]:
    """The links under one, however deep, in the tree's order."""
    given = list(links)
    found, reached = [], {key}
    for one in in_order(given):
        if one.parent in reached:
            reached.add(one.key)
            found.append(one)
    return found
