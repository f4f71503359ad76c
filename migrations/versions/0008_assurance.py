"""When a published offer was last confirmed, and what was done as that grew old"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offer_assurance",
        sa.Column("offer_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("assured_on", sa.Date(), nullable=False),
        sa.Column("reminded_on", sa.Date(), nullable=True),
        sa.Column("noticed_on", sa.Date(), nullable=True),
        sa.Column("hidden_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "reminded_on IS NULL OR reminded_on >= assured_on",
            name=op.f("ck_offer_assurance_reminded_after_assured"),
        ),
        sa.CheckConstraint(
            "noticed_on IS NULL OR noticed_on >= assured_on",
            name=op.f("ck_offer_assurance_noticed_after_assured"),
        ),
        sa.CheckConstraint(
            "hidden_on IS NULL OR (noticed_on IS NOT NULL AND hidden_on >= noticed_on)",
            name=op.f("ck_offer_assurance_hidden_after_notice"),
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_assurance_offer_id")),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer_assurance")),
    )
    op.create_index(op.f("ix_offer_assurance_assured_on"), "offer_assurance", ["assured_on"])
    # Whoever submitted what stands said then that it was true; its publication is when that began to count.
    day = "date(published_at)"
    if op.get_context().dialect.name == "postgresql":
        day = "(published_at AT TIME ZONE 'Europe/London')::date"
    op.execute(
        "INSERT INTO offer_assurance (offer_id, assured_on) "  # noqa: S608
        f"SELECT offer_id, {day} FROM offer_version WHERE state IN ('published', 'suspended')"
    )


def downgrade() -> None:
    op.drop_index(op.f("ix_offer_assurance_assured_on"), table_name="offer_assurance")
    op.drop_table("offer_assurance")
