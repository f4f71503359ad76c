"""What admission needs: a registered system's notice, grounds of exclusion, representations, letters, evidence"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("question_version", sa.Column("evidence", sa.Text(), nullable=False, server_default=""))

    _add_checked(
        "framework",
        "noticed_on",
        sa.Date(),
        dps_is_of_its_time="regime <> 'pcr2015-dps' OR noticed_on IS NULL OR noticed_on < '2025-02-24'",
    )
    _add_checked(
        "framework_question",
        "ground",
        sa.String(40),
        exclusionkind="ground IN ('mandatory', 'discretionary')",
    )

    op.add_column(
        "application", sa.Column("representations_asked", sa.Text(), nullable=False, server_default="")
    )
    _add_checked(
        "application",
        "representations_due_on",
        sa.Date(),
        assessed_by_someone="state NOT IN ('in_assessment', 'representations') OR assessor_id IS NOT NULL",
        representations_have_a_last_day="state <> 'representations' OR representations_due_on IS NOT NULL",
    )
    op.add_column("application", sa.Column("representations_received_at", sa.DateTime(timezone=True)))
    op.add_column("application", sa.Column("decision_letter", sa.JSON()))

    op.add_column("member", sa.Column("removal_reasons", sa.Text(), nullable=False, server_default=""))
    _add_checked(
        "member",
        "removal_intended_at",
        sa.DateTime(timezone=True),
        told_before_removal="state <> 'removed' OR removal_intended_at IS NOT NULL",
    )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        # It came with a column of which it does not speak, so PostgreSQL keeps it when that goes.
        op.drop_constraint("ck_application_assessed_by_someone", "application")
    for table, columns in (
        ("member", ("removal_intended_at", "removal_reasons")),
        (
            "application",
            (
                "decision_letter",
                "representations_received_at",
                "representations_due_on",
                "representations_asked",
            ),
        ),
        ("framework_question", ("ground",)),
        ("framework", ("noticed_on",)),
    ):
        for column in columns:
            op.drop_column(table, column)
    op.drop_column("question_version", "evidence")


def _add_checked(table: str, column: str, kind: sa.types.TypeEngine, **checks: str) -> None:
    """Add a column that brings its named CHECKs along: on SQLite the only way that rebuilds nothing."""
    words = " ".join(f"CONSTRAINT ck_{table}_{name} CHECK ({rule})" for name, rule in checks.items())
    written = kind.compile(dialect=op.get_context().dialect)
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {written} {words}")
