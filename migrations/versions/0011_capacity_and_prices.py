"""Pools of places that offers share, what a place is made of, volume bands, and how prices rise"""

import sqlalchemy as sa
from alembic import op

from core.schema import rebuild

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

REFERENCES = {
    "offer_level": {"pool_id": "capacity_pool"},
    "capacity_commitment": {"version_id": "offer_version", "pool_id": "capacity_pool", "region_id": "place"},
}


def upgrade() -> None:
    _capacity()
    _prices()
    _columns()
    _own_pools()


def downgrade() -> None:
    for table, columns in REFERENCES.items():
        op.drop_index(f"ix_{table}_pool_id", table)
        with rebuild(table) as batch:
            for column in columns:
                batch.drop_constraint(f"fk_{table}_{column}", type_="foreignkey")
                batch.drop_column(column)
    op.drop_column("offer_level", "band_reason")
    for column in ("indexation_from", "indexation_percent", "indexation", "places_a_year"):
        op.drop_column("offer_version", column)
    for table in (
        "offer_price_band",
        "offer_level_cost",
        "offer_level_costing",
        "capacity_sub_limit",
        "capacity_pool_version",
        "capacity_pool",
    ):
        op.drop_table(table)


def _capacity() -> None:
    op.create_table(
        "capacity_pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("made_of", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "offer_id IS NOT NULL OR name <> ''", name=op.f("ck_capacity_pool_shared_has_a_name")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_capacity_pool_offer_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name=op.f("fk_capacity_pool_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_pool")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_capacity_pool_offer_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_capacity_pool_public_id")),
    )
    op.create_index(op.f("ix_capacity_pool_supplier_id"), "capacity_pool", ["supplier_id"])
    op.create_table(
        "capacity_pool_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("places_a_year", sa.Integer(), nullable=False),
        sa.Column("effective_from", sa.Date(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("number > 0", name=op.f("ck_capacity_pool_version_number_positive")),
        sa.CheckConstraint("places_a_year >= 0", name=op.f("ck_capacity_pool_version_places_not_negative")),
        sa.ForeignKeyConstraint(
            ["pool_id"],
            ["capacity_pool.id"],
            name=op.f("fk_capacity_pool_version_pool_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by_id"], ["person.id"], name=op.f("fk_capacity_pool_version_recorded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_pool_version")),
        sa.UniqueConstraint("pool_id", "number", name=op.f("uq_capacity_pool_version_pool_id_number")),
    )
    op.create_table(
        "capacity_sub_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=True),
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
            nullable=True,
        ),
        sa.Column("places_a_year", sa.Integer(), nullable=False),
        sa.CheckConstraint("places_a_year >= 0", name=op.f("ck_capacity_sub_limit_places_not_negative")),
        sa.CheckConstraint(
            "region_id IS NOT NULL OR complexity IS NOT NULL",
            name=op.f("ck_capacity_sub_limit_narrows_something"),
        ),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_capacity_sub_limit_region_id")),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["capacity_pool_version.id"],
            name=op.f("fk_capacity_sub_limit_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_sub_limit")),
        sa.UniqueConstraint(
            "version_id",
            "region_id",
            "complexity",
            name=op.f("uq_capacity_sub_limit_version_id_region_id_complexity"),
        ),
    )
    for name, column, other in (
        ("uq_capacity_sub_limit_one_of_a_complexity", "complexity", "region_id"),
        ("uq_capacity_sub_limit_one_of_a_region", "region_id", "complexity"),
    ):
        op.create_index(
            name,
            "capacity_sub_limit",
            ["version_id", column],
            unique=True,
            sqlite_where=sa.text(f"{other} IS NULL"),
            postgresql_where=sa.text(f"{other} IS NULL"),
        )


def _prices() -> None:
    op.create_table(
        "offer_level_costing",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("overhead_percent", sa.BigInteger(), nullable=True),
        sa.Column("overhead_pounds", sa.BigInteger(), nullable=True),
        sa.Column("surplus_percent", sa.BigInteger(), nullable=True),
        sa.CheckConstraint(
            "overhead_percent IS NULL OR overhead_pounds IS NULL",
            name=op.f("ck_offer_level_costing_overheads_in_one_way"),
        ),
        sa.CheckConstraint(
            "(overhead_percent IS NULL OR overhead_percent >= 0) "
            "AND (overhead_pounds IS NULL OR overhead_pounds >= 0) "
            "AND (surplus_percent IS NULL OR surplus_percent >= 0)",
            name=op.f("ck_offer_level_costing_nothing_below_zero"),
        ),
        sa.ForeignKeyConstraint(
            ["level_id"],
            ["offer_level.id"],
            name=op.f("fk_offer_level_costing_level_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("level_id", name=op.f("pk_offer_level_costing")),
    )
    op.create_table(
        "offer_level_cost",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "staff",
                "premises",
                "materials",
                "travel",
                "partners",
                "other",
                name="costkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount >= 0", name=op.f("ck_offer_level_cost_amount_not_negative")),
        sa.ForeignKeyConstraint(
            ["level_id"], ["offer_level.id"], name=op.f("fk_offer_level_cost_level_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("level_id", "kind", name=op.f("pk_offer_level_cost")),
    )
    op.create_table(
        "offer_price_band",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("places_from", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("places_from > 1", name=op.f("ck_offer_price_band_begins_above_one")),
        sa.CheckConstraint("unit_price >= 0", name=op.f("ck_offer_price_band_price_not_negative")),
        sa.ForeignKeyConstraint(
            ["level_id"], ["offer_level.id"], name=op.f("fk_offer_price_band_level_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("level_id", "places_from", name=op.f("pk_offer_price_band")),
    )


def _columns() -> None:
    _add(
        "offer_version", "places_a_year INTEGER", places_positive="places_a_year IS NULL OR places_a_year > 0"
    )
    _add(
        "offer_version",
        "indexation VARCHAR(40)",
        indexation="indexation IN ('none', 'cpi', 'fixed')",
    )
    _add(
        "offer_version",
        "indexation_percent BIGINT",
        percent_where_fixed="indexation_percent IS NULL OR (indexation IS NOT NULL AND indexation = 'fixed')",
        percent_not_negative="indexation_percent IS NULL OR indexation_percent >= 0",
    )
    _add("offer_version", "indexation_from DATE")
    op.add_column("offer_level", sa.Column("band_reason", sa.Text(), nullable=False, server_default=""))
    for table, columns in REFERENCES.items():
        _add_references(table, columns)
    for table in ("offer_level", "capacity_commitment"):
        # Thousands of rows at most, in which the column is empty: made in milliseconds.
        op.execute(
            "-- squawk-ignore require-concurrent-index-creation\n"
            f"CREATE INDEX ix_{table}_pool_id ON {table} (pool_id)"
        )


def _own_pools() -> None:
    """Give each offer that was ever published a pool of its own that says what its last version said.

    Each level's places become the most of its complexity, and the pool holds their sum, so that every figure
    computed from them stays as it was. The identifier is the offer's with another prefix: one for one.
    """
    op.execute(
        "INSERT INTO capacity_pool (public_id, supplier_id, offer_id, name, made_of, created_at, row_version) "
        "SELECT 'CP' || substr(public_id, 3), supplier_id, id, '', '', created_at, 1 FROM offer "
        "WHERE EXISTS (SELECT 1 FROM offer_version JOIN offer_level ON version_id = offer_version.id "
        "WHERE offer_id = offer.id AND published_at IS NOT NULL AND offer_level.places_a_year IS NOT NULL)"
    )
    op.execute(
        "INSERT INTO capacity_pool_version (pool_id, number, places_a_year, effective_from, recorded_at) "
        "SELECT pool.id, 1, coalesce(sum(level.places_a_year), 0), date(version.published_at), "
        "version.published_at "
        "FROM capacity_pool AS pool JOIN offer_version AS version ON version.offer_id = pool.offer_id "
        "LEFT JOIN offer_level AS level ON level.version_id = version.id "
        "WHERE version.number = (SELECT max(number) FROM offer_version "
        "WHERE offer_id = pool.offer_id AND published_at IS NOT NULL) "
        "GROUP BY pool.id, version.published_at"
    )
    op.execute(
        "INSERT INTO capacity_sub_limit (version_id, complexity, places_a_year) "
        "SELECT figures.id, level.complexity, level.places_a_year "
        "FROM capacity_pool_version AS figures JOIN capacity_pool AS pool ON pool.id = figures.pool_id "
        "JOIN offer_version AS version ON version.offer_id = pool.offer_id "
        "JOIN offer_level AS level ON level.version_id = version.id "
        "WHERE level.places_a_year IS NOT NULL AND version.number = (SELECT max(number) FROM offer_version "
        "WHERE offer_id = pool.offer_id AND published_at IS NOT NULL)"
    )
    op.execute(
        "UPDATE offer_level SET pool_id = (SELECT pool.id FROM capacity_pool AS pool "
        "JOIN offer_version AS version ON version.offer_id = pool.offer_id "
        "WHERE version.id = offer_level.version_id AND version.published_at IS NOT NULL)"
    )
    op.execute(
        "UPDATE capacity_commitment SET "
        "pool_id = (SELECT id FROM capacity_pool WHERE offer_id = capacity_commitment.offer_id), "
        "version_id = (SELECT id FROM offer_version WHERE offer_id = capacity_commitment.offer_id "
        "AND published_at IS NOT NULL ORDER BY number DESC LIMIT 1)"
    )


def _add_references(table: str, columns: dict[str, str]) -> None:
    """Add columns that are empty or the key of another table's row."""
    if op.get_context().dialect.name == "sqlite":
        with rebuild(table) as batch:
            for column, target in columns.items():
                batch.add_column(sa.Column(column, sa.Integer(), nullable=True))
                batch.create_foreign_key(f"fk_{table}_{column}", target, [column], ["id"])
        return
    for column, target in columns.items():
        # The column is new and empty: there is nothing to be looked through.
        op.execute(
            "-- squawk-ignore adding-foreign-key-constraint\n"
            f"ALTER TABLE {table} ADD COLUMN {column} INTEGER "
            f"CONSTRAINT fk_{table}_{column} REFERENCES {target} (id)"
        )


def _add(table: str, column: str, **checks: str) -> None:
    """Add a column that brings its named CHECKs along: on SQLite the only way that rebuilds nothing."""
    words = " ".join(f"CONSTRAINT ck_{table}_{name} CHECK ({rule})" for name, rule in checks.items())
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {words}".strip())
