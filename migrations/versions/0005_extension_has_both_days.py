"""An extended deadline says both what it was and what it is: a comparison with nothing passed the check"""

from alembic import op

from core.schema import rebuild

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

NAME = "ck_call_off_notice_extended_is_later"


def upgrade() -> None:
    _check("deadline_before IS NOT NULL AND deadline_after IS NOT NULL AND deadline_after > deadline_before")


def downgrade() -> None:
    _check("deadline_before IS NOT NULL AND deadline_after > deadline_before")


def _check(rule: str) -> None:
    with rebuild("call_off_notice") as batch:
        batch.drop_constraint(op.f(NAME), type_="check")
        batch.create_check_constraint(op.f(NAME), f"kind <> 'extended' OR ({rule})")
