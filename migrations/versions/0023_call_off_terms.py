"""Terms of a call-off and its lots, authorities that take part, templates, and who may approve"""

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# They speak of two columns, so PostgreSQL keeps them until told.
OF_TWO = (
    ("lot", "extensions_have_months"),
    ("lot_volume", "low_is_lower"),
    ("lot_volume", "high_is_higher"),
)


def upgrade() -> None:
    op.create_table(
        "call_off_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("name <> ''", name=op.f("ck_call_off_template_named")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_call_off_template_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_call_off_template_created_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_off_template")),
        sa.UniqueConstraint("authority_id", "name", name=op.f("uq_call_off_template_authority_id_name")),
        sa.UniqueConstraint("public_id", name=op.f("uq_call_off_template_public_id")),
    )
    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("value_limit", sa.BigInteger(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("deputy_id", sa.Integer(), nullable=True),
        sa.Column("absent_from", sa.Date(), nullable=True),
        sa.Column("absent_to", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "absent_to IS NULL OR (absent_from IS NOT NULL AND absent_to >= absent_from)",
            name=op.f("ck_delegation_absence_in_order"),
        ),
        sa.CheckConstraint(
            "deputy_id IS NULL OR deputy_id <> person_id", name=op.f("ck_delegation_deputy_is_another")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_delegation_ends_after_start")
        ),
        sa.CheckConstraint(
            "value_limit IS NULL OR value_limit > 0", name=op.f("ck_delegation_limit_positive")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_delegation_authority_id")
        ),
        sa.ForeignKeyConstraint(["deputy_id"], ["person.id"], name=op.f("fk_delegation_deputy_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_delegation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_delegation_public_id")),
    )
    op.create_index(op.f("ix_delegation_authority_id"), "delegation", ["authority_id"])
    op.create_index(op.f("ix_delegation_deputy_id"), "delegation", ["deputy_id"])
    op.create_index(op.f("ix_delegation_person_id"), "delegation", ["person_id"])

    op.create_table(
        "delegation_region",
        sa.Column("delegation_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["delegation_id"],
            ["delegation.id"],
            name=op.f("fk_delegation_region_delegation_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_delegation_region_place_id")),
        sa.PrimaryKeyConstraint("delegation_id", "place_id", name=op.f("pk_delegation_region")),
    )
    op.create_index(op.f("ix_delegation_region_place_id"), "delegation_region", ["place_id"])

    op.create_table(
        "call_off_partner",
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("share", sa.BigInteger(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("award_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("award_approved_by_id", sa.Integer(), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(approved_at IS NULL) = (approved_by_id IS NULL)",
            name=op.f("ck_call_off_partner_approval_is_whole"),
        ),
        sa.CheckConstraint(
            "(award_approved_at IS NULL) = (award_approved_by_id IS NULL)",
            name=op.f("ck_call_off_partner_award_approval_is_whole"),
        ),
        sa.CheckConstraint(
            "share > 0 AND share < 1000000", name=op.f("ck_call_off_partner_share_is_a_percentage")
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_call_off_partner_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_call_off_partner_authority_id")
        ),
        sa.ForeignKeyConstraint(
            ["award_approved_by_id"], ["person.id"], name=op.f("fk_call_off_partner_award_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_call_off_partner_call_off_id")
        ),
        sa.PrimaryKeyConstraint("call_off_id", "authority_id", name=op.f("pk_call_off_partner")),
    )
    op.create_index(op.f("ix_call_off_partner_authority_id"), "call_off_partner", ["authority_id"])

    _add_checked(
        "call_off",
        "payment_days",
        sa.Integer(),
        "DEFAULT 30 NOT NULL",
        paid_within_thirty_days="payment_days BETWEEN 1 AND 30",
    )
    _add_checked(
        "call_off",
        "staff_transfer",
        sa.String(40),
        stafftransfer="staff_transfer IN ('applies', 'does_not_apply', 'not_known')",
    )
    op.add_column("call_off", sa.Column("staff_transfer_note", sa.Text(), nullable=False, server_default=""))
    _add_checked(
        "call_off",
        "lead_share",
        sa.BigInteger(),
        lead_share_is_a_percentage="lead_share IS NULL OR lead_share BETWEEN 0 AND 1000000",
    )
    op.add_column("lot", sa.Column("volume_source", sa.Text(), nullable=False, server_default=""))
    _add_checked(
        "lot",
        "extensions",
        sa.Integer(),
        "DEFAULT 0 NOT NULL",
        extensions_in_bounds="extensions BETWEEN 0 AND 10",
    )
    _add_checked(
        "lot",
        "extension_months",
        sa.Integer(),
        extensions_have_months="(extensions = 0 AND extension_months IS NULL)"
        " OR (extension_months IS NOT NULL AND extension_months BETWEEN 1 AND 60)",
    )
    _add_checked(
        "lot",
        "mobilisation_weeks",
        sa.Integer(),
        mobilisation_in_bounds="mobilisation_weeks IS NULL OR mobilisation_weeks BETWEEN 0 AND 104",
    )
    _add_checked(
        "lot",
        "reserved_for",
        sa.String(40),
        reservation="reserved_for IN ('supported_employment', 'public_mutual')",
    )
    _add_checked(
        "lot_volume",
        "people_low",
        sa.Integer(),
        low_not_negative="people_low IS NULL OR people_low >= 0",
        low_is_lower="people_low IS NULL OR people_low <= people_a_year",
    )
    _add_checked(
        "lot_volume",
        "people_high",
        sa.Integer(),
        high_is_higher="people_high IS NULL OR people_high >= people_a_year",
    )
    _add_checked(
        "lot_volume",
        "fixed_price",
        sa.BigInteger(),
        fixed_price_positive="fixed_price IS NULL OR fixed_price > 0",
    )
    for name in ("supported_employment", "public_mutual"):
        op.add_column(
            "supplier_profile", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )


def downgrade() -> None:
    if op.get_context().dialect.name == "postgresql":
        for table, name in OF_TWO:
            op.drop_constraint(f"ck_{table}_{name}", table)
    for table, names in (
        ("supplier_profile", ("public_mutual", "supported_employment")),
        ("lot_volume", ("fixed_price", "people_high", "people_low")),
        ("lot", ("reserved_for", "mobilisation_weeks", "extension_months", "extensions", "volume_source")),
        ("call_off", ("lead_share", "staff_transfer_note", "staff_transfer", "payment_days")),
    ):
        for name in names:
            op.drop_column(table, name)
    for table in ("call_off_partner", "delegation_region", "delegation", "call_off_template"):
        op.drop_table(table)


def _add_checked(table: str, column: str, kind: sa.types.TypeEngine, rest: str = "", **checks: str) -> None:
    """Add a column that brings its named CHECKs along: on SQLite the only way that rebuilds nothing."""
    words = " ".join(f"CONSTRAINT ck_{table}_{name} CHECK ({rule})" for name, rule in checks.items())
    written = kind.compile(dialect=op.get_context().dialect)
    op.execute(f"ALTER TABLE {table} ADD COLUMN {column} {written} {rest} {words}")
