"""Notices of dynamic markets with the cursor of their events; changes of suppliers"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "UK13",
                "UK14",
                "UK15",
                "UK16",
                name="noticekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(published_at IS NULL) = (reference = '')", name=op.f("ck_notice_published_with_reference")
        ),
        sa.ForeignKeyConstraint(["event_id"], ["audit_event.id"], name=op.f("fk_notice_event_id")),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_notice_framework_id")),
        sa.ForeignKeyConstraint(["published_by_id"], ["person.id"], name=op.f("fk_notice_published_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("event_id", name=op.f("uq_notice_event_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_notice_public_id")),
    )
    op.create_index(op.f("ix_notice_framework_id"), "notice", ["framework_id"])
    op.create_index("ix_notice_published_at", "notice", ["published_at", "due_on"])
    op.create_table(
        "notice_cursor",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["audit_chain.name"], name=op.f("fk_notice_cursor_chain")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_notice_cursor")),
    )
    op.create_table(
        "supplier_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "renaming",
                "merger",
                "insolvency",
                name="changekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.Column("old_name", sa.String(length=200), nullable=False),
        sa.Column("new_name", sa.String(length=200), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("effects", sa.JSON(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=False),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_supplier_change_has_evidence")),
        sa.CheckConstraint(
            "kind <> 'merger' OR successor_id IS NOT NULL",
            name=op.f("ck_supplier_change_merger_has_a_successor"),
        ),
        sa.CheckConstraint(
            "kind <> 'renaming' OR new_name <> ''", name=op.f("ck_supplier_change_renaming_has_a_name")
        ),
        sa.CheckConstraint(
            "successor_id IS NULL OR successor_id <> supplier_id",
            name=op.f("ck_supplier_change_successor_is_another"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_supplier_change_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_supplier_change_recorded_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["organisation.id"], name=op.f("fk_supplier_change_successor_id")
        ),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name=op.f("fk_supplier_change_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supplier_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_supplier_change_public_id")),
    )
    op.create_index(op.f("ix_supplier_change_supplier_id"), "supplier_change", ["supplier_id"])
    op.create_index(op.f("ix_supplier_change_authority_id"), "supplier_change", ["authority_id"])


def downgrade() -> None:
    op.drop_table("supplier_change")
    op.drop_table("notice_cursor")
    op.drop_table("notice")
