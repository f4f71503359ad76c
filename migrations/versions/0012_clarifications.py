"""Clarifications: questions of bidders, answered to everyone, and until when they are taken"""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("call_off", sa.Column("questions_close_at", sa.DateTime(timezone=True)))
    op.create_table(
        "clarification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer()),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "asked",
                "answered",
                "waived",
                "withdrawn",
                name="clarificationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("wording", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("waiver", sa.Text(), nullable=False),
        sa.Column("bundle", sa.Integer()),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("question <> ''", name=op.f("ck_clarification_question_given")),
        sa.CheckConstraint(
            "state <> 'answered' OR (wording <> '' AND answer <> '')",
            name=op.f("ck_clarification_answered_has_an_answer"),
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (bundle IS NOT NULL)", name=op.f("ck_clarification_answered_in_a_bundle")
        ),
        sa.CheckConstraint("bundle IS NULL OR bundle > 0", name=op.f("ck_clarification_bundle_positive")),
        sa.CheckConstraint(
            "state <> 'waived' OR waiver <> ''", name=op.f("ck_clarification_waived_has_a_reason")
        ),
        sa.CheckConstraint(
            "state <> 'asked' OR ended_at IS NULL", name=op.f("ck_clarification_asked_has_not_ended")
        ),
        sa.CheckConstraint(
            "state NOT IN ('answered', 'waived', 'withdrawn') OR ended_at IS NOT NULL",
            name=op.f("ck_clarification_ended_has_a_moment"),
        ),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_clarification_asked_by_id")),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_clarification_call_off_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_clarification_lot_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name=op.f("fk_clarification_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clarification")),
        sa.UniqueConstraint("public_id", name=op.f("uq_clarification_public_id")),
    )
    op.create_index(op.f("ix_clarification_call_off_id"), "clarification", ["call_off_id"])
    op.create_index(op.f("ix_clarification_supplier_id"), "clarification", ["supplier_id"])


def downgrade() -> None:
    op.drop_table("clarification")
    op.drop_column("call_off", "questions_close_at")
