"""The tests of low prices that a draft states."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.reasons import refuse_if
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.services.editing import begin_editing
from procurement.calloffs.evaluation.models import LowPriceTest
from procurement.calloffs.evaluation.queries.cases import stated_tests
from procurement.calloffs.evaluation.rules import reasons_not_to_test
from procurement.calloffs.evaluation.types import AbnormallyLowTest


def set_low_price_tests(
    session: Session,
    *,
    call_off: CallOff,
    tests: Sequence[AbnormallyLowTest],
    actor: Actor,
    now: datetime,
) -> None:
    """State when a price of this call-off is asked about; none leaves the usual tests. Raises Refused."""
    begin_editing(session, call_off, actor, now)
    refuse_if(reasons_not_to_test(tests))
    for row in stated_tests(session, call_off):
        session.delete(row)
    session.flush()
    for position, test in enumerate(tests, start=1):
        session.add(
            LowPriceTest(
                call_off_id=call_off.id,
                position=position,
                below_mean=test.below_mean,
                below_next=test.below_next,
                mean_without_highest=test.mean_without_highest,
            )
        )
    session.flush()
