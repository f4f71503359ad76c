"""Reports of an analysis, overlaps by cell, and analyses of one stage"""

import sqlalchemy as sa
from alembic import op

from core.schema import add_check, drop_check

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

KINDS = "'buying', 'what_if'"


def upgrade() -> None:
    op.add_column("analysis", sa.Column("stage", sa.String(60), nullable=False, server_default=""))
    op.add_column("analysis_cell", sa.Column("overlap_of_contracts", sa.Boolean(), nullable=True))
    op.add_column("analysis_cell", sa.Column("overlap_of_all", sa.Boolean(), nullable=True))
    op.add_column("analysis_study", sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
    _allow(f"{KINDS}, 'report'")


def downgrade() -> None:
    op.execute("DELETE FROM analysis_study WHERE kind = 'report'")
    _allow(KINDS)
    op.drop_column("analysis_study", "published_at")
    op.drop_column("analysis_cell", "overlap_of_all")
    op.drop_column("analysis_cell", "overlap_of_contracts")
    op.drop_column("analysis", "stage")


def _allow(kinds: str) -> None:
    """Let further questions be of these kinds and no others."""
    if op.get_context().dialect.name == "postgresql":
        # Put back in the same transaction: nothing slips through between.
        op.execute(
            "-- squawk-ignore ban-drop-constraint\n"
            "ALTER TABLE analysis_study DROP CONSTRAINT ck_analysis_study_studykind"
        )
    else:
        drop_check("analysis_study", "studykind")
    add_check("analysis_study", "studykind", f"kind IN ({kinds})")
