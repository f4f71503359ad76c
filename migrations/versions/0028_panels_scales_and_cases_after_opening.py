"""Who scores what, scoring scales, low prices, and what happens to a bid after opening"""

import sqlalchemy as sa
from alembic import op

from core.schema import append_only

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

APPEND_ONLY = (
    "evaluator_replacement",
    "bid_inquiry",
    "bid_inquiry_answer",
    "bid_inquiry_decision",
    "bid_correction",
    "bid_removal",
    "prompt_dismissal",
)


def upgrade() -> None:
    op.create_table(
        "evaluator_replacement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("leaver_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column(
            "succession",
            sa.Enum(
                "the_rest",
                "everything",
                name="succession",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("leaver_in_conflict", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "NOT leaver_in_conflict OR succession = 'everything'",
            name=op.f("ck_evaluator_replacement_conflict_starts_anew"),
        ),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_evaluator_replacement_reason_given")),
        sa.CheckConstraint("leaver_id <> successor_id", name=op.f("ck_evaluator_replacement_by_another")),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_evaluator_replacement_call_off_id")
        ),
        sa.ForeignKeyConstraint(
            ["leaver_id"], ["person.id"], name=op.f("fk_evaluator_replacement_leaver_id")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_evaluator_replacement_person_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["person.id"], name=op.f("fk_evaluator_replacement_successor_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_evaluator_replacement")),
        sa.UniqueConstraint(
            "call_off_id", "leaver_id", name=op.f("uq_evaluator_replacement_call_off_id_leaver_id")
        ),
    )
    op.create_index(op.f("ix_evaluator_replacement_call_off_id"), "evaluator_replacement", ["call_off_id"])

    op.create_table(
        "low_price_test",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("below_mean", sa.BigInteger(), nullable=True),
        sa.Column("below_next", sa.BigInteger(), nullable=True),
        sa.Column("mean_without_highest", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "below_mean IS NOT NULL OR below_next IS NOT NULL", name=op.f("ck_low_price_test_tests_something")
        ),
        sa.CheckConstraint(
            "below_mean IS NULL OR below_mean > 0", name=op.f("ck_low_price_test_below_mean_positive")
        ),
        sa.CheckConstraint(
            "below_next IS NULL OR below_next > 0", name=op.f("ck_low_price_test_below_next_positive")
        ),
        sa.ForeignKeyConstraint(["call_off_id"], ["call_off.id"], name=op.f("fk_low_price_test_call_off_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_low_price_test")),
        sa.UniqueConstraint("call_off_id", "position", name=op.f("uq_low_price_test_call_off_id_position")),
    )
    op.create_table(
        "prompt_dismissal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("call_off_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=60), nullable=False),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_prompt_dismissal_reason_given")),
        sa.ForeignKeyConstraint(
            ["call_off_id"], ["call_off.id"], name=op.f("fk_prompt_dismissal_call_off_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_prompt_dismissal_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prompt_dismissal")),
        sa.UniqueConstraint(
            "call_off_id", "code", "subject", name=op.f("uq_prompt_dismissal_call_off_id_code_subject")
        ),
    )
    op.create_table(
        "scoring_panel",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("criterion_id", sa.Integer(), nullable=False),
        sa.Column("lot_id", sa.Integer(), nullable=False),
        sa.Column("few_reason", sa.Text(), nullable=False),
        sa.Column("set_by_id", sa.Integer(), nullable=False),
        sa.Column("set_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["criterion_id"], ["criterion.id"], name=op.f("fk_scoring_panel_criterion_id")
        ),
        sa.ForeignKeyConstraint(["lot_id"], ["lot.id"], name=op.f("fk_scoring_panel_lot_id")),
        sa.ForeignKeyConstraint(["set_by_id"], ["person.id"], name=op.f("fk_scoring_panel_set_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scoring_panel")),
        sa.UniqueConstraint("criterion_id", "lot_id", name=op.f("uq_scoring_panel_criterion_id_lot_id")),
    )
    op.create_index(op.f("ix_scoring_panel_lot_id"), "scoring_panel", ["lot_id"])

    op.create_table(
        "bid_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
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
        sa.Column(
            "rule",
            sa.Enum(
                "decimal_point",
                "total_for_volume",
                "sum_of_parts",
                name="correctionrule",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("before", sa.BigInteger(), nullable=False),
        sa.Column("after", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_bid_correction_reason_given")),
        sa.CheckConstraint("after > 0", name=op.f("ck_bid_correction_still_a_price")),
        sa.CheckConstraint("before <> after", name=op.f("ck_bid_correction_something_changes")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_correction_bid_id")),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_bid_correction_need_area_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_correction_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_correction")),
    )
    op.create_index(op.f("ix_bid_correction_bid_id"), "bid_correction", ["bid_id"])

    op.create_table(
        "bid_inquiry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "clarification",
                "low_price",
                name="inquirykind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("criterion_id", sa.Integer(), nullable=True),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("answer_by", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("question <> ''", name=op.f("ck_bid_inquiry_something_is_asked")),
        sa.CheckConstraint("answer_by > at", name=op.f("ck_bid_inquiry_answer_comes_after")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_inquiry_bid_id")),
        sa.ForeignKeyConstraint(["criterion_id"], ["criterion.id"], name=op.f("fk_bid_inquiry_criterion_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_inquiry_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bid_inquiry")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bid_inquiry_public_id")),
    )
    op.create_index(op.f("ix_bid_inquiry_bid_id"), "bid_inquiry", ["bid_id"])

    op.create_table(
        "bid_removal",
        sa.Column("bid_id", sa.Integer(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "withdrawn",
                "excluded",
                "not_admitted",
                "abnormally_low",
                "not_compliant",
                name="nobid",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("exception_reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_bid_removal_reason_given")),
        sa.ForeignKeyConstraint(["bid_id"], ["bid.id"], name=op.f("fk_bid_removal_bid_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_removal_person_id")),
        sa.PrimaryKeyConstraint("bid_id", name=op.f("pk_bid_removal")),
    )
    op.create_table(
        "scoring_panel_member",
        sa.Column("panel_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["panel_id"],
            ["scoring_panel.id"],
            name=op.f("fk_scoring_panel_member_panel_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_scoring_panel_member_person_id")),
        sa.PrimaryKeyConstraint("panel_id", "person_id", name=op.f("pk_scoring_panel_member")),
    )
    op.create_index(op.f("ix_scoring_panel_member_person_id"), "scoring_panel_member", ["person_id"])

    op.create_table(
        "bid_inquiry_answer",
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("answer <> ''", name=op.f("ck_bid_inquiry_answer_something_is_said")),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["bid_inquiry.id"], name=op.f("fk_bid_inquiry_answer_inquiry_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_inquiry_answer_person_id")),
        sa.PrimaryKeyConstraint("inquiry_id", name=op.f("pk_bid_inquiry_answer")),
    )
    op.create_table(
        "bid_inquiry_decision",
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_bid_inquiry_decision_reason_given")),
        sa.ForeignKeyConstraint(
            ["inquiry_id"], ["bid_inquiry.id"], name=op.f("fk_bid_inquiry_decision_inquiry_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_bid_inquiry_decision_person_id")),
        sa.PrimaryKeyConstraint("inquiry_id", name=op.f("pk_bid_inquiry_decision")),
    )
    op.add_column("criterion", sa.Column("scale", sa.JSON()))
    for table in APPEND_ONLY:
        append_only(table)


def downgrade() -> None:
    op.drop_column("criterion", "scale")

    op.drop_table("bid_inquiry_decision")
    op.drop_table("bid_inquiry_answer")
    op.drop_table("scoring_panel_member")
    op.drop_table("bid_removal")
    op.drop_table("bid_inquiry")
    op.drop_table("bid_correction")
    op.drop_table("scoring_panel")
    op.drop_table("prompt_dismissal")
    op.drop_table("low_price_test")
    op.drop_table("evaluator_replacement")
