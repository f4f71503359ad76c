"""A label of another list has no equivalent once: empty values do not count as the same in a unique key"""

from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # The table is short and changes only when the reference files are loaded: nobody waits for this.
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE UNIQUE INDEX uq_crosswalk_one_none ON crosswalk (scheme, label) WHERE need_area_id IS NULL"
    )


def downgrade() -> None:
    op.drop_index("uq_crosswalk_one_none", "crosswalk")
