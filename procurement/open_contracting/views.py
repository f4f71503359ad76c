"""Open Contracting for anyone: what is published, by framework and call-off, and the data themselves."""

from collections.abc import Iterator

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from core.db import db
from core.web.access import public
from core.web.filters import public_url
from core.web.paging import page_number
from procurement.open_contracting import exports, queries
from procurement.open_contracting.models import ContractingProcess
from procurement.open_contracting.rules import EXTENSIONS
from procurement.open_contracting.services import this_site

open_contracting = Blueprint("open_contracting", __name__)


@open_contracting.get("/open-contracting")
@public
def index() -> ResponseReturnValue:
    """Every framework and call-off with something public, the latest changed first."""
    page = queries.process_page(db.session, page=page_number())
    return render_template(
        "open_contracting/index.html", page=page, prefix=this_site().publisher.prefix, extensions=EXTENSIONS
    )


@open_contracting.get("/open-contracting/releases.json")
@public
def everything() -> ResponseReturnValue:
    """A package of all releases."""
    newest = queries.last_change(db.session)
    if newest is None:
        abort(404)
    changed_at, until = newest

    def pieces() -> Iterator[str]:
        releases = (row.content for row in queries.stream_releases(db.session, until=until))
        yield from exports.release_package(
            this_site().publisher, public_url("open_contracting.everything"), changed_at, releases
        )

    headers = {"Content-Disposition": 'attachment; filename="open-contracting.json"'}
    return Response(stream_with_context(pieces()), mimetype="application/json", headers=headers)


@open_contracting.get("/open-contracting/<ocid>")
@public
def show(ocid: str) -> ResponseReturnValue:
    """The releases of one framework or call-off, the newest first, and its record."""
    process = _found(ocid)
    releases = queries.releases_of(db.session, process)
    return render_template("open_contracting/show.html", process=process, releases=releases[::-1])


@open_contracting.get("/open-contracting/<ocid>/record.json")
@public
def record(ocid: str) -> ResponseReturnValue:
    """The record: every release and what they come to."""
    process = _found(ocid)
    releases = queries.releases_of(db.session, process)
    return jsonify(
        exports.record_package(
            this_site().publisher,
            public_url("open_contracting.record", ocid=ocid),
            [public_url("open_contracting.releases", ocid=ocid)],
            ocid,
            releases[-1].at,
            [release.content for release in releases],
        )
    )


@open_contracting.get("/open-contracting/<ocid>/releases.json")
@public
def releases(ocid: str) -> ResponseReturnValue:
    """A package of the releases of one framework or call-off."""
    process = _found(ocid)
    rows = queries.releases_of(db.session, process)
    pieces = exports.release_package(
        this_site().publisher,
        public_url("open_contracting.releases", ocid=ocid),
        rows[-1].at,
        (row.content for row in rows),
    )
    return Response("".join(pieces), mimetype="application/json")


@open_contracting.get("/open-contracting/<ocid>/releases/<int:event>.json")
@public
def release(ocid: str, event: int) -> ResponseReturnValue:
    """A package of a single release."""
    process = _found(ocid)
    row = next((one for one in queries.releases_of(db.session, process) if one.event_id == event), None)
    if row is None:
        abort(404)
    address = public_url("open_contracting.release", ocid=ocid, event=event)
    pieces = exports.release_package(this_site().publisher, address, row.at, [row.content])
    return Response("".join(pieces), mimetype="application/json")


@open_contracting.get("/open-contracting/of/<public_id>")
@public
def of(public_id: str) -> ResponseReturnValue:
    """The data of a public framework or call-off, or that they are still to be made."""
    thing = queries.public_thing(db.session, public_id)
    if thing is None:
        abort(404)
    process = queries.process_of_thing(db.session, thing)
    if process is not None:
        return redirect(url_for("open_contracting.show", ocid=process.ocid))
    return render_template("open_contracting/waiting.html", thing=thing)


def _found(ocid: str) -> ContractingProcess:
    process = queries.process_at(db.session, ocid)
    if process is None:
        abort(404)
    return process
