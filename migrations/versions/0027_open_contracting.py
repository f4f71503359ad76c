"""Open Contracting processes and releases; notices of call-offs"""

import sqlalchemy as sa
from alembic import op

from core.schema import add_check, append_only, drop_check, rebuild

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

OF_MARKETS = "'UK13', 'UK14', 'UK15', 'UK16'"
OF_CALL_OFFS = "'UK4', 'UK5', 'UK6', 'UK7', 'UK10', 'UK11', 'UK12'"
OF_SYSTEMS = "'PCR50', 'PCR72'"


def upgrade() -> None:
    op.create_table(
        "contracting_process",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ocid", sa.String(length=60), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_contracting_process_call_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["framework.id"], name=op.f("fk_contracting_process_framework_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracting_process")),
        sa.UniqueConstraint("call_off_id", name=op.f("uq_contracting_process_call_off_id")),
        sa.UniqueConstraint("ocid", name=op.f("uq_contracting_process_ocid")),
    )
    op.create_index(op.f("ix_contracting_process_framework_id"), "contracting_process", ["framework_id"])
    op.create_index(
        "uq_contracting_process_of_a_framework",
        "contracting_process",
        ["framework_id"],
        unique=True,
        sqlite_where=sa.text("call_off_id IS NULL"),
        postgresql_where=sa.text("call_off_id IS NULL"),
    )
    op.create_table(
        "contracting_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_contracting_release_event_id")
        ),
        sa.ForeignKeyConstraint(
            ["process_id"], ["contracting_process.id"], name=op.f("fk_contracting_release_process_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contracting_release")),
        sa.UniqueConstraint("event_id", name=op.f("uq_contracting_release_event_id")),
    )
    op.create_index(
        "ix_contracting_release_process_id", "contracting_release", ["process_id", "at", "event_id"]
    )
    append_only("contracting_release")
    op.create_table(
        "contracting_cursor",
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["audit_chain.name"], name=op.f("fk_contracting_cursor_chain")),
        sa.PrimaryKeyConstraint("chain", name=op.f("pk_contracting_cursor")),
    )
    _add_call_off()
    _drop_kinds()
    add_check("notice", "noticekind", f"kind IN ({OF_CALL_OFFS}, {OF_MARKETS}, {OF_SYSTEMS})")


def downgrade() -> None:
    kinds = [name.strip("'") for name in OF_MARKETS.split(", ")]
    op.execute(sa.delete(sa.table("notice", sa.column("kind"))).where(sa.column("kind").not_in(kinds)))
    _drop_kinds()
    add_check("notice", "noticekind", f"kind IN ({OF_MARKETS})")
    with rebuild("notice") as batch:
        batch.drop_index(op.f("ix_notice_call_off_id"))
        batch.drop_constraint(op.f("fk_notice_call_off_id"), type_="foreignkey")
        batch.drop_column("call_off_id")
    op.drop_table("contracting_cursor")
    op.drop_table("contracting_release")
    op.drop_table("contracting_process")


def _add_call_off() -> None:
    """Add the call-off that a notice is of: none for those that are there."""
    if op.get_context().dialect.name == "sqlite":
        with rebuild("notice") as batch:
            batch.add_column(sa.Column("call_off_id", sa.Integer(), nullable=True))
            batch.create_foreign_key(op.f("fk_notice_call_off_id"), "call_off", ["call_off_id"], ["id"])
        op.create_index(op.f("ix_notice_call_off_id"), "notice", ["call_off_id"])
        return
    # The column is new and empty: there is nothing to be looked through, and the index is made at once.
    op.execute(
        "-- squawk-ignore adding-foreign-key-constraint\n"
        "ALTER TABLE notice ADD COLUMN call_off_id INTEGER "
        "CONSTRAINT fk_notice_call_off_id REFERENCES call_off (id)"
    )
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE INDEX ix_notice_call_off_id ON notice (call_off_id)"
    )


def _drop_kinds() -> None:
    """Drop the CHECK of the kinds, in whose place a wider one is put in the same transaction."""
    if op.get_context().dialect.name == "sqlite":
        drop_check("notice", "noticekind")
        return
    op.execute(
        "-- squawk-ignore ban-drop-constraint\nALTER TABLE notice DROP CONSTRAINT ck_notice_noticekind"
    )
