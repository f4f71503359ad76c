"""The members of a framework: found, exported, suspended, removed; what is to be considered of them."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference.queries import need_areas, places
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.framework import exports, queries, services
from procurement.framework.forms import SettleForm, members_form, removal_form
from procurement.framework.models import Concern, Framework, Member
from procurement.framework.rules import MEMBER_STEPS, counts_until, rule_value
from procurement.framework.types import (
    ConcernKind,
    FrameworkPermission,
    MemberEvent,
    MemberFilter,
    MemberState,
    RemovalBasis,
)
from procurement.framework.views.blueprint import framework, managed
from procurement.framework.views.words import reason_text

SUSPENSION = {
    "suspend": (MemberEvent.SUSPEND, "Suspended. The supplier is told."),
    "reinstate": (MemberEvent.REINSTATE, "The suspension is lifted. The supplier is told."),
}
EVIDENCE_WARNING_DAYS = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@framework.get("/manage/frameworks/<public_id>/members")
@requires(FrameworkPermission.MANAGE)
def members(public_id: str) -> ResponseReturnValue:
    """The suppliers that are or were members, filtered."""
    found = managed(public_id)
    chosen = _filter()
    return render_template(
        "framework/members.html",
        found=found,
        chosen=chosen,
        page=queries.supplier_rows(db.session, found.id, chosen, page=page_number()),
        needs=[need for need in need_areas(db.session) if need.id in _need_ids(found)],
        regions=places(db.session, kind=PlaceKind.REGION),
        concerns=queries.concerns_about_members(
            db.session, framework_id=found.id, authority_id=found.authority_id
        ),
        to_remove=queries.members_to_be_removed(db.session, framework_id=found.id),
    )


@framework.get("/manage/frameworks/<public_id>/members.csv")
@requires(FrameworkPermission.MANAGE)
def members_csv(public_id: str) -> ResponseReturnValue:
    """The same list row by row, as CSV."""
    found = managed(public_id)
    body = exports.members_csv(queries.member_rows(db.session, found.id, _filter()))
    return _file(body, "text/csv", f"members-{found.public_id}.csv")


@framework.get("/manage/frameworks/<public_id>/members.xlsx")
@requires(FrameworkPermission.MANAGE)
def members_xlsx(public_id: str) -> ResponseReturnValue:
    """The same list row by row, as a workbook."""
    found = managed(public_id)
    body = exports.members_xlsx(queries.member_rows(db.session, found.id, _filter()))
    return _file(body, XLSX, f"members-{found.public_id}.xlsx")


@framework.get("/manage/frameworks/<public_id>/evidence")
@requires(FrameworkPermission.MANAGE)
def ending_evidence(public_id: str) -> ResponseReturnValue:
    """Evidence of members that has ended or soon does, the earliest first."""
    found = managed(public_id)
    today = clock.today()
    until = today + timedelta(days=EVIDENCE_WARNING_DAYS)
    return render_template(
        "framework/evidence_due.html",
        found=found,
        page=queries.ending_evidence(db.session, framework_id=found.id, until=until, page=page_number()),
        today=today,
        days=EVIDENCE_WARNING_DAYS,
    )


@framework.get("/manage/frameworks/<public_id>/members/<supplier>")
@requires(FrameworkPermission.MANAGE)
def member(public_id: str, supplier: str) -> ResponseReturnValue:
    """Where one supplier is a member, what is to be considered of it, and what can be done."""
    found = managed(public_id)
    held = _held(found, supplier)
    return render_template(
        "framework/member.html",
        found=found,
        held=held,
        concerns=queries.concerns_of(db.session, actor=current_actor(), supplier_id=held[0].supplier_id),
        counts_until=_counts_until(found),
        stops=_stops(found),
    )


@framework.get("/manage/frameworks/<public_id>/members/<supplier>/suspension")
@requires(FrameworkPermission.MANAGE)
def ask_about_suspension(public_id: str, supplier: str) -> ResponseReturnValue:
    """Which memberships to suspend, or whose suspension to lift."""
    found = managed(public_id)
    held = _held(found, supplier)
    return _suspension(found, held, members_form(_labels(held)))


@framework.post("/manage/frameworks/<public_id>/members/<supplier>/suspension")
@requires(FrameworkPermission.MANAGE)
def suspension(public_id: str, supplier: str) -> ResponseReturnValue:
    """Suspend memberships, or lift their suspension."""
    found = managed(public_id)
    held = _held(found, supplier)
    form = members_form(_labels(held))
    deed = SUSPENSION.get(request.form.get("deed", ""))
    if deed is None:
        form.form_errors = ["Choose whether to suspend or to lift the suspension"]
    elif form.validate():
        event, done = deed
        try:
            services.change_memberships(db.session, event=event, **_asked(found, held, form, event))
        except Refused as refused:
            db.session.rollback()
            found = managed(public_id)
            held = _held(found, supplier)
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash(done, "success")
            return redirect(url_for("framework.member", public_id=public_id, supplier=supplier))
    return _suspension(found, held, form, error_title=True), 422


@framework.get("/manage/frameworks/<public_id>/members/<supplier>/removal")
@requires(FrameworkPermission.MANAGE)
def ask_about_removal(public_id: str, supplier: str) -> ResponseReturnValue:
    """What a removal rests on, and whether the supplier was told."""
    found = managed(public_id)
    held = _held(found, supplier)
    return _removal(found, held, removal_form(_labels(held), found.regime))


@framework.post("/manage/frameworks/<public_id>/members/<supplier>/removal")
@requires(FrameworkPermission.MANAGE)
def tell_of_removal(public_id: str, supplier: str) -> ResponseReturnValue:
    """Tell the supplier why it must or may be removed."""
    found = managed(public_id)
    held = _held(found, supplier)
    form = removal_form(_labels(held), found.regime)
    if form.validate():
        try:
            services.intend_removal(
                db.session,
                basis=RemovalBasis(form.basis.data),
                **_asked(found, held, form, MemberEvent.REMOVE),
            )
        except Refused as refused:
            db.session.rollback()
            found = managed(public_id)
            held = _held(found, supplier)
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash("The supplier is told the reasons. You can remove it from now on.", "success")
            return redirect(url_for("framework.member", public_id=public_id, supplier=supplier))
    return _removal(found, held, form, error_title=True), 422


@framework.post("/manage/frameworks/<public_id>/members/<supplier>/remove")
@requires(FrameworkPermission.MANAGE)
def remove(public_id: str, supplier: str) -> ResponseReturnValue:
    """Remove the memberships whose supplier was told the reasons, for these reasons."""
    found = managed(public_id)
    held = _held(found, supplier)
    told = [one for one in held if one.removal_intended_at and one.state is not MemberState.REMOVED]
    try:
        services.change_memberships(
            db.session,
            event=MemberEvent.REMOVE,
            actor=current_actor(),
            now=clock.now(),
            framework=found,
            supplier_id=held[0].supplier_id,
            chosen=[one.id for one in told],
            reason=told[0].removal_reasons if told else "",
        )
    except Refused as refused:
        flash(reason_text(refused.reasons[0]), "important")
        return redirect(url_for("framework.ask_about_removal", public_id=public_id, supplier=supplier))
    flash("Removed. The supplier is told.", "success")
    return redirect(url_for("framework.member", public_id=public_id, supplier=supplier))


@framework.get("/manage/frameworks/<public_id>/members/<supplier>/concerns/<int:number>")
@requires(FrameworkPermission.MANAGE)
def concern(public_id: str, supplier: str, number: int) -> ResponseReturnValue:
    """One thing to be considered of a member."""
    found = managed(public_id)
    held = _held(found, supplier)
    return _concern(found, held, number, SettleForm())


@framework.post("/manage/frameworks/<public_id>/members/<supplier>/concerns/<int:number>")
@requires(FrameworkPermission.MANAGE)
def settle(public_id: str, supplier: str, number: int) -> ResponseReturnValue:
    """Say what came of considering it."""
    found = managed(public_id)
    held = _held(found, supplier)
    form = SettleForm()
    if form.validate():
        try:
            services.settle_concern(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                concern=_concern_of(held, number),
                settlement=form.settlement.data,
            )
        except Refused as refused:
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash("What came of it is recorded.", "success")
            return redirect(url_for("framework.member", public_id=public_id, supplier=supplier))
    return _concern(found, held, number, form, error_title=True), 422


def _suspension(found: Framework, held: Sequence[Member], form: Any, **values: Any) -> str:
    return render_template(
        "framework/suspension.html", found=found, held=held, form=form, stops=_stops(found), **values
    )


def _removal(found: Framework, held: Sequence[Member], form: Any, **values: Any) -> str:
    return render_template("framework/removal.html", found=found, held=held, form=form, **values)


def _concern(found: Framework, held: Sequence[Member], number: int, form: Any, **values: Any) -> str:
    return render_template(
        "framework/concern.html",
        found=found,
        held=held,
        concern=_concern_of(held, number),
        form=form,
        counts_until=_counts_until(found),
        **values,
    )


def _concern_of(held: Sequence[Member], number: int) -> Concern:
    concerns = queries.concerns_of(db.session, actor=current_actor(), supplier_id=held[0].supplier_id)
    chosen = next((one for one in concerns if one.id == number), None)
    if chosen is None:
        abort(404)
    return chosen


def _asked(found: Framework, held: Sequence[Member], form: Any, event: MemberEvent) -> dict[str, Any]:
    """What a deed on some memberships is told: those chosen, or all for which it is possible."""
    everything = [one.id for one in held if (one.state, event) in MEMBER_STEPS]
    return {
        "actor": current_actor(),
        "now": clock.now(),
        "framework": found,
        "supplier_id": held[0].supplier_id,
        "chosen": everything if form.everything.data else [int(key) for key in form.chosen.data],
        "reason": form.reason.data or "",
    }


def _counts_until(found: Framework) -> Callable[[Concern], date | None]:
    """Until when an insolvency may lead to an exclusion; a merger is no ground for one."""
    return lambda concern: (
        counts_until("insolvency", concern.event_on, found.regime)
        if concern.kind is ConcernKind.INSOLVENCY
        else None
    )


def _stops(found: Framework) -> bool:
    return bool(rule_value(found.rules, "suspension_stops_invitations", True))


def _held(found: Framework, supplier: str) -> Sequence[Member]:
    held = queries.memberships_of(db.session, framework_id=found.id, supplier=supplier)
    if not held:
        abort(404)
    return held


def _labels(held: Sequence[Member]) -> list[tuple[str, str]]:
    return [(str(one.id), f"{one.category.name}, {one.region.name}") for one in held]


def _filter() -> MemberFilter:
    state = request.args.get("state", "")
    return MemberFilter(
        words=request.args.get("words", "").strip()[:100],
        need_area=request.args.get("need", ""),
        region=request.args.get("region", ""),
        state=state if state in {str(known) for known in MemberState} else "",
    )


def _need_ids(found: Framework) -> set[int]:
    return {category.need_area_id for category in found.categories}


def _file(body: str | bytes, media_type: str, name: str) -> Response:
    return Response(
        body, mimetype=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
    )
