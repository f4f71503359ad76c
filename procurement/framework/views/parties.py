"""Who delivers with an applicant: choosing partners, judging them, replacing one."""

from typing import Any

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from catalogue.partners import queries as partners
from catalogue.partners.models import SupplyChainLink
from catalogue.partners.types import LinkState
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from procurement.framework import queries, rules, services
from procurement.framework.forms import findings_form, findings_of
from procurement.framework.forms.parties import (
    DELIVERY_WORDS,
    OURSELVES,
    PartiesForm,
    ReplaceForm,
    ReplacementForm,
)
from procurement.framework.models import Application, ApplicationParty
from procurement.framework.types import ApplicationState, Delivery, FrameworkPermission
from procurement.framework.views.blueprint import framework, names_of, own, to_assess
from procurement.framework.views.words import reason_text

OFFERED = (LinkState.NAMED, LinkState.INVITED, LinkState.CONFIRMED)


@framework.context_processor
def delivery_words() -> dict[str, Any]:
    """What the templates of applications call the ways to deliver."""
    return {"delivery_words": DELIVERY_WORDS}


@framework.route("/applications/<public_id>/partners", methods=["GET", "POST"])
@requires(FrameworkPermission.APPLY)
def parties(public_id: str) -> ResponseReturnValue:
    """Say who delivers with the applicant."""
    form = PartiesForm()
    found = own(public_id, lock=form.is_submitted())
    if found.state is not ApplicationState.DRAFT:
        if form.is_submitted():
            flash("The application is not a draft any more, so nothing of it was changed", "important")
            return redirect(url_for("framework.application", public_id=public_id))
        abort(404)
    chosen = {party.link.public_id: party for party in found.parties}
    links = [
        link
        for link in partners.chain_of(db.session, lead_id=found.supplier_id, ended=True)
        if link.state in OFFERED or link.public_id in chosen
    ]
    if not form.is_submitted():
        form = PartiesForm(
            data={
                "delivery": found.delivery.value,
                "links": list(chosen),
                "relied_on": [key for key, party in chosen.items() if party.relied_on],
                "seen": services.parties_mark(found),
            }
        )
    form.offer(links)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                services.save_parties(
                    db.session,
                    actor=current_actor(),
                    now=clock.now(),
                    application=found,
                    delivery=Delivery(form.delivery.data),
                    links=form.links.data or [],
                    relied_on=form.relied_on.data or [],
                    seen=form.seen.data or "",
                )
            except Refused as refused:
                form.form_errors = [reason_text(reason) for reason in refused.reasons]
                form.seen.data = services.parties_mark(found)
            else:
                flash("Who delivers with you is saved.", "success")
                return redirect(url_for("framework.application", public_id=public_id))
    page = render_template(
        "framework/parties.html",
        found=found,
        form=form,
        rows=partners.rows_of(db.session, links),
        error_title=status == 422,
    )
    return page, status


@framework.route("/applications/<public_id>/partners/<party>/replace", methods=["GET", "POST"])
@requires(FrameworkPermission.SUBMIT_APPLICATION)
def replace_party(public_id: str, party: str) -> ResponseReturnValue:
    """Put another partner in the place of one that the authority asked to replace."""
    form = ReplaceForm()
    found = own(public_id, lock=form.is_submitted())
    leaving = _party(found, party)
    if leaving.left_at is not None or leaving.replacement_asked_at is None:
        return redirect(url_for("framework.application", public_id=public_id))
    ready = _ready(found)
    form.offer(ready.values())
    if form.validate_on_submit():
        try:
            services.replace_party(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                party=leaving,
                by=None if form.by.data == OURSELVES else ready[form.by.data],
            )
        except Refused as refused:
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash(f"{leaving.name} is replaced. The authority is told.", "success")
            return redirect(url_for("framework.application", public_id=public_id))
    page = render_template(
        "framework/replace_party.html",
        found=found,
        party=leaving,
        form=form,
        today=clock.today(),
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200


@framework.route("/assessment/<public_id>/partners", methods=["GET", "POST"])
@requires(FrameworkPermission.ASSESS)
def assess_parties(public_id: str) -> ResponseReturnValue:
    """The parties of an application with what each declared, and what was found of it."""
    form: Any = findings_form([], {})
    found = to_assess(public_id, lock=form.is_submitted())
    standing = [party for party in found.parties if party.left_at is None]
    codes = [party.public_id for party in standing]
    saved = {party.public_id: (party.outcome, party.outcome_note) for party in standing}
    form = findings_form(codes, saved)
    status = 200
    if form.is_submitted():
        status = 422
        if form.validate():
            try:
                lacking = services.record_party_findings(
                    db.session,
                    actor=current_actor(),
                    now=clock.now(),
                    application=found,
                    findings=findings_of(form, codes),
                )
            except Refused as refused:
                form.form_errors = [reason_text(reason) for reason in refused.reasons]
            else:
                if lacking:
                    flash("Saved. Some findings need a note before a decision can rest on them.", "important")
                else:
                    flash("Your findings on partners are saved.", "success")
                return redirect(url_for("framework.assess_parties", public_id=public_id))
    facts = {party.public_id: queries.facts_of_party(party) for party in found.parties}
    page = render_template(
        "framework/assess_parties.html",
        found=found,
        form=form,
        standing=standing,
        left=[party for party in found.parties if party.left_at is not None],
        facts=facts,
        by_rule={key: rules.party_outcome_by_rule(fact) for key, fact in facts.items()},
        must={key: rules.must_answer(fact) for key, fact in facts.items()},
        declared=queries.declarations_shown(db.session, found.parties),
        lacking=[
            reason_text(reason, names_of(found.framework, found))
            for reason in services.reasons_against_party_findings(found)
        ],
        mine=found.assessor_id == current_actor().person_id,
        waiting=found.state in rules.PENDING_STATES,
        today=clock.today(),
        error_title=status == 422,
    )
    return page, status


@framework.route("/assessment/<public_id>/partners/<party>/replacement", methods=["GET", "POST"])
@requires(FrameworkPermission.ASSESS)
def ask_for_replacement(public_id: str, party: str) -> ResponseReturnValue:
    """Tell the lead that a party must be replaced."""
    form = ReplacementForm()
    found = to_assess(public_id, lock=form.is_submitted())
    leaving = _party(found, party)
    if form.validate_on_submit():
        try:
            services.ask_for_replacement(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                application=found,
                party=leaving,
                reason=form.reason.data or "",
            )
        except Refused as refused:
            form.form_errors = [reason_text(reason) for reason in refused.reasons]
        else:
            flash(f"{found.supplier.name} is asked to replace {leaving.name}.", "success")
            return redirect(url_for("framework.assess_parties", public_id=public_id))
    page = render_template(
        "framework/ask_replacement.html",
        found=found,
        party=leaving,
        form=form,
        due_on=services.answer_due_on(found, now=clock.now()),
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200


def _party(found: Application, public_id: str) -> ApplicationParty:
    party = next((one for one in found.parties if one.public_id == public_id), None)
    return party or abort(404)


def _ready(found: Application) -> dict[str, SupplyChainLink]:
    """The applicant's partners that have confirmed and declared and are not in the application yet."""
    cited = {party.link_id for party in found.parties if party.left_at is None}
    chain = partners.chain_of(db.session, lead_id=found.supplier_id)
    rows = partners.rows_of(db.session, [link for link in chain if link.state is LinkState.CONFIRMED])
    return {
        row.link.public_id: row.link
        for row in rows
        if row.declared_at is not None and row.link.id not in cited
    }
