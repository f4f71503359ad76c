"""The places of all complexities together have a name of their own"""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _rename("places_a_year", "places_together")


def downgrade() -> None:
    _rename("places_together", "places_a_year")


def _rename(before: str, after: str) -> None:
    # Its CHECK follows on either engine. Nothing reads the column yet.
    op.execute(
        f"-- squawk-ignore renaming-column\nALTER TABLE offer_version RENAME COLUMN {before} TO {after}"
    )
