"""Everything that the first circle needs"""

import sqlalchemy as sa
from alembic import op

from core.schema import append_only

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

# What was done, decided or received: no row of these is ever changed or deleted.
APPEND_ONLY = (
    "audit_event",
    "invitation",
    "bid_submission",
    "envelope_release",
    "score",
    "consensus",
    "letter",
)


def upgrade() -> None:
    op.create_table(
        "audit_chain",
        sa.Column("name", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("head", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_audit_chain")),
    )
    op.create_table(
        "complexity_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "code",
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
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("definition", sa.Text(), nullable=False),
        sa.Column("support", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_complexity_level")),
        sa.UniqueConstraint("code", name=op.f("uq_complexity_level_code")),
        sa.UniqueConstraint("position", name=op.f("uq_complexity_level_position")),
    )
    op.create_table(
        "cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=True),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("tags", sa.JSON(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cohort")),
        sa.UniqueConstraint("code", name=op.f("uq_cohort_code")),
        sa.UniqueConstraint("position", name=op.f("uq_cohort_position")),
    )
    op.create_table(
        "demand_cohort",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("sex", sa.String(length=10), nullable=False),
        sa.Column("age_from", sa.Integer(), nullable=False),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_cohort")),
        sa.UniqueConstraint("code", name=op.f("uq_demand_cohort_code")),
        sa.UniqueConstraint("position", name=op.f("uq_demand_cohort_position")),
    )
    op.create_table(
        "failed_sign_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email_digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_failed_sign_in")),
    )
    with op.batch_alter_table("failed_sign_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_failed_sign_in_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_failed_sign_in_email_digest"), ["email_digest"], unique=False)

    op.create_table(
        "need_area",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("prefix", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("short_name", sa.String(length=200), nullable=False),
        sa.Column("aliases", sa.JSON(), nullable=False),
        sa.Column("cpv_codes", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_need_area")),
        sa.UniqueConstraint("code", name=op.f("uq_need_area_code")),
        sa.UniqueConstraint("position", name=op.f("uq_need_area_position")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "authority",
                "supplier",
                "partner-agency",
                name="organisationkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("public_id", name=op.f("uq_organisation_public_id")),
    )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.create_index("ix_organisation_kind_name", ["kind", "name"], unique=False)

    op.create_table(
        "outbox_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("to_address", sa.String(length=254), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_message")),
    )
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_message_unsent", ["sent_at", "created_at"], unique=False)

    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locked_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tf_primary_method", sa.String(length=64), nullable=True),
        sa.Column("tf_totp_secret", sa.String(length=255), nullable=True),
        sa.Column("tf_phone_number", sa.String(length=64), nullable=True),
        sa.Column("mf_recovery_codes", sa.JSON(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
        sa.UniqueConstraint("public_id", name=op.f("uq_person_public_id")),
    )
    op.create_table(
        "place",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "nation",
                "region",
                "police_force_area",
                "delivery_unit",
                name="placekind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("region_id", sa.Integer(), nullable=True),
        sa.Column("police_force_area_id", sa.Integer(), nullable=True),
        sa.Column("valid_from", sa.Date(), nullable=True),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.Column("local_id", sa.String(length=60), nullable=False),
        sa.Column("ons_code", sa.String(length=60), nullable=False),
        sa.Column("delius_code", sa.String(length=60), nullable=False),
        sa.Column("covers", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("abbreviation", sa.String(length=60), nullable=False),
        sa.Column("tile_row", sa.Integer(), nullable=True),
        sa.Column("tile_column", sa.Integer(), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(kind = 'nation') = (parent_id IS NULL)", name=op.f("ck_place_only_nations_have_no_parent")
        ),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to > valid_from", name=op.f("ck_place_dates")
        ),
        sa.ForeignKeyConstraint(["parent_id"], ["place.id"], name=op.f("fk_place_parent_id")),
        sa.ForeignKeyConstraint(
            ["police_force_area_id"], ["place.id"], name=op.f("fk_place_police_force_area_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_place_region_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place")),
        sa.UniqueConstraint("code", name=op.f("uq_place_code")),
        sa.UniqueConstraint("kind", "position", name=op.f("uq_place_kind_position")),
    )
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_place_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_place_police_force_area_id"), ["police_force_area_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_place_region_id"), ["region_id"], unique=False)

    op.create_table(
        "question_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "text",
                "number",
                "money",
                "date",
                "yes-no",
                "choice",
                "file",
                name="questionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("hint", sa.Text(), nullable=False),
        sa.Column("word_limit", sa.Integer(), nullable=True),
        sa.Column("choices", sa.JSON(), nullable=True),
        sa.Column("required", sa.Boolean(), nullable=False),
        sa.Column("pass_if", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("version > 0", name=op.f("ck_question_version_version_positive")),
        sa.CheckConstraint(
            "word_limit IS NULL OR word_limit > 0", name=op.f("ck_question_version_word_limit_positive")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_version")),
        sa.UniqueConstraint("code", "version", name=op.f("uq_question_version_code_version")),
    )
    op.create_table(
        "reference_release",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("loaded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("manifest", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reference_release")),
    )
    op.create_table(
        "sentence_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sentence_type")),
        sa.UniqueConstraint("code", name=op.f("uq_sentence_type_code")),
        sa.UniqueConstraint("position", name=op.f("uq_sentence_type_position")),
    )
    op.create_table(
        "service_type",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("variant_of", sa.String(length=60), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_type")),
        sa.UniqueConstraint("code", name=op.f("uq_service_type_code")),
        sa.UniqueConstraint("position", name=op.f("uq_service_type_position")),
    )
    op.create_table(
        "specification_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column(
            "phase",
            sa.Enum(
                "assess_and_plan",
                "implement",
                "review_and_evaluate",
                name="phase",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("heading", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specification_item")),
        sa.UniqueConstraint("code", name=op.f("uq_specification_item_code")),
    )
    op.create_table(
        "stage",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("setting", sa.String(length=60), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stage")),
        sa.UniqueConstraint("code", name=op.f("uq_stage_code")),
        sa.UniqueConstraint("position", name=op.f("uq_stage_position")),
    )
    op.create_table(
        "audit_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("chain", sa.String(length=60), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("tag", sa.String(length=60), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("subject_type", sa.String(length=60), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("previous_hash", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["chain"], ["audit_chain.name"], name=op.f("fk_audit_event_chain")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_event")),
        sa.UniqueConstraint("chain", "sequence", name=op.f("uq_audit_event_chain_sequence")),
    )
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.create_index("ix_audit_event_at", ["at"], unique=False)
        batch_op.create_index("ix_audit_event_subject", ["subject_type", "subject_id"], unique=False)

    op.create_table(
        "crosswalk",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.String(length=60), nullable=False),
        sa.Column("label", sa.String(length=200), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=True),
        sa.Column("equivalence", sa.String(length=60), nullable=False),
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
        sa.Column("stage", sa.String(length=60), nullable=True),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(equivalence = 'none') = (need_area_id IS NULL)", name=op.f("ck_crosswalk_none_has_no_need_area")
        ),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_crosswalk_need_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crosswalk")),
        sa.UniqueConstraint(
            "scheme", "label", "need_area_id", name=op.f("uq_crosswalk_scheme_label_need_area_id")
        ),
    )
    op.create_table(
        "demand_set",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("period", sa.String(length=200), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("modelled", sa.Boolean(), nullable=False),
        sa.Column("assumptions", sa.JSON(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_demand_set_created_by_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_demand_set_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_demand_set")),
        sa.UniqueConstraint("public_id", name=op.f("uq_demand_set_public_id")),
    )
    with op.batch_alter_table("demand_set", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_demand_set_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=200), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("size > 0", name=op.f("ck_document_not_empty")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_document_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_document")),
        sa.UniqueConstraint("public_id", name=op.f("uq_document_public_id")),
    )
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_document_digest"), ["digest"], unique=False)

    op.create_table(
        "framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column(
            "regime",
            sa.Enum(
                "pcr2015-dps",
                "pa2023-dynamic-market",
                name="regime",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "published",
                "ceased",
                name="frameworkstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("market_reference", sa.String(length=60), nullable=False),
        sa.Column("rules", sa.JSON(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "regime <> 'pcr2015-dps' OR ends_on IS NULL OR ends_on <= '2029-02-23'",
            name=op.f("ck_framework_dps_last_day"),
        ),
        sa.CheckConstraint(
            "state = 'draft' OR published_at IS NOT NULL", name=op.f("ck_framework_published_has_a_moment")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["organisation.id"], name=op.f("fk_framework_authority_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
        sa.UniqueConstraint("public_id", name=op.f("uq_framework_public_id")),
    )
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "failed",
                name="jobstatus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lease_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=False),
        sa.Column("progress_note", sa.String(length=200), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.CheckConstraint("progress BETWEEN 0 AND 100", name=op.f("ck_job_progress_is_a_percentage")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_job_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
        sa.UniqueConstraint("public_id", name=op.f("uq_job_public_id")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_status_created", ["status", "created_at"], unique=False)

    op.create_table(
        "membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(length=60), nullable=False),
        sa.Column("valid_from", sa.Date(), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "valid_to IS NULL OR valid_to >= valid_from", name=op.f("ck_membership_ends_after_start")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_membership_organisation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_membership_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
        sa.UniqueConstraint(
            "person_id",
            "organisation_id",
            "role",
            "valid_from",
            name=op.f("uq_membership_person_id_organisation_id_role_valid_from"),
        ),
    )
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_membership_organisation_id"), ["organisation_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_membership_person_id"), ["person_id"], unique=False)

    op.create_table(
        "offer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_offer_need_area_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_offer_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer")),
        sa.UniqueConstraint("public_id", name=op.f("uq_offer_public_id")),
    )
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_need_area_id"), ["need_area_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_offer_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_outcome_need_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome")),
        sa.UniqueConstraint("code", name=op.f("uq_outcome_code")),
    )
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_outcome_need_area_id"), ["need_area_id"], unique=False)

    op.create_table(
        "place_successor",
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_place_successor_place_id")),
        sa.ForeignKeyConstraint(["successor_id"], ["place.id"], name=op.f("fk_place_successor_successor_id")),
        sa.PrimaryKeyConstraint("place_id", "successor_id", name=op.f("pk_place_successor")),
    )
    op.create_table(
        "scope_limit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("framework", sa.String(length=60), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_scope_limit_need_area_id")),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_scope_limit_region_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name=op.f("fk_scope_limit_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scope_limit")),
        sa.UniqueConstraint(
            "supplier_id",
            "need_area_id",
            "region_id",
            "framework",
            name=op.f("uq_scope_limit_supplier_id_need_area_id_region_id_framework"),
        ),
    )
    op.create_table(
        "specification_level",
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
        sa.Column("version", sa.String(length=60), nullable=False),
        sa.Column(
            "availability",
            sa.Enum(
                "available",
                "not_available",
                "not_published",
                name="availability",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column(
            "refer_to",
            sa.Enum(
                "accredited_programme", name="referral", native_enum=False, create_constraint=True, length=40
            ),
            nullable=True,
        ),
        sa.Column("guide", sa.Text(), nullable=False),
        sa.Column("guide_source", sa.String(length=200), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("inherits", sa.JSON(), nullable=False),
        sa.Column("inherits_source", sa.String(length=200), nullable=False),
        sa.Column("referrals", sa.JSON(), nullable=False),
        sa.CheckConstraint(
            "availability = 'available' OR reason <> ''",
            name=op.f("ck_specification_level_reason_where_not_available"),
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_specification_level_need_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_specification_level")),
        sa.UniqueConstraint(
            "need_area_id",
            "complexity",
            "version",
            name=op.f("uq_specification_level_need_area_id_complexity_version"),
        ),
    )
    op.create_table(
        "supplier_profile",
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("companies_house_number", sa.String(length=8), nullable=True),
        sa.Column("charity_number", sa.String(length=10), nullable=True),
        sa.Column(
            "size",
            sa.Enum(
                "micro",
                "small",
                "medium",
                "large",
                name="suppliersize",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("voluntary_sector", sa.Boolean(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("website", sa.String(length=200), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_supplier_profile_organisation_id")
        ),
        sa.PrimaryKeyConstraint("organisation_id", name=op.f("pk_supplier_profile")),
    )
    op.create_table(
        "analysis",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("demand_set_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("on_date", sa.Date(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("inputs_digest", sa.String(length=64), nullable=False),
        sa.Column("method", sa.String(length=200), nullable=False),
        sa.Column("certificate", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.JSON(), nullable=True),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_analysis_created_by_id")),
        sa.ForeignKeyConstraint(["demand_set_id"], ["demand_set.id"], name=op.f("fk_analysis_demand_set_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_analysis_job_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_analysis_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_analysis")),
        sa.UniqueConstraint("public_id", name=op.f("uq_analysis_public_id")),
    )
    with op.batch_alter_table("analysis", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_analysis_demand_set_id"), ["demand_set_id"], unique=False)
        batch_op.create_index("ix_analysis_inputs_digest", ["organisation_id", "inputs_digest"], unique=False)
        batch_op.create_index(batch_op.f("ix_analysis_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "application",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "in_assessment",
                "representations",
                "admitted",
                "refused",
                "withdrawn",
                name="applicationstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declaration_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_due_on", sa.Date(), nullable=True),
        sa.Column("extension_reason", sa.Text(), nullable=False),
        sa.Column("assessor_id", sa.Integer(), nullable=True),
        sa.Column("representations", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decision_reasons", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'refused' OR decision_reasons <> ''", name=op.f("ck_application_refused_has_reasons")
        ),
        sa.CheckConstraint(
            "state IN ('draft', 'withdrawn') OR submitted_at IS NOT NULL",
            name=op.f("ck_application_submitted_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('admitted', 'refused') OR decided_at IS NOT NULL",
            name=op.f("ck_application_decided_has_a_moment"),
        ),
        sa.ForeignKeyConstraint(["assessor_id"], ["person.id"], name=op.f("fk_application_assessor_id")),
        sa.ForeignKeyConstraint(
            ["declaration_by_id"], ["person.id"], name=op.f("fk_application_declaration_by_id")
        ),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_application_framework_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name=op.f("fk_application_supplier_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_public_id")),
    )
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_application_framework_id"), ["framework_id"], unique=False)
        batch_op.create_index("ix_application_state_due", ["state", "decision_due_on"], unique=False)
        batch_op.create_index(batch_op.f("ix_application_supplier_id"), ["supplier_id"], unique=False)
        batch_op.create_index(
            "uq_application_one_open",
            ["framework_id", "supplier_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'in_assessment', 'representations')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'in_assessment', 'representations')"),
        )

    op.create_table(
        "call_off",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("need", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "approved",
                "published",
                "closed",
                "quality_opened",
                "quality_scored",
                "consensus",
                "price_opened",
                "recommended",
                "award_approved",
                "summaries_sent",
                "award_notice",
                "standstill",
                "contracted",
                "paused",
                "cancelled",
                name="calloffstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_before_pause", sa.String(length=40), nullable=True),
        sa.Column("source_note", sa.Text(), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lots_considered", sa.Text(), nullable=False),
        sa.Column("conflicts_assessed", sa.Boolean(), nullable=False),
        sa.Column(
            "price_model",
            sa.Enum(
                "unit_price",
                "fixed_price",
                name="pricemodel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "price_formula",
            sa.Enum(
                "relative_lowest",
                "mean_deviation",
                "optimal_price",
                "quality_only",
                "price_per_quality_point",
                name="priceformula",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("optimal_price", sa.BigInteger(), nullable=True),
        sa.Column("price_weight", sa.BigInteger(), nullable=True),
        sa.Column(
            "tie_break",
            sa.Enum(
                "higher_quality",
                "lower_price",
                "first_criterion",
                "draw",
                name="tiebreak",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("standstill", sa.Boolean(), nullable=False),
        sa.Column("data_sharing", sa.Text(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("summaries_sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("award_notice_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("standstill_ends_on", sa.Date(), nullable=True),
        sa.Column("ended_reason", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'paused') = (state_before_pause IS NOT NULL)", name=op.f("ck_call_off_paused_remembers")
        ),
        sa.CheckConstraint(
            "state <> 'cancelled' OR ended_reason <> ''", name=op.f("ck_call_off_cancelled_has_a_reason")
        ),
        sa.CheckConstraint("state <> 'closed'", name=op.f("ck_call_off_closed_is_derived")),
        sa.CheckConstraint(
            "state IN ('draft', 'approved', 'cancelled', 'paused') OR (published_at IS NOT NULL AND deadline IS NOT NULL)",
            name=op.f("ck_call_off_published_has_moments"),
        ),
        sa.ForeignKeyConstraint(["authority_id"], ["organisation.id"], name=op.f("fk_call_off_authority_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["person.id"], name=op.f("fk_call_off_created_by_id")),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_call_off_framework_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_off")),
        sa.UniqueConstraint("public_id", name=op.f("uq_call_off_public_id")),
    )
    with op.batch_alter_table("call_off", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_off_authority_id"), ["authority_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_call_off_framework_id"), ["framework_id"], unique=False)
        batch_op.create_index("ix_call_off_state_deadline", ["state", "deadline"], unique=False)

    op.create_table(
        "capacity_commitment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
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
        sa.Column("places_a_year", sa.Integer(), nullable=False),
        sa.Column("contract_reference", sa.String(length=60), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_capacity_commitment_ends_after_start")),
        sa.CheckConstraint("places_a_year > 0", name=op.f("ck_capacity_commitment_places_positive")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_capacity_commitment_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_capacity_commitment")),
        sa.UniqueConstraint(
            "offer_id",
            "complexity",
            "contract_reference",
            name=op.f("uq_capacity_commitment_offer_id_complexity_contract_reference"),
        ),
    )
    with op.batch_alter_table("capacity_commitment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_capacity_commitment_offer_id"), ["offer_id"], unique=False)

    op.create_table(
        "category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("value_from", sa.BigInteger(), nullable=False),
        sa.Column("value_below", sa.BigInteger(), nullable=True),
        sa.Column("cpv_code", sa.String(length=60), nullable=False),
        sa.Column("criteria", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "value_below IS NULL OR value_below > value_from", name=op.f("ck_category_band_is_not_empty")
        ),
        sa.CheckConstraint("value_from >= 0", name=op.f("ck_category_value_from_not_negative")),
        sa.ForeignKeyConstraint(["framework_id"], ["framework.id"], name=op.f("fk_category_framework_id")),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_category_need_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_category")),
        sa.UniqueConstraint("framework_id", "code", name=op.f("uq_category_framework_id_code")),
    )
    op.create_table(
        "demand_row",
        sa.Column("set_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
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
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.CheckConstraint("people >= 0", name=op.f("ck_demand_row_people_not_negative")),
        sa.ForeignKeyConstraint(["cohort_id"], ["demand_cohort.id"], name=op.f("fk_demand_row_cohort_id")),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_demand_row_need_area_id")),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_demand_row_place_id")),
        sa.ForeignKeyConstraint(
            ["set_id"], ["demand_set.id"], name=op.f("fk_demand_row_set_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint(
            "set_id", "place_id", "need_area_id", "complexity", "cohort_id", name=op.f("pk_demand_row")
        ),
    )
    op.create_table(
        "framework_question",
        sa.Column("framework_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=200), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["framework_id"], ["framework.id"], name=op.f("fk_framework_question_framework_id")
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question_version.id"], name=op.f("fk_framework_question_question_id")
        ),
        sa.PrimaryKeyConstraint("framework_id", "question_id", name=op.f("pk_framework_question")),
        sa.UniqueConstraint(
            "framework_id", "position", name=op.f("uq_framework_question_framework_id_position")
        ),
    )
    op.create_table(
        "membership_scope",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"], ["membership.id"], name=op.f("fk_membership_scope_membership_id")
        ),
        sa.PrimaryKeyConstraint("membership_id", "scope", name=op.f("pk_membership_scope")),
    )
    op.create_table(
        "offer_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "returned",
                "published",
                "suspended",
                "superseded",
                "withdrawn",
                name="offerstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("customisation", sa.Text(), nullable=False),
        sa.Column("pre_release_support", sa.Text(), nullable=False),
        sa.Column("sentence_type_reason", sa.Text(), nullable=False),
        sa.Column(
            "mode",
            sa.Enum(
                "one_to_one",
                "group",
                "both",
                name="deliverymode",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("group_minimum", sa.Integer(), nullable=True),
        sa.Column("group_optimum", sa.Integer(), nullable=True),
        sa.Column("group_maximum", sa.Integer(), nullable=True),
        sa.Column("remote_only", sa.Boolean(), nullable=False),
        sa.Column("return_reasons", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state <> 'returned' OR return_reasons <> ''", name=op.f("ck_offer_version_returned_has_reasons")
        ),
        sa.CheckConstraint(
            "state NOT IN ('published', 'suspended', 'superseded') OR published_at IS NOT NULL",
            name=op.f("ck_offer_version_published_has_a_moment"),
        ),
        sa.CheckConstraint(
            "group_minimum IS NULL OR group_maximum IS NULL OR group_minimum <= group_maximum",
            name=op.f("ck_offer_version_group_minimum_within_maximum"),
        ),
        sa.CheckConstraint("number > 0", name=op.f("ck_offer_version_number_positive")),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_version_offer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_version")),
        sa.UniqueConstraint("offer_id", "number", name=op.f("uq_offer_version_offer_id_number")),
    )
    with op.batch_alter_table("offer_version", schema=None) as batch_op:
        batch_op.create_index("ix_offer_version_state", ["state", "published_at"], unique=False)
        batch_op.create_index(
            "uq_offer_version_one_open",
            ["offer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
        )
        batch_op.create_index(
            "uq_offer_version_one_standing",
            ["offer_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('published', 'suspended')"),
            postgresql_where=sa.text("state IN ('published', 'suspended')"),
        )

    op.create_table(
        "specification_level_item",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "inherited_from",
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
        sa.ForeignKeyConstraint(
            ["item_id"], ["specification_item.id"], name=op.f("fk_specification_level_item_item_id")
        ),
        sa.ForeignKeyConstraint(
            ["level_id"], ["specification_level.id"], name=op.f("fk_specification_level_item_level_id")
        ),
        sa.PrimaryKeyConstraint("level_id", "item_id", name=op.f("pk_specification_level_item")),
    )
    op.create_table(
        "analysis_block",
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("layer", sa.String(length=20), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_analysis_block_analysis_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("analysis_id", "layer", "number", name=op.f("pk_analysis_block")),
    )
    op.create_table(
        "analysis_cell",
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
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
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("police_force_area_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("by_contract", sa.Integer(), nullable=False),
        sa.Column("by_member_offer", sa.Integer(), nullable=False),
        sa.Column("by_other_offer", sa.Integer(), nullable=False),
        sa.Column("referred", sa.Boolean(), nullable=False),
        sa.Column("block", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "by_contract >= 0 AND by_member_offer >= 0 AND by_other_offer >= 0",
            name=op.f("ck_analysis_cell_layers_not_negative"),
        ),
        sa.CheckConstraint(
            "people >= by_contract + by_member_offer + by_other_offer",
            name=op.f("ck_analysis_cell_no_more_served_than_are"),
        ),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_analysis_cell_analysis_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["cohort_id"], ["demand_cohort.id"], name=op.f("fk_analysis_cell_cohort_id")),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_analysis_cell_need_area_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_analysis_cell_place_id")),
        sa.ForeignKeyConstraint(
            ["police_force_area_id"], ["place.id"], name=op.f("fk_analysis_cell_police_force_area_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_analysis_cell_region_id")),
        sa.PrimaryKeyConstraint(
            "analysis_id",
            "place_id",
            "need_area_id",
            "complexity",
            "cohort_id",
            name=op.f("pk_analysis_cell"),
        ),
    )
    with op.batch_alter_table("analysis_cell", schema=None) as batch_op:
        batch_op.create_index(
            "ix_analysis_cell_region", ["analysis_id", "region_id", "need_area_id"], unique=False
        )

    op.create_table(
        "analysis_total",
        sa.Column("analysis_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("referred", sa.Integer(), nullable=False),
        sa.Column("by_contract", sa.Integer(), nullable=False),
        sa.Column("by_member_offer", sa.Integer(), nullable=False),
        sa.Column("by_other_offer", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["analysis_id"], ["analysis.id"], name=op.f("fk_analysis_total_analysis_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_analysis_total_need_area_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_analysis_total_place_id")),
        sa.PrimaryKeyConstraint("analysis_id", "place_id", "need_area_id", name=op.f("pk_analysis_total")),
    )
    op.create_table(
        "application_answer",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "met",
                "not_met",
                name="assessmentoutcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("outcome_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_answer_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question_version.id"], name=op.f("fk_application_answer_question_id")
        ),
        sa.PrimaryKeyConstraint("application_id", "question_id", name=op.f("pk_application_answer")),
    )
    op.create_table(
        "application_choice",
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_choice_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_application_choice_category_id")
        ),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_application_choice_region_id")),
        sa.PrimaryKeyConstraint(
            "application_id", "category_id", "region_id", name=op.f("pk_application_choice")
        ),
    )
    op.create_table(
        "call_off_duty",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "duty",
            sa.Enum(
                "drafter",
                "opening_officer",
                "evaluator",
                "approver",
                name="duty",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("assigned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("has_conflict", sa.Boolean(), nullable=True),
        sa.Column("conflict_note", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "has_conflict IS NULL OR NOT has_conflict OR conflict_note <> ''",
            name=op.f("ck_call_off_duty_conflict_is_described"),
        ),
        sa.CheckConstraint(
            "(declared_at IS NULL) = (has_conflict IS NULL)",
            name=op.f("ck_call_off_duty_declared_says_which"),
        ),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_call_off_duty_call_off_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_call_off_duty_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_off_duty")),
        sa.UniqueConstraint(
            "call_off_id", "person_id", "duty", name=op.f("uq_call_off_duty_call_off_id_person_id_duty")
        ),
    )
    with op.batch_alter_table("call_off_duty", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_call_off_duty_person_id"), ["person_id"], unique=False)

    op.create_table(
        "category_region",
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["category_id"], ["category.id"], name=op.f("fk_category_region_category_id")
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_category_region_place_id")),
        sa.PrimaryKeyConstraint("category_id", "place_id", name=op.f("pk_category_region")),
    )
    with op.batch_alter_table("category_region", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_category_region_place_id"), ["place_id"], unique=False)

    op.create_table(
        "criterion",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "quality",
                "social_value",
                "price",
                name="criterionkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("weight", sa.BigInteger(), nullable=False),
        sa.Column("threshold", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("kind <> 'price'", name=op.f("ck_criterion_price_is_the_call_offs")),
        sa.CheckConstraint(
            "weight > 0 AND weight <= 1000000", name=op.f("ck_criterion_weight_is_a_percentage")
        ),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_criterion_call_off_id")),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question_version.id"], name=op.f("fk_criterion_question_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_criterion")),
        sa.UniqueConstraint("call_off_id", "position", name=op.f("uq_criterion_call_off_id_position")),
        sa.UniqueConstraint("call_off_id", "question_id", name=op.f("uq_criterion_call_off_id_question_id")),
    )
    op.create_table(
        "envelope_key",
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column(
            "envelope",
            sa.Enum(
                "quality", "price", name="envelope", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("wrapped_key", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_envelope_key_call_off_id")),
        sa.PrimaryKeyConstraint("call_off_id", "envelope", name=op.f("pk_envelope_key")),
    )
    op.create_table(
        "envelope_release",
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column(
            "envelope",
            sa.Enum(
                "quality", "price", name="envelope", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_envelope_release_call_off_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_envelope_release_person_id")),
        sa.PrimaryKeyConstraint("call_off_id", "envelope", "person_id", name=op.f("pk_envelope_release")),
    )
    op.create_table(
        "lot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "failed",
                "re_run",
                "awarded",
                "contracted",
                name="lotstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "failure_cause",
            sa.Enum(
                "no_bid",
                "no_compliant_bid",
                "all_withdrawn",
                name="failurecause",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("term_months", sa.Integer(), nullable=True),
        sa.Column("budget", sa.BigInteger(), nullable=True),
        sa.Column("holds_all", sa.Boolean(), nullable=False),
        sa.Column("few_members_reason", sa.Text(), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(state = 'failed') = (failure_cause IS NOT NULL)", name=op.f("ck_lot_failed_has_a_cause")
        ),
        sa.CheckConstraint("budget IS NULL OR budget > 0", name=op.f("ck_lot_budget_positive")),
        sa.CheckConstraint("number > 0", name=op.f("ck_lot_number_positive")),
        sa.CheckConstraint(
            "term_months IS NULL OR term_months BETWEEN 1 AND 240", name=op.f("ck_lot_term_in_bounds")
        ),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_lot_call_off_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot")),
        sa.UniqueConstraint("call_off_id", "number", name=op.f("uq_lot_call_off_id_number")),
    )
    op.create_table(
        "member",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("category_id", sa.Integer(), nullable=False),
        sa.Column("region_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "active",
                "suspended",
                "removed",
                name="memberstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("admitted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "state = 'active' OR state_reason <> ''", name=op.f("ck_member_reason_where_not_active")
        ),
        sa.ForeignKeyConstraint(
            ["application_id"], ["application.id"], name=op.f("fk_member_application_id")
        ),
        sa.ForeignKeyConstraint(["category_id"], ["category.id"], name=op.f("fk_member_category_id")),
        sa.ForeignKeyConstraint(["region_id"], ["place.id"], name=op.f("fk_member_region_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_member_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member")),
        sa.UniqueConstraint(
            "category_id",
            "region_id",
            "supplier_id",
            name=op.f("uq_member_category_id_region_id_supplier_id"),
        ),
    )
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_member_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "offer_cohort",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_offer_cohort_cohort_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_cohort_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "cohort_id", name=op.f("pk_offer_cohort")),
    )
    with op.batch_alter_table("offer_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_cohort_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "offer_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
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
        sa.Column("outputs", sa.Text(), nullable=False),
        sa.Column("outcomes_text", sa.Text(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.Column("places_a_year", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "places_a_year IS NULL OR places_a_year > 0", name=op.f("ck_offer_level_places_positive")
        ),
        sa.CheckConstraint(
            "unit_price IS NULL OR unit_price >= 0", name=op.f("ck_offer_level_price_not_negative")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_level_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_level")),
        sa.UniqueConstraint("version_id", "complexity", name=op.f("uq_offer_level_version_id_complexity")),
    )
    op.create_table(
        "offer_listing",
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("supplier_name", sa.String(length=200), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("complexity_mask", sa.Integer(), nullable=False),
        sa.Column("cohort_mask", sa.BigInteger(), nullable=False),
        sa.Column("stage_mask", sa.Integer(), nullable=False),
        sa.Column("region_mask", sa.Integer(), nullable=False),
        sa.Column("police_force_area_mask", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_offer_listing_need_area_id")
        ),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_listing_offer_id")),
        sa.ForeignKeyConstraint(
            ["supplier_id"], ["organisation.id"], name=op.f("fk_offer_listing_supplier_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_listing_version_id")
        ),
        sa.PrimaryKeyConstraint("offer_id", name=op.f("pk_offer_listing")),
        sa.UniqueConstraint("version_id", name=op.f("uq_offer_listing_version_id")),
    )
    with op.batch_alter_table("offer_listing", schema=None) as batch_op:
        batch_op.create_index(
            "ix_offer_listing_masks",
            [
                "need_area_id",
                "complexity_mask",
                "cohort_mask",
                "stage_mask",
                "region_mask",
                "police_force_area_mask",
                "offer_id",
            ],
            unique=False,
        )
        batch_op.create_index("ix_offer_listing_published_at", ["published_at", "offer_id"], unique=False)
        batch_op.create_index(
            "ix_offer_listing_need_area_id_title", ["need_area_id", "title", "offer_id"], unique=False
        )
        batch_op.create_index("ix_offer_listing_title", ["title", "offer_id"], unique=False)

    op.create_table(
        "offer_place",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_offer_place_place_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_place_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "place_id", name=op.f("pk_offer_place")),
    )
    with op.batch_alter_table("offer_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_place_place_id"), ["place_id"], unique=False)

    op.create_table(
        "offer_sentence_type",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("sentence_type_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sentence_type_id"], ["sentence_type.id"], name=op.f("fk_offer_sentence_type_sentence_type_id")
        ),
        sa.ForeignKeyConstraint(
            ["version_id"],
            ["offer_version.id"],
            name=op.f("fk_offer_sentence_type_version_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("version_id", "sentence_type_id", name=op.f("pk_offer_sentence_type")),
    )
    with op.batch_alter_table("offer_sentence_type", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_offer_sentence_type_sentence_type_id"), ["sentence_type_id"], unique=False
        )

    op.create_table(
        "offer_stage",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_offer_stage_stage_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_stage_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "stage_id", name=op.f("pk_offer_stage")),
    )
    with op.batch_alter_table("offer_stage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_stage_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "bid",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "submitted",
                "withdrawn",
                name="bidstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_bid_lot_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_bid_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid")),
        sa.UniqueConstraint("lot_id", "supplier_id", name=op.f("uq_bid_lot_id_supplier_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bid_public_id")),
    )
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "contract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column(
            "origin",
            sa.Enum(
                "call_off",
                "register",
                name="contractorigin",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=True),
        sa.Column("supplier_id", sa.Integer(), nullable=True),
        sa.Column("supplier_code", sa.String(length=200), nullable=False),
        sa.Column("service_type_id", sa.Integer(), nullable=True),
        sa.Column("whole_region", sa.Boolean(), nullable=False),
        sa.Column(
            "sex",
            sa.Enum(
                "male",
                "female",
                "both",
                name="contractsex",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("age_from", sa.Integer(), nullable=True),
        sa.Column("age_to", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("subcontractors", sa.Integer(), nullable=False),
        sa.Column("need_labels", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "origin <> 'call_off' OR (lot_id IS NOT NULL AND supplier_id IS NOT NULL)",
            name=op.f("ck_contract_ours"),
        ),
        sa.CheckConstraint(
            "origin = 'register' OR ends_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_contract_ends_after_start"),
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_contract_lot_id")),
        sa.ForeignKeyConstraint(
            ["service_type_id"], ["service_type.id"], name=op.f("fk_contract_service_type_id")
        ),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_contract_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract")),
        sa.UniqueConstraint("lot_id", "supplier_id", name=op.f("uq_contract_lot_id_supplier_id")),
        sa.UniqueConstraint("public_id", name=op.f("uq_contract_public_id")),
        sa.UniqueConstraint("reference", name=op.f("uq_contract_reference")),
    )
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_lot_id"), ["lot_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contract_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "invitation",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("invited", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_invitation_lot_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_invitation_supplier_id")),
        sa.PrimaryKeyConstraint("lot_id", "supplier_id", name=op.f("pk_invitation")),
    )
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_invitation_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "lot_cohort",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_lot_cohort_cohort_id")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_lot_cohort_lot_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("lot_id", "cohort_id", name=op.f("pk_lot_cohort")),
    )
    with op.batch_alter_table("lot_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_cohort_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "lot_place",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_place_lot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_lot_place_place_id")),
        sa.PrimaryKeyConstraint("lot_id", "place_id", name=op.f("pk_lot_place")),
    )
    with op.batch_alter_table("lot_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_place_place_id"), ["place_id"], unique=False)

    op.create_table(
        "lot_stage",
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_stage_lot_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_lot_stage_stage_id")),
        sa.PrimaryKeyConstraint("lot_id", "stage_id", name=op.f("pk_lot_stage")),
    )
    with op.batch_alter_table("lot_stage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_stage_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "lot_volume",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
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
        sa.Column("people_a_year", sa.Integer(), nullable=False),
        sa.CheckConstraint("people_a_year > 0", name=op.f("ck_lot_volume_volume_positive")),
        sa.ForeignKeyConstraint(
            ["lot_id"], ["lot.id"], name=op.f("fk_lot_volume_lot_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["need_area_id"], ["need_area.id"], name=op.f("fk_lot_volume_need_area_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lot_volume")),
        sa.UniqueConstraint(
            "lot_id", "need_area_id", "complexity", name=op.f("uq_lot_volume_lot_id_need_area_id_complexity")
        ),
    )
    op.create_table(
        "offer_item",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column(
            "response",
            sa.Enum(
                "met",
                "another_way",
                "not_offered",
                name="itemresponse",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item_id"], ["specification_item.id"], name=op.f("fk_offer_item_item_id")),
        sa.ForeignKeyConstraint(
            ["level_id"], ["offer_level.id"], name=op.f("fk_offer_item_level_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("level_id", "item_id", name=op.f("pk_offer_item")),
    )
    with op.batch_alter_table("offer_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_item_item_id"), ["item_id"], unique=False)

    op.create_table(
        "offer_level_outcome",
        sa.Column("level_id", sa.Integer(), nullable=False),
        sa.Column("outcome_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["level_id"], ["offer_level.id"], name=op.f("fk_offer_level_outcome_level_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["outcome_id"], ["outcome.id"], name=op.f("fk_offer_level_outcome_outcome_id")
        ),
        sa.PrimaryKeyConstraint("level_id", "outcome_id", name=op.f("pk_offer_level_outcome")),
    )
    with op.batch_alter_table("offer_level_outcome", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_level_outcome_outcome_id"), ["outcome_id"], unique=False)

    op.create_table(
        "award",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("recommended_by_id", sa.Integer(), nullable=False),
        sa.Column("recommended_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_award_reason_given")),
        sa.CheckConstraint(
            "(approved_by_id IS NULL) = (approved_at IS NULL)", name=op.f("ck_award_approval_is_whole")
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR approved_by_id <> recommended_by_id",
            name=op.f("ck_award_approved_by_another"),
        ),
        sa.ForeignKeyConstraint(["approved_by_id"], ["person.id"], name=op.f("fk_award_approved_by_id")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_award_bid_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_award_lot_id")),
        sa.ForeignKeyConstraint(
            ["recommended_by_id"], ["person.id"], name=op.f("fk_award_recommended_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_award")),
        sa.UniqueConstraint("lot_id", name=op.f("uq_award_lot_id")),
    )
    op.create_table(
        "bid_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column(
            "envelope",
            sa.Enum(
                "quality", "price", name="envelope", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("sealed_name", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_file_bid_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_bid_file_document_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_file")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bid_file_public_id")),
    )
    with op.batch_alter_table("bid_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_bid_file_bid_id"), ["bid_id"], unique=False)

    op.create_table(
        "bid_part",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column(
            "envelope",
            sa.Enum(
                "quality", "price", name="envelope", native_enum=False, create_constraint=True, length=40
            ),
            nullable=False,
        ),
        sa.Column("field", sa.String(length=60), nullable=False),
        sa.Column("ciphertext", sa.LargeBinary(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_part_bid_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_part")),
        sa.UniqueConstraint("bid_id", "field", name=op.f("uq_bid_part_bid_id_field")),
    )
    op.create_table(
        "bid_submission",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_by_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("sealed_quality", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_price", sa.LargeBinary(), nullable=False),
        sa.Column("chain_sequence", sa.Integer(), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_bid_submission_number_positive")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_submission_bid_id")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["person.id"], name=op.f("fk_bid_submission_submitted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_submission")),
        sa.UniqueConstraint("bid_id", "number", name=op.f("uq_bid_submission_bid_id_number")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_bid_submission_fingerprint")),
    )
    op.create_table(
        "consensus",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_consensus_reason_given")),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_consensus_author_id")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_consensus_bid_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_consensus_criterion_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consensus")),
        sa.UniqueConstraint(
            "criterion_id", "bid_id", "number", name=op.f("uq_consensus_criterion_id_bid_id_number")
        ),
    )
    with op.batch_alter_table("consensus", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_consensus_bid_id"), ["bid_id"], unique=False)

    op.create_table(
        "contract_cohort",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("cohort_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["cohort_id"], ["cohort.id"], name=op.f("fk_contract_cohort_cohort_id")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_cohort_contract_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("contract_id", "cohort_id", name=op.f("pk_contract_cohort")),
    )
    with op.batch_alter_table("contract_cohort", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_cohort_cohort_id"), ["cohort_id"], unique=False)

    op.create_table(
        "contract_need_area",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"],
            ["contract.id"],
            name=op.f("fk_contract_need_area_contract_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_contract_need_area_need_area_id")
        ),
        sa.PrimaryKeyConstraint("contract_id", "need_area_id", name=op.f("pk_contract_need_area")),
    )
    with op.batch_alter_table("contract_need_area", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_contract_need_area_need_area_id"), ["need_area_id"], unique=False
        )

    op.create_table(
        "contract_place",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_place_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_contract_place_place_id")),
        sa.PrimaryKeyConstraint("contract_id", "place_id", name=op.f("pk_contract_place")),
    )
    with op.batch_alter_table("contract_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_place_place_id"), ["place_id"], unique=False)

    op.create_table(
        "contract_stage",
        sa.Column("contract_id", sa.Integer(), nullable=False),
        sa.Column("stage_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_stage_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["stage_id"], ["stage.id"], name=op.f("fk_contract_stage_stage_id")),
        sa.PrimaryKeyConstraint("contract_id", "stage_id", name=op.f("pk_contract_stage")),
    )
    with op.batch_alter_table("contract_stage", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contract_stage_stage_id"), ["stage_id"], unique=False)

    op.create_table(
        "contract_volume",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contract_id", sa.Integer(), nullable=False),
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
        sa.Column("people_a_year", sa.Integer(), nullable=False),
        sa.Column("unit_price", sa.BigInteger(), nullable=True),
        sa.CheckConstraint("people_a_year > 0", name=op.f("ck_contract_volume_volume_positive")),
        sa.ForeignKeyConstraint(
            ["contract_id"], ["contract.id"], name=op.f("fk_contract_volume_contract_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_contract_volume_need_area_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contract_volume")),
        sa.UniqueConstraint(
            "contract_id",
            "need_area_id",
            "complexity",
            name=op.f("uq_contract_volume_contract_id_need_area_id_complexity"),
        ),
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("supplier_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=60), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_letter_bid_id")),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_letter_call_off_id")),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_letter_document_id")),
        sa.ForeignKeyConstraint(["supplier_id"], ["organisation.id"], name=op.f("fk_letter_supplier_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("bid_id", "kind", name=op.f("uq_letter_bid_id_kind")),
    )
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_letter_bid_id"), ["bid_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_call_off_id"), ["call_off_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_letter_supplier_id"), ["supplier_id"], unique=False)

    op.create_table(
        "lot_result",
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("quality", sa.BigInteger(), nullable=False),
        sa.Column("evaluated_price", sa.BigInteger(), nullable=True),
        sa.Column("price", sa.BigInteger(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("excluded_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_lot_result_bid_id")),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_lot_result_lot_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_lot_result")),
    )
    with op.batch_alter_table("lot_result", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_lot_result_lot_id"), ["lot_id"], unique=False)

    op.create_table(
        "score",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_score_reason_given")),
        sa.CheckConstraint("score >= 0", name=op.f("ck_score_score_not_negative")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_score_bid_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_score_criterion_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_score_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score")),
        sa.UniqueConstraint(
            "criterion_id", "bid_id", "person_id", name=op.f("uq_score_criterion_id_bid_id_person_id")
        ),
    )
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_bid_id"), ["bid_id"], unique=False)

    op.create_table(
        "score_draft",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("score", sa.BigInteger(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_score_draft_bid_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_score_draft_criterion_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_score_draft_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_score_draft")),
        sa.UniqueConstraint(
            "criterion_id", "bid_id", "person_id", name=op.f("uq_score_draft_criterion_id_bid_id_person_id")
        ),
    )
    with op.batch_alter_table("score_draft", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_score_draft_person_id"), ["person_id"], unique=False)

    for table in APPEND_ONLY:
        append_only(table)


def downgrade() -> None:
    with op.batch_alter_table("score_draft", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_draft_person_id"))

    op.drop_table("score_draft")
    with op.batch_alter_table("score", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_score_bid_id"))

    op.drop_table("score")
    with op.batch_alter_table("lot_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_result_lot_id"))

    op.drop_table("lot_result")
    with op.batch_alter_table("letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_letter_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_letter_call_off_id"))
        batch_op.drop_index(batch_op.f("ix_letter_bid_id"))

    op.drop_table("letter")
    op.drop_table("contract_volume")
    with op.batch_alter_table("contract_stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_stage_stage_id"))

    op.drop_table("contract_stage")
    with op.batch_alter_table("contract_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_place_place_id"))

    op.drop_table("contract_place")
    with op.batch_alter_table("contract_need_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_need_area_need_area_id"))

    op.drop_table("contract_need_area")
    with op.batch_alter_table("contract_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_cohort_cohort_id"))

    op.drop_table("contract_cohort")
    with op.batch_alter_table("consensus", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_consensus_bid_id"))

    op.drop_table("consensus")
    op.drop_table("bid_submission")
    op.drop_table("bid_part")
    with op.batch_alter_table("bid_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bid_file_bid_id"))

    op.drop_table("bid_file")
    op.drop_table("award")
    with op.batch_alter_table("offer_level_outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_level_outcome_outcome_id"))

    op.drop_table("offer_level_outcome")
    with op.batch_alter_table("offer_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_item_item_id"))

    op.drop_table("offer_item")
    op.drop_table("lot_volume")
    with op.batch_alter_table("lot_stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_stage_stage_id"))

    op.drop_table("lot_stage")
    with op.batch_alter_table("lot_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_place_place_id"))

    op.drop_table("lot_place")
    with op.batch_alter_table("lot_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_lot_cohort_cohort_id"))

    op.drop_table("lot_cohort")
    with op.batch_alter_table("invitation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_invitation_supplier_id"))

    op.drop_table("invitation")
    with op.batch_alter_table("contract", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contract_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_contract_lot_id"))

    op.drop_table("contract")
    with op.batch_alter_table("bid", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_bid_supplier_id"))

    op.drop_table("bid")
    with op.batch_alter_table("offer_stage", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_stage_stage_id"))

    op.drop_table("offer_stage")
    with op.batch_alter_table("offer_sentence_type", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_sentence_type_sentence_type_id"))

    op.drop_table("offer_sentence_type")
    with op.batch_alter_table("offer_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_place_place_id"))

    op.drop_table("offer_place")
    with op.batch_alter_table("offer_listing", schema=None) as batch_op:
        batch_op.drop_index("ix_offer_listing_title")
        batch_op.drop_index("ix_offer_listing_need_area_id_title")
        batch_op.drop_index("ix_offer_listing_published_at")
        batch_op.drop_index("ix_offer_listing_masks")

    op.drop_table("offer_listing")
    op.drop_table("offer_level")
    with op.batch_alter_table("offer_cohort", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_cohort_cohort_id"))

    op.drop_table("offer_cohort")
    with op.batch_alter_table("member", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_member_supplier_id"))

    op.drop_table("member")
    op.drop_table("lot")
    op.drop_table("envelope_release")
    op.drop_table("envelope_key")
    op.drop_table("criterion")
    with op.batch_alter_table("category_region", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_category_region_place_id"))

    op.drop_table("category_region")
    with op.batch_alter_table("call_off_duty", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_call_off_duty_person_id"))

    op.drop_table("call_off_duty")
    op.drop_table("application_choice")
    op.drop_table("application_answer")
    op.drop_table("analysis_total")
    with op.batch_alter_table("analysis_cell", schema=None) as batch_op:
        batch_op.drop_index("ix_analysis_cell_region")

    op.drop_table("analysis_cell")
    op.drop_table("analysis_block")
    op.drop_table("specification_level_item")
    with op.batch_alter_table("offer_version", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_offer_version_one_standing",
            sqlite_where=sa.text("state IN ('published', 'suspended')"),
            postgresql_where=sa.text("state IN ('published', 'suspended')"),
        )
        batch_op.drop_index(
            "uq_offer_version_one_open",
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'returned')"),
        )
        batch_op.drop_index("ix_offer_version_state")

    op.drop_table("offer_version")
    op.drop_table("membership_scope")
    op.drop_table("framework_question")
    op.drop_table("demand_row")
    op.drop_table("category")
    with op.batch_alter_table("capacity_commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_capacity_commitment_offer_id"))

    op.drop_table("capacity_commitment")
    with op.batch_alter_table("call_off", schema=None) as batch_op:
        batch_op.drop_index("ix_call_off_state_deadline")
        batch_op.drop_index(batch_op.f("ix_call_off_framework_id"))
        batch_op.drop_index(batch_op.f("ix_call_off_authority_id"))

    op.drop_table("call_off")
    with op.batch_alter_table("application", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_application_one_open",
            sqlite_where=sa.text("state IN ('draft', 'submitted', 'in_assessment', 'representations')"),
            postgresql_where=sa.text("state IN ('draft', 'submitted', 'in_assessment', 'representations')"),
        )
        batch_op.drop_index(batch_op.f("ix_application_supplier_id"))
        batch_op.drop_index("ix_application_state_due")
        batch_op.drop_index(batch_op.f("ix_application_framework_id"))

    op.drop_table("application")
    with op.batch_alter_table("analysis", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_analysis_organisation_id"))
        batch_op.drop_index("ix_analysis_inputs_digest")
        batch_op.drop_index(batch_op.f("ix_analysis_demand_set_id"))

    op.drop_table("analysis")
    op.drop_table("supplier_profile")
    op.drop_table("specification_level")
    op.drop_table("scope_limit")
    op.drop_table("place_successor")
    with op.batch_alter_table("outcome", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_outcome_need_area_id"))

    op.drop_table("outcome")
    with op.batch_alter_table("offer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_supplier_id"))
        batch_op.drop_index(batch_op.f("ix_offer_need_area_id"))

    op.drop_table("offer")
    with op.batch_alter_table("membership", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_membership_person_id"))
        batch_op.drop_index(batch_op.f("ix_membership_organisation_id"))

    op.drop_table("membership")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_status_created")

    op.drop_table("job")
    op.drop_table("framework")
    with op.batch_alter_table("document", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_document_digest"))

    op.drop_table("document")
    with op.batch_alter_table("demand_set", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_demand_set_organisation_id"))

    op.drop_table("demand_set")
    op.drop_table("crosswalk")
    with op.batch_alter_table("audit_event", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_event_subject")
        batch_op.drop_index("ix_audit_event_at")

    op.drop_table("audit_event")
    op.drop_table("stage")
    op.drop_table("specification_item")
    op.drop_table("service_type")
    op.drop_table("sentence_type")
    op.drop_table("reference_release")
    op.drop_table("question_version")
    with op.batch_alter_table("place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_place_region_id"))
        batch_op.drop_index(batch_op.f("ix_place_police_force_area_id"))
        batch_op.drop_index(batch_op.f("ix_place_parent_id"))

    op.drop_table("place")
    op.drop_table("person")
    with op.batch_alter_table("outbox_message", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_message_unsent")

    op.drop_table("outbox_message")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_index("ix_organisation_kind_name")

    op.drop_table("organisation")
    op.drop_table("need_area")
    with op.batch_alter_table("failed_sign_in", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_failed_sign_in_email_digest"))
        batch_op.drop_index(batch_op.f("ix_failed_sign_in_at"))

    op.drop_table("failed_sign_in")
    op.drop_table("demand_cohort")
    op.drop_table("complexity_level")
    op.drop_table("cohort")
    op.drop_table("audit_chain")
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS refuse_change()")
