"""A killed process loses nothing that was answered as saved, and leaves nothing half done."""

import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from http.cookies import SimpleCookie
from pathlib import Path

import html5lib
import pytest
import sqlalchemy as sa
from flask import Flask
from flask_migrate import upgrade

from benchmarks.site import signed_in_client
from catalogue.bulk import services
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.types import UploadState
from catalogue.offers.models import Offer
from catalogue.suppliers.models import SupplierProfile
from core.clock import now
from core.config import PROJECT_ROOT
from core.db import db
from core.jobs.models import Job
from core.jobs.services import run_due_jobs
from core.jobs.types import JobStatus
from procurement.app import create_app
from tests.client import XHTML
from tests.factories import make_organisation, make_person
from tests.factories_bulk import new_offer, workbook
from tests.factories_offers import actor_with
from tests.integration.conftest import NewDatabase, load_reference
from tests.postgres import free_port

PATIENCE = 60  # seconds


@pytest.fixture(scope="module")
def site(new_database: NewDatabase, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, str]]:
    """An application as it is served, on a database of its own in which commits are commits."""
    url = new_database("killed")
    app = create_app(
        tmp_path_factory.mktemp("killed"),
        SQLALCHEMY_ENGINES={"default": {"url": url}},
        SECURITY_PASSWORD_HASH="plaintext",
    )
    with app.app_context():
        upgrade()
        load_reference(app)
    yield app, url
    with app.app_context():
        db.engine.dispose()


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with all its children in a group of their own, killed at the end if it still runs."""
    process = subprocess.Popen(
        command,
        cwd=PROJECT_ROOT,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process and its children at once, as a power cut would."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(PATIENCE)


def wait_for(what: str, true: object) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if true():  # type: ignore[operator]
            return
        time.sleep(0.05)
    raise AssertionError(f"{what} did not happen in {PATIENCE} seconds")


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


class Redirected(urllib.request.HTTPRedirectHandler):
    """Leaves an answer that leads elsewhere as it came."""

    def redirect_request(self, *_: object) -> None:
        return None


def send(address: str, cookies: dict[str, str], fields: dict[str, str] | None = None) -> tuple[int, str]:
    """Send a form, or fetch a page; return the status and the text, and keep the cookies that came."""
    data = urllib.parse.urlencode(fields).encode() if fields is not None else None
    request = urllib.request.Request(address, data, {"Referer": address})
    request.add_header("Cookie", "; ".join(f"{name}={value}" for name, value in cookies.items()))
    try:
        with urllib.request.build_opener(Redirected).open(request, timeout=PATIENCE) as answer:
            came = SimpleCookie(answer.headers.get("Set-Cookie", ""))
            cookies.update({name: morsel.value for name, morsel in came.items()})
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as answer:
        with answer:
            return answer.code, answer.read().decode()


def filled_in(page: str) -> dict[str, str]:
    """The fields of a page's form as they stand."""
    tree = html5lib.parse(page)
    fields = {}
    for element in tree.iter():
        name = element.get("name")
        if not name:
            continue
        if element.tag == f"{XHTML}textarea":
            fields[name] = element.text or ""
        elif element.tag == f"{XHTML}input" and element.get("type") not in ("radio", "checkbox", "submit"):
            fields[name] = element.get("value") or ""
    return fields


def test_a_killed_server_loses_no_saved_step(site: tuple[Flask, str]) -> None:
    app, url = site
    with app.app_context():
        supplier = make_organisation(db.session)
        person = make_person(db.session, supplier, "supplier-administrator")
        db.session.commit()
        supplier_id = supplier.id
        cookie = signed_in_client(app, person).get_cookie("session")
    assert cookie is not None
    cookies = {"session": cookie.value}
    gunicorn = [str(Path(sys.executable).with_name("gunicorn")), "benchmarks.served:application"]
    settings = {"BENCHMARK_FOLDER": app.instance_path, "BENCHMARK_URL": url}
    for saved in ("Said before the first kill.", "Said before the second."):
        port = free_port()
        command = [*gunicorn, "--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread"]
        address = f"http://127.0.0.1:{port}"
        with started([*command, "--threads", "2", "--log-level", "critical"], settings) as server:
            wait_for("the first answer", lambda here=address: answers(here))
            status, page = send(f"{address}/supplier/edit", cookies)
            assert status == 200
            status, _ = send(f"{address}/supplier/edit", cookies, {**filled_in(page), "summary": saved})
            kill(server)
        assert status == 302, "the server said that it saved"
        with app.app_context():
            query = sa.select(SupplierProfile.summary).where(SupplierProfile.organisation_id == supplier_id)
            assert db.session.scalars(query).one() == saved


def test_a_worker_killed_while_it_takes_a_file_in_leaves_nothing_half_done(
    site: tuple[Flask, str], tmp_path: Path
) -> None:
    app, url = site
    with app.app_context():
        supplier = make_organisation(db.session)
        actor = actor_with(supplier, "supplier-administrator")
        rows = new_offer()
        first = rows["Offers"][0]
        rows["Offers"] += [{**first, "Offer": f"other-{number}"} for number in range(30)]
        content = workbook(rows)
        upload = services.receive_upload(db.session, actor=actor, now=now(), name="o.xlsx", content=content)
        db.session.commit()
        key, supplier_id = upload.id, supplier.id
    assert run_due_jobs(app) == 1
    with app.app_context():
        upload = db.session.get_one(BulkUpload, key)
        services.confirm_upload(db.session, actor=actor, now=now(), upload=upload)
        db.session.commit()
    mine = sa.select(sa.func.count()).select_from(Offer).where(Offer.supplier_id == supplier_id)
    marker = tmp_path / "writing"
    worker = [sys.executable, "-m", "tests.stopped_worker", app.instance_path, url, str(marker)]
    with started(worker, {}) as process:
        wait_for("the writing", marker.exists)
        kill(process)
    with app.app_context():
        assert db.session.scalar(mine) == 0, "what was not committed is not there"
        upload = db.session.get_one(BulkUpload, key)
        assert upload.state is UploadState.CONFIRMED
        assert upload.job is not None
        assert upload.job.status is JobStatus.RUNNING
        db.session.rollback()
    assert run_due_jobs(app) == 0, "another worker waits until the lease has run out"
    with app.app_context():
        db.session.execute(sa.update(Job).values(lease_until=now()).where(Job.status == JobStatus.RUNNING))
        db.session.commit()
    assert run_due_jobs(app) == 1
    assert run_due_jobs(app) == 0
    with app.app_context():
        assert db.session.scalar(mine) == 31
        assert db.session.get_one(BulkUpload, key).state is UploadState.APPLIED
