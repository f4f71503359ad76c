"""A supplier's pools of places: how many there are, what is under contract, and which offers draw on them."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries, services
from catalogue.offers.forms import capacity as forms
from catalogue.offers.forms.reasons import reason_words
from catalogue.offers.models import CapacityPool
from catalogue.offers.rules.capacity import course, in_force, standing_on
from catalogue.offers.types import OfferPermission, SubLimit
from catalogue.offers.views import offers
from catalogue.reference import queries as reference
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.reasons import Refused
from core.web.access import current_actor, requires
from core.web.paging import page_number


def _pool(public_id: str) -> CapacityPool:
    found = queries.own_pool(db.session, public_id, actor=current_actor(), lock=request.method == "POST")
    if found is None:
        abort(404)
    return found


def _regions() -> list[tuple[str, str]]:
    return [(row.code, row.name) for row in reference.places(db.session) if row.kind is PlaceKind.REGION]


@offers.get("/capacity")
@requires(OfferPermission.READ)
def capacity() -> ResponseReturnValue:
    """All pools of the organisation: places, what is under contract, what is free, who draws on them."""
    page = queries.own_pools(db.session, actor=current_actor(), number=page_number())
    if page.number > page.last:
        abort(404)
    keys = [pool.id for pool in page.rows]
    return render_template(
        "offers/capacity.html",
        page=page,
        standing=queries.pools_standing(db.session, clock.today(), keys),
        drawing=queries.drawing_on(db.session, keys),
    )


@offers.route("/capacity/new", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def start_pool() -> ResponseReturnValue:
    """Make a pool that several offers may share."""
    rows = _rows(0)
    form = forms.pool_form(_regions(), rows)()
    if request.method == "POST" and _valid(form):
        try:
            pool = services.start_pool(
                db.session,
                actor=current_actor(),
                now=clock.now(),
                name=form.name.data or "",
                made_of=form.made_of.data or "",
                places=form.places.data,
                limits=form.limits(rows),
            )
        except Refused as refusal:
            form.form_errors = [reason_words(reason) for reason in refusal.reasons]
        else:
            flash(
                "Saved: the pool. Choose it now on the price page of each offer that draws on it.", "success"
            )
            return redirect(url_for("offers.pool", pool=pool.public_id))
    return _form_page(form, rows, None)


@offers.get("/capacity/<pool>")
@requires(OfferPermission.READ)
def pool(pool: str) -> ResponseReturnValue:
    """One pool: its places today and from when, its limits, its contracts and its offers."""
    found = _pool(pool)
    figures = queries.figures_of(db.session, found.id)
    contracts = queries.commitments_of(db.session, found.id)
    today = clock.today()
    stands = standing_on(figures, contracts, today)
    return render_template(
        "offers/pool.html",
        pool=found,
        figures=figures,
        held=in_force(figures, today),
        contracts=[one for one in contracts if one.ends_on >= today],
        whole=stands[0] if stands else None,
        limits=stands[1] if stands else (),
        course=course(figures, contracts, today),
        drawing=queries.drawing_on(db.session, [found.id]).get(found.id, []),
        regions=dict(_regions()),
        cited=queries.cited(db.session, found.id),
        sharing=forms.ShareForm(formdata=None),
    )


@offers.route("/capacity/<pool>/change", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def change_pool(pool: str) -> ResponseReturnValue:
    """Change a shared pool, from a day on where published offers cite it."""
    found = _pool(pool)
    if found.offer_id is not None:
        return redirect(url_for("offers.pool", pool=pool))
    figures = queries.figures_of(db.session, found.id)
    held = in_force(figures, clock.today())
    limits: tuple[SubLimit, ...] = held.limits if held else ()
    rows = _rows(len(limits))
    form = forms.pool_form(_regions(), rows)(
        data={
            "row_version": str(found.row_version),
            "name": found.name,
            "made_of": found.made_of,
            "places": held.places if held else None,
            "effective_from": clock.today(),
            **forms.limit_data(limits),
        }
    )
    if request.method == "POST" and _valid(form):
        try:
            _change(found, form, rows)
        except Refused as refusal:
            form.form_errors = [reason_words(reason) for reason in refusal.reasons]
            form.row_version.data = str(found.row_version)
        else:
            flash(f"Saved: {found.name}", "success")
            return redirect(url_for("offers.pool", pool=pool))
    return _form_page(form, rows, found)


def _change(found: CapacityPool, form: forms.PoolForm, rows: int) -> None:
    seen = form.row_version.data or ""
    services.change_pool(
        db.session,
        actor=current_actor(),
        now=clock.now(),
        pool=found,
        name=form.name.data or "",
        made_of=form.made_of.data or "",
        places=form.places.data,
        limits=form.limits(rows),
        effective_from=form.effective_from.data or clock.today(),
        row_version=int(seen) if seen.isascii() and seen.isdigit() else -1,
    )
    db.session.flush()


@offers.post("/capacity/<pool>/share")
@requires(OfferPermission.DRAFT)
def share_pool(pool: str) -> ResponseReturnValue:
    """Make the places of one offer a pool that others may draw on."""
    found = _pool(pool)
    form = forms.ShareForm()
    try:
        if not form.validate():
            flash(form.error_list()[0][1], "refused")
        else:
            services.share_pool(
                db.session, actor=current_actor(), now=clock.now(), pool=found, name=form.name.data or ""
            )
            flash(f"Saved: {found.name} is now a pool that other offers may draw on", "success")
    except Refused as refusal:
        for reason in refusal.reasons:
            flash(reason_words(reason), "refused")
    return redirect(url_for("offers.pool", pool=pool))


def _rows(held: int) -> int:
    """How many rows of limits a page has: those that are, those that were typed, and some to fill in."""
    typed = sum(name.startswith("limit-") and name.endswith("-places") for name in request.form)
    return min(max(held + forms.SPARE_LIMITS, typed), forms.MOST_LIMITS)


def _valid(form: forms.PoolForm) -> bool:
    form.validate()
    if form.places.data is None and not form.places.errors:
        form.places.errors = ["Enter how many places a year the pool has"]
    for field in form:
        if field.name.endswith("-places") and field.data is not None and not field.errors:
            row = field.name.removesuffix("-places")
            if not form[f"{row}-region"].data and not form[f"{row}-complexity"].data:
                field.errors = ["Choose a region, a complexity or both for this limit"]
    return not form.errors


def _form_page(form: forms.PoolForm, rows: int, pool: CapacityPool | None) -> ResponseReturnValue:
    page = render_template(
        "offers/pool_form.html",
        form=form,
        rows=range(1, rows + 1),
        pool=pool,
        cited=pool is not None and queries.cited(db.session, pool.id),
        error_title=bool(form.errors),
    )
    return page, 422 if form.errors else 200
