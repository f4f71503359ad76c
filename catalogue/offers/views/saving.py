"""Saving a page of an offer, of one section or several: what is right is kept, nothing typed is lost."""

from collections.abc import Mapping, Sequence

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries
from catalogue.offers.forms import facts as facts_words
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.forms.sections import PageForms
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.completeness import reasons_by_section
from catalogue.offers.rules.content import fingerprint, section_facts, started, step_keys
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import SectionKey, Step, StepKey
from catalogue.offers.views.editors import Editing, editing_of, save
from core import clock
from core.db import db
from core.reasons import Reason, Refused
from core.web import edge
from core.web.access import current_actor
from core.web.filters import format_time

AUTOSAVE = "autosave"


def held_version(offer: str) -> OfferVersion:
    """The newest version of the organisation's offer; held until the end of a request that saves."""
    version = queries.own_version(db.session, offer, actor=current_actor(), lock=request.method == "POST")
    if version is None:
        abort(404)
    return version


def prefix_of(key: SectionKey) -> str:
    """What the names of a section's fields begin with on a page of several."""
    return f"{key.section}-{key.complexity}-" if key.complexity else f"{key.section}-"


def page_of(
    version: OfferVersion, keys: Sequence[SectionKey], *, heading: str, step: StepKey | None = None
) -> ResponseReturnValue:
    """Show the forms of some sections, or save them, each by itself: what is wrong in one holds up no other.

    On the page of a step, people can go on to the next one instead of back to the task list.
    """
    task_list = url_for("offers.offer", offer=version.offer.public_id)
    content = queries.content_of(version)
    gone = any(key.complexity is not None and key.complexity not in content.levels for key in keys)
    if request.method == "GET" and (gone or version.state not in EDITABLE):
        return redirect(task_list)
    alone = len(keys) == 1
    parts = [editing_of(version, content, key, "" if alone else prefix_of(key)) for key in keys]
    before = {key: fingerprint(content, key) for key in keys}
    refused: dict[SectionKey, tuple[str, ...]] = {}
    if request.method == "POST":
        # What a page does not hold, such as a level that a colleague has added since, is not touched.
        parts = [part for part in parts if alone or _sent(part)]
        autosave = request.headers.get("X-Requested-With") == AUTOSAVE
        refused = _save(parts, before, autosave)
        forms = PageForms([part.form for part in parts])
        if autosave:
            return _autosaved(version, parts, forms)
        if not forms.errors and "unanswered" not in request.form:
            flash(f"Saved: {heading}", "success")
            onward = step is not None and request.form.get("next") == "onward"
            return redirect(after(version, step) if step is not None and onward else task_list)
        if not forms.errors:
            return redirect(after(version, step) if step is not None else request.path)
        if any(part.key not in refused for part in parts):
            edge.keep_despite_errors()
        content = queries.content_of(version)
    forms = PageForms([part.form for part in parts])
    missing = reasons_by_section(queries.facts_for(db.session, version, on=clock.today()))
    for part in parts:
        part.form.seen.data = fingerprint(content, part.key)
        begun = request.method == "GET" and started(content, part.key)
        part.shown["reasons"] = missing.get(part.key, []) if begun else []
        part.shown["saved"] = (
            _meanwhile(version, part) if "changed_meanwhile" in refused.get(part.key, ()) else None
        )
    page = render_template(
        "offers/edit.html",
        version=version,
        heading=heading,
        parts=parts,
        forms=forms,
        step=step,
        handed_to=queries.step_people(db.session, version.id).get(step.code) if step is not None else None,
        partly_saved=any(
            part.key not in refused and fingerprint(content, part.key) != before[part.key] for part in parts
        ),
        stuck=any("not_editable" in codes for codes in refused.values()),
        error_title=bool(forms.errors),
    )
    return page, 422 if forms.errors else 200


def step_address(public_id: str, step: StepKey) -> str:
    """The address of the page of a step."""
    if step.step is Step.PRICES:
        return url_for("offers.prices", offer=public_id)
    if step.complexity is not None:
        return url_for("offers.write_method", offer=public_id, complexity=step.complexity.value)
    return url_for("offers.write", offer=public_id, step=step.step.value)


def after(version: OfferVersion, step: StepKey) -> str:
    """Where to go on after a step: the next one in which something is missing, or checking the answers."""
    db.session.flush()
    steps = step_keys(queries.content_of(version))
    order = list(steps)
    missing = reasons_by_section(queries.facts_for(db.session, version, on=clock.today()))
    public_id = version.offer.public_id
    for following in order[order.index(step) + 1 :] if step in steps else order:
        if any(missing.get(key) for key in steps[following]):
            return step_address(public_id, following)
    return url_for("offers.check", offer=public_id)


def _sent(part: Editing) -> bool:
    return any(name.startswith(part.prefix) for name in request.form)


def _save(
    parts: Sequence[Editing], held: Mapping[SectionKey, str], autosave: bool
) -> dict[SectionKey, tuple[str, ...]]:
    """Save each part; return the codes of the reasons for those that were refused.

    Whether a colleague saved meanwhile is told by what the sections held before this page saved any of them:
    leaving a group of people out, for one, changes what the words for it hold.
    """
    refused: dict[SectionKey, tuple[str, ...]] = {}
    for part in parts:
        part.form.validate()
        if autosave and part.form.errors:
            continue
        try:
            seen, still_there = part.form.seen.data, part.key.complexity in (None, *part.content.levels)
            if seen and still_there and seen != held[part.key]:
                raise Refused(Reason("changed_meanwhile"))
            with db.session.begin_nested():
                save(part)
        except Refused as refusal:
            refused[part.key] = tuple(reason.code for reason in refusal.reasons)
            words = [reason_words(reason) for reason in refusal.reasons]
            part.form.form_errors = [*part.form.form_errors, *words]
    return refused


def _meanwhile(version: OfferVersion, part: Editing) -> list[tuple[str, str]]:
    """What a colleague has saved while the page was open, as (what, words)."""
    names = queries.names_for(db.session, version.offer.need_area, pools_of=version.offer.supplier_id)
    return [
        (facts_words.label(names, fact), facts_words.said(names, fact, value))
        for fact, value in section_facts(queries.content_of(version), part.key).items()
    ]


def _autosaved(version: OfferVersion, parts: Sequence[Editing], forms: PageForms) -> ResponseReturnValue:
    """Answer the script that saves while people write; what has errors is saved by the button alone."""
    if forms.errors:
        field_errors = [str(message) for field in forms for message in field.errors]
        message = [*field_errors, *forms.form_errors][0]
        return jsonify(message=f"Not saved: {message}. Use the button to save what is right."), 422
    content = queries.content_of(version)
    seen = {part.form.seen.name: fingerprint(content, part.key) for part in parts}
    return jsonify(saved_at=format_time(clock.now()), fields=seen)
