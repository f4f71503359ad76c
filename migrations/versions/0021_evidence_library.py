"""Evidence kept once and cited; files that are scanned; sections handed to colleagues"""

import sqlalchemy as sa
from alembic import op

from core.schema import append_only, rebuild

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_checked(
        "document",
        "scan",
        "VARCHAR(40) DEFAULT 'not-scanned' NOT NULL",
        scanstate="scan IN ('not-scanned', 'waiting', 'clean', 'quarantined')",
    )
    _add_checked(
        "document",
        "scanned_at",
        "TIMESTAMP WITH TIME ZONE" if op.get_context().dialect.name == "postgresql" else "DATETIME",
        scanned_has_a_moment="scan NOT IN ('clean', 'quarantined') OR scanned_at IS NOT NULL",
    )
    _add_checked(
        "document",
        "scan_finding",
        "VARCHAR(200) DEFAULT '' NOT NULL",
        quarantined_for_something="scan <> 'quarantined' OR scan_finding <> ''",
    )
    # Empty when it is made: no file waits yet, so nobody waits for it either.
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        "CREATE INDEX ix_document_waiting ON document (id) WHERE scan = 'waiting'"
    )

    op.create_table(
        "evidence_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reuse_key", sa.String(length=60), nullable=True),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "answer",
                "file",
                "table",
                name="evidencekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("latest", sa.Integer(), nullable=False),
        sa.Column("reminded_of", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("latest >= 0", name=op.f("ck_evidence_entry_latest_not_negative")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_evidence_entry_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_evidence_entry_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_entry")),
        sa.UniqueConstraint(
            "organisation_id", "reuse_key", name=op.f("uq_evidence_entry_organisation_id_reuse_key")
        ),
        sa.UniqueConstraint("public_id", name=op.f("uq_evidence_entry_public_id")),
    )
    op.create_index(op.f("ix_evidence_entry_owner_id"), "evidence_entry", ["owner_id"])

    op.create_table(
        "evidence_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("entry_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=True),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_evidence_version_number_positive")),
        sa.CheckConstraint(
            "(document_id IS NOT NULL AND value = '') OR (document_id IS NULL AND value <> '')",
            name=op.f("ck_evidence_version_a_file_or_a_value"),
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_evidence_version_by_id")),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_evidence_version_document_id")
        ),
        sa.ForeignKeyConstraint(
            ["entry_id"], ["evidence_entry.id"], name=op.f("fk_evidence_version_entry_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question_version.id"], name=op.f("fk_evidence_version_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evidence_version")),
        sa.UniqueConstraint("entry_id", "number", name=op.f("uq_evidence_version_entry_id_number")),
    )
    op.create_index("ix_evidence_version_expires_on", "evidence_version", ["expires_on"])
    append_only("evidence_version")

    op.add_column(
        "application_answer", sa.Column("expires", sa.String(60), nullable=False, server_default="")
    )
    _reference("application_answer", "library_version_id", "evidence_version")

    op.create_table(
        "section_assignment",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_section_assignment_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_section_assignment_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_section_assignment_person_id")),
        sa.PrimaryKeyConstraint("application_id", "section", name=op.f("pk_section_assignment")),
    )
    op.create_index(op.f("ix_section_assignment_person_id"), "section_assignment", ["person_id"])


def downgrade() -> None:
    op.drop_table("section_assignment")
    op.drop_index(op.f("ix_application_answer_library_version_id"), "application_answer")
    with rebuild("application_answer") as batch:
        batch.drop_constraint("fk_application_answer_library_version_id", type_="foreignkey")
        batch.drop_column("library_version_id")
    op.drop_column("application_answer", "expires")
    op.drop_table("evidence_version")
    op.drop_table("evidence_entry")
    op.drop_index("ix_document_waiting", "document")
    if op.get_context().dialect.name == "postgresql":
        # They speak of two columns: PostgreSQL would take them along with one of these unasked.
        op.drop_constraint("ck_document_quarantined_for_something", "document")
        op.drop_constraint("ck_document_scanned_has_a_moment", "document")
    for column in ("scan_finding", "scanned_at", "scan"):
        op.drop_column("document", column)


def _add_checked(table: str, column: str, kind: str, **checks: str) -> None:
    """Add a column that brings its named CHECKs along: on SQLite the only way that rebuilds nothing."""
    words = " ".join(f"CONSTRAINT ck_{table}_{name} CHECK ({rule})" for name, rule in checks.items())
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {kind} {words}")


def _reference(table: str, column: str, target: str) -> None:
    """Add a column that refers to a new table, with its index: no row of it holds anything yet."""
    if op.get_context().dialect.name == "sqlite":
        with rebuild(table) as batch:
            batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
            batch.create_foreign_key(f"fk_{table}_{column}", target, [column], ["id"])
    else:
        op.execute(
            "-- squawk-ignore adding-foreign-key-constraint\n"
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER "
            f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        )
    op.execute(
        "-- squawk-ignore require-concurrent-index-creation\n"
        f"CREATE INDEX ix_{table}_{column} ON {table} ({column})"
    )
