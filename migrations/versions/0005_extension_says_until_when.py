"""An extension says until when: a comparison with nothing passes a check"""

from core.schema import add_check, drop_check

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    add_check("call_off_notice", "extended_says_when", "kind <> 'extended' OR deadline_after IS NOT NULL")


def downgrade() -> None:
    drop_check("call_off_notice", "extended_says_when")
