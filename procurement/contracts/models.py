"""Contracts, with volumes and prices where they are ours, without where a register gives none."""

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.reference.models import Cohort, NeedArea, Place, ServiceType, Stage
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.db import Base, Code, LongText, Pounds, PrimaryKey, ShortText, link_table, public_id
from procurement.calloffs.drafting.models import Lot
from procurement.contracts.types import ContractOrigin, ContractSex

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

    __table_args__ = (
        # A register may say anything; such a row is never in force, and its import says so.
        sa.CheckConstraint(
            "origin = 'register' OR ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"
        ),
        sa.CheckConstraint(
            "origin <> 'call_off' OR (lot_id IS NOT NULL AND supplier_id IS NOT NULL)", name="ours"
        ),
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
        sa.CheckConstraint("people_a_year > 0", name="volume_positive"),
    )
