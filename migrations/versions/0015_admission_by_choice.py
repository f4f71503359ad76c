"""Decisions by category and region, clarifications, category questions and floors, cessation, concerns"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _add_checked(
        "application_choice",
        "outcome",
        sa.String(40),
        choiceoutcome="outcome IN ('admitted', 'refused')",
    )
    _add_checked(
        "application_choice",
        "outcome_reason",
        sa.Text(),
        "DEFAULT '' NOT NULL",
        refusal_has_a_reason="outcome IS NULL OR outcome <> 'refused' OR outcome_reason <> ''",
    )
    # What was decided before was decided as a whole.
    op.execute(
        "UPDATE application_choice SET outcome = (SELECT state FROM application WHERE id = application_id), "
        "outcome_reason = (SELECT CASE WHEN state = 'refused' THEN decision_reasons ELSE '' END "
        "FROM application WHERE id = application_id) WHERE application_id IN "
        "(SELECT id FROM application WHERE state IN ('admitted', 'refused'))"
    )
    op.create_table(
        "application_clarification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("asked <> ''", name=op.f("ck_application_clarification_something_is_asked")),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer = '')",
            name=op.f("ck_application_clarification_answer_is_whole"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_application_clarification_application_id")
        ),
        sa.ForeignKeyConstraint(
            ["asked_by_id"], ["person.id"], name=op.f("fk_application_clarification_asked_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_clarification")),
    )
    op.create_index(
        op.f("ix_application_clarification_application_id"), "application_clarification", ["application_id"]
    )

    _add_checked(
        "category",
        "turnover_floor",
        sa.BigInteger(),
        turnover_floor_positive="turnover_floor IS NULL OR turnover_floor > 0",
    )
    op.create_table(
        "framework_question_category",
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id", "question_id"],
            ["framework_question.framework_id", "framework_question.question_id"],
            name=op.f("fk_framework_question_category_framework_id_question_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"],
            ["category.id"],
            name=op.f("fk_framework_question_category_category_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "framework_id", "question_id", "category_id", name=op.f("pk_framework_question_category")
        ),
    )
    op.create_index(
        op.f("ix_framework_question_category_category_id"), "framework_question_category", ["category_id"]
    )

    op.add_column("framework", sa.Column("announced_at", sa.DateTime(timezone=True)))
    # What stands already was announced at the latest on the day it was published.
    op.execute("UPDATE framework SET announced_at = published_at WHERE regime = 'pa2023-dynamic-market'")
    op.add_column("framework", sa.Column("cessation_reason", sa.Text(), nullable=False, server_default=""))
    _add_checked(
        "framework",
        "ceased_at",
        sa.DateTime(timezone=True),
        ceased_has_a_moment="state <> 'ceased' OR ceased_at IS NOT NULL",
    )
    _add_checked(
        "member",
        "removal_basis",
        sa.String(40),
        removalbasis="removal_basis IN ('debarred', 'excluded', 'conditions')",
    )

    op.create_table(
        "concern",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "insolvency",
                "merged",
                name="concernkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("event_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("settlement", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(settled_at IS NULL) = (settlement = '')", name=op.f("ck_concern_settled_with_words")
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["organisation.id"], name=op.f("fk_concern_authority_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_concern_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
    )
    op.create_index("ix_concern_authority_supplier", "concern", ["authority_id", "supplier_id"])
    op.create_index(op.f("ix_concern_supplier_id"), "concern", ["supplier_id"])


def downgrade() -> None:
    op.drop_table("concern")
    op.drop_column("member", "removal_basis")
    for column in ("ceased_at", "cessation_reason", "announced_at"):
        op.drop_column("framework", column)
    op.drop_table("framework_question_category")
    op.drop_column("category", "turnover_floor")
    op.drop_table("application_clarification")
    op.drop_column("application_choice", "outcome_reason")
    op.drop_column("application_choice", "outcome")


def _add_checked(table: str, column: str, kind: sa.types.TypeEngine, rest: str = "", **checks: str) -> None:
    """Add a column that brings its named CHECKs along: on SQLite the only way that rebuilds nothing."""
    words = " ".join(f"CONSTRAINT ck_{table}_{name} CHECK ({rule})" for name, rule in checks.items())
    written = kind.compile(dialect=op.get_context().dialect)
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {written} {rest} {words}")
