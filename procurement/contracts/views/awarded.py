"""Making the contracts of a call-off's awarded lots."""

from __future__ import annotations

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.calendar import BeyondCalendar
from core.db import db
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import CallOffState, LotState
from procurement.calloffs.evaluation.queries.challenges import is_challenged
from procurement.calloffs.evaluation.queries.results import all_awards_of
from procurement.calloffs.evaluation.queries.scoped import call_off_of
from procurement.calloffs.evaluation.rules import reasons_not_to_contract
from procurement.contracts.queries.awarded import contracts_of_call_off
from procurement.contracts.services.awarded import make_contracts, signing_facts
from procurement.contracts.types import ContractPermission
from procurement.contracts.views.register import contracts

AWARDED = (
    CallOffState.SUMMARIES_SENT,
    CallOffState.AWARD_NOTICE,
    CallOffState.STANDSTILL,
    CallOffState.CONTRACTED,
)


@contracts.get("/from/<public_id>")
@requires(ContractPermission.MAKE)
def from_call_off(public_id: str) -> ResponseReturnValue:
    """What would be contracted, and what still keeps it; or the contracts that were made."""
    return _show(_found(public_id))


@contracts.post("/from/<public_id>")
@requires(ContractPermission.MAKE)
def make_from_call_off(public_id: str) -> ResponseReturnValue:
    """Make the contract of each awarded lot."""
    call_off = _found(public_id)
    try:
        make_contracts(db.session, call_off=call_off, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        db.session.rollback()
        return _show(_found(public_id), refusal.reasons)
    flash("The contracts are made. They are in force once both parties have signed.", "success")
    return redirect(url_for("contracts.from_call_off", public_id=public_id))


def _found(public_id: str) -> CallOff:
    call_off = call_off_of(db.session, actor=current_actor(), public_id=public_id)
    if call_off is None or call_off.state not in AWARDED:
        abort(404)
    return call_off


def _show(call_off: CallOff, reasons: tuple[Reason, ...] = ()) -> ResponseReturnValue:
    held: list[Reason] = []
    awards = all_awards_of(db.session, call_off)
    to_make = [lot for lot in call_off.lots if lot.state is LotState.AWARDED and lot.id in awards]
    if to_make:
        try:
            held = reasons_not_to_contract(
                signing_facts(call_off, challenged=is_challenged(db.session, call_off)), clock.now()
            )
        except BeyondCalendar:
            held = [Reason("beyond_the_bank_holidays")]
    return (
        render_template(
            "evaluation/contract.html",
            call_off=call_off,
            to_make=to_make,
            awards=awards,
            made=contracts_of_call_off(db.session, call_off),
            held=held,
            reasons=reasons,
            error_title=bool(reasons),
        ),
        422 if reasons else 200,
    )
