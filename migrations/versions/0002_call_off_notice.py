"""What everyone was told about a call-off's course, with the reason"""

import sqlalchemy as sa
from alembic import op

from core.schema import append_only

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "call_off_notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "returned",
                "paused",
                "resumed",
                "extended",
                "cancelled",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("deadline_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("deadline_after", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_call_off_notice_reason_given")),
        sa.CheckConstraint(
            "kind <> 'extended' OR (deadline_before IS NOT NULL AND deadline_after > deadline_before)",
            name=op.f("ck_call_off_notice_extended_is_later"),
        ),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_call_off_notice_call_off_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_off_notice_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_off_notice")),
    )
    op.create_index(op.f("ix_call_off_notice_call_off_id"), "call_off_notice", ["call_off_id"])
    append_only("call_off_notice")


def downgrade() -> None:
    op.drop_table("call_off_notice")
