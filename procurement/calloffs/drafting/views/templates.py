"""Templates of an authority: kept from a call-off, listed, removed."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.forms import TemplateForm
from procurement.calloffs.drafting.types import CallOffPermission
from procurement.calloffs.drafting.views.blueprint import calloffs, find


@calloffs.get("/commissioning/templates")
@requires(CallOffPermission.DRAFT)
def templates() -> ResponseReturnValue:
    """The authority's templates, each to start from or to remove."""
    page = queries.templates_of(db.session, actor=current_actor(), page=page_number())
    return render_template("calloffs/templates.html", page=page)


@calloffs.post("/commissioning/templates/<template>/remove")
@requires(CallOffPermission.DRAFT)
def remove_template(template: str) -> ResponseReturnValue:
    """Remove a template; what was started from it stays."""
    found = queries.template_of(db.session, actor=current_actor(), public_id=template)
    if found is None:
        abort(404)
    services.remove_template(db.session, template=found, actor=current_actor(), now=clock.now())
    flash(f"The template “{found.name}” was removed.", "success")
    return redirect(url_for("calloffs.templates"))


@calloffs.get("/commissioning/<public_id>/template")
@requires(CallOffPermission.DRAFT)
def template(public_id: str) -> ResponseReturnValue:
    """Ask for the name of a template made from a call-off."""
    call_off = find(public_id)
    form = TemplateForm(formdata=None, data={"name": call_off.title})
    return render_template("calloffs/template.html", call_off=call_off, form=form)


@calloffs.post("/commissioning/<public_id>/template")
@requires(CallOffPermission.DRAFT)
def save_template(public_id: str) -> ResponseReturnValue:
    """Keep the call-off's lots, criteria and terms as a template."""
    call_off = find(public_id)
    form = TemplateForm()
    if form.validate_on_submit():
        try:
            services.save_template(
                db.session,
                call_off=call_off,
                actor=current_actor(),
                now=clock.now(),
                name=form.name.data.strip(),
            )
        except Refused:
            form.name.errors = ["There is a template of this name already"]
        else:
            flash(
                "The template was saved. Anyone who drafts for your authority can start from it.", "success"
            )
            return redirect(url_for("calloffs.templates"))
    page = render_template("calloffs/template.html", call_off=call_off, form=form, error_title=True)
    return page, 422
