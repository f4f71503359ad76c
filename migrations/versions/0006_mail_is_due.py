"""Mail that failed is tried again later, and not before"""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox_message", sa.Column("due_at", sa.DateTime(timezone=True)))


def downgrade() -> None:
    op.drop_column("outbox_message", "due_at")
