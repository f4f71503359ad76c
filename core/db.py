"""The database: base class, column types, SQLite settings, and the rule for who may write when."""

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy_lite import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.engine.default import DefaultExecutionContext
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from core.identifiers import new_public_id


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A moment: aware in Python, UTC in the database on both engines; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime cannot be stored: say which moment it is")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class FixedDecimal(sa.TypeDecorator[Decimal]):
    """A decimal kept as an integer of its smallest unit, exact on both engines.

    ``FixedDecimal(2)`` keeps pounds as pence. A value with more places than the column is refused: rounding
    is a decision of the rules, made once, never of the database.
    """

    impl = sa.BigInteger
    cache_ok = True

    def __init__(self, places: int) -> None:
        super().__init__()
        self.places = places

    def process_bind_param(self, value: Decimal | int | None, dialect: sa.Dialect) -> int | None:
        if value is None:
            return None
        if isinstance(value, float):
            raise TypeError(f"{value} is a binary fraction: give it as a Decimal")
        scaled = Decimal(value).scaleb(self.places)
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more than {self.places} decimal places")
        return int(scaled)

    def process_result_value(self, value: int | None, dialect: sa.Dialect) -> Decimal | None:
        return None if value is None else Decimal(value).scaleb(-self.places)


PrimaryKey = Annotated[int, mapped_column(primary_key=True)]
Pounds = Annotated[Decimal, mapped_column(FixedDecimal(2))]
Points = Annotated[Decimal, mapped_column(FixedDecimal(4))]
ShortText = Annotated[str, mapped_column(sa.String(200))]
Code = Annotated[str, mapped_column(sa.String(60))]
LongText = Annotated[str, mapped_column(sa.Text)]
Json = Annotated[Any, mapped_column(sa.JSON)]


class Base(DeclarativeBase):
    """Base of all models: constraint names by convention, enums stored by value with a CHECK."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        datetime: UtcDateTime,
        date: sa.Date,
        enum.Enum: sa.Enum(
            enum.Enum,
            native_enum=False,
            create_constraint=True,
            length=40,
            values_callable=lambda members: [member.value for member in members],
        ),
    }


def public_id(prefix: str) -> Any:
    """Return a unique column of public identifiers with the given prefix."""

    def draw(context: DefaultExecutionContext) -> str:
        # Drawn again while it is taken: what is left to the unique constraint is two drawing one at once.
        column = context.current_column
        while True:
            drawn = new_public_id(prefix)
            if context.connection.execute(sa.select(sa.true()).where(column == drawn)).first() is None:
                return drawn

    return mapped_column(sa.String(20), unique=True, default=draw)


def link_table(name: str, owner: str, target: str) -> sa.Table:
    """Return a table that links rows of two tables; a link goes with the row that owns it.

    Its columns are named after what they point at, without what the owner's name begins with:
    ``link_table("offer_place", "offer_version", "place")`` has ``version_id`` and ``place_id``.
    """
    return sa.Table(
        name,
        Base.metadata,
        sa.Column(
            f"{owner.rpartition('_')[2]}_id",
            sa.ForeignKey(f"{owner}.id", ondelete="CASCADE"),
            primary_key=True,
        ),
        sa.Column(f"{target}_id", sa.ForeignKey(f"{target}.id"), primary_key=True, index=True),
    )


class Versioned:
    """An editable row: an update of a row that someone else changed meanwhile raises StaleDataError."""

    row_version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.row_version}


# A page that only reads must not queue behind writers; everything else takes SQLite's one write lock at once,
# because a transaction that starts as a reader and then writes fails with "database is locked" under load.
reads_only: ContextVar[bool] = ContextVar("reads_only", default=False)


@contextmanager
def reading() -> Iterator[None]:
    """Begin transactions of the block without SQLite's write lock: long reading keeps nobody waiting."""
    token = reads_only.set(True)
    try:
        yield
    finally:
        reads_only.reset(token)


def configure_engine(engine: sa.Engine) -> None:
    """Give an engine the settings of its kind; call once, before its first connection."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def on_connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "busy_timeout=30000",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            # Without it INSERT OR REPLACE deletes without firing the append-only triggers.
            "recursive_triggers=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: sa.Connection) -> None:
        connection.exec_driver_sql("BEGIN" if reads_only.get() else "BEGIN IMMEDIATE")


db = SQLAlchemy(session_options={"autoflush": True})
