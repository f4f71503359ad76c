"""Partner agencies: the list with its exports, one provision with its history, and its four pages."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.accounts.models import Person
from core.accounts.queries import colleagues_on
from core.db import db
from core.documents.forms import take_upload
from core.documents.services import content_of
from core.documents.types import Quarantined
from core.reasons import Refused
from core.spreadsheet import write_csv, write_xlsx
from core.web.access import current_actor, requires
from core.web.downloads import attachment
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.exports.agencies import provision_table
from procurement.gaps.forms.agencies import (
    FIELD_WORDS,
    FUNDING_WORDS,
    QUALITY_WORDS,
    STANDING_WORDS,
    STEPS,
    WhatForm,
    reason_words,
)
from procurement.gaps.models import AgencyProvision
from procurement.gaps.queries import agencies as queries
from procurement.gaps.queries.agencies import ORDERS, Wanted, facts_of
from procurement.gaps.rules.agencies import AgencyFacts, changes, reasons_outside
from procurement.gaps.services.agencies import change_provision, record_provision
from procurement.gaps.types import GapPermission, Quality, Standing
from procurement.gaps.views import gaps

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WHEN = ("now", "ended", "coming", "all")
WORDS: dict[str, Any] = {
    "standing_words": STANDING_WORDS,
    "quality_words": QUALITY_WORDS,
    "funding_words": FUNDING_WORDS,
}


@gaps.get("/agencies")
@requires(GapPermission.READ)
def agencies() -> ResponseReturnValue:
    """What partner agencies provide, narrowed and ordered."""
    wanted, number = _wanted(), page_number()
    rows, total = queries.provisions(
        db.session, actor=current_actor(), wanted=wanted, on=clock.today(), number=number, size=PAGE_SIZE
    )
    page = Page(rows, number, total)
    if number > page.last:
        abort(404)
    return render_template(
        "gaps/agencies.html",
        page=page,
        wanted=wanted,
        query=request.args.to_dict(),
        regions=reference.places(db.session, kind=PlaceKind.REGION),
        needs=reference.need_areas(db.session),
        today=clock.today(),
        **WORDS,
    )


@gaps.get("/agencies/export.<any(csv, xlsx):form>")
@requires(GapPermission.READ)
def agencies_export(form: str) -> ResponseReturnValue:
    """The same list, all of it, with every fact."""
    rows, _ = queries.provisions(db.session, actor=current_actor(), wanted=_wanted(), on=clock.today())
    header, table = provision_table(rows, STANDING_WORDS, QUALITY_WORDS, FUNDING_WORDS)
    name = {"Content-Disposition": f'attachment; filename="partner-agencies.{form}"'}
    if form == "csv":
        return Response(write_csv(header, table), mimetype="text/csv", headers=name)
    return Response(write_xlsx([("Partner agencies", header, table)]), mimetype=XLSX, headers=name)


@gaps.route("/agencies/new", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def agency_new() -> ResponseReturnValue:
    """The first page of a new provision; the address may fill in what a gap asks for."""
    session, actor = db.session, current_actor()
    form = WhatForm(data=_from_gap())
    _choices(form, None)
    if form.validate_on_submit():
        own = session.get(Person, actor.person_id)
        facts = AgencyFacts(
            **form.facts(),
            owner=own.public_id if own else "",
            starts_on=clock.today(),
            places=_first_places(form),
        )
        try:
            made = record_provision(session, actor=actor, now=clock.now(), today=clock.today(), facts=facts)
            return redirect(url_for("gaps.agency_step", public_id=made.public_id, step="where", new=1))
        except Refused as refused:
            session.rollback()
            _tell(form, refused)
    return _step_page(form, "what", None, new=True)


@gaps.get("/agencies/<public_id>")
@requires(GapPermission.READ)
def agency(public_id: str) -> ResponseReturnValue:
    """One provision: what is recorded, and its history."""
    found = _found(public_id)
    history = queries.history_of(db.session, found)
    told = [
        (change, changes(before.content, change.content) if before else ())
        for change, before in zip(history, [*history[1:], None], strict=True)
    ]
    return render_template(
        "gaps/agency.html",
        provision=found,
        facts=facts_of(found),
        told=told,
        steps=STEPS,
        names=_names(),
        field_words=FIELD_WORDS,
        may_change=_may_change(found),
        today=clock.today(),
        **WORDS,
    )


@gaps.route("/agencies/<public_id>/<any(what, where, agreement, known):step>", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def agency_step(public_id: str, step: str) -> ResponseReturnValue:
    """Change one of the four pages of a provision, with the reason."""
    session, actor = db.session, current_actor()
    found = _found(public_id, lock=request.method == "POST")
    if not _may_change(found):
        flash("This region is outside those that your role covers.", "error")
        return redirect(url_for("gaps.agency", public_id=public_id))
    facts, new = facts_of(found), request.args.get("new") == "1"
    form = STEPS[step][1](data={**vars_of(facts)})
    _choices(form, found)
    if form.validate_on_submit():
        try:
            given = form.facts()
            if step == "agreement":
                given["document"] = _document(form, facts)
            if step == "known" and given["offer"] and not queries.offer_exists(session, given["offer"]):
                form.offer.errors = ["No published offer has this number"]  # type: ignore[attr-defined]
            if not new and not (form.reason.data or "").strip():
                form.reason.errors = ["Say why it changes"]
            if not form.errors:
                change_provision(
                    session,
                    actor=actor,
                    now=clock.now(),
                    today=clock.today(),
                    provision=found,
                    facts=replace(facts, **given),
                    reason=(form.reason.data or "").strip(),
                )
                return redirect(_next(public_id, step, new=new))
        except Refused as refused:
            session.rollback()
            _tell(form, refused)
    return _step_page(form, step, found, new=new)


@gaps.get("/agencies/<public_id>/agreement-file")
@requires(GapPermission.READ)
def agency_file(public_id: str) -> ResponseReturnValue:
    """The text of the agreement."""
    found = _found(public_id)
    if found.document is None:
        abort(404)
    try:
        return attachment(found.document.name, content_of(found.document))
    except Quarantined:
        flash(f"{found.document.name} cannot be opened: the scanner has not cleared it.", "important")
        return redirect(url_for("gaps.agency", public_id=public_id))


def _step_page(form: Any, step: str, provision: AgencyProvision | None, *, new: bool) -> ResponseReturnValue:
    page = render_template(
        "gaps/agency_step.html",
        form=form,
        step=step,
        steps=STEPS,
        provision=provision,
        new=new,
        error_title=bool(form.errors),
    )
    return page, (422 if form.errors else 200)


def vars_of(facts: AgencyFacts) -> dict[str, Any]:
    """The facts as a form's data."""
    return {name: getattr(facts, name) for name in facts.__slots__}


def _next(public_id: str, step: str, *, new: bool) -> str:
    steps = list(STEPS)
    if new and step != steps[-1]:
        return url_for("gaps.agency_step", public_id=public_id, step=steps[steps.index(step) + 1], new=1)
    flash("The provision is recorded." if new else "The change is recorded.", "success")
    return url_for("gaps.agency", public_id=public_id)


def _document(form: Any, facts: AgencyFacts) -> str:
    """The public identifier of the agreement's file: a new one, the one there is, or none."""
    taken, problem = take_upload(
        db.session, actor=current_actor(), now=clock.now(), upload=request.files.get("file")
    )
    if problem:
        form.file.errors = [problem]
    if taken is not None:
        return taken.public_id
    return "" if form.remove_file.data else facts.document


def _tell(form: Any, refused: Refused) -> None:
    """Put every reason beside the field that it is about."""
    for reason in refused.reasons:
        name, words = reason_words(reason)
        if name in form:
            form[name].errors = [*form[name].errors, words]
        else:
            form.form_errors.append(words)


def _choices(form: Any, provision: AgencyProvision | None) -> None:
    session, actor = db.session, current_actor()
    if "needs" in form:
        form.needs.choices = [(row.code, row.name) for row in reference.need_areas(session)]
        form.cohorts.choices = [(row.code, row.name) for row in reference.cohorts(session)]
        form.stages.choices = [(row.code, row.name) for row in reference.stages(session)]
        form.region.choices = [
            ("", "Choose"),
            *(
                (row.code, row.name)
                for row in reference.places(session, kind=PlaceKind.REGION)
                if not reasons_outside(row.code, actor.scopes)
            ),
        ]
    if "places" in form and provision is not None:
        form.places.choices = [
            (provision.region.code, f"All of {provision.region.name}"),
            *(
                (row.code, row.name if row.kind is PlaceKind.POLICE_FORCE_AREA else f"— {row.name}")
                for row in queries.places_of_region(session, provision.region.code, clock.today())
            ),
        ]
    if "owner" in form:
        people = colleagues_on(session, organisation_id=actor.organisation_id or 0, day=clock.today())
        held = {person.public_id: person.name for person in people}
        if provision is not None:
            held.setdefault(provision.owner.public_id, provision.owner.name)
        form.owner.choices = [("", "Choose"), *held.items()]


def _wanted() -> Wanted:
    """Read the filters; a code that does not exist is a page that does not exist."""
    args = request.args
    wanted = Wanted(
        text=args.get("q", "").strip()[:100],
        region=args.get("region", ""),
        need=args.get("need", ""),
        standing=args.get("standing", ""),
        quality=args.get("quality", ""),
        remote=args.get("remote") == "1",
        when=args.get("when") or "now",
        order=args.get("order") or "agency",
    )
    known = (
        wanted.when in WHEN
        and wanted.order in ORDERS
        and wanted.standing in {"", *Standing}
        and wanted.quality in {"", *Quality}
    )
    if not known:
        abort(404)
    return wanted


def _from_gap() -> dict[str, Any]:
    """What the address says of a gap: its need, complexity and region, to begin with."""
    args = request.args
    place = next((row for row in reference.places(db.session) if row.code == args.get("place")), None)
    region = place.region if place is not None and place.region is not None else place
    return {
        "needs": [args["need"]] if args.get("need") else [],
        "complexities": [args["complexity"]] if args.get("complexity") else [],
        "region": region.code if region is not None else "",
    }


def _first_places(form: WhatForm) -> tuple[str, ...]:
    """The place of the gap that the form was opened from, where it lies in the region chosen."""
    place = request.args.get("place", "")
    return (place,) if place in queries.places_inside(db.session, form.region.data or "") else ()


def _names() -> dict[str, str]:
    session = db.session
    return {
        row.code: row.name
        for rows in (
            reference.need_areas(session),
            reference.cohorts(session),
            reference.stages(session),
            reference.places(session),
        )
        for row in rows
    }


def _may_change(found: AgencyProvision) -> bool:
    actor = current_actor()
    return actor.may(GapPermission.RECORD) and not reasons_outside(found.region.code, actor.scopes)


def _found(public_id: str, *, lock: bool = False) -> AgencyProvision:
    return queries.provision_for(db.session, actor=current_actor(), public_id=public_id, lock=lock) or abort(
        404
    )
