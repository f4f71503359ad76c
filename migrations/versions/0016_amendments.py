"""Amendments: what was changed for everyone after publication, and what each bidder has read of it"""

import sqlalchemy as sa
from alembic import op

from core.schema import append_only

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "amendment",
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer()),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_amendment_number_positive")),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_amendment_reason_given")),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_amendment_call_off_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_amendment_person_id")),
        sa.PrimaryKeyConstraint("call_off_id", "number", name=op.f("pk_amendment")),
    )
    append_only("amendment")
    op.add_column("bid", sa.Column("amendment_read", sa.Integer()))


def downgrade() -> None:
    op.drop_column("bid", "amendment_read")
    op.drop_table("amendment")
