"""Two declarations of the same provision side by side, cell by cell; and lists uploaded to compare with."""

from __future__ import annotations

from typing import NamedTuple

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.reference import queries as reference
from catalogue.reference.types import CrosswalkScheme
from core import clock
from core.db import db
from core.documents.services import take_in
from core.rows import FileRefused
from core.spreadsheet import write_csv
from core.web.access import current_actor, requires
from core.web.paging import PAGE_SIZE, Page, page_number
from procurement.gaps.exports.demand import demand_file_in_words
from procurement.gaps.forms.declared import DeclaredForm, finding_in_words
from procurement.gaps.models import DeclaredList
from procurement.gaps.queries import declared as queries
from procurement.gaps.queries.demand_models import needs_by_label
from procurement.gaps.queries.presence import axes
from procurement.gaps.rules.declared import DeclaredReport, read_declared
from procurement.gaps.rules.sides import Agreement, Compared, Side, agreement, compare
from procurement.gaps.services.declared import keep_list
from procurement.gaps.types import GapPermission
from procurement.gaps.views import gaps

LIVE_WORDS = {
    "register": "Contract register, in force today",
    "contracts": "All contracts in force today",
    "offers": "Published offers",
    "agencies": "Partner agencies, in force today",
}
SIDE_WORDS = {
    Side.BOTH: "Both say so",
    Side.FIRST: "Only the first",
    Side.SECOND: "Only the second",
    Side.NEITHER: "Neither",
}
SHOW = {"disagree": (Side.FIRST, Side.SECOND), "all": tuple(Side)}


@gaps.get("/declared")
@requires(GapPermission.READ)
def declared() -> ResponseReturnValue:
    """Counts, share and the cells in which two declarations disagree."""
    asked, number = _asked(), page_number()
    shown = [one for one in asked.compared if one.side in SHOW[asked.show]]
    page = Page(shown[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, len(shown))
    if number > page.last:
        abort(404)
    return render_template("gaps/declared.html", asked=asked, page=page, side_words=SIDE_WORDS)


@gaps.get("/declared.csv")
@requires(GapPermission.READ)
def declared_csv() -> ResponseReturnValue:
    """Every cell of the comparison with what each side has there."""
    asked = _asked()
    rows = [
        [
            asked.needs[one.cell[0]],
            asked.places[one.cell[1]],
            SIDE_WORDS[one.side].lower(),
            "; ".join(one.first),
            "; ".join(one.second),
        ]
        for one in asked.compared
    ]
    header = ("need area", "place", "who says so", asked.choices[asked.first], asked.choices[asked.second])
    name = f'attachment; filename="declared-{clock.today()}.csv"'
    return Response(write_csv(header, rows), mimetype="text/csv", headers={"Content-Disposition": name})


@gaps.route("/declared/upload", methods=["GET", "POST"])
@requires(GapPermission.RECORD)
def declared_upload() -> ResponseReturnValue:
    """Upload a list; errors are listed row by row and nothing is kept until there are none."""
    form = DeclaredForm()
    report: DeclaredReport | None = None
    if request.method == "POST":
        report, kept = _take_in(form)
        if kept is not None:
            flash(f"{kept.row_count:,} rows are kept.", "success")
            return redirect(url_for("gaps.declared", second=kept.public_id))
    page = render_template(
        "gaps/declared_upload.html",
        form=form,
        report=report,
        words=finding_in_words,
        error_title=bool(form.errors),
    )
    return page, (422 if form.errors else 200)


class Asked(NamedTuple):
    """What is compared, by which places, and the answer."""

    first: str
    second: str
    by: str
    show: str
    choices: dict[str, str]
    needs: dict[str, str]
    places: dict[str, str]
    compared: tuple[Compared, ...]
    agreement: Agreement

    @property
    def query(self) -> dict[str, str]:
        """The same question as a query string."""
        return {"first": self.first, "second": self.second, "by": self.by, "show": self.show}


def _asked() -> Asked:
    """Read the query; what does not exist is a page that does not exist."""
    session, args, on = db.session, request.args, clock.today()
    held = queries.lists(session, actor=current_actor())
    choices = LIVE_WORDS | {one.public_id: f"{one.title} ({one.as_at:%d %B %Y})" for one in held}
    first, second = args.get("first") or "register", args.get("second") or "offers"
    by, show = args.get("by") or "area", args.get("show") or "disagree"
    if first not in choices or second not in choices or by not in ("area", "region") or show not in SHOW:
        abort(404)
    around = axes(session, on)
    left = queries.entries(session, actor=current_actor(), which=first, on=on)
    right = queries.entries(session, actor=current_actor(), which=second, on=on)
    compared = compare(left or (), right or (), list(around.need_areas), around.columns(by))
    places = around.regions if by == "region" else around.areas
    return Asked(
        first,
        second,
        by,
        show,
        choices,
        around.need_areas,
        {code: place.name for code, place in places.items()},
        compared,
        agreement(compared),
    )


def _take_in(form: DeclaredForm) -> tuple[DeclaredReport | None, DeclaredList | None]:
    session, valid = db.session, form.validate()
    upload = form.file.data
    if not upload or not upload.filename:
        form.file.errors = ["Choose a CSV file to upload"]
        return None, None
    name = upload.filename
    with upload.stream as file:
        content = file.read()
    scheme = form.scheme.data if form.scheme.data in set(CrosswalkScheme) else ""
    labels = needs_by_label(session, scheme) if scheme else {}
    try:
        report = read_declared(
            content,
            queries.places_by_name(session, clock.today()),
            frozenset(row.code for row in reference.need_areas(session)),
            {label.lower(): ours for label, ours in labels.items()} if scheme else None,
        )
    except FileRefused as refused:
        form.file.errors = [f"{name}: {demand_file_in_words(refused)}"]
        return None, None
    if report.error_count:
        found = f"{report.error_count:,} error{'s' if report.error_count > 1 else ''}"
        form.file.errors = [f"{name}: {found} in {report.rows_read:,} rows. Nothing was kept"]
        return report, None
    if not valid:
        return report, None
    kept = keep_list(
        session,
        actor=current_actor(),
        now=clock.now(),
        title=form.title.data.strip(),
        source=form.source.data.strip(),
        as_at=form.as_at.data,
        report=report,
        crosswalk=f"{scheme} {reference.crosswalk_version(session)}" if scheme else "",
        document=take_in(session, actor=current_actor(), now=clock.now(), name=name, content=content),
    )
    return report, kept
