"""Actions about gaps"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "gap_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "call_off",
                "market_notice",
                "innovation_fund",
                "partner_agency",
                "accept",
                name="actionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("note <> ''", name=op.f("ck_gap_action_says_what")),
        sa.CheckConstraint("gap >= 0", name=op.f("ck_gap_action_gap_not_negative")),
        sa.ForeignKeyConstraint(["analysis_id"], ["analysis.id"], name=op.f("fk_gap_action_analysis_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_gap_action_created_by_id")),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_gap_action_need_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_gap_action_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_gap_action_owner_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_gap_action_place_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_gap_action")),
        sa.UniqueConstraint("public_id", name=op.f("uq_gap_action_public_id")),
    )
    with op.batch_alter_table("gap_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_gap_action_analysis_id"), ["analysis_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_gap_action_organisation_id"), ["organisation_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("gap_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_gap_action_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_gap_action_analysis_id"))

    op.drop_table("gap_action")
