"""The members of a framework: found, exported, suspended, reinstated, removed."""

from collections.abc import Sequence
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
from procurement.framework.forms import MembersForm
from procurement.framework.models import Framework, Member
from procurement.framework.rules import MEMBER_STEPS
from procurement.framework.types import FrameworkPermission, MemberEvent, MemberFilter, MemberState
from procurement.framework.views.blueprint import framework, managed
from procurement.framework.views.words import reason_text

DEEDS = {
    "suspend": (services.suspend_members, MemberEvent.SUSPEND, "Suspended. The supplier is told."),
    "reinstate": (
        services.reinstate_members,
        MemberEvent.REINSTATE,
        "The suspension is lifted. The supplier is told.",
    ),
    "intend": (
        services.intend_removal,
        MemberEvent.REMOVE,
        "The supplier is told the reasons. You can remove it from now on.",
    ),
    "remove": (services.remove_members, MemberEvent.REMOVE, "Removed. The supplier is told."),
}
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


@framework.get("/manage/frameworks/<public_id>/members/<supplier>")
@requires(FrameworkPermission.MANAGE)
def member(public_id: str, supplier: str) -> ResponseReturnValue:
    """Where one supplier is a member, and what can be done about it."""
    found = managed(public_id)
    held = _held(found, supplier)
    return _page(found, held, _form(held))


@framework.post("/manage/frameworks/<public_id>/members/<supplier>")
@requires(FrameworkPermission.MANAGE)
def change_member(public_id: str, supplier: str) -> ResponseReturnValue:
    """Suspend, reinstate, tell the reasons for a removal, or remove."""
    found = managed(public_id)
    held = _held(found, supplier)
    form = _form(held)
    deed = DEEDS.get(request.form.get("deed", ""))
    if form.validate() and deed is None:
        form.form_errors = ["Choose what to do: suspend, lift the suspension, tell the reasons, or remove"]
    elif deed is not None and not form.errors:
        service, step, done = deed
        everything = [one.id for one in held if (one.state, step) in MEMBER_STEPS]
        try:
            service(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                framework=found,
                supplier_id=held[0].supplier_id,
                chosen=everything if form.everything.data else [int(key) for key in form.chosen.data],
                reason=form.reason.data or "",
            )
        except Refused as refused:
            db.session.rollback()
            found, held = managed(public_id), _held(managed(public_id), supplier)
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash(done, "success")
            return redirect(url_for("framework.member", public_id=public_id, supplier=supplier))
    return _page(found, held, form, error_title=True), 422


def _page(found: Framework, held: Sequence[Member], form: Any, **values: Any) -> str:
    return render_template("framework/member.html", found=found, held=held, form=form, **values)


def _held(found: Framework, supplier: str) -> Sequence[Member]:
    held = queries.memberships_of(db.session, framework_id=found.id, supplier=supplier)
    if not held:
        abort(404)
    return held


def _form(held: Sequence[Member]) -> MembersForm:
    form = MembersForm()
    form.chosen.choices = [(str(one.id), f"{one.category.name}, {one.region.name}") for one in held]
    return form


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
