"""Full-text search of offers; services for women alone; why an offer is suspended"""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "offer_version", sa.Column("women_only", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "offer_version", sa.Column("suspension_reason", sa.Text(), nullable=False, server_default="")
    )
    if op.get_context().dialect.name == "sqlite":
        # The row's number is the offer's key. `porter` reads "advising" as "advice" does on PostgreSQL.
        op.execute(
            "CREATE VIRTUAL TABLE offer_search USING fts5"
            "(title, supplier, body, tokenize = 'porter unicode61 remove_diacritics 2')"
        )
        return
    op.execute(
        "CREATE TABLE offer_search ("
        "offer_id integer CONSTRAINT pk_offer_search PRIMARY KEY "
        "CONSTRAINT fk_offer_search_offer_id REFERENCES offer (id) ON DELETE CASCADE, "
        "document tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_offer_search_document ON offer_search USING gin (document)")


def downgrade() -> None:
    op.execute("DROP TABLE offer_search")
    op.drop_column("offer_version", "suspension_reason")
    op.drop_column("offer_version", "women_only")
