"""The task list of a bid, its answers and its files. Every step saves, incomplete too."""

import io

from flask import Response, abort, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from core import clock
from core.db import db
from core.documents.types import Quarantined
from core.reasons import Reason, Refused
from core.web.access import current_actor, requires
from core.web.edge import keep_despite_errors
from core.web.filters import format_time
from procurement.calloffs.bids import queries, services
from procurement.calloffs.bids.forms import answer_form, upload_form
from procurement.calloffs.bids.models import BidFile
from procurement.calloffs.bids.queries.sealed import ANSWER
from procurement.calloffs.bids.views.blueprint import BidPage, bids, find_bid
from procurement.calloffs.drafting.models import Criterion
from procurement.calloffs.drafting.types import CallOffPermission


@bids.get("/bids/<bid>")
@requires(CallOffPermission.READ_INVITED)
def bid(bid: str) -> ResponseReturnValue:
    """The bid's task list."""
    found = find_bid(bid)
    return render_template("bids/bid.html", found=found)


@bids.get("/bids/<bid>/answers/<int:position>")
@requires(CallOffPermission.READ_INVITED)
def answer(bid: str, position: int) -> ResponseReturnValue:
    """One question and the answer so far."""
    found, criterion = _question(bid, position)
    form = answer_form(
        criterion,
        data={
            "text": found.content.answers.get(criterion.question_id, ""),
            "version": found.content.versions.get(f"{ANSWER}{criterion.question_id}", 0),
        },
    )
    return render_template("bids/answer.html", found=found, criterion=criterion, form=form)


@bids.post("/bids/<bid>/answers/<int:position>")
@requires(CallOffPermission.BID)
def save_answer(bid: str, position: int) -> ResponseReturnValue:
    """Save an answer as typed; over its limit it is kept, and said so."""
    found, criterion = _question(bid, position)
    form = answer_form(criterion)
    fits = form.validate()
    text = form.text.data or ""
    theirs = None
    status = 200
    try:
        form.version.data = services.save_answer(
            db.session,
            bid=found.bid,
            criterion=criterion,
            text=text,
            expected_version=form.version.data or 0,
            actor=current_actor(),
            now=clock.now(),
        )
        if fits:
            flash("Answer saved. The bid is not submitted by saving.", "success")
            following = _next(found, criterion)
            return redirect(following)
        keep_despite_errors()
        status = 422
    except services.ChangedMeanwhile as clash:
        # Their words and yours side by side; saving again, from this page, is a decision.
        theirs, form.version.data, status = clash.theirs, clash.version, 409
        form.text.errors = [*form.text.errors, "A colleague saved another answer while you were writing"]
    except Refused as refusal:
        return closed_page(found, refusal)
    form.version.raw_data = None
    return (
        render_template(
            "bids/answer.html",
            found=found,
            criterion=criterion,
            form=form,
            theirs=theirs,
            error_title=True,
        ),
        status,
    )


@bids.post("/bids/<bid>/answers/<int:position>/autosave")
@requires(CallOffPermission.BID)
def autosave_answer(bid: str, position: int) -> ResponseReturnValue:
    """Save an answer while it is being written; answers in JSON."""
    found, criterion = _question(bid, position)
    form = answer_form(criterion)
    try:
        version = services.save_answer(
            db.session,
            bid=found.bid,
            criterion=criterion,
            text=_typed("text"),
            expected_version=form.version.data or 0,
            actor=current_actor(),
            now=clock.now(),
        )
    except services.ChangedMeanwhile:
        return jsonify(
            message="Not saved: a colleague has changed this answer. Use the button to see both."
        ), 409
    except Refused:
        return jsonify(message="Not saved: this call-off takes no more bids."), 422
    return jsonify(saved_at=format_time(clock.now()), fields={"version": str(version)})


@bids.get("/bids/<bid>/files")
@requires(CallOffPermission.READ_INVITED)
def files(bid: str) -> ResponseReturnValue:
    """The attached files, and a place for one more; `question` is the one whose evidence is attached."""
    found = find_bid(bid)
    form = upload_form(found.call_off.criteria, request.args.get("question", type=int))
    return render_template("bids/files.html", found=found, form=form)


@bids.post("/bids/<bid>/files")
@requires(CallOffPermission.BID)
def add_file(bid: str) -> ResponseReturnValue:
    """Attach a file; a refused one is named, and nothing else of the bid is touched."""
    found = find_bid(bid)
    form = upload_form(found.call_off.criteria)
    form.validate()
    upload = form.file.data
    reasons: tuple[Reason, ...] = ()
    if not upload or not upload.filename:
        form.file.errors = ["Choose a file to attach"]
    elif not form.question.errors:
        criterion = next((c for c in found.call_off.criteria if c.position == form.question.data), None)
        try:
            services.add_file(
                db.session,
                bid=found.bid,
                name=upload.filename.replace("\\", "/").rsplit("/", 1)[-1],
                content=upload.read(),
                criterion=criterion,
                actor=current_actor(),
                now=clock.now(),
            )
            flash(f"{upload.filename} attached. The bid is not submitted by that.", "success")
            if criterion is not None:
                return redirect(url_for("bids.answer", bid=bid, position=criterion.position))
            return redirect(url_for("bids.files", bid=bid))
        except Refused as refusal:
            if any("file" not in reason.params for reason in refusal.reasons):
                return closed_page(found, refusal)
            reasons = refusal.reasons
    return render_template("bids/files.html", found=found, form=form, reasons=reasons, error_title=True), 422


@bids.post("/bids/<bid>/files/<file>/remove")
@requires(CallOffPermission.BID)
def remove_file(bid: str, file: str) -> ResponseReturnValue:
    """Take a file out of the draft."""
    found = find_bid(bid)
    row = _file(found, file)
    try:
        services.remove_file(db.session, bid=found.bid, file=row, actor=current_actor(), now=clock.now())
    except Refused as refusal:
        return closed_page(found, refusal)
    flash("File removed from the draft.", "success")
    return redirect(url_for("bids.files", bid=bid))


@bids.get("/bids/<bid>/files/<file>")
@requires(CallOffPermission.READ_INVITED)
def download_file(bid: str, file: str) -> ResponseReturnValue:
    """One's own attached file; one that waits for the scanner, or was locked away, is not opened."""
    found = find_bid(bid)
    try:
        return sent(found, _file(found, file))
    except Quarantined:
        flash("The file cannot be opened: the virus scanner has not cleared it.", "important")
        return redirect(url_for("bids.files", bid=bid))


def sent(found: BidPage, row: BidFile) -> Response:
    """A file as a download, never opened in the page."""
    facts = queries.file_of(db.session, found.bid, row)
    content = queries.file_content(db.session, found.bid, row)
    return send_file(
        io.BytesIO(content),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=facts.name,
        max_age=0,
    )


def _question(public_id: str, position: int) -> tuple[BidPage, Criterion]:
    found = find_bid(public_id)
    criterion = next((c for c in found.call_off.criteria if c.position == position), None)
    if criterion is None:
        abort(404)
    return found, criterion


def _next(found: BidPage, criterion: Criterion) -> str:
    """The next question that is not answered, else the task list."""
    for other in found.call_off.criteria:
        if other.position > criterion.position and not found.content.answers.get(other.question_id):
            return url_for("bids.answer", bid=found.bid.public_id, position=other.position)
    return url_for("bids.bid", bid=found.bid.public_id)


def _file(found: BidPage, public_id: str) -> BidFile:
    row = next((file for file in found.bid.files if file.public_id == public_id), None)
    if row is None:
        abort(404)
    return row


def _typed(name: str) -> str:
    return request.form.get(name, "").replace("\r\n", "\n")


def closed_page(found: BidPage, refusal: Refused) -> ResponseReturnValue:
    """The task list, saying why nothing can be changed any more."""
    return (
        render_template(
            "bids/bid.html",
            found=found,
            reasons=refusal.reasons,
            typed=_typed("text"),
            error_title=True,
        ),
        422,
    )
