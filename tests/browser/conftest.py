"""A real browser against a served application on a real database, with a clock that tests can move."""

import logging
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar, runtime_checkable

import pytest
from flask import Flask
from flask_migrate import upgrade
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from core import clock
from core.config import PROJECT_ROOT
from core.jobs.services import run_due_jobs
from core.notify import send_due_mail
from tests.integration.conftest import load_reference, make_app
from tests.postgres import cluster

Result = TypeVar("Result")

AXE = PROJECT_ROOT / "node_modules" / "axe-core" / "axe.min.js"
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@runtime_checkable
class Closes(Protocol):
    """An answer that holds something open, such as a file."""

    def close(self) -> None: ...


@dataclass
class Site:
    """The served application: its address, and the moment that its requests believe it is."""

    app: Flask
    address: str = ""
    moment: datetime | None = None

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        """Answer a request at the told moment; the database's own clock follows (core.clock)."""
        if self.moment is None:
            return self.app(environ, start_response)
        with clock.told(self.moment):
            answer = self.app(environ, start_response)
            try:
                return list(answer)
            finally:
                if isinstance(answer, Closes):
                    answer.close()

    @contextmanager
    def at(self, moment: datetime | None) -> Iterator[None]:
        """Serve the block's requests at another moment."""
        before, self.moment = self.moment, moment
        try:
            yield
        finally:
            self.moment = before

    def work(self) -> None:
        """Do what a worker would do now."""

        def do() -> None:
            with clock.told(self.moment or clock.now()):
                run_due_jobs(self.app)
                send_due_mail(self.app)

        apart(do)

    def later(self, **span: float) -> datetime:
        """Return a moment after the present one."""
        return (self.moment or clock.now()) + timedelta(**span)


def apart(do: Callable[[], Result]) -> Result:
    """Call a function in a thread of its own and return what it returns.

    Playwright keeps an event loop running in the tests' own thread, in which no application context can end.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(do).result()


@contextmanager
def served(app: Flask) -> Iterator[Site]:
    """Serve an application on a free port of this machine."""
    site = Site(app)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, site, threaded=True)
    site.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        thread.join()


@pytest.fixture(scope="session")
def database_server(request: pytest.FixtureRequest) -> Iterator[Any]:
    """The run's PostgreSQL cluster; None when the run is on SQLite."""
    if request.config.getoption("--database") == "sqlite":
        yield None
        return
    with cluster() as server:
        yield server


def new_app(server: Any, folder: Path, name: str) -> Flask:
    """Make an application on a fresh, migrated database with reference data."""
    url = server.new_database(name) if server else f"sqlite:///{folder / name}.sqlite3"

    def make() -> Flask:
        app = make_app(url, folder / f"instance-{name}", WTF_CSRF_ENABLED=True)
        with app.app_context():
            upgrade()
            load_reference(app)
        return app

    return apart(make)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Debian's Chromium."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    assert program, "Chromium is not on this machine: apt-get install chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser
        browser.close()


def new_page(browser: Browser, site: Site, **options: Any) -> Page:
    """Open a page of a new visitor; every script error and failed request of ours fails the test."""
    context: BrowserContext = browser.new_context(base_url=site.address, **options)
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.troubles = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.troubles.append(f"{page.url}: {error}"))  # type: ignore[attr-defined]
    page.on(
        "console",
        lambda message: (
            page.troubles.append(f"{page.url}: {message.text}")  # type: ignore[attr-defined]
            if message.type == "error" and "status of 4" not in message.text
            else None
        ),
    )
    return page


def sign_in(page: Page, email: str, password: str) -> None:
    """Sign in by the form."""
    page.goto("/sign-in")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/start")


def faults(page: Page) -> list[str]:
    """Return what axe finds on the page, and whether it is wider than its window."""
    if page.evaluate("typeof window.axe") == "undefined":
        page.evaluate(AXE.read_text())
    found = page.evaluate(
        "async tags => (await axe.run(document, {runOnly: {type: 'tag', values: tags}})).violations"
        ".map(v => v.id + ': ' + v.help + ' — ' + v.nodes.slice(0, 3).map(n => n.target.join(' ')))",
        RULES,
    )
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        found.append(f"the page is {wide} px wider than its window of {page.viewport_size['width']} px")
    return [f"{page.url}: {fault}" for fault in found]
