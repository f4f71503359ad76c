"""Supply chains, declarations of partners, who looks for partners, parties of applications, counted deeds"""

import sqlalchemy as sa
from alembic import op

from core.schema import append_only

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "counted_deed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_counted_deed")),
    )
    with op.batch_alter_table("counted_deed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_counted_deed_at"), ["at"], unique=False)
        batch_op.create_index("ix_counted_deed_purpose_digest", ["purpose", "digest", "at"], unique=False)

    op.create_table(
        "partner_declaration",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["person.id"], name=op.f("fk_partner_declaration_made_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partner_declaration_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_declaration")),
    )
    with op.batch_alter_table("partner_declaration", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partner_declaration_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "partner_listing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("seeks", sa.Text(), nullable=False),
        sa.Column("brings", sa.Text(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_partner_listing_organisation_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_listing")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partner_listing_public_id")),
    )
    with op.batch_alter_table("partner_listing", schema=None) as batch_op:
        batch_op.create_index("ix_partner_listing_until", ["until", "id"], unique=False)
        batch_op.create_index(
            "uq_partner_listing_one_open",
            ["organisation_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "supply_chain_link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("lead_id", sa.Integer(), nullable=False),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("partner_id", sa.Integer(), nullable=True),
        sa.Column("partner_key", sa.String(length=260), nullable=False),
        sa.Column("partner_name", sa.String(length=200), nullable=False),
        sa.Column("partner_email", sa.String(length=254), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "consortium_member",
                "subcontractor",
                name="linkkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "named",
                "invited",
                "confirmed",
                "declined",
                "ended",
                name="linkstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("part", sa.Text(), nullable=False),
        sa.Column("part_key", sa.String(length=64), nullable=False),
        sa.Column("share_percent", sa.BigInteger(), nullable=True),
        sa.Column("fee_percent", sa.BigInteger(), nullable=True),
        sa.Column("payment_days", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("invited_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.Column("decline_reason", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("row_version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind <> 'consortium_member' OR tier = 1", name=op.f("ck_supply_chain_link_members_at_tier_one")
        ),
        sa.CheckConstraint(
            "state <> 'confirmed' OR (confirmed_at IS NOT NULL AND confirmed_by_id IS NOT NULL AND partner_id IS NOT NULL)",
            name=op.f("ck_supply_chain_link_confirmed_by_the_partner"),
        ),
        sa.CheckConstraint(
            "state <> 'ended' OR ended_at IS NOT NULL", name=op.f("ck_supply_chain_link_ended_has_a_moment")
        ),
        sa.CheckConstraint(
            "state NOT IN ('invited', 'confirmed', 'declined') OR invited_at IS NOT NULL",
            name=op.f("ck_supply_chain_link_invited_has_a_moment"),
        ),
        sa.CheckConstraint(
            "(tier = 1) = (parent_id IS NULL)", name=op.f("ck_supply_chain_link_under_another_below_tier_one")
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_supply_chain_link_ends_after_start")
        ),
        sa.CheckConstraint(
            "fee_percent IS NULL OR fee_percent BETWEEN 0 AND 10000",
            name=op.f("ck_supply_chain_link_fee_is_a_percentage"),
        ),
        sa.CheckConstraint(
            "partner_id IS NULL OR partner_id <> lead_id",
            name=op.f("ck_supply_chain_link_not_its_own_partner"),
        ),
        sa.CheckConstraint(
            "payment_days BETWEEN 1 AND 30", name=op.f("ck_supply_chain_link_paid_within_thirty_days")
        ),
        sa.CheckConstraint(
            "share_percent IS NULL OR share_percent BETWEEN 1 AND 10000",
            name=op.f("ck_supply_chain_link_share_is_a_percentage"),
        ),
        sa.CheckConstraint("tier BETWEEN 1 AND 3", name=op.f("ck_supply_chain_link_tier_one_to_three")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_supply_chain_link_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["lead_id"], ["organisation.id"], name=op.f("fk_supply_chain_link_lead_id")),
        sa.ForeignKeyConstraint(
            ["parent_id"], ["supply_chain_link.id"], name=op.f("fk_supply_chain_link_parent_id")
        ),
        sa.ForeignKeyConstraint(
            ["partner_id"], ["organisation.id"], name=op.f("fk_supply_chain_link_partner_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_supply_chain_link")),
        sa.UniqueConstraint("public_id", name=op.f("uq_supply_chain_link_public_id")),
    )
    with op.batch_alter_table("supply_chain_link", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supply_chain_link_parent_id"), ["parent_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_supply_chain_link_partner_id"), ["partner_id"], unique=False)
        batch_op.create_index(
            "uq_supply_chain_link_same_part",
            ["lead_id", "partner_key", "part_key"],
            unique=True,
            sqlite_where=sa.text("state IN ('named', 'invited', 'confirmed')"),
            postgresql_where=sa.text("state IN ('named', 'invited', 'confirmed')"),
        )

    op.create_table(
        "partner_declaration_answer",
        sa.Column("declaration_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("ground", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["declaration_id"],
            ["partner_declaration.id"],
            name=op.f("fk_partner_declaration_answer_declaration_id"),
        ),
        sa.ForeignKeyConstraint(
            ["question_id"], ["question_version.id"], name=op.f("fk_partner_declaration_answer_question_id")
        ),
        sa.PrimaryKeyConstraint("declaration_id", "question_id", name=op.f("pk_partner_declaration_answer")),
    )
    op.create_table(
        "partner_listing_need_area",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["partner_listing.id"],
            name=op.f("fk_partner_listing_need_area_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_partner_listing_need_area_need_area_id")
        ),
        sa.PrimaryKeyConstraint("listing_id", "need_area_id", name=op.f("pk_partner_listing_need_area")),
    )
    with op.batch_alter_table("partner_listing_need_area", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_partner_listing_need_area_need_area_id"), ["need_area_id"], unique=False
        )

    op.create_table(
        "partner_listing_place",
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["listing_id"],
            ["partner_listing.id"],
            name=op.f("fk_partner_listing_place_listing_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_partner_listing_place_place_id")),
        sa.PrimaryKeyConstraint("listing_id", "place_id", name=op.f("pk_partner_listing_place")),
    )
    with op.batch_alter_table("partner_listing_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_listing_place_place_id"), ["place_id"], unique=False)

    op.create_table(
        "partner_message",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("listing_id", sa.Integer(), nullable=False),
        sa.Column("sender_id", sa.Integer(), nullable=False),
        sa.Column("recipient_id", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_partner_message_says_something")),
        sa.CheckConstraint("sender_id <> recipient_id", name=op.f("ck_partner_message_to_another")),
        sa.ForeignKeyConstraint(
            ["listing_id"], ["partner_listing.id"], name=op.f("fk_partner_message_listing_id")
        ),
        sa.ForeignKeyConstraint(
            ["recipient_id"], ["organisation.id"], name=op.f("fk_partner_message_recipient_id")
        ),
        sa.ForeignKeyConstraint(
            ["sender_id"], ["organisation.id"], name=op.f("fk_partner_message_sender_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_partner_message_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_message")),
        sa.UniqueConstraint("public_id", name=op.f("uq_partner_message_public_id")),
    )
    with op.batch_alter_table("partner_message", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_partner_message_listing_id"), ["listing_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_message_recipient_id"), ["recipient_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_partner_message_sender_id"), ["sender_id"], unique=False)

    op.create_table(
        "supply_chain_link_need_area",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("need_area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["supply_chain_link.id"],
            name=op.f("fk_supply_chain_link_need_area_link_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["need_area_id"], ["need_area.id"], name=op.f("fk_supply_chain_link_need_area_need_area_id")
        ),
        sa.PrimaryKeyConstraint("link_id", "need_area_id", name=op.f("pk_supply_chain_link_need_area")),
    )
    with op.batch_alter_table("supply_chain_link_need_area", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_supply_chain_link_need_area_need_area_id"), ["need_area_id"], unique=False
        )

    op.create_table(
        "supply_chain_link_place",
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("place_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["supply_chain_link.id"],
            name=op.f("fk_supply_chain_link_place_link_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["place_id"], ["place.id"], name=op.f("fk_supply_chain_link_place_place_id")),
        sa.PrimaryKeyConstraint("link_id", "place_id", name=op.f("pk_supply_chain_link_place")),
    )
    with op.batch_alter_table("supply_chain_link_place", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_supply_chain_link_place_place_id"), ["place_id"], unique=False)

    op.create_table(
        "application_party",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=20), nullable=False),
        sa.Column("application_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("relied_on", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "consortium_member",
                "subcontractor",
                name="linkkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("part", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declared_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("declarations", sa.JSON(), nullable=False),
        sa.Column("copied_at", sa.DateTime(timezone=True), nullable=True),
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
        sa.Column("replacement_reason", sa.Text(), nullable=False),
        sa.Column("replacement_asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replacement_due_on", sa.Date(), nullable=True),
        sa.Column("left_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("replaced_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "replacement_asked_at IS NULL OR (replacement_due_on IS NOT NULL AND replacement_reason <> '')",
            name=op.f("ck_application_party_replacement_is_asked_for_whole"),
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR copied_at IS NOT NULL", name=op.f("ck_application_party_judged_as_handed_in")
        ),
        sa.CheckConstraint(
            "replaced_by_id IS NULL OR left_at IS NOT NULL",
            name=op.f("ck_application_party_replaced_has_left"),
        ),
        sa.ForeignKeyConstraint(
            ["application_id"],
            ["application.id"],
            name=op.f("fk_application_party_application_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["link_id"], ["supply_chain_link.id"], name=op.f("fk_application_party_link_id")
        ),
        sa.ForeignKeyConstraint(
            ["replaced_by_id"], ["application_party.id"], name=op.f("fk_application_party_replaced_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_application_party")),
        sa.UniqueConstraint("public_id", name=op.f("uq_application_party_public_id")),
    )
    with op.batch_alter_table("application_party", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_application_party_application_id"), ["application_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_application_party_link_id"), ["link_id"], unique=False)
        batch_op.create_index(
            "uq_application_party_once",
            ["application_id", "link_id"],
            unique=True,
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )

    op.create_table(
        "offer_partner",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("link_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "consortium_member",
                "subcontractor",
                name="linkkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("tier", sa.Integer(), nullable=False),
        sa.Column("part", sa.JSON(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["link_id"], ["supply_chain_link.id"], name=op.f("fk_offer_partner_link_id")),
        sa.ForeignKeyConstraint(
            ["version_id"], ["offer_version.id"], name=op.f("fk_offer_partner_version_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("version_id", "link_id", name=op.f("pk_offer_partner")),
    )
    with op.batch_alter_table("offer_partner", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_offer_partner_link_id"), ["link_id"], unique=False)

    append_only("partner_declaration")
    append_only("partner_declaration_answer")
    # A column that brings its named CHECK along: on SQLite the only way that rebuilds nothing.
    op.execute(
        "ALTER TABLE application ADD COLUMN delivery VARCHAR(40) NOT NULL DEFAULT 'alone' "
        "CONSTRAINT ck_application_delivery CHECK (delivery IN ('alone', 'consortium', 'subcontractors'))"
    )


def downgrade() -> None:
    op.drop_column("application", "delivery")

    with op.batch_alter_table("offer_partner", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_offer_partner_link_id"))

    op.drop_table("offer_partner")
    with op.batch_alter_table("application_party", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_application_party_once",
            sqlite_where=sa.text("left_at IS NULL"),
            postgresql_where=sa.text("left_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_application_party_link_id"))
        batch_op.drop_index(batch_op.f("ix_application_party_application_id"))

    op.drop_table("application_party")
    with op.batch_alter_table("supply_chain_link_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supply_chain_link_place_place_id"))

    op.drop_table("supply_chain_link_place")
    with op.batch_alter_table("supply_chain_link_need_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_supply_chain_link_need_area_need_area_id"))

    op.drop_table("supply_chain_link_need_area")
    with op.batch_alter_table("partner_message", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_message_sender_id"))
        batch_op.drop_index(batch_op.f("ix_partner_message_recipient_id"))
        batch_op.drop_index(batch_op.f("ix_partner_message_listing_id"))

    op.drop_table("partner_message")
    with op.batch_alter_table("partner_listing_place", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_listing_place_place_id"))

    op.drop_table("partner_listing_place")
    with op.batch_alter_table("partner_listing_need_area", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_listing_need_area_need_area_id"))

    op.drop_table("partner_listing_need_area")
    op.drop_table("partner_declaration_answer")
    with op.batch_alter_table("supply_chain_link", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_supply_chain_link_same_part",
            sqlite_where=sa.text("state IN ('named', 'invited', 'confirmed')"),
            postgresql_where=sa.text("state IN ('named', 'invited', 'confirmed')"),
        )
        batch_op.drop_index(batch_op.f("ix_supply_chain_link_partner_id"))
        batch_op.drop_index(batch_op.f("ix_supply_chain_link_parent_id"))

    op.drop_table("supply_chain_link")
    with op.batch_alter_table("partner_listing", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_partner_listing_one_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_partner_listing_until")

    op.drop_table("partner_listing")
    with op.batch_alter_table("partner_declaration", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_partner_declaration_organisation_id"))

    op.drop_table("partner_declaration")
    with op.batch_alter_table("counted_deed", schema=None) as batch_op:
        batch_op.drop_index("ix_counted_deed_purpose_digest")
        batch_op.drop_index(batch_op.f("ix_counted_deed_at"))

    op.drop_table("counted_deed")
