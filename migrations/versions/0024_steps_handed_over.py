"""Steps of offers handed to colleagues; levels of the specification written here; incomes of a group"""

import sqlalchemy as sa
from alembic import op

from core.schema import add_check, drop_check, rebuild

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "offer_step_assignment",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_offer_step_assignment_by_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_offer_step_assignment_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["offer_version.id"],
            name=op.f("fk_offer_step_assignment_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "step", name=op.f("pk_offer_step_assignment")),
    )
    op.create_index(op.f("ix_offer_step_assignment_person_id"), "offer_step_assignment", ["person_id"])

    op.create_table(
        "specification_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column(
            "complexity",
            sa.Enum(
                "low",
                "medium",
                "high",
                name="complexity",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("guide", sa.Text(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_specification_draft_by_id")),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_specification_draft_need_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specification_draft")),
        sa.UniqueConstraint(
            "need_area_id", "complexity", name=op.f("uq_specification_draft_need_area_id_complexity")
        ),
    )
    _reference("specification_level", "written_by_id", "person")
    op.add_column("specification_level", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True))
    add_check(
        "specification_level",
        "written_by_someone_at_a_moment",
        "(written_by_id IS NULL) = (written_at IS NULL)",
    )

    # With its CHECK beside it, which on SQLite rebuilds nothing.
    op.execute(
        "ALTER TABLE category ADD COLUMN floor_by_group BOOLEAN DEFAULT false NOT NULL "
        "CONSTRAINT ck_category_group_with_a_floor CHECK (NOT floor_by_group OR turnover_floor IS NOT NULL)"
    )
    _reference("partner_declaration_answer", "library_version_id", "evidence_version")

    # Attempts are counted in a table of their own: nothing ever wrote or read this one.
    op.execute("-- squawk-ignore ban-drop-column\nALTER TABLE person DROP COLUMN locked_until")
    op.add_column("person", sa.Column("code_step", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("person", "code_step")
    op.add_column("person", sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True))
    _drop_reference("partner_declaration_answer", "library_version_id")
    if op.get_context().dialect.name == "postgresql":
        op.drop_constraint("ck_category_group_with_a_floor", "category")
    op.drop_column("category", "floor_by_group")
    drop_check("specification_level", "written_by_someone_at_a_moment")
    with rebuild("specification_level") as batch:
        batch.drop_column("written_at")
    _drop_reference("specification_level", "written_by_id")
    op.drop_table("specification_draft")
    op.drop_table("offer_step_assignment")


def _reference(table: str, column: str, target: str) -> None:
    """Add a column that refers to another table, with its index: no row of it holds anything yet."""
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


def _drop_reference(table: str, column: str) -> None:
    op.drop_index(op.f(f"ix_{table}_{column}"), table)
    with rebuild(table) as batch:
        batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
        batch.drop_column(column)
