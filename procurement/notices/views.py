"""The notices of an authority: the queue, one notice as page, PDF and JSON, marking it as published."""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.pdf import render_pdf
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.notices import queries, services
from procurement.notices.forms import PublishedForm
from procurement.notices.models import Notice
from procurement.notices.types import NoticeFilter, NoticeKind, NoticePermission

notices = Blueprint("notices", __name__)

STATES = ("queued", "overdue", "published", "all")
REFUSALS = {
    "published_already": "This notice is marked as published already",
    "reference_missing": "Enter the reference that the central platform gave it",
}


@notices.get("/notices")
@requires(NoticePermission.READ)
def index() -> ResponseReturnValue:
    """The notices to be published, the soonest due first, or others as filtered."""
    actor, today = current_actor(), clock.today()
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    chosen = NoticeFilter(
        state=state if state in STATES else "queued",
        kind=kind if kind in {str(known) for known in NoticeKind} else "",
        framework=request.args.get("framework", ""),
        call_off=request.args.get("call_off", ""),
    )
    waiting, overdue = queries.notice_counts(db.session, actor=actor, today=today)
    return render_template(
        "notices/index.html",
        page=queries.notice_page(db.session, actor=actor, chosen=chosen, today=today, page=page_number()),
        chosen=chosen,
        frameworks=queries.frameworks_with_notices(db.session, actor=actor),
        older_systems=queries.has_older_systems(db.session, actor=actor),
        waiting=waiting,
        overdue=overdue,
        today=today,
    )


@notices.post("/notices/look")
@requires(NoticePermission.PUBLISH)
def look() -> ResponseReturnValue:
    """Make the notices of what has happened since they were last made."""
    made = services.generate_notices(db.session, now=clock.now())
    flash(f"{made} made." if made else "Nothing new has happened that calls for a notice.", "success")
    return redirect(url_for("notices.index"))


@notices.get("/notices/<public_id>")
@requires(NoticePermission.READ)
def show(public_id: str) -> ResponseReturnValue:
    """What a notice says, and whether it is published."""
    return _page(_found(public_id), PublishedForm())


@notices.get("/notices/<public_id>.json")
@requires(NoticePermission.READ)
def as_json(public_id: str) -> ResponseReturnValue:
    """What a notice says, as JSON."""
    found = _found(public_id)
    return jsonify({"identifier": found.public_id, "reference": found.reference, **found.content})


@notices.get("/notices/<public_id>.pdf")
@requires(NoticePermission.READ)
def as_pdf(public_id: str) -> ResponseReturnValue:
    """What a notice says, as a tagged PDF."""
    found = _found(public_id)
    body = render_pdf(
        "notice",
        title=f"Notice {found.kind}: {found.content.get('call_off', found.content['market'])['title']}",
        content=found.content,
        days=_days(found.content),
        moments=_moments(found.content),
        value=_value(found.content),
        identifier=found.public_id,
        reference=found.reference,
    )
    name = f"notice-{found.public_id}.pdf"
    return Response(
        body,
        mimetype="application/pdf",
        headers={"Content-Disposition": f'inline; filename="{name}"'},
    )


@notices.post("/notices/<public_id>/published")
@requires(NoticePermission.PUBLISH)
def published(public_id: str) -> ResponseReturnValue:
    """Mark a notice as published, with its reference."""
    found = _found(public_id, lock=True)
    form = PublishedForm()
    if form.validate():
        try:
            services.mark_published(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                notice=found,
                reference=form.reference.data or "",
            )
        except Refused as refused:
            form.form_errors = [REFUSALS[reason.code] for reason in refused.reasons]
        else:
            flash("The notice is marked as published.", "success")
            return redirect(url_for("notices.show", public_id=public_id))
    return _page(found, form, error_title=True), 422


def _page(found: Notice, form: PublishedForm, **values: Any) -> str:
    return render_template(
        "notices/show.html",
        found=found,
        content=found.content,
        days=_days(found.content),
        moments=_moments(found.content),
        value=_value(found.content),
        form=form,
        today=clock.today(),
        **values,
    )


def _days(content: Mapping[str, Any]) -> dict[str, date | None]:
    """The days that a notice names, read back from its text."""
    of = content.get("contract", content["market"])
    named = {"on": content["on"], **{name: of[name] for name in ("starts_on", "ends_on")}}
    return {name: date.fromisoformat(text) if text else None for name, text in named.items()}


def _moments(content: Mapping[str, Any]) -> dict[str, datetime | None]:
    """The moments that a notice names."""
    deadline = content.get("call_off", {}).get("deadline", "")
    return {"deadline": datetime.fromisoformat(deadline) if deadline else None}


def _value(content: Mapping[str, Any]) -> Decimal | None:
    """The pounds that a notice names."""
    text = content.get("contract", {}).get("value", "")
    return Decimal(text) if text else None


def _found(public_id: str, *, lock: bool = False) -> Notice:
    found = queries.notice_of(db.session, actor=current_actor(), public_id=public_id, lock=lock)
    if found is None:
        abort(404)
    return found
