"""What is lost if a supplier leaves"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "analysis_supplier",
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("supplier", sa.String(length=200), nullable=False),
        sa.Column("contracts", sa.Integer(), nullable=False),
        sa.Column("offers", sa.Integer(), nullable=False),
        sa.Column("contracted_places", sa.BigInteger(), nullable=False),
        sa.Column("lost_of_contracts", sa.Integer(), nullable=False),
        sa.Column("lost_of_all", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "lost_of_contracts >= 0 AND lost_of_all >= 0",
            name=op.f("ck_analysis_supplier_losses_not_negative"),
        ),
        sa.ForeignKeyConstraint(
            ["analysis_id"],
            ["analysis.id"],
            name=op.f("fk_analysis_supplier_analysis_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("analysis_id", "number", name=op.f("pk_analysis_supplier")),
        sa.UniqueConstraint(
            "analysis_id", "supplier", name=op.f("uq_analysis_supplier_analysis_id_supplier")
        ),
    )


def downgrade() -> None:
    op.drop_table("analysis_supplier")
