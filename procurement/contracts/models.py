"""Contracts, with volumes and prices where they are ours, without where a register gives none."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import Cohort, NeedArea, Place, ServiceType, Stage
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation, Person
from core.db import (
    Base,
    Code,
    Json,
    LongText,
    Points,
    Pounds,
    PrimaryKey,
    ShortText,
    Versioned,
    link_table,
    public_id,
)
from core.documents.models import Document
from procurement.calloffs.drafting.models import CallOff, Lot
from procurement.calloffs.evaluation.models import AwardCheck
from procurement.contracts.types import ContractOrigin, ContractSex, DeedKind, Party

contract_place = link_table("contract_place", "contract", "place")
contract_need_area = link_table("contract_need_area", "contract", "need_area")
contract_cohort = link_table("contract_cohort", "contract", "cohort")
contract_stage = link_table("contract_stage", "contract", "stage")


class Contract(Base):
    """An arrangement in force from one day to another; its last day is included."""

    __tablename__ = "contract"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("CT")
    reference: Mapped[Code] = mapped_column(unique=True)
    origin: Mapped[ContractOrigin]
    title: Mapped[ShortText]
    lot_id: Mapped[int | None] = mapped_column(sa.ForeignKey("lot.id"), index=True)
    supplier_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    # What a register calls its supplier; registers know no accounts of ours.
    supplier_code: Mapped[ShortText] = mapped_column(default="")
    service_type_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_type.id"))
    # True where a register names a region and no area within it: the extent is unconfirmed.
    whole_region: Mapped[bool] = mapped_column(default=False)
    sex: Mapped[ContractSex] = mapped_column(default=ContractSex.BOTH)
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    subcontractors: Mapped[int] = mapped_column(default=0)
    need_labels: Mapped[list[Any]] = mapped_column(sa.JSON)
    note: Mapped[LongText] = mapped_column(default="")
    created_at: Mapped[datetime]
    # Place in the award and percent of the volume, where the lot has several suppliers.
    rank: Mapped[int | None]
    share: Mapped[Points | None]
    # Pounds over the term, for the duties that follow from a contract's size.
    value: Mapped[Pounds | None]
    payment_days: Mapped[int] = mapped_column(default=30)
    # What its document says, as plain values; None in a register.
    terms: Mapped[Json | None]
    # When both parties had signed; until then nothing is provided under it. A register says what is in force.
    in_force_at: Mapped[datetime | None]

    lot: Mapped[Lot | None] = relationship()
    supplier: Mapped[Organisation | None] = relationship()
    service_type: Mapped[ServiceType | None] = relationship()
    places: Mapped[list[Place]] = relationship(secondary=contract_place, order_by=Place.code)
    need_areas: Mapped[list[NeedArea]] = relationship(
        secondary=contract_need_area, order_by=NeedArea.position
    )
    cohorts: Mapped[list[Cohort]] = relationship(secondary=contract_cohort, order_by=Cohort.position)
    stages: Mapped[list[Stage]] = relationship(secondary=contract_stage, order_by=Stage.position)
    volumes: Mapped[list["ContractVolume"]] = relationship(
        back_populates="contract", order_by="ContractVolume.id", cascade="all, delete-orphan"
    )
    signatures: Mapped[list["ContractSignature"]] = relationship(
        back_populates="contract", order_by="ContractSignature.at"
    )
    indicators: Mapped[list["ContractIndicator"]] = relationship(
        back_populates="contract", order_by="ContractIndicator.position", cascade="all, delete-orphan"
    )

    __table_args__ = (
        # A register may say anything; such a row is never in force, and its import says so.
        sa.CheckConstraint(
            "origin = 'register' OR ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"
        ),
        sa.CheckConstraint(
            "origin <> 'call_off' OR (lot_id IS NOT NULL AND supplier_id IS NOT NULL)", name="ours"
        ),
        sa.CheckConstraint("in_force_at IS NULL OR origin = 'call_off'", name="signed_here"),
        sa.CheckConstraint("payment_days BETWEEN 1 AND 30", name="paid_within_thirty_days"),
        sa.UniqueConstraint("lot_id", "supplier_id"),
    )


class ContractVolume(Base):
    """People a year and pounds a person under a contract, in one need area at one complexity."""

    __tablename__ = "contract_volume"

    id: Mapped[PrimaryKey]
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id", ondelete="CASCADE"))
    need_area_id: Mapped[int] = mapped_column(sa.ForeignKey("need_area.id"))
    complexity: Mapped[Complexity]
    people_a_year: Mapped[int]
    unit_price: Mapped[Pounds | None]

    contract: Mapped[Contract] = relationship(back_populates="volumes")
    need_area: Mapped[NeedArea] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("contract_id", "need_area_id", "complexity"),
        # A supplier that serves only once those before it are full is promised nobody.
        sa.CheckConstraint("people_a_year >= 0", name="volume_not_negative"),
    )


class ContractSignature(Base):
    """One party's signature: who signed, on which day, and who recorded it. Never changed."""

    __tablename__ = "contract_signature"

    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"), primary_key=True)
    party: Mapped[Party] = mapped_column(primary_key=True)
    name: Mapped[ShortText]
    position: Mapped[ShortText]
    signed_on: Mapped[date]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    contract: Mapped[Contract] = relationship(back_populates="signatures")
    person: Mapped[Person] = relationship()

    __table_args__ = (sa.CheckConstraint("name <> '' AND position <> ''", name="signed_by_name"),)


class ContractCopy(Base):
    """The document as both parties signed it. Never changed."""

    __tablename__ = "contract_copy"

    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"), primary_key=True)
    document_id: Mapped[int] = mapped_column(sa.ForeignKey("document.id"))
    at: Mapped[datetime]

    document: Mapped[Document] = relationship()


class ContractIndicator(Base):
    """A key performance indicator that is a term of a contract (PA 2023 s.52)."""

    __tablename__ = "contract_indicator"

    id: Mapped[PrimaryKey]
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id", ondelete="CASCADE"))
    position: Mapped[int]
    name: Mapped[ShortText]
    measure: Mapped[LongText]
    target: Mapped[ShortText]

    contract: Mapped[Contract] = relationship(back_populates="indicators")

    __table_args__ = (
        sa.UniqueConstraint("contract_id", "position"),
        sa.CheckConstraint("name <> '' AND measure <> '' AND target <> ''", name="says_what_is_measured"),
    )


class DirectAward(Base, Versioned):
    """A failed lot awarded to a named supplier without a competition, with its justification and approval."""

    __tablename__ = "direct_award"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("DA")
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"), unique=True)
    supplier_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    justification: Mapped[LongText]
    exclusion_note: Mapped[LongText]
    # [[need area, complexity, pounds a person as text]]
    prices: Mapped[Json]
    recommended_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    recommended_at: Mapped[datetime]
    approved_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    approved_at: Mapped[datetime | None]
    transparency_notice_at: Mapped[datetime | None]
    award_notice_at: Mapped[datetime | None]
    standstill_ends_on: Mapped[date | None]
    contracted_at: Mapped[datetime | None]

    lot: Mapped[Lot] = relationship()
    supplier: Mapped[Organisation] = relationship()
    recommended_by: Mapped[Person] = relationship(foreign_keys=[recommended_by_id])
    approved_by: Mapped[Person | None] = relationship(foreign_keys=[approved_by_id])

    __table_args__ = (
        sa.CheckConstraint("justification <> ''", name="justified"),
        sa.CheckConstraint("exclusion_note <> ''", name="checked_for_exclusion"),
        sa.CheckConstraint("(approved_by_id IS NULL) = (approved_at IS NULL)", name="approval_is_whole"),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> recommended_by_id", name="approved_by_another"
        ),
        sa.CheckConstraint(
            "approved_at IS NOT NULL OR (transparency_notice_at IS NULL AND award_notice_at IS NULL"
            " AND contracted_at IS NULL)",
            name="nothing_before_approval",
        ),
    )


class ShareReview(Base):
    """A review of how the suppliers of a lot perform, and the shares it leaves. Never changed."""

    __tablename__ = "share_review"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    number: Mapped[int]
    reviewed_on: Mapped[date]
    findings: Mapped[LongText]
    # [{"contract", "supplier", "before", "after"}], percentages as texts.
    shares: Mapped[Json]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("lot_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
        sa.CheckConstraint("findings <> ''", name="says_what_was_found"),
    )


class ReferralDeal(Base):
    """One referral dealt at random between the suppliers of a lot; nothing of the person. Never changed."""

    __tablename__ = "referral_deal"

    id: Mapped[PrimaryKey]
    lot_id: Mapped[int] = mapped_column(sa.ForeignKey("lot.id"))
    number: Mapped[int]
    contract_id: Mapped[int] = mapped_column(sa.ForeignKey("contract.id"), index=True)
    # 32 bytes of the operating system's randomness, in hexadecimal: with the weights it gives the result.
    seed: Mapped[str] = mapped_column(sa.String(64))
    # [[contract, weight]] in the order in which they were drawn from.
    weights: Mapped[Json]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    contract: Mapped[Contract] = relationship()
    person: Mapped[Person | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("lot_id", "number"),
        sa.CheckConstraint("number > 0", name="number_positive"),
    )


class Deed(Base):
    """That a duty after signing was done, when and under which reference. Never changed."""

    __tablename__ = "deed"

    id: Mapped[PrimaryKey]
    kind: Mapped[DeedKind]
    call_off_id: Mapped[int] = mapped_column(sa.ForeignKey("call_off.id"), index=True)
    contract_id: Mapped[int | None] = mapped_column(sa.ForeignKey("contract.id"))
    check_id: Mapped[int | None] = mapped_column(sa.ForeignKey("award_check.id"))
    done_on: Mapped[date]
    reference: Mapped[ShortText]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[datetime]

    call_off: Mapped[CallOff] = relationship()
    contract: Mapped[Contract | None] = relationship()
    check: Mapped[AwardCheck | None] = relationship()

    __table_args__ = (
        sa.UniqueConstraint("contract_id", "kind"),
        sa.UniqueConstraint("check_id", "kind"),
        sa.CheckConstraint("reference <> ''", name="has_a_reference"),
        sa.CheckConstraint("(contract_id IS NULL) <> (check_id IS NULL)", name="of_one_thing"),
    )
