"""A framework and a call-off as plain facts for their releases: nothing sealed is read."""

from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from catalogue.suppliers.models import SupplierProfile
from catalogue.suppliers.types import SupplierSize
from core.accounts.models import Organisation
from core.calendar import london_date
from procurement.calloffs.bids.models import Bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.types import ClarificationState
from procurement.calloffs.drafting.models import CallOff, CallOffPartner, Lot
from procurement.calloffs.drafting.queries import (
    amendable_of,
    amendments_of,
    changes_of,
    notices_of,
    whole_call_off,
)
from procurement.calloffs.drafting.types import NoticeKind as Told
from procurement.calloffs.drafting.types import PriceFormula
from procurement.calloffs.evaluation.models import Award, LotRerun, LotResult
from procurement.calloffs.evaluation.models.cases import BidRemoval
from procurement.contracts.models import Contract, DirectAward
from procurement.contracts.queries.values import value_of
from procurement.framework.models import Category, Framework, Member
from procurement.framework.types import Regime, Reservation
from procurement.notices.models import Notice
from procurement.notices.queries import is_light_touch
from procurement.notices.rules import DETAILS_DAYS, DETAILS_DAYS_OTHERWISE
from procurement.open_contracting.types import (
    AwardFacts,
    BidFacts,
    CallOffFacts,
    CategoryFacts,
    ContractFacts,
    CriterionFacts,
    EnquiryFacts,
    FrameworkFacts,
    LotFacts,
    NoticeFacts,
    PartyFacts,
)

RESERVED = {
    Reservation.SUPPORTED_EMPLOYMENT: "shelteredWorkshop",
    Reservation.PUBLIC_MUTUAL: "publicServiceMissionOrganization",
}


def framework_facts(session: Session, *, key: int, ocid: str, page: str) -> FrameworkFacts:
    """A framework by its key, with everyone who was ever a member."""
    framework = session.scalars(
        sa.select(Framework)
        .where(Framework.id == key)
        .options(
            joinedload(Framework.authority),
            selectinload(Framework.categories).selectinload(Category.regions),
        )
    ).one()
    members = session.scalars(
        sa.select(Member.supplier_id).join(Member.category).where(Category.framework_id == key).distinct()
    ).all()
    parties = _parties(session, [framework.authority_id, *members])
    return FrameworkFacts(
        ocid=ocid,
        key=framework.public_id,
        title=framework.title,
        summary=framework.summary,
        regime=framework.regime,
        authority=parties[framework.authority_id],
        reference=framework.market_reference,
        starts_on=framework.starts_on,
        ends_on=framework.ends_on,
        published_at=framework.published_at,
        cessation_reason=framework.cessation_reason,
        categories=tuple(
            CategoryFacts(
                category.code,
                category.name,
                category.cpv_code,
                tuple((region.code, region.name) for region in category.regions),
                category.value_from,
                category.value_below,
            )
            for category in framework.categories
        ),
        suppliers={parties[member].key: parties[member] for member in members},
        notices=_notices(session, Notice.framework_id == key, Notice.call_off_id.is_(None)),
        page=page,
    )


def call_off_facts(
    session: Session, *, key: int, ocid: str, framework_ocid: str, framework_address: str, page: str
) -> CallOffFacts | None:
    """A call-off by its key; None before it is published. Of bids only who made them and when."""
    call_off = session.scalars(whole_call_off().where(CallOff.id == key)).one()
    if call_off.published_at is None:
        return None
    bids = _bids(session, call_off)
    awards = _awards(session, call_off)
    direct = _direct_awards(session, call_off)
    contracts = session.scalars(
        sa.select(Contract)
        .join(Contract.lot)
        .where(Lot.call_off_id == key)
        .options(joinedload(Contract.lot), selectinload(Contract.volumes))
        .order_by(Contract.id)
    ).all()
    partners = session.scalars(
        sa.select(CallOffPartner.authority_id)
        .where(CallOffPartner.call_off_id == key)
        .order_by(CallOffPartner.authority_id)
    ).all()
    suppliers = {
        *(bid.supplier_id for bid in bids),
        *(award.bid.supplier_id for award in awards),
        *(award.supplier_id for award in direct),
        *(contract.supplier_id for contract in contracts if contract.supplier_id is not None),
    }
    parties = _parties(session, [call_off.authority_id, *partners, *suppliers])
    light_touch = is_light_touch(call_off)
    return CallOffFacts(
        ocid=ocid,
        key=call_off.public_id,
        title=call_off.title,
        regime=call_off.framework.regime,
        framework_ocid=framework_ocid,
        framework_title=call_off.framework.title,
        framework_address=framework_address,
        authority=parties[call_off.authority_id],
        partners=tuple(parties[partner] for partner in partners),
        terms=amendable_of(call_off),
        published_at=call_off.published_at,
        lots=tuple(_lot(call_off, lot) for lot in call_off.lots),
        criteria=_criteria(call_off),
        quality_only=call_off.price_formula is PriceFormula.QUALITY_ONLY,
        light_touch=light_touch,
        ended_reason=call_off.ended_reason,
        amendments={
            amendment.number: (amendment.at, tuple(changes_of(amendment)), amendment.reason)
            for amendment in amendments_of(session, call_off)
        },
        extensions={
            told.at: (told.deadline_before, told.reason)
            for told in notices_of(session, call_off)
            if told.kind is Told.EXTENDED and told.deadline_before is not None
        },
        enquiries=_enquiries(session, call_off),
        bids=_bid_facts(session, bids, parties),
        awards=_award_facts(session, awards, parties),
        direct_awards={
            award.id: AwardFacts(
                award.public_id,
                award.lot.number,
                parties[award.supplier_id].key,
                justification=award.justification,
            )
            for award in direct
        },
        contracts={
            contract.id: _contract(contract, parties, call_off.framework.regime, light_touch)
            for contract in contracts
            if contract.supplier_id is not None
        },
        notices=_notices(session, Notice.call_off_id == key),
        suppliers={parties[supplier].key: parties[supplier] for supplier in sorted(suppliers)},
        prior=_prior(session, call_off, ocid),
        page=page,
    )


def _parties(session: Session, keys: Iterable[int]) -> dict[int, PartyFacts]:
    rows = session.execute(
        sa.select(Organisation, SupplierProfile)
        .outerjoin(SupplierProfile, SupplierProfile.organisation_id == Organisation.id)
        .where(Organisation.id.in_(sorted(set(keys))))
        .order_by(Organisation.id)
    )
    return {
        organisation.id: PartyFacts(
            organisation.public_id,
            organisation.name,
            (profile.companies_house_number or "") if profile else "",
            (profile.charity_number or "") if profile else "",
            small=bool(profile and profile.size and profile.size is not SupplierSize.LARGE),
            voluntary=bool(profile and profile.voluntary_sector),
        )
        for organisation, profile in rows
    }


def _notices(session: Session, *where: sa.ColumnElement[bool]) -> dict[int, NoticeFacts]:
    rows = session.scalars(
        sa.select(Notice).where(*where, Notice.published_at.is_not(None)).order_by(Notice.id)
    )
    return {
        row.id: NoticeFacts(
            row.public_id,
            row.kind,
            row.reference,
            contract=row.content.get("contract", {}).get("identifier", ""),
        )
        for row in rows
    }


def _lot(call_off: CallOff, lot: Lot) -> LotFacts:
    codes = {category.need_area_id: category.cpv_code for category in call_off.framework.categories}
    return LotFacts(
        number=lot.number,
        title=lot.title,
        term_months=lot.term_months,
        places=tuple(place.name for place in lot.places),
        people=tuple(one.name for one in (*lot.cohorts, *lot.stages)),
        services={
            (volume.need_area.code, str(volume.complexity)): (
                volume.need_area.name,
                codes.get(volume.need_area_id) or next(iter(volume.need_area.cpv_codes), ""),
            )
            for volume in lot.volumes
        },
        extensions=lot.extensions,
        extension_months=lot.extension_months,
        reserved=RESERVED[lot.reserved_for] if lot.reserved_for is not None else "",
    )


def _criteria(call_off: CallOff) -> tuple[CriterionFacts, ...]:
    found = [CriterionFacts(row.name, False, row.weight, row.threshold) for row in call_off.criteria]
    if call_off.price_weight is not None:
        found.append(CriterionFacts("Price", True, call_off.price_weight))
    elif call_off.price_formula is PriceFormula.PRICE_PER_QUALITY_POINT:
        found.append(CriterionFacts("Price for each point of quality", True, Decimal(0)))
    return tuple(found)


def _enquiries(session: Session, call_off: CallOff) -> dict[int, EnquiryFacts]:
    rows = session.scalars(
        sa.select(Clarification)
        .where(Clarification.call_off_id == call_off.id, Clarification.state == ClarificationState.ANSWERED)
        .options(joinedload(Clarification.lot))
        .order_by(Clarification.id)
    )
    return {
        row.id: EnquiryFacts(row.public_id, row.wording, row.answer, row.lot.number if row.lot else None)
        for row in rows
    }


def _bids(session: Session, call_off: CallOff) -> Collection[Bid]:
    return session.scalars(
        sa.select(Bid)
        .join(Bid.lot)
        .where(Lot.call_off_id == call_off.id, Bid.state == BidState.SUBMITTED)
        .options(joinedload(Bid.lot), selectinload(Bid.submissions))
        .order_by(Lot.number, Bid.id)
    ).all()


def _bid_facts(
    session: Session, bids: Collection[Bid], parties: Mapping[int, PartyFacts]
) -> tuple[BidFacts, ...]:
    keys = [bid.id for bid in bids]
    ranked = set(session.scalars(sa.select(LotResult.bid_id).where(LotResult.bid_id.in_(keys))))
    removed = set(session.scalars(sa.select(BidRemoval.bid_id).where(BidRemoval.bid_id.in_(keys))))
    return tuple(
        BidFacts(
            bid.public_id,
            bid.lot.number,
            parties[bid.supplier_id].key,
            bid.submissions[-1].received_at,
            valid=bid.id in ranked and bid.id not in removed,
        )
        for bid in bids
        if bid.submissions
    )


def _awards(session: Session, call_off: CallOff) -> Collection[Award]:
    return session.scalars(
        sa.select(Award)
        .join(Award.lot)
        .where(Lot.call_off_id == call_off.id, Award.approved_at.is_not(None))
        .options(joinedload(Award.lot), joinedload(Award.bid))
        .order_by(Lot.number, Award.rank, Award.id)
    ).all()


def _award_facts(
    session: Session, awards: Collection[Award], parties: Mapping[int, PartyFacts]
) -> dict[int, AwardFacts]:
    values = dict(
        session.execute(
            sa.select(LotResult.bid_id, LotResult.evaluated_price).where(
                LotResult.bid_id.in_([award.bid_id for award in awards])
            )
        ).all()
    )
    lots: dict[int, int] = {}
    for award in awards:
        lots[award.lot_id] = lots.get(award.lot_id, 0) + 1
    return {
        award.id: AwardFacts(
            f"{award.bid.public_id}-award",
            award.lot.number,
            parties[award.bid.supplier_id].key,
            bid=award.bid.public_id,
            # What one of several suppliers will be paid hangs on its share, and its contract says it.
            value=values.get(award.bid_id) if lots[award.lot_id] == 1 else None,
            share=award.share,
            rank=award.rank,
        )
        for award in awards
    }


def _direct_awards(session: Session, call_off: CallOff) -> Collection[DirectAward]:
    return session.scalars(
        sa.select(DirectAward)
        .join(DirectAward.lot)
        .where(Lot.call_off_id == call_off.id, DirectAward.approved_at.is_not(None))
        .options(joinedload(DirectAward.lot))
        .order_by(DirectAward.id)
    ).all()


def _contract(
    contract: Contract, parties: Mapping[int, PartyFacts], regime: Regime, light_touch: bool
) -> ContractFacts:
    assert contract.lot is not None
    assert contract.supplier_id is not None
    days = DETAILS_DAYS if light_touch else DETAILS_DAYS_OTHERWISE
    return ContractFacts(
        contract.public_id,
        contract.title,
        contract.lot.number,
        parties[contract.supplier_id].key,
        contract.starts_on,
        contract.ends_on,
        value_of(contract),
        in_force_at=contract.in_force_at,
        details_due_on=london_date(contract.in_force_at) + timedelta(days=days)
        if regime is Regime.DYNAMIC_MARKET and contract.in_force_at is not None
        else None,
    )


def _prior(session: Session, call_off: CallOff, ocid: str) -> tuple[str, str] | None:
    """The published call-off whose failed lot is let again here."""
    found: Any = session.execute(
        sa.select(CallOff.public_id, CallOff.title)
        .join(Lot, Lot.call_off_id == CallOff.id)
        .join(LotRerun, LotRerun.lot_id == Lot.id)
        .where(LotRerun.call_off_id == call_off.id, CallOff.published_at.is_not(None))
        .order_by(CallOff.id)
        .limit(1)
    ).one_or_none()
    if found is None:
        return None
    return ocid.removesuffix(call_off.public_id) + found.public_id, found.title
