"""Who scores what: set before scoring starts, and an evaluator replaced midway, with the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from core.accounts.models import Person
from core.accounts.queries import memberships_on
from core.actor import Actor
from core.calendar import london_date
from core.notify import queue_mail
from core.reasons import Reason, refuse_if
from procurement.calloffs.drafting.models import CallOff, CallOffDuty, Criterion, Lot
from procurement.calloffs.drafting.types import Duty
from procurement.calloffs.evaluation.models import EvaluatorReplacement, ScoringPanel
from procurement.calloffs.evaluation.queries.scoped import declarations, people_with
from procurement.calloffs.evaluation.queries.scores import Panel, panel_of, panels_of
from procurement.calloffs.evaluation.rules import reasons_not_to_replace, reasons_not_to_set_panel
from procurement.calloffs.evaluation.services.steps import lock, tell
from procurement.calloffs.evaluation.types import EvaluationTag, Succession


@dataclass(frozen=True)
class Chosen:
    """The people (keys) who score a question in a lot, and why they are fewer than two."""

    people: frozenset[int]
    few_reason: str = ""


def set_panel(
    session: Session,
    *,
    call_off: CallOff,
    criterion: Criterion,
    chosen: Mapping[int, Chosen],
    actor: Actor,
    now: datetime,
) -> None:
    """Choose who scores a question, by lot key. Raises Refused; each reason names its lot."""
    lock(session, call_off)
    panel = panel_of(session, call_off)
    rows = panels_of(session, call_off)
    people = {row.person_id: row.person for row in people_with(call_off, Duty.EVALUATOR)}
    reasons = []
    for lot in call_off.lots:
        if lot.id not in chosen:
            continue
        said = chosen[lot.id]
        found = reasons_not_to_set_panel(
            state=call_off.state,
            members=said.people,
            before=panel.seats[criterion.id, lot.id],
            evaluators=panel.evaluators,
            started=_started(panel, criterion, lot),
            few_reason=said.few_reason,
        )
        reasons += [Reason(one.code, {**one.params, "lot": lot.number}, one.source) for one in found]
    refuse_if(reasons)
    for lot in call_off.lots:
        if lot.id not in chosen:
            continue
        said = chosen[lot.id]
        row = rows.get((criterion.id, lot.id))
        if row is None:
            row = ScoringPanel(criterion_id=criterion.id, lot_id=lot.id)
            session.add(row)
        row.members = [people[key] for key in sorted(said.people)]
        row.few_reason = said.few_reason if len(said.people) == 1 else ""
        assert actor.person_id is not None
        row.set_by_id, row.set_at = actor.person_id, now
        details = {
            "criterion": criterion.position,
            "lot": lot.number,
            "people": sorted(said.people),
            "few": bool(row.few_reason),
        }
        tell(session, EvaluationTag.PANEL_SET, call_off, actor=actor, now=now, details=details)
    session.flush()


def replace_evaluator(
    session: Session,
    *,
    call_off: CallOff,
    leaver: Person,
    successor: Person | None,
    succession: Succession | None,
    reason: str,
    actor: Actor,
    now: datetime,
) -> EvaluatorReplacement:
    """Replace an evaluator, who loses access at once; what they submitted stays on record.

    The successor takes their seats, declares conflicts before access, and scores what is missing or all
    again. The choice is the commissioner's because it depends on why: an illness leaves sound scores, a
    conflict leaves none (and then only `everything` is taken). Raises Refused.
    """
    lock(session, call_off)
    declared = declarations(call_off)
    duties = {row.person_id: row for row in people_with(call_off, Duty.EVALUATOR)}
    memberships = memberships_on(session, person_id=successor.id, day=london_date(now)) if successor else []
    refuse_if(
        reasons_not_to_replace(
            state=call_off.state,
            leaver=leaver.id,
            successor=successor.id if successor else None,
            evaluators=frozenset(duties),
            of_authority=any(one.organisation_id == call_off.authority_id for one in memberships),
            conflict_declared=declared,
            replaced=panel_of(session, call_off).replaced,
            succession=succession,
            reason=reason,
        )
    )
    assert successor is not None
    row = EvaluatorReplacement(
        call_off_id=call_off.id,
        leaver_id=leaver.id,
        successor_id=successor.id,
        succession=succession,
        leaver_in_conflict=declared.get(leaver.id, False),
        reason=reason,
        person_id=actor.person_id,
        at=now,
    )
    session.add(row)
    for panel in panels_of(session, call_off).values():
        if leaver in panel.members:
            panel.members = [successor if one.id == leaver.id else one for one in panel.members]
    call_off.duties.remove(duties[leaver.id])
    said = next(
        (one for one in call_off.duties if one.person_id == successor.id and one.has_conflict is not None),
        None,
    )
    call_off.duties.append(
        CallOffDuty(
            person=successor,
            person_id=successor.id,
            duty=Duty.EVALUATOR,
            assigned_at=now,
            declared_at=said.declared_at if said else None,
            has_conflict=said.has_conflict if said else None,
        )
    )
    details = {"leaver": leaver.id, "successor": successor.id, "succession": succession}
    tell(session, EvaluationTag.EVALUATOR_REPLACED, call_off, actor=actor, now=now, details=details)
    queue_mail(
        session,
        to=successor.email,
        subject=f"You have a duty in a call-off: {call_off.title}",
        template="calloffs/duty",
        now=now,
        person=successor.name,
        title=call_off.title,
        reference=call_off.public_id,
        duty="evaluator",
        declared=said is not None,
    )
    session.flush()
    return row


def _started(panel: Panel, criterion: Criterion, lot: Lot) -> bool:
    """Whether someone has submitted a score on the question in the lot."""
    return any(panel.scores.get((criterion.id, bid.id)) for bid in panel.bids if bid.lot_id == lot.id)
