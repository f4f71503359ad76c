"""Offers in bulk: uploaded workbooks, the report on each of their rows, suppliers' own references"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def _words(name: str, *values: str) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)


def upgrade() -> None:
    op.create_table(
        "bulk_upload",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer()),
        sa.Column(
            "state",
            _words("uploadstate", "received", "checked", "confirmed", "applied", "refused", "failed"),
            nullable=False,
        ),
        sa.Column("uploaded_by_id", sa.Integer()),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("confirmed_by_id", sa.Integer()),
        sa.Column("confirmed_at", sa.DateTime(timezone=True)),
        sa.Column("ended_at", sa.DateTime(timezone=True)),
        sa.Column("submits", sa.Boolean(), nullable=False),
        sa.Column("refusal", sa.String(length=60), nullable=False),
        sa.Column("refusal_params", sa.JSON(), nullable=False),
        sa.Column("plan_digest", sa.String(length=64), nullable=False),
        sa.Column("to_create", sa.Integer(), nullable=False),
        sa.Column("to_change", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("complete", sa.Integer(), nullable=False),
        sa.Column("submitted", sa.Integer(), nullable=False),
        sa.Column("problem_count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "state NOT IN ('confirmed', 'applied') OR confirmed_at IS NOT NULL",
            name=op.f("ck_bulk_upload_confirmed_has_a_moment"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('checked', 'confirmed', 'applied') OR (problem_count = 0 AND refusal = '')",
            name=op.f("ck_bulk_upload_only_sound_files_go_on"),
        ),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_bulk_upload_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name=op.f("fk_bulk_upload_document_id")),
        sa.ForeignKeyConstraint(["job_id"], ["job.id"], name=op.f("fk_bulk_upload_job_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_bulk_upload_organisation_id")
        ),
        sa.ForeignKeyConstraint(
            ["uploaded_by_id"], ["person.id"], name=op.f("fk_bulk_upload_uploaded_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_upload")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_upload_public_id")),
    )
    op.create_index(
        "ix_bulk_upload_organisation_id_created_at", "bulk_upload", ["organisation_id", "created_at"]
    )
    op.create_table(
        "bulk_row",
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=200), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "outcome",
            _words("outcome", "created", "changed", "new_version", "unchanged", "problem"),
            nullable=False,
        ),
        sa.Column("offer_id", sa.Integer()),
        sa.Column("changes", sa.JSON(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_bulk_row_offer_id")),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["bulk_upload.id"], name=op.f("fk_bulk_row_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("upload_id", "row_number", name=op.f("pk_bulk_row")),
    )
    op.create_table(
        "bulk_problem",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("upload_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=60), nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=200), nullable=False),
        sa.Column("value", sa.String(length=200), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["upload_id"], ["bulk_upload.id"], name=op.f("fk_bulk_problem_upload_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_problem")),
    )
    op.create_index(op.f("ix_bulk_problem_upload_id"), "bulk_problem", ["upload_id"])
    op.create_table(
        "offer_reference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=60), nullable=False),
        sa.Column("offer_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["offer_id"], ["offer.id"], name=op.f("fk_offer_reference_offer_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_offer_reference_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offer_reference")),
        sa.UniqueConstraint("offer_id", name=op.f("uq_offer_reference_offer_id")),
        sa.UniqueConstraint(
            "organisation_id", "reference", name=op.f("uq_offer_reference_organisation_id_reference")
        ),
    )


def downgrade() -> None:
    op.drop_table("offer_reference")
    op.drop_table("bulk_problem")
    op.drop_table("bulk_row")
    op.drop_table("bulk_upload")
