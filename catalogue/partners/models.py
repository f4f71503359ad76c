"""Links of supply chains, declarations of organisations, and listings of those that look for partners."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from catalogue.partners.types import LinkKind, LinkState
from catalogue.reference.models import NeedArea, Place
from core.accounts.models import Organisation, Person
from core.db import (
    Base,
    Code,
    FixedDecimal,
    LongText,
    PrimaryKey,
    ShortText,
    Versioned,
    link_table,
    public_id,
)
from core.questions.models import QuestionVersion

Percent = Annotated[Decimal, mapped_column(FixedDecimal(2))]

link_need_area = link_table("supply_chain_link_need_area", "supply_chain_link", "need_area")
link_place = link_table("supply_chain_link_place", "supply_chain_link", "place")
listing_need_area = link_table("partner_listing_need_area", "partner_listing", "need_area")
listing_place = link_table("partner_listing_place", "partner_listing", "place")


class SupplyChainLink(Base, Versioned):
    """A partner of a lead organisation, the part it does and the terms passed down to it.

    A partner is an organisation here, or only a name and an address until it joins; ``partner_key`` stands
    for it either way. A link of tier n + 1 stands under one of tier n of the same lead.
    """

    __tablename__ = "supply_chain_link"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("SL")
    lead_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("supply_chain_link.id"), index=True)
    partner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    partner_key: Mapped[str] = mapped_column(sa.String(260))
    partner_name: Mapped[ShortText]
    partner_email: Mapped[str] = mapped_column(sa.String(254), default="")
    kind: Mapped[LinkKind]
    tier: Mapped[int] = mapped_column(default=1)
    state: Mapped[LinkState] = mapped_column(default=LinkState.NAMED)
    part: Mapped[LongText] = mapped_column(default="")
    # What makes a part the same as another: its kind, its place in the chain, need areas and places.
    part_key: Mapped[str] = mapped_column(sa.String(64))
    share_percent: Mapped[Percent | None]
    fee_percent: Mapped[Percent | None]
    payment_days: Mapped[int] = mapped_column(default=30)
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    created_at: Mapped[datetime]
    invited_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    confirmed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decline_reason: Mapped[LongText] = mapped_column(default="")
    ended_at: Mapped[datetime | None]

    lead: Mapped[Organisation] = relationship(foreign_keys=[lead_id])
    partner: Mapped[Organisation | None] = relationship(foreign_keys=[partner_id])
    parent: Mapped["SupplyChainLink | None"] = relationship(remote_side="SupplyChainLink.id")
    confirmed_by: Mapped[Person | None] = relationship()
    need_areas: Mapped[list[NeedArea]] = relationship(secondary=link_need_area, order_by=NeedArea.position)
    places: Mapped[list[Place]] = relationship(secondary=link_place, order_by=Place.code)

    @property
    def called(self) -> str:
        """The partner's name: its own where it is an organisation here, otherwise as the lead wrote it."""
        return self.partner.name if self.partner is not None else self.partner_name

    __table_args__ = (
        sa.Index(
            "uq_supply_chain_link_same_part",
            "lead_id",
            "partner_key",
            "part_key",
            unique=True,
            sqlite_where=sa.text("state IN ('named', 'invited', 'confirmed')"),
            postgresql_where=sa.text("state IN ('named', 'invited', 'confirmed')"),
        ),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name="tier_one_to_three"),
        sa.CheckConstraint("(tier = 1) = (parent_id IS NULL)", name="under_another_below_tier_one"),
        sa.CheckConstraint("kind <> 'consortium_member' OR tier = 1", name="members_at_tier_one"),
        sa.CheckConstraint("partner_id IS NULL OR partner_id <> lead_id", name="not_its_own_partner"),
        sa.CheckConstraint("payment_days BETWEEN 1 AND 30", name="paid_within_thirty_days"),
        sa.CheckConstraint(
            "share_percent IS NULL OR share_percent BETWEEN 1 AND 10000", name="share_is_a_percentage"
        ),
        sa.CheckConstraint(
            "fee_percent IS NULL OR fee_percent BETWEEN 0 AND 10000", name="fee_is_a_percentage"
        ),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint(
            "state NOT IN ('invited', 'confirmed', 'declined') OR invited_at IS NOT NULL",
            name="invited_has_a_moment",
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR "
            "(confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL AND partner_id IS NOT NULL)",
            name="confirmed_by_the_partner",
        ),
        sa.CheckConstraint("state <> 'ended' OR ended_at IS NOT NULL", name="ended_has_a_moment"),
    )


class PartnerDeclaration(Base):
    """What an organisation has declared of itself on one day; a later one takes its place, none changes."""

    __tablename__ = "partner_declaration"

    id: Mapped[PrimaryKey]
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    made_at: Mapped[datetime]

    organisation: Mapped[Organisation] = relationship()
    made_by: Mapped[Person] = relationship()
    answers: Mapped[list["PartnerDeclarationAnswer"]] = relationship(
        order_by="PartnerDeclarationAnswer.position"
    )


class PartnerDeclarationAnswer(Base):
    """One answer of a declaration, as typed, to one version of a question."""

    __tablename__ = "partner_declaration_answer"

    declaration_id: Mapped[int] = mapped_column(sa.ForeignKey("partner_declaration.id"), primary_key=True)
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("question_version.id"), primary_key=True)
    position: Mapped[int]
    value: Mapped[LongText]
    # The word of the floor above for the kind of ground that the question asks for; empty for none.
    ground: Mapped[Code] = mapped_column(default="")
    # The version of the evidence library that the answer was taken from, where it was.
    library_version_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence_version.id"), index=True)

    question: Mapped[QuestionVersion] = relationship()


class PartnerListing(Base, Versioned):
    """A supplier that looks for partners until a day: for what, where, and what it brings."""

    __tablename__ = "partner_listing"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("PL")
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    seeks: Mapped[LongText]
    brings: Mapped[LongText]
    until: Mapped[date]
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    organisation: Mapped[Organisation] = relationship()
    need_areas: Mapped[list[NeedArea]] = relationship(secondary=listing_need_area, order_by=NeedArea.position)
    places: Mapped[list[Place]] = relationship(secondary=listing_place, order_by=Place.position)

    __table_args__ = (
        sa.Index(
            "uq_partner_listing_one_open",
            "organisation_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
        sa.Index("ix_partner_listing_until", "until", "id"),
    )


class PartnerMessage(Base):
    """What one organisation wrote to another about a listing; addresses are never shown."""

    __tablename__ = "partner_message"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("PM")
    listing_id: Mapped[int] = mapped_column(sa.ForeignKey("partner_listing.id"), index=True)
    sender_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    recipient_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    text: Mapped[LongText]
    sent_at: Mapped[datetime]

    listing: Mapped[PartnerListing] = relationship()
    sender: Mapped[Organisation] = relationship(foreign_keys=[sender_id])
    recipient: Mapped[Organisation] = relationship(foreign_keys=[recipient_id])

    __table_args__ = (
        sa.CheckConstraint("sender_id <> recipient_id", name="to_another"),
        sa.CheckConstraint("text <> ''", name="says_something"),
    )
