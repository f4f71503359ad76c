"""People, organisations, memberships, failed sign-ins, and deeds that are counted."""

from datetime import date, datetime
from typing import ClassVar

import sqlalchemy as sa
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.accounts.types import OrganisationKind
from core.db import Base, Code, PrimaryKey, ShortText, Versioned, public_id


class NoRole(RoleMixin):
    """Stands where the sign-in library wants its own roles: ours belong to a membership, not a person."""


class Person(Base, UserMixin, Versioned):
    """Someone who signs in; what they may do comes from their memberships."""

    __tablename__ = "person"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("PE")
    name: Mapped[ShortText]
    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    password: Mapped[str | None] = mapped_column(sa.String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(sa.String(64), unique=True)
    confirmed_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(sa.String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(sa.String(255))
    tf_phone_number: Mapped[str | None] = mapped_column(sa.String(64))
    # The time step of the last code from the app that was taken: a code seen over a shoulder works no more.
    code_step: Mapped[int | None]
    # Taking one code out must count as a change of the row: a code works once.
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(sa.JSON()))
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(
        back_populates="person", foreign_keys="Membership.person_id"
    )

    # The sign-in library asks for a person's roles; every permission of ours is asked of the actor instead.
    roles: ClassVar[tuple[()]] = ()


class Organisation(Base, Versioned):
    """An authority, a supplier or a partner agency."""

    __tablename__ = "organisation"

    id: Mapped[PrimaryKey]
    public_id: Mapped[str] = public_id("OR")
    kind: Mapped[OrganisationKind]
    name: Mapped[ShortText]
    created_at: Mapped[datetime]

    memberships: Mapped[list["Membership"]] = relationship(back_populates="organisation")

    __table_args__ = (sa.Index("ix_organisation_kind_name", "kind", "name"),)


class Membership(Base):
    """A person's role in an organisation from one day to another."""

    __tablename__ = "membership"

    id: Mapped[PrimaryKey]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    role: Mapped[Code]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="memberships")
    organisation: Mapped[Organisation] = relationship(back_populates="memberships")
    scopes: Mapped[list["MembershipScope"]] = relationship(
        back_populates="membership", order_by="MembershipScope.scope", cascade="all, delete-orphan"
    )

    __table_args__ = (
        sa.UniqueConstraint("person_id", "organisation_id", "role", "valid_from"),
        sa.CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="ends_after_start"),
    )


class MembershipScope(Base):
    """A limit of a membership, by an opaque name such as ``region:A``."""

    __tablename__ = "membership_scope"

    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"), primary_key=True)
    scope: Mapped[str] = mapped_column(sa.String(60), primary_key=True)

    membership: Mapped[Membership] = relationship(back_populates="scopes")


class FailedSignIn(Base):
    """One failed attempt to sign in, counted against the address that was typed."""

    __tablename__ = "failed_sign_in"

    id: Mapped[PrimaryKey]
    email_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    at: Mapped[datetime] = mapped_column(index=True)


class CountedDeed(Base):
    """One deed that may be done only so often, counted against a digest of what it is about."""

    __tablename__ = "counted_deed"

    id: Mapped[PrimaryKey]
    purpose: Mapped[Code]
    digest: Mapped[str] = mapped_column(sa.String(64))
    at: Mapped[datetime] = mapped_column(index=True)

    __table_args__ = (sa.Index("ix_counted_deed_purpose_digest", "purpose", "digest", "at"),)
