"""Saving one section of an offer: whatever else is wrong, valid parts are kept and nothing typed is lost."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from wtforms import Field

from catalogue.offers import queries
from catalogue.offers.forms import facts as facts_words
from catalogue.offers.forms.sections import SectionForm
from catalogue.offers.forms.words import reason_words, section_words
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.completeness import reasons_by_section
from catalogue.offers.rules.content import fingerprint, section_facts, started
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import SectionKey
from core import clock
from core.db import db
from core.reasons import Refused
from core.web import edge
from core.web.access import current_actor
from core.web.filters import format_time

Value = TypeVar("Value")
AUTOSAVE = "autosave"


def held_version(offer: str) -> OfferVersion:
    """The newest version of the organisation's offer; held until the end of a request that saves."""
    version = queries.own_version(db.session, offer, actor=current_actor(), lock=request.method == "POST")
    if version is None:
        abort(404)
    return version


def kept(field: Field, saved: Value) -> Value:
    """What was typed where it can be kept, otherwise what was saved before."""
    return saved if field.errors else field.data


def section_page(
    version: OfferVersion,
    key: SectionKey,
    form: SectionForm,
    save: Callable[[str | None], None],
    template: str = "offers/section.html",
    **shown: Any,
) -> ResponseReturnValue:
    """Show a section's form, or save it: valid parts are kept whatever else is wrong."""
    task_list = url_for("offers.offer", offer=version.offer.public_id)
    refused: tuple[str, ...] = ()
    gone = key.complexity is not None and key.complexity not in {level.complexity for level in version.levels}
    if request.method == "GET" and (gone or version.state not in EDITABLE):
        return redirect(task_list)
    autosave = request.headers.get("X-Requested-With") == AUTOSAVE
    before = fingerprint(queries.content_of(version), key)
    if request.method == "POST":
        form.validate()
        try:
            if not (autosave and form.errors):
                save(form.seen.data)
                db.session.flush()
        except Refused as refusal:
            refused = tuple(reason.code for reason in refusal.reasons)
            form.form_errors = [*form.form_errors, *(reason_words(reason) for reason in refusal.reasons)]
        if autosave:
            return _autosaved(version, key, form)
        if not form.errors:
            flash(f"Saved: {section_words(key)}", "success")
            return redirect(task_list)
        if not refused:
            edge.keep_despite_errors()
    content = queries.content_of(version)
    form.seen.data = fingerprint(content, key)
    reasons = []
    if request.method == "GET" and started(content, key):
        reasons = reasons_by_section(queries.facts_for(db.session, version, on=clock.today())).get(key, [])
    saved = None
    if "changed_meanwhile" in refused:
        names = queries.names_for(db.session, version.offer.need_area, pools_of=version.offer.supplier_id)
        saved = [
            (facts_words.label(names, fact), facts_words.said(names, fact, value))
            for fact, value in section_facts(content, key).items()
        ]
    page = render_template(
        template,
        version=version,
        key=key,
        form=form,
        reasons=reasons,
        saved=saved,
        partly_saved=not refused and form.seen.data != before,
        stuck="not_editable" in refused,
        error_title=bool(form.errors),
        **shown,
    )
    return page, 422 if form.errors else 200


def _autosaved(version: OfferVersion, key: SectionKey, form: SectionForm) -> ResponseReturnValue:
    """Answer the script that saves while people write; a page with errors is saved by its button alone."""
    if form.errors:
        message = form.error_list()[0][1]
        return jsonify(message=f"Not saved: {message}. Use the button to save what is right."), 422
    seen = fingerprint(queries.content_of(version), key)
    return jsonify(saved_at=format_time(clock.now()), fields={"seen": seen})
