"""Writing a level of the specification that the source leaves open: draft, changes, publishing."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries, services
from catalogue.reference.forms import SPARE_ROWS, LevelForm, filled, level_form, reason_words
from catalogue.reference.models import NeedArea, SpecificationDraft, SpecificationLevel
from catalogue.reference.rules.writing import differences, reasons_not_to_publish, reasons_not_to_write
from catalogue.reference.types import Complexity, DraftItem, Phase, ReferencePermission
from catalogue.reference.views import reference
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires


@reference.route("/specification/<code>/<any(low, medium, high):complexity>/write", methods=["GET", "POST"])
@requires(ReferencePermission.WRITE_SPECIFICATION)
def write_level(code: str, complexity: str) -> ResponseReturnValue:
    """The items of a level, phase by phase; saved as a draft that only those who may write it see."""
    need_area, level = _level(code, complexity)
    draft = _draft(need_area, level)
    items = queries.items_of_draft(draft) if draft is not None else queries.items_of(level)
    form = _form(items, guide=draft.guide if draft is not None else level.guide, draft=draft)
    if form.validate_on_submit():
        try:
            saved = services.save_draft(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                need_area=need_area,
                complexity=level.complexity,
                items=form.items(),
                guide=form.guide.data or "",
                seen=int(form.seen.data) if (form.seen.data or "").isdecimal() else -1,
            )
        except Refused as refusal:
            form.form_errors = [reason_words(reason) for reason in refusal.reasons]
            form.seen.data = str(draft.row_version if draft is not None else 0)
            return _page(need_area, level, form, meanwhile=items), 422
        if request.form.get("next") == "more":
            flash(f"Saved: {len(saved.items)} items", "success")
            return redirect(url_for("reference.write_level", code=code, complexity=complexity))
        return redirect(url_for("reference.check_level", code=code, complexity=complexity))
    return _page(need_area, level, form), 422 if form.errors else 200


@reference.get("/specification/<code>/<any(low, medium, high):complexity>/check")
@requires(ReferencePermission.WRITE_SPECIFICATION)
def check_level(code: str, complexity: str) -> ResponseReturnValue:
    """What a draft changes in what is published, and the button to publish it."""
    need_area, level = _level(code, complexity)
    draft = _draft(need_area, level)
    if draft is None:
        return redirect(url_for("reference.write_level", code=code, complexity=complexity))
    return _check(need_area, level, draft)


@reference.post("/specification/<code>/<any(low, medium, high):complexity>/publish")
@requires(ReferencePermission.WRITE_SPECIFICATION)
def publish_level(code: str, complexity: str) -> ResponseReturnValue:
    """Publish the draft as the page showed it."""
    need_area, level = _level(code, complexity)
    try:
        services.publish_level(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            need_area=need_area,
            complexity=level.complexity,
            seen=_seen(),
        )
    except Refused as refusal:
        draft = _draft(need_area, level)
        if draft is None:
            flash(reason_words(refusal.reasons[0]), "refused")
            return redirect(url_for("reference.specification_need", code=code, _anchor=complexity))
        return _check(need_area, level, draft, refusal), 422
    flash("Published. New offers answer these items; published offers stay as they are.", "success")
    return redirect(url_for("reference.specification_need", code=code, _anchor=complexity))


@reference.post("/specification/<code>/<any(low, medium, high):complexity>/discard")
@requires(ReferencePermission.WRITE_SPECIFICATION)
def discard_draft(code: str, complexity: str) -> ResponseReturnValue:
    """Throw the draft away."""
    need_area, level = _level(code, complexity)
    try:
        services.discard_draft(db.session, need_area=need_area, complexity=level.complexity, seen=_seen())
    except Refused as refusal:
        flash(reason_words(refusal.reasons[0]), "refused")
        return redirect(url_for("reference.write_level", code=code, complexity=complexity))
    flash("The draft is thrown away. What is published stays as it was.", "success")
    return redirect(url_for("reference.specification_need", code=code, _anchor=complexity))


def _seen() -> int:
    text = request.form.get("seen", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _level(code: str, complexity: str) -> tuple[NeedArea, SpecificationLevel]:
    """The level in force; there is no such page where the source says what it asks for."""
    need_area = queries.need_area(db.session, code)
    if need_area is None:
        abort(404)
    wanted = Complexity(complexity)
    if reasons_not_to_write(
        queries.availability_in_files(db.session, need_area_id=need_area.id, complexity=wanted)
    ):
        abort(404)
    return need_area, queries.current_levels(db.session, need_area_id=need_area.id)[need_area.id, wanted]


def _draft(need_area: NeedArea, level: SpecificationLevel) -> SpecificationDraft | None:
    return queries.specification_draft(db.session, need_area_id=need_area.id, complexity=level.complexity)


def _form(items: Sequence[DraftItem], *, guide: str, draft: SpecificationDraft | None) -> LevelForm:
    """The form with rows for what there is, for what was typed, and some more."""
    held = Counter(item.phase for item in items)
    texts = [name for name in request.form if name.endswith("-text")]
    typed = Counter(phase for phase in Phase for name in texts if name.startswith(f"{phase}-"))
    counts = {phase: max(held[phase] + SPARE_ROWS, typed[phase]) for phase in Phase}
    seen = str(draft.row_version if draft is not None else 0)
    return level_form(counts)(data={"guide": guide, "seen": seen, **filled(items)})


def _page(need_area: NeedArea, level: SpecificationLevel, form: LevelForm, **values: Any) -> str:
    return render_template(
        "reference/write_level.html",
        need_area=need_area,
        level=level,
        level_name=_level_name(level),
        draft=_draft(need_area, level),
        form=form,
        phases=tuple(Phase),
        error_title=bool(form.errors),
        **{"meanwhile": None, **values},
    )


def _check(
    need_area: NeedArea,
    level: SpecificationLevel,
    draft: SpecificationDraft,
    refusal: Refused | None = None,
) -> str:
    before, after = queries.items_of(level), queries.items_of_draft(draft)
    missing = reasons_not_to_publish(before, after, guides=(level.guide, draft.guide))
    return render_template(
        "reference/check_level.html",
        need_area=need_area,
        level=level,
        level_name=_level_name(level),
        draft=draft,
        found=differences(before, after),
        missing=[reason_words(reason) for reason in missing],
        refused=[reason_words(reason) for reason in refusal.reasons] if refusal is not None else [],
        error_title=refusal is not None,
    )


def _level_name(level: SpecificationLevel) -> str:
    return {one.code: one.name for one in queries.complexity_levels(db.session)}[level.complexity]
