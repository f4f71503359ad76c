"""Pages against the bare page of the same site, and how many queries each sends at two sizes."""

import gc
import re
from collections.abc import Callable
from dataclasses import dataclass
from unittest.mock import patch

from flask.testing import FlaskClient

from benchmarks.measure import Line, Ready, counted_queries, medians, page
from benchmarks.site import BARE, Site, signed_in_client
from benchmarks.world import NOW, add_demand, count_rows
from catalogue.offers import queries
from catalogue.offers.queries.finding import Counts
from catalogue.offers.types import CatalogueFilter, CatalogueSort
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db
from core.jobs.services import run_due_jobs
from core.jobs.types import JobStatus
from procurement.gaps.services.analysis import request_analysis
from tests.calloffs import make_competition, write_bid

SEARCH = "words=invented+service&place=region:A&complexity=low&stage=community"
FOUR = "&".join(f"compare=OF-B{number:07d}" for number in range(1, 5))
CELL = "place=region:A&need=accommodation"


@dataclass(frozen=True)
class Compared:
    """Something that a site does, and how many times a bare page's time it may take (None: no goal).

    `address` is set where it is a page that a regional lead can look at.
    """

    name: str
    most: float | None
    ready: Ready
    address: str = ""


def compared(site: Site, rounds: int) -> list[Compared]:
    """Everything that is compared; it can be timed once and counted once after."""
    lead = site.client("regional-lead")
    analysis = _analysis(site)

    def looked_at(name: str, most: float | None, address: str) -> Compared:
        return Compared(name, most, page(lead, address), address)

    return [
        Compared("catalogue without counts", 8, _without_counts(page(lead, "/catalogue"))),
        looked_at("catalogue with counts", 30, "/catalogue"),
        looked_at("catalogue, words and filters, with counts", 30, f"/catalogue?{SEARCH}"),
        looked_at("four offers compared", None, f"/catalogue/compare?{FOUR}"),
        looked_at("directory feed, 25 services", None, "/feeds/open-referral/services"),
        looked_at("contracts", 8, "/contracts"),
        looked_at("coverage from a cached analysis", 8, analysis),
        looked_at("coverage, one cell with its reasons", None, f"{analysis}/cell?{CELL}"),
        looked_at("presence, all contracts", None, "/coverage/presence"),
        Compared("a bid submission", 10, _bid_submissions(site, 1 + rounds + 2)),
    ]


def _without_counts(ready: Ready) -> Ready:
    """The catalogue with its list and total and no count beside a filter, which no visitor is shown."""

    def ready_without() -> Callable[[], None]:
        do = ready()

        def fetch() -> None:
            with patch("catalogue.offers.queries.catalogue_counts", lambda *asked: Counts()):
                do()

        return fetch

    return ready_without


def listing_lines(site: Site, rounds: int) -> list[Line]:
    """How long the database takes for a page of the list of offers and its total, without counts.

    For all of them, as a visitor meets the catalogue, which is held to the goal; and for narrower lists.
    """
    asked = {
        "all": CatalogueFilter(),
        "one need": CatalogueFilter(needs=("finance",)),
        "one region": CatalogueFilter(place="region:A"),
        "words": CatalogueFilter(words="invented service"),
    }
    with site.app.app_context():
        choices = queries.catalogue_choices(db.session)

        def list_and_total(found: CatalogueFilter) -> Ready:
            def read() -> None:
                page = queries.find_offers(db.session, found, choices, sort=CatalogueSort.TITLE)
                if not page.rows or (not found.anything and page.total != site.size.offers):
                    raise RuntimeError(f"the catalogue finds {page.total} offers")

            return lambda: read

        taken = medians([list_and_total(found) for found in asked.values()], rounds)
        db.session.rollback()
    return [
        Line(
            f"list of offers and its total, queries alone, {name}",
            one * 1000,
            25 if name == "all" else None,
            "ms",
            detail=f"{site.size.offers:,} offers",
        )
        for name, one in zip(asked, taken, strict=True)
    ]


def times(site: Site, things: list[Compared], rounds: int) -> list[Line]:
    """The median time of each over the bare page's, all taken in turns."""
    bare = page(site.client("commissioner"), BARE)
    # What filling the site has left behind is no part of a web process, and slows its garbage collector.
    gc.collect()
    gc.freeze()
    of_bare, *taken = medians([bare, *(thing.ready for thing in things)], rounds)
    return [
        Line(thing.name, one / of_bare, thing.most, "× bare", detail=f"{one * 1000:.1f} ms")
        for thing, one in zip(things, taken, strict=True)
    ]


def query_counts(site: Site, things: list[Compared]) -> dict[str, int]:
    """How many statements each sends to the database, when it is not the first time in this process."""
    with site.app.app_context():
        engine = db.engine
    counts = {}
    for thing in things:
        thing.ready()()
        do = thing.ready()
        with counted_queries(engine) as statements:
            do()
        counts[thing.name] = len(statements)
    return counts


def growth(small: dict[str, int], large: dict[str, int], sizes: str) -> list[Line]:
    """How many more queries a page sends on the large site than on the small one: none."""
    return [
        Line(
            f"queries: {name}, growth",
            large[name] - small[name],
            0,
            "queries",
            detail=f"{small[name]} and {large[name]} at {sizes}",
        )
        for name in large
    ]


def _analysis(site: Site) -> str:
    """The address of coverage worked out once, by the worker, for all that is contracted and offered."""
    with site.app.app_context():
        actor = Actor(None, site.authority_id, OrganisationKind.AUTHORITY)
        demand = add_demand(db.session, actor, on=NOW.date(), most=40)
        job = request_analysis(db.session, actor=actor, now=NOW, demand_set=demand, on=NOW.date())
        count_rows(db.session)
        run_due_jobs(site.app)
        count_rows(db.session)
        db.session.refresh(job)
        if job.status is not JobStatus.DONE or job.result is None:
            raise RuntimeError(f"the analysis failed: {job.error}")
        return f"/coverage/analyses/{job.result['analysis']}"


def _bid_submissions(site: Site, count: int) -> Ready:
    """Another complete bid each time, submitted as its supplier's browser does it."""
    with site.app.app_context():
        competition = make_competition(db.session, suppliers=count)
        bids = [write_bid(db.session, competition, number).public_id for number in range(count)]
        clients = [signed_in_client(site.app, person) for _, person in competition.suppliers]
        db.session.commit()
    waiting = list(zip(clients, bids, strict=True))

    def ready() -> Callable[[], None]:
        client, bid = waiting.pop()
        address = f"/bids/{bid}/check"
        form = {"csrf_token": _token(client, address)}

        def submit() -> None:
            response = client.post(address, data=form)
            if response.status_code != 302:
                raise RuntimeError(f"the bid was not taken: {response.status_code}")

        return submit

    return ready


def _token(client: FlaskClient, address: str) -> str:
    """The token that a page's forms carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get(address).get_data(as_text=True))
    if found is None:
        raise RuntimeError(f"there is no form on {address}")
    return found[1]
