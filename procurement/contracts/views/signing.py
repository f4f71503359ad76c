"""A contract from a call-off: its document, both signatures, indicators, and what is owed afterwards."""

from __future__ import annotations

import io
from typing import Any

from flask import abort, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.documents.services import content_of
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.calloffs.evaluation.queries.challenges import is_challenged
from procurement.contracts.forms.signing import DutyForm, IndicatorForm, SignForm
from procurement.contracts.models import Contract
from procurement.contracts.queries import contracts as queries
from procurement.contracts.queries.duties import check_of, tasks_of
from procurement.contracts.queries.signed import copy_of, own_contract, party_of
from procurement.contracts.queries.terms import commitments_of
from procurement.contracts.rules.duties import LARGE_CONTRACT, LEAST_INDICATORS
from procurement.contracts.services import signing
from procurement.contracts.services.duties import do_duty
from procurement.contracts.types import ContractOrigin, ContractPermission, DeedKind, Party
from procurement.contracts.views.register import contracts


@contracts.get("/<public_id>")
@requires(ContractPermission.READ)
def contract(public_id: str) -> ResponseReturnValue:
    """One contract: who, what, where, for whom, when, at what price; who has signed; what is owed."""
    return show_contract(public_id)


def show_contract(
    public_id: str, reasons: tuple[Reason, ...] = (), forms: dict[str, Any] | None = None
) -> ResponseReturnValue:
    """The page of a contract, with forms as they were filled in where something was wrong."""
    actor, session = current_actor(), db.session
    found = queries.contract_for(session, actor=actor, public_id=public_id)
    if found is None:
        abort(404)
    own = None
    if found.origin is ContractOrigin.CALL_OFF:
        own = own_contract(session, actor=actor, public_id=public_id)
    more: dict[str, Any] = {"own": None, "signed": set(), "tasks": []}
    if own is not None and own.lot is not None:
        call_off = own.lot.call_off
        more = {
            "own": own,
            "signed": {row.party for row in own.signatures},
            "party": party_of(actor),
            "challenged": own.in_force_at is None and is_challenged(session, call_off),
            "commitments": commitments_of(session, own),
            "large": own.value is not None and own.value > LARGE_CONTRACT,
            "least_indicators": LEAST_INDICATORS,
            "tasks": [
                task
                for task in tasks_of(session, actor=actor, call_off=call_off)
                if task.key == own.public_id
            ],
            "parties": list(Party),
        }
    forms = forms or {}
    page = render_template(
        "contracts/contract.html",
        contract=found,
        today=clock.today(),
        sign_form=forms.get("sign") or SignForm(formdata=None, data={"signed_on": clock.today()}),
        indicator_form=forms.get("indicator") or IndicatorForm(formdata=None),
        reasons=reasons,
        wrong=next(iter(forms.values()), None),
        error_title=bool(reasons or forms),
        **more,
    )
    return page, 422 if reasons or forms else 200


@contracts.get("/<public_id>/contract.pdf")
@requires(ContractPermission.READ)
def document(public_id: str) -> ResponseReturnValue:
    """The contract as both signed it, or as it stands while signatures are missing; for its parties."""
    found = _own(public_id)
    kept = copy_of(db.session, found)
    content = content_of(kept.document) if kept else signing.contract_pdf(found)
    return send_file(
        io.BytesIO(content),
        mimetype="application/pdf",
        as_attachment=True,
        download_name=f"contract-{found.reference}.pdf",
        max_age=0,
    )


@contracts.post("/<public_id>/signature")
@requires(ContractPermission.SIGN)
def sign(public_id: str) -> ResponseReturnValue:
    """Record the signature of the actor's organisation."""
    found, form, actor = _own(public_id), SignForm(), current_actor()
    if not form.validate_on_submit():
        return show_contract(public_id, forms={"sign": form})
    try:
        if form.signed_on.data is None:
            raise Refused(Reason("day_not_given"))
        signing.sign_contract(
            db.session,
            contract=found,
            party=party_of(actor),
            name=form.name.data or "",
            position=form.position.data or "",
            signed_on=form.signed_on.data,
            actor=actor,
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return show_contract(public_id, refusal.reasons, {"sign": form})
    both = found.in_force_at is not None
    flash("Both parties have signed: the contract is in force." if both else "Signature recorded.", "success")
    return redirect(url_for("contracts.contract", public_id=public_id))


@contracts.post("/<public_id>/indicators")
@requires(ContractPermission.MAKE)
def add_indicator(public_id: str) -> ResponseReturnValue:
    """Add an indicator as a term."""
    found, form = _authoritys(public_id), IndicatorForm()
    try:
        signing.set_indicator(
            db.session,
            contract=found,
            name=form.name.data or "",
            measure=form.measure.data or "",
            target=form.target.data or "",
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return show_contract(public_id, refusal.reasons, {"indicator": form})
    flash("The indicator is a term of the contract.", "success")
    return redirect(url_for("contracts.contract", public_id=public_id))


@contracts.post("/<public_id>/indicators/<int:position>/remove")
@requires(ContractPermission.MAKE)
def remove_indicator(public_id: str, position: int) -> ResponseReturnValue:
    """Take an indicator out of the terms."""
    try:
        signing.remove_indicator(
            db.session,
            contract=_authoritys(public_id),
            position=position,
            actor=current_actor(),
            now=clock.now(),
        )
    except Refused as refusal:
        db.session.rollback()
        return show_contract(public_id, refusal.reasons)
    flash("The indicator is no longer a term.", "success")
    return redirect(url_for("contracts.contract", public_id=public_id))


@contracts.get("/duties")
@requires(ContractPermission.MAKE)
def duties() -> ResponseReturnValue:
    """What the authority owes after its awards, the overdue first."""
    return _show_duties()


@contracts.post("/duties/<thing>/<kind>")
@requires(ContractPermission.MAKE)
def duty_done(thing: str, kind: str) -> ResponseReturnValue:
    """Record that a duty was done."""
    actor, session, form = current_actor(), db.session, DutyForm(prefix=f"{thing}-{kind}")
    if kind not in set(DeedKind):
        abort(404)
    about = own_contract(session, actor=actor, public_id=thing)
    check = None if about else check_of(session, actor=actor, public_id=thing)
    if about is None and check is None:
        abort(404)
    if about is not None:
        call_off = signing.call_off_behind(about)
    else:
        assert check is not None
        call_off = check.bid.lot.call_off
    if not form.validate_on_submit():
        return _show_duties((), form)
    try:
        if form.done_on.data is None:
            raise Refused(Reason("day_not_given"))
        do_duty(
            session,
            call_off=call_off,
            kind=DeedKind(kind),
            done_on=form.done_on.data,
            reference=form.reference.data or "",
            actor=actor,
            now=clock.now(),
            contract=about,
            check=check,
        )
    except Refused as refusal:
        session.rollback()
        return _show_duties(refusal.reasons, form)
    flash("Recorded.", "success")
    return redirect(url_for("contracts.duties"))


def _show_duties(reasons: tuple[Reason, ...] = (), typed: DutyForm | None = None) -> ResponseReturnValue:
    tasks = tasks_of(db.session, actor=current_actor())
    number, today = page_number(), clock.today()
    page = Page(tasks[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(tasks))
    if number > page.last:
        abort(404)
    forms = {
        (task.key, task.due.kind): DutyForm(formdata=None, prefix=f"{task.key}-{task.due.kind}")
        for task in page.rows
        if task.done_on is None
    }
    if typed is not None:
        forms = {
            key: typed if typed._prefix == f"{key[0]}-{key[1]}-" else form for key, form in forms.items()
        }
    wrong = bool(reasons) or typed is not None
    return (
        render_template(
            "contracts/duties.html",
            page=page,
            forms=forms,
            today=today,
            overdue=sum(task.overdue(today) for task in tasks),
            reasons=reasons,
            wrong=typed if typed is not None and not reasons else None,
            error_title=wrong,
        ),
        422 if wrong else 200,
    )


def _own(public_id: str) -> Contract:
    found = own_contract(db.session, actor=current_actor(), public_id=public_id)
    if found is None:
        abort(404)
    return found


def _authoritys(public_id: str) -> Contract:
    found = _own(public_id)
    if party_of(current_actor()) is not Party.AUTHORITY:
        abort(404)
    return found
