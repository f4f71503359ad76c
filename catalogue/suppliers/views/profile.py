"""A supplier's profile: read by all its colleagues, changed by those who may."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.suppliers import queries, services
from catalogue.suppliers.forms import SIZE_WORDS, ProfileForm, reason_words
from catalogue.suppliers.models import SupplierProfile
from catalogue.suppliers.types import SupplierPermission, SupplierSize
from catalogue.suppliers.views.blueprint import suppliers
from core import clock
from core.accounts.queries import organisation_of
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires


def _own_profile() -> SupplierProfile | None:
    return queries.profile_of(db.session, current_actor().organisation_id or 0)


@suppliers.get("/supplier")
@requires(SupplierPermission.READ_PROFILE)
def profile() -> ResponseReturnValue:
    """What the organisation says of itself."""
    return render_template(
        "suppliers/profile.html",
        organisation=organisation_of(db.session, current_actor().organisation_id or 0),
        profile=_own_profile(),
        size_words=SIZE_WORDS,
    )


@suppliers.route("/supplier/edit", methods=["GET", "POST"])
@requires(SupplierPermission.EDIT_PROFILE)
def edit_profile() -> ResponseReturnValue:
    """Change what the organisation says of itself."""
    held = _own_profile()
    form = ProfileForm(data=_values(held))
    changed = False
    if form.validate_on_submit():
        seen = form.row_version.data or ""
        try:
            services.save_profile(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                companies_house_number=form.companies_house_number.data or "",
                charity_number=form.charity_number.data or "",
                size=SupplierSize(form.size.data) if form.size.data else None,
                voluntary_sector=form.voluntary_sector.data,
                supported_employment=form.supported_employment.data,
                public_mutual=form.public_mutual.data,
                summary=form.summary.data or "",
                website=form.website.data or "",
                row_version=int(seen) if seen.isascii() and seen.isdigit() else None,
            )
        except Refused as refusal:
            form.form_errors = [reason_words(reason) for reason in refusal.reasons]
            changed = any(reason.code == "changed_meanwhile" for reason in refusal.reasons)
        else:
            flash("Profile saved", "success")
            return redirect(url_for("suppliers.profile"))
    if changed:
        form.row_version.data = str(held.row_version if held else 0)
    page = render_template(
        "suppliers/edit_profile.html",
        form=form,
        profile=held if changed else None,
        size_words=SIZE_WORDS,
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200


def _values(profile: SupplierProfile | None) -> dict[str, object]:
    if profile is None:
        return {"row_version": 0}
    return {
        "row_version": profile.row_version,
        "companies_house_number": profile.companies_house_number or "",
        "charity_number": profile.charity_number or "",
        "size": profile.size.value if profile.size else None,
        "voluntary_sector": profile.voluntary_sector,
        "supported_employment": profile.supported_employment,
        "public_mutual": profile.public_mutual,
        "summary": profile.summary,
        "website": profile.website,
    }
