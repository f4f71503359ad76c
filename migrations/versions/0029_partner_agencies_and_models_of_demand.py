"""Partner agencies as a layer, models of demand, what people are entitled to, lists side by side"""

import sqlalchemy as sa
from alembic import op

from core.schema import add_check, append_only, drop_check, rebuild

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

REFERENCES = {"model_version_id": "demand_model_version", "document_id": "document"}
LAYERS = ("by_contract", "by_partner", "by_member_offer", "by_other_offer")
NEW_TABLES = (
    "declared_row",
    "declared_list",
    "entitlement",
    "demand_model_row",
    "demand_model_version",
    "demand_model",
    "agency_provision_change",
    "agency_provision_level",
    "agency_provision_stage",
    "agency_provision_cohort",
    "agency_provision_place",
    "agency_provision",
)


def upgrade() -> None:
    op.create_table(
        "demand_model",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_demand_model_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_model")),
        sa.UniqueConstraint("public_id", name=op.f("uq_demand_model_public_id")),
    )
    op.create_index("ix_demand_model_organisation_id", "demand_model", ["organisation_id"])

    op.create_table(
        "entitlement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "statement <> '' AND source <> ''", name=op.f("ck_entitlement_says_what_and_by_whom")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_entitlement_ends_after_start")
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_entitlement_cohort_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_entitlement_created_by_id")),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_entitlement_need_area_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_entitlement_organisation_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_entitlement_place_id")),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_entitlement_stage_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entitlement")),
        sa.UniqueConstraint("public_id", name=op.f("uq_entitlement_public_id")),
    )
    op.create_index("ix_entitlement_organisation_id", "entitlement", ["organisation_id"])

    op.create_table(
        "agency_provision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("places_a_year", sa.Integer(), nullable=True),
        sa.Column("remote_only", sa.Boolean(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=True),
        sa.Column(
            "standing",
            sa.Enum(
                "declared",
                "demonstrated",
                name="standing",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("demonstrated_on", sa.Date(), nullable=True),
        sa.Column(
            "quality",
            sa.Enum(
                "not_judged",
                "weak",
                "adequate",
                "good",
                name="quality",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("quality_source", sa.Text(), nullable=False),
        sa.Column("quality_on", sa.Date(), nullable=True),
        sa.Column(
            "funding",
            sa.Enum(
                "probation",
                "prison",
                "health",
                "local_authority",
                "police_commissioner",
                "employment",
                "charitable",
                "other",
                "not_known",
                name="funding",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("funding_note", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(quality = 'not_judged') = (quality_source = '' AND quality_on IS NULL)",
            name=op.f("ck_agency_provision_judged_from_something"),
        ),
        sa.CheckConstraint(
            "(standing = 'demonstrated') = (evidence <> '' AND demonstrated_on IS NOT NULL)",
            name=op.f("ck_agency_provision_demonstrated_by_something"),
        ),
        sa.CheckConstraint(
            "agency <> '' AND title <> ''", name=op.f("ck_agency_provision_says_who_and_what")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_agency_provision_ends_after_start")
        ),
        sa.CheckConstraint(
            "places_a_year IS NULL OR places_a_year > 0", name=op.f("ck_agency_provision_places_positive")
        ),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_agency_provision_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["document_id"], ["document.id"], name=op.f("fk_agency_provision_document_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_agency_provision_offer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_agency_provision_organisation_id")
        ),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_agency_provision_owner_id")),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_agency_provision_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_provision")),
        sa.UniqueConstraint("public_id", name=op.f("uq_agency_provision_public_id")),
    )
    op.create_index("ix_agency_provision_organisation_id", "agency_provision", ["organisation_id"])
    op.create_index("ix_agency_provision_region_id", "agency_provision", ["region_id"])

    op.create_table(
        "declared_list",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column("crosswalk", sa.String(length=60), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=True),
        sa.Column("document_id", sa.Integer(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_declared_list_created_by_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_declared_list_document_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_declared_list_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_declared_list")),
        sa.UniqueConstraint("public_id", name=op.f("uq_declared_list_public_id")),
    )
    op.create_index("ix_declared_list_organisation_id", "declared_list", ["organisation_id"])

    op.create_table(
        "demand_model_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("model_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_demand_model_version_number_positive")),
        sa.ForeignKeyConstraint(
            ["created_by_id"], ["person.id"], name=op.f("fk_demand_model_version_created_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["model_id"],
            ["demand_model.id"],
            name=op.f("fk_demand_model_version_model_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_model_version")),
        sa.UniqueConstraint("model_id", "number", name=op.f("uq_demand_model_version_model_id_number")),
    )
    op.create_index(
        "uq_demand_model_version_one_open",
        "demand_model_version",
        ["model_id"],
        unique=True,
        sqlite_where=sa.text("frozen_at IS NULL"),
        postgresql_where=sa.text("frozen_at IS NULL"),
    )

    op.create_table(
        "agency_provision_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("provision_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_by_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_agency_provision_change_says_why")),
        sa.CheckConstraint("number > 0", name=op.f("ck_agency_provision_change_number_positive")),
        sa.ForeignKeyConstraint(
            ["changed_by_id"], ["person.id"], name=op.f("fk_agency_provision_change_changed_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["provision_id"], ["agency_provision.id"], name=op.f("fk_agency_provision_change_provision_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agency_provision_change")),
        sa.UniqueConstraint(
            "provision_id", "number", name=op.f("uq_agency_provision_change_provision_id_number")
        ),
    )
    op.create_table(
        "agency_provision_cohort",
        sa.Column("provision_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cohort_id"], ["cohort.id"], name=op.f("fk_agency_provision_cohort_cohort_id")
        ),
        sa.ForeignKeyConstraint(
            ["provision_id"],
            ["agency_provision.id"],
            name=op.f("fk_agency_provision_cohort_provision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provision_id", "cohort_id", name=op.f("pk_agency_provision_cohort")),
    )
    op.create_index("ix_agency_provision_cohort_cohort_id", "agency_provision_cohort", ["cohort_id"])

    op.create_table(
        "agency_provision_level",
        sa.Column("provision_id", sa.Integer(), nullable=False),
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
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_agency_provision_level_need_area_id")
        ),
        sa.ForeignKeyConstraint(
            ["provision_id"],
            ["agency_provision.id"],
            name=op.f("fk_agency_provision_level_provision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "provision_id", "need_area_id", "complexity", name=op.f("pk_agency_provision_level")
        ),
    )
    op.create_table(
        "agency_provision_place",
        sa.Column("provision_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_agency_provision_place_place_id")),
        sa.ForeignKeyConstraint(
            ["provision_id"],
            ["agency_provision.id"],
            name=op.f("fk_agency_provision_place_provision_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("provision_id", "place_id", name=op.f("pk_agency_provision_place")),
    )
    op.create_index("ix_agency_provision_place_place_id", "agency_provision_place", ["place_id"])

    op.create_table(
        "agency_provision_stage",
        sa.Column("provision_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["provision_id"],
            ["agency_provision.id"],
            name=op.f("fk_agency_provision_stage_provision_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_agency_provision_stage_stage_id")),
        sa.PrimaryKeyConstraint("provision_id", "stage_id", name=op.f("pk_agency_provision_stage")),
    )
    op.create_index("ix_agency_provision_stage_stage_id", "agency_provision_stage", ["stage_id"])

    op.create_table(
        "declared_row",
        sa.Column("list_id", sa.Integer(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["list_id"], ["declared_list.id"], name=op.f("fk_declared_row_list_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_declared_row_need_area_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_declared_row_place_id")),
        sa.PrimaryKeyConstraint("list_id", "line", "need_area_id", name=op.f("pk_declared_row")),
    )
    op.create_table(
        "demand_model_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "caseload",
                "yearly",
                "excluded",
                "custody",
                "out_of_area",
                "region",
                "home",
                "place",
                "prevalence",
                "complexity",
                "cohort",
                name="kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("key", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("low", sa.BigInteger(), nullable=False),
        sa.Column("central", sa.BigInteger(), nullable=False),
        sa.Column("high", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", sa.String(length=60), nullable=False),
        sa.Column("base", sa.String(length=200), nullable=False),
        sa.Column("weakness", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "source <> '' AND weakness <> ''", name=op.f("ck_demand_model_row_says_where_from_and_how_weak")
        ),
        sa.CheckConstraint(
            "low >= 0 AND central >= 0 AND high >= 0", name=op.f("ck_demand_model_row_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["demand_model_version.id"],
            name=op.f("fk_demand_model_row_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_model_row")),
        sa.UniqueConstraint(
            "version_id", "kind", "key", name=op.f("uq_demand_model_row_version_id_kind_key")
        ),
    )
    append_only("agency_provision_change")
    for name in ("without_remote", "without_declared"):
        op.add_column("analysis", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    for table in ("analysis_cell", "analysis_total"):
        op.add_column(table, sa.Column("by_partner", sa.Integer(), nullable=False, server_default="0"))
    _layers(LAYERS)
    op.add_column("demand_row", sa.Column("line", sa.Integer()))
    op.add_column("demand_set", sa.Column("crosswalk", sa.String(60), nullable=False, server_default=""))
    op.add_column("demand_set", sa.Column("left_out", sa.JSON()))
    for column, target in REFERENCES.items():
        _reference("demand_set", column, target)
    # It brings its CHECK along: on SQLite the only way that rebuilds nothing.
    op.execute(
        "ALTER TABLE demand_set ADD COLUMN scenario VARCHAR(40) CONSTRAINT ck_demand_set_scenario "
        "CHECK (scenario IN ('low', 'central', 'high'))"
    )
    add_check(
        "demand_set",
        "only_modelled_have_a_model",
        "modelled OR (model_version_id IS NULL AND scenario IS NULL)",
    )
    add_check("demand_set", "model_with_its_values", "(model_version_id IS NULL) = (scenario IS NULL)")


def downgrade() -> None:
    drop_check("demand_set", "only_modelled_have_a_model")
    drop_check("demand_set", "model_with_its_values")
    with rebuild("demand_set") as batch:
        for column in REFERENCES:
            batch.drop_constraint(f"fk_demand_set_{column}", type_="foreignkey")
            batch.drop_column(column)
        batch.drop_constraint(op.f("ck_demand_set_scenario"), type_="check")
        for column in ("scenario", "crosswalk", "left_out"):
            batch.drop_column(column)
    op.drop_column("demand_row", "line")
    _layers(tuple(layer for layer in LAYERS if layer != "by_partner"))
    for table in ("analysis_cell", "analysis_total"):
        op.drop_column(table, "by_partner")
    for name in ("without_remote", "without_declared"):
        op.drop_column("analysis", name)
    for table in NEW_TABLES:
        op.drop_table(table)


def _layers(layers: tuple[str, ...]) -> None:
    """Say of an analysis's cells which layers are counted together."""
    rules = {
        "no_more_served_than_are": "people >= " + " + ".join(layers),
        "layers_not_negative": " AND ".join(f"{layer} >= 0" for layer in layers),
    }
    for name, rule in rules.items():
        if op.get_context().dialect.name == "postgresql":
            # Put back in the same transaction: nothing slips through between.
            op.execute(
                "-- squawk-ignore ban-drop-constraint\n"
                f"ALTER TABLE analysis_cell DROP CONSTRAINT ck_analysis_cell_{name}"
            )
        else:
            drop_check("analysis_cell", name)
        add_check("analysis_cell", name, rule)


def _reference(table: str, column: str, target: str) -> None:
    """Add a column that refers to another table: no row of it holds anything yet."""
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
