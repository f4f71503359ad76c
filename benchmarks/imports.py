"""Offers in bulk: one workbook of 5,000 through a worker, in seconds and in memory of its own."""

from __future__ import annotations

import multiprocessing
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import sqlalchemy as sa

from benchmarks.measure import Line
from benchmarks.memory import MEGABYTE, status_kilobytes
from benchmarks.site import Size, site
from benchmarks.world import NOW
from catalogue.bulk import queries, services
from catalogue.bulk.exports.workbook import write_workbook
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.rules.planning import Surroundings
from catalogue.bulk.types import HeldOffer, UploadState, WorkbookContent, WorkbookLevel
from catalogue.offers.types import (
    DeliveryMode,
    Evidence,
    EvidenceKind,
    ItemAnswer,
    ItemResponse,
    Method,
    OfferState,
    OutcomeTarget,
    Output,
    OutputUnit,
)
from catalogue.reference.types import Availability, Complexity, Phase
from core.accounts.types import OrganisationKind
from core.actor import Actor
from core.db import db
from core.jobs.services import run_due_jobs
from procurement.app import create_app
from tests.factories import make_organisation

OFFERS, SHORT_OFFERS = 5_000, 500
MOST_SECONDS, MOST_MEGABYTES = 60, 400
LEVELS = (Complexity.LOW, Complexity.MEDIUM)
METHODS = tuple(f"The worker and the person take step {number} together. " * 4 for number in range(40))


@dataclass(frozen=True)
class Taken:
    """What one file took: seconds for each step, kilobytes at rest and at most."""

    check: float
    apply: float
    again: float
    download: float
    resting: int
    most: int
    rows: int
    processor: float
    """Seconds of processor time for checking and applying, which others on the machine do not lengthen."""


def lines(url: str, folder: Path, short: bool) -> Iterator[Line]:
    """Upload, check and apply new offers; then the same file again, which changes nothing."""
    # A few offers of others stand beside: `world` fills no table with nothing.
    count = SHORT_OFFERS if short else OFFERS
    with site(url, folder, Size(suppliers=20, offers=20, contracts=20)) as place:
        with place.app.app_context():
            supplier_id = make_organisation(db.session).id
            db.session.commit()
            around, lists = queries.surroundings(db.session, NOW.date(), supplier_id=supplier_id)
            content = write_workbook(lists, _offers(around, count))
            db.session.rollback()
            file = folder / "offers.xlsx"
            file.write_bytes(content)
        # A worker of its own: what filling the site has left in memory is no part of it.
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            taken = pool.apply(_take_in, (url, str(folder), supplier_id))
    size = f"{taken.rows:,} rows, {len(content) / 1024 / 1024:.1f} MB"
    named = f"imports: {count:,} offers"
    yield Line(
        f"{named}, checked and applied",
        taken.check + taken.apply,
        MOST_SECONDS,
        "s",
        detail=f"{taken.check:.1f} + {taken.apply:.1f} s, {taken.processor:.0f} s of processor; {size}",
    )
    yield Line(
        f"{named}, the worker at its largest",
        taken.most / MEGABYTE,
        MOST_MEGABYTES,
        "MB",
        detail=f"{taken.resting / MEGABYTE:.0f} MB at rest",
    )
    yield Line(f"{named}, the same file again", taken.again, None, "s")
    yield Line(f"{named}, written into a workbook", taken.download, None, "s")


def _offers(around: Surroundings, count: int) -> Iterator[HeldOffer]:
    """New offers as a supplier would write them: every item answered, some at length."""
    source = random.Random(11)
    needs = sorted(around.facts)
    areas = [code for code in around.tree.by_code if code.startswith("pfa:")]
    cohorts, stages = list(around.lists["cohorts"].labels), list(around.lists["stages"].labels)
    for number in range(count):
        need = needs[number % len(needs)]
        specification = around.facts[need].specification
        levels = {
            complexity: WorkbookLevel(
                outputs="Twelve sessions of an hour and a plan that the person keeps.",
                outcomes={
                    code: OutcomeTarget("By interview at the end.", 60)
                    for code in sorted(around.outcomes[need])[:2]
                },
                methods={phase: Method(source.choice(METHODS), sessions=4) for phase in Phase},
                output_rows=(Output("Sessions with a worker", 12, OutputUnit.SESSIONS, 12),),
                unit_price=Decimal(source.randint(300, 4000)),
                places_a_year=source.randint(10, 200),
                answers={code: _answer(source) for code in specification[complexity].items},
            )
            for complexity in LEVELS
            if specification[complexity].availability is not Availability.NOT_AVAILABLE
        }
        content = WorkbookContent(
            title=f"Invented service {number}",
            summary="A worker meets people where they live and goes with them. " * 5,
            levels=levels,
            places=frozenset(source.sample(areas, 3)),
            cohorts=frozenset(source.sample(cohorts, 2)),
            stages=frozenset(source.sample(stages, 1)),
            sentence_types=frozenset(around.lists["sentence_types"].labels),
            mode=DeliveryMode.ONE_TO_ONE,
            languages=frozenset({"en", "cy"}),
            evidence=(Evidence(EvidenceKind.STUDY, title=f"Invented study {number}", year=2024),),
            customisation="The first meeting settles how much help is wanted. " * 12,
            pre_release_support="From twelve weeks before release a worker reaches in. " * 8,
        )
        yield HeldOffer(
            offer_id=0,
            public_id="",
            need_area=need,
            state=OfferState.DRAFT,
            version_id=0,
            number=0,
            row_version=0,
            content=content,
            reference=f"service-{number}",
        )


def _answer(source: random.Random) -> ItemAnswer:
    if source.random() < 0.85:
        return ItemAnswer(ItemResponse.MET)
    return ItemAnswer(ItemResponse.ANOTHER_WAY, f"Together with partner {source.randint(1, 10**6)}. " * 4)


def _take_in(url: str, folder: str, supplier_id: int) -> Taken:
    """In a process of its own: what the worker does with the file, timed and weighed."""
    app = create_app(Path(folder), SQLALCHEMY_ENGINES={"default": {"url": url}})
    actor = Actor(None, supplier_id, OrganisationKind.SUPPLIER)
    file = Path(folder) / "offers.xlsx"
    with app.app_context():
        key = _receive(actor, file)
    resting, begun = status_kilobytes("VmRSS"), time.process_time()
    check = _worked(app)
    with app.app_context():
        upload = _expect(key, UploadState.CHECKED)
        rows = upload.to_create
        services.confirm_upload(db.session, actor=actor, now=NOW, upload=upload, submits=True)
        db.session.commit()
    apply = _worked(app)
    most, processor = status_kilobytes("VmHWM"), time.process_time() - begun
    with app.app_context():
        _expect(key, UploadState.APPLIED)
        rows = db.session.scalar(sa.text("SELECT count(*) FROM offer_item")) or rows
        key = _receive(actor, file)
    again = _worked(app)
    with app.app_context():
        unchanged = _expect(key, UploadState.CHECKED)
        if unchanged.to_create or unchanged.to_change:
            raise RuntimeError("the same file again would change something")
        services.request_workbook(db.session, actor=actor, now=NOW)
        db.session.commit()
    return Taken(check, apply, again, _worked(app), resting, most, rows, processor)


def _receive(actor: Actor, file: Path) -> int:
    # The bytes are the web process's and let go at once: they do not weigh on the worker.
    upload = services.receive_upload(
        db.session, actor=actor, now=NOW, name=file.name, content=file.read_bytes()
    )
    db.session.commit()
    return upload.id


def _worked(app) -> float:  # type: ignore[no-untyped-def]
    started = time.perf_counter()
    if run_due_jobs(app) != 1:
        raise RuntimeError("the worker did not find its one job")
    return time.perf_counter() - started


def _expect(key: int, state: UploadState) -> BulkUpload:
    upload = db.session.get_one(BulkUpload, key)
    if upload.state is not state:
        raise RuntimeError(f"the upload is {upload.state}: {upload.refusal} {upload.problem_count} problems")
    return upload
