"""The draft's task list and its steps beside lots, criteria and people."""

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import (
    BasicsForm,
    ConflictsForm,
    LotsConsideredForm,
    PriceForm,
    StepForm,
    TermsForm,
    TimetableForm,
)
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.rules import earliest_deadline_day
from procurement.calloffs.drafting.types import (
    CallOffPermission,
    PriceFormula,
    PriceModel,
    StaffTransfer,
    TieBreak,
)
from procurement.calloffs.drafting.views.blueprint import calloffs, filled, find_draft, show_step
from procurement.calloffs.drafting.views.tasks import missing, task_list, task_of


def draft_page(public_id: str) -> str:
    """The address of a draft's task list."""
    return url_for("calloffs.draft", public_id=public_id)


def still_missing(call_off: CallOff, task: str) -> list[Any]:
    """The reasons that a step's own page shows."""
    return [reason for reason in missing(call_off, clock.now()) if task_of(reason) == task]


@calloffs.get("/commissioning/<public_id>/draft")
@requires(CallOffPermission.DRAFT)
def draft(public_id: str) -> ResponseReturnValue:
    """The task list: what is done, and what is missing before it can be approved."""
    call_off = find_draft(public_id)
    reasons = missing(call_off, clock.now())
    return render_template(
        "calloffs/draft.html",
        burdens=queries.burdens(db.session, call_off),
        call_off=call_off,
        tasks=task_list(call_off, reasons),
        reasons=reasons,
        names=queries.names(db.session, call_off),
    )


def _show(template: str, call_off: CallOff, task: str, form: StepForm, status: int = 200, **more: Any):
    return show_step(
        template,
        form,
        status,
        call_off=call_off,
        missing=still_missing(call_off, task),
        names=queries.names(db.session, call_off),
        **more,
    )


def _basics_values(call_off: CallOff) -> dict[str, Any]:
    return {
        "title": call_off.title,
        "framework": call_off.framework_id,
        "need": call_off.need,
        "data_sharing": call_off.data_sharing,
    }


def _offer(form: StepForm) -> StepForm:
    form["framework"].choices = [(one.id, one.title) for one in queries.open_frameworks(db.session)]
    return form


@calloffs.get("/commissioning/<public_id>/basics")
@requires(CallOffPermission.DRAFT)
def basics(public_id: str) -> ResponseReturnValue:
    """Show the title, the need, the framework and the sharing of data."""
    call_off = find_draft(public_id)
    return _show(
        "calloffs/basics.html", call_off, "basics", _offer(filled(BasicsForm, _basics_values(call_off)))
    )


@calloffs.post("/commissioning/<public_id>/basics")
@requires(CallOffPermission.DRAFT)
def save_basics(public_id: str) -> ResponseReturnValue:
    """Save them, incomplete too."""
    call_off = find_draft(public_id)
    form = BasicsForm()
    _offer(form)
    changed = form.differences(_basics_values(call_off), _offer)
    if changed or not form.validate_on_submit():
        return _show(
            "calloffs/basics.html", call_off, "basics", form, 409 if changed else 422, changed=changed
        )
    services.save_basics(
        db.session,
        call_off=call_off,
        actor=current_actor(),
        now=clock.now(),
        title=form.title.data.strip(),
        need=form.need.data or "",
        framework_id=form.framework.data,
        data_sharing=form.data_sharing.data or "",
    )
    return redirect(draft_page(public_id))


def _price_values(call_off: CallOff) -> dict[str, Any]:
    return {
        "price_model": str(call_off.price_model),
        "price_formula": str(call_off.price_formula),
        "price_weight": call_off.price_weight,
        "optimal_price": call_off.optimal_price,
        "tie_break": str(call_off.tie_break) if call_off.tie_break else None,
    }


@calloffs.get("/commissioning/<public_id>/price")
@requires(CallOffPermission.DRAFT)
def price(public_id: str) -> ResponseReturnValue:
    """Show what is priced and how prices become scores."""
    call_off = find_draft(public_id)
    return _show("calloffs/price.html", call_off, "price", filled(PriceForm, _price_values(call_off)))


@calloffs.post("/commissioning/<public_id>/price")
@requires(CallOffPermission.DRAFT)
def save_price(public_id: str) -> ResponseReturnValue:
    """Save it, incomplete too."""
    call_off = find_draft(public_id)
    form = PriceForm()
    changed = form.differences(_price_values(call_off))
    if changed or not form.validate_on_submit():
        return _show("calloffs/price.html", call_off, "price", form, 409 if changed else 422, changed=changed)
    services.save_price(
        db.session,
        call_off=call_off,
        actor=current_actor(),
        now=clock.now(),
        price_model=PriceModel(form.price_model.data or call_off.price_model),
        price_formula=PriceFormula(form.price_formula.data or call_off.price_formula),
        price_weight=form.price_weight.data,
        optimal_price=form.optimal_price.data,
        tie_break=TieBreak(form.tie_break.data) if form.tie_break.data else None,
    )
    return redirect(draft_page(public_id))


def _terms_values(call_off: CallOff) -> dict[str, Any]:
    return {
        "payment_days": call_off.payment_days,
        "staff_transfer": str(call_off.staff_transfer) if call_off.staff_transfer else None,
        "staff_transfer_note": call_off.staff_transfer_note,
    }


@calloffs.get("/commissioning/<public_id>/terms")
@requires(CallOffPermission.DRAFT)
def terms(public_id: str) -> ResponseReturnValue:
    """Show when invoices are paid, and whether staff go over to the new provider."""
    call_off = find_draft(public_id)
    return _show("calloffs/terms.html", call_off, "terms", filled(TermsForm, _terms_values(call_off)))


@calloffs.post("/commissioning/<public_id>/terms")
@requires(CallOffPermission.DRAFT)
def save_terms(public_id: str) -> ResponseReturnValue:
    """Save it, incomplete too; a later payment than the law allows is refused."""
    call_off = find_draft(public_id)
    form = TermsForm()
    changed = form.differences(_terms_values(call_off))
    if changed or not form.validate_on_submit():
        return _show("calloffs/terms.html", call_off, "terms", form, 409 if changed else 422, changed=changed)
    try:
        services.save_terms(
            db.session,
            call_off=call_off,
            actor=current_actor(),
            now=clock.now(),
            payment_days=form.payment_days.data,
            staff_transfer=StaffTransfer(form.staff_transfer.data) if form.staff_transfer.data else None,
            staff_transfer_note=form.staff_transfer_note.data or "",
        )
    except Refused as refusal:
        return _show("calloffs/terms.html", call_off, "terms", form, 422, reasons=refusal.reasons)
    return redirect(draft_page(public_id))


def _timetable_values(call_off: CallOff) -> dict[str, Any]:
    return {
        "deadline": call_off.deadline,
        "questions_close_at": call_off.questions_close_at,
        "standstill": call_off.standstill,
    }


def _show_timetable(call_off: CallOff, form: StepForm, status: int = 200, **more: Any):
    now = clock.now()
    return _show(
        "calloffs/timetable.html",
        call_off,
        "timetable",
        form,
        status,
        earliest=earliest_deadline_day(now, queries.tender_days_of(call_off.framework)),
        tender_days=queries.tender_days_of(call_off.framework),
        events=queries.timeline(db.session, call_off, now),
        **more,
    )


@calloffs.get("/commissioning/<public_id>/timetable")
@requires(CallOffPermission.DRAFT)
def timetable(public_id: str) -> ResponseReturnValue:
    """Show the deadline, and every date that follows from it with its rule."""
    call_off = find_draft(public_id)
    return _show_timetable(call_off, filled(TimetableForm, _timetable_values(call_off)))


@calloffs.post("/commissioning/<public_id>/timetable")
@requires(CallOffPermission.DRAFT)
def save_timetable(public_id: str) -> ResponseReturnValue:
    """Save the deadline and show the dates that follow from it."""
    call_off = find_draft(public_id)
    form = TimetableForm()
    changed = form.differences(_timetable_values(call_off))
    if changed or not form.validate_on_submit():
        return _show_timetable(call_off, form, 409 if changed else 422, changed=changed)
    services.save_timetable(
        db.session,
        call_off=call_off,
        actor=current_actor(),
        now=clock.now(),
        deadline=form.deadline.data,
        standstill=form.standstill.data,
        questions_close_at=form.questions_close_at.data,
    )
    return redirect(url_for("calloffs.timetable", public_id=public_id, _anchor="dates"))


@calloffs.get("/commissioning/<public_id>/lots-considered")
@requires(CallOffPermission.DRAFT)
def lots_considered(public_id: str) -> ResponseReturnValue:
    """Show how dividing into lots was considered."""
    call_off = find_draft(public_id)
    form = filled(LotsConsideredForm, {"lots_considered": call_off.lots_considered})
    return _show("calloffs/lots_considered.html", call_off, "lots_considered", form)


@calloffs.post("/commissioning/<public_id>/lots-considered")
@requires(CallOffPermission.DRAFT)
def save_lots_considered(public_id: str) -> ResponseReturnValue:
    """Save it."""
    call_off = find_draft(public_id)
    form = LotsConsideredForm()
    changed = form.differences({"lots_considered": call_off.lots_considered})
    if changed or not form.validate_on_submit():
        status = 409 if changed else 422
        return _show(
            "calloffs/lots_considered.html", call_off, "lots_considered", form, status, changed=changed
        )
    services.save_lots_considered(
        db.session,
        call_off=call_off,
        actor=current_actor(),
        now=clock.now(),
        lots_considered=form.lots_considered.data or "",
    )
    return redirect(draft_page(public_id))


@calloffs.get("/commissioning/<public_id>/conflicts")
@requires(CallOffPermission.DRAFT)
def conflicts(public_id: str) -> ResponseReturnValue:
    """Show what everyone declared, and whether conflicts were assessed for the whole."""
    call_off = find_draft(public_id)
    form = filled(ConflictsForm, {"assessed": call_off.conflicts_assessed})
    return _show("calloffs/conflicts.html", call_off, "conflicts", form)


@calloffs.post("/commissioning/<public_id>/conflicts")
@requires(CallOffPermission.DRAFT)
def save_conflicts(public_id: str) -> ResponseReturnValue:
    """Record that they were assessed, or that they are not."""
    call_off = find_draft(public_id)
    form = ConflictsForm()
    changed = form.differences({"assessed": call_off.conflicts_assessed})
    if changed or not form.validate_on_submit():
        return _show(
            "calloffs/conflicts.html", call_off, "conflicts", form, 409 if changed else 422, changed=changed
        )
    services.save_conflicts_assessed(
        db.session, call_off=call_off, actor=current_actor(), now=clock.now(), assessed=form.assessed.data
    )
    return redirect(draft_page(public_id))
