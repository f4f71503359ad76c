"""Handing a step of an offer to a colleague."""

from collections.abc import Sequence

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.forms.words import step_words
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.content import step_keys
from catalogue.offers.rules.states import EDITABLE
from catalogue.offers.types import OfferPermission, Step, StepKey
from catalogue.offers.views import offers
from catalogue.offers.views.saving import held_version
from catalogue.reference.types import Complexity
from core import clock
from core.accounts.models import Person
from core.accounts.queries import people_who_may
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires

_KEYS = {
    key.code: key
    for step in Step
    for key in (
        [StepKey(step, complexity) for complexity in Complexity] if step is Step.METHOD else [StepKey(step)]
    )
}
_CODES = ",".join(f'"{code}"' for code in _KEYS)


@offers.get(f"/offers/<offer>/steps/<any({_CODES}):step>/colleague")
@requires(OfferPermission.DRAFT)
def ask_colleague(offer: str, step: str) -> ResponseReturnValue:
    """Choose who writes a step."""
    version = held_version(offer)
    if version.state not in EDITABLE or _KEYS[step] not in step_keys(queries.content_of(version)):
        return redirect(url_for("offers.offer", offer=offer))
    return _page(version, _KEYS[step])


@offers.post(f"/offers/<offer>/steps/<any({_CODES}):step>/colleague")
@requires(OfferPermission.DRAFT)
def assign_step(offer: str, step: str) -> ResponseReturnValue:
    """Hand a step to a colleague, or to nobody in particular."""
    version, key = held_version(offer), _KEYS[step]
    wanted = request.form.get("person", "")
    person = next((one for one in _writing() if one.public_id == wanted), None)
    if wanted and person is None:
        return _page(version, key, error_title=True), 422
    words = step_words(key)
    try:
        services.assign_step(
            db.session,
            actor=current_actor(),
            now=clock.now(),
            version=version,
            step=key,
            words=words,
            person=person,
        )
    except Refused as refusal:
        flash(reason_words(refusal.reasons[0]), "refused")
    else:
        said = f"is handed to {person.name}, who gets a mail" if person else "is nobody’s in particular"
        flash(f"{words} {said}", "success")
    return redirect(url_for("offers.offer", offer=offer))


def _writing() -> Sequence[Person]:
    return people_who_may(
        db.session,
        organisation_id=current_actor().organisation_id or abort(404),
        permission=OfferPermission.DRAFT,
        roles=current_app.extensions["roles"],
        day=clock.today(),
    )


def _page(version: OfferVersion, key: StepKey, *, error_title: bool = False) -> str:
    return render_template(
        "offers/hand_step.html",
        version=version,
        step=key,
        people=_writing(),
        chosen=queries.step_people(db.session, version.id).get(key.code),
        error_title=error_title,
    )
