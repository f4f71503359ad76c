"""Recording that a duty after an award was done."""

from datetime import date, datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.reasons import Reason, refuse_if
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation.models import AwardCheck
from procurement.contracts.models import Contract, Deed
from procurement.contracts.queries.duties import tasks_of
from procurement.contracts.types import ContractTag, DeedKind


def do_duty(
    session: Session,
    *,
    call_off: CallOff,
    kind: DeedKind,
    done_on: date,
    reference: str,
    actor: Actor,
    now: datetime,
    contract: Contract | None = None,
    check: AwardCheck | None = None,
) -> Deed:
    """Record that a duty of a contract, or of an exclusion, was done on a day under a reference.

    Raises Refused for a duty that does not follow, that is done already, or on a day that has not come.
    """
    key = contract.public_id if contract else check.public_id if check else ""
    tasks = tasks_of(session, actor=actor, call_off=call_off)
    task = next((one for one in tasks if one.key == key and one.due.kind is kind), None)
    reasons = []
    if task is None:
        reasons.append(Reason("no_such_duty"))
    elif task.done_on is not None:
        reasons.append(Reason("duty_done_already"))
    elif task.due.begins_on is not None and done_on < task.due.begins_on:
        reasons.append(Reason("duty_not_begun", {"from": task.due.begins_on}))
    if done_on > london_date(now):
        reasons.append(Reason("done_in_the_future"))
    if not reference.strip():
        reasons.append(Reason("reference_missing"))
    refuse_if(reasons)
    deed = Deed(
        kind=kind,
        call_off_id=call_off.id,
        contract_id=contract.id if contract else None,
        check_id=check.id if check else None,
        done_on=done_on,
        reference=reference.strip()[:200],
        person_id=actor.person_id,
        at=now,
    )
    session.add(deed)
    record(
        session,
        ContractTag.DUTY_DONE,
        actor=actor,
        now=now,
        subject=deed,
        chain=call_off.public_id,
        details={"kind": kind, "of": key, "done_on": done_on},
    )
    return deed
