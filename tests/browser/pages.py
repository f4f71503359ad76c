"""What people of the story do in a browser: follow links, fill fields by their labels, press buttons.

A visitor looks at each type of page once, wide and narrow, and keeps what axe finds; no answer may be 500.
"""

import email
import email.policy
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Locator, Page, Response
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from tests.browser.conftest import Site, faults, new_page, sign_in

PASSWORD = "correct horse battery"
CALL_OFF = "Accommodation: Northumbria"
WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 320, "height": 800}


@dataclass
class Watch:
    """What the whole story has looked at, and every fault that was found."""

    site: Site
    browser: Browser
    seen: set[tuple[str, bool]] = field(default_factory=set)
    found: list[str] = field(default_factory=list)
    visitors: list["Visitor"] = field(default_factory=list)

    def visitor(self, **options: object) -> "Visitor":
        """Open a browser of a new visitor."""
        page = new_page(self.browser, self.site, viewport=WIDE, **options)
        visitor = Visitor(page, self, scripts=options.get("java_script_enabled", True) is True)
        page.on("response", visitor.answered)
        self.visitors.append(visitor)
        return visitor

    def person(self, email: str) -> "Visitor":
        """Open a browser of someone who signs in."""
        return self.visitor().sign_in(email)

    def troubles(self) -> list[str]:
        """Everything that went wrong on any page."""
        scripts = [trouble for visitor in self.visitors for trouble in vars(visitor.page)["troubles"]]
        return sorted(set(self.found + scripts))


@dataclass
class Visitor:
    """One browser: what its person reads and does, and how much of it."""

    page: Page
    watch: Watch
    scripts: bool = True
    pages: int = 0
    """Pages shown so far, one shown again included."""
    filled: int = 0
    """Pages filled in and sent so far, a page sent again included."""
    fields: int = 0
    """Fields filled, boxes ticked and answers chosen so far."""
    words: int = 0
    """Words typed so far."""

    def answered(self, response: Response) -> None:
        """Count the pages shown, and note every answer that no one should meet."""
        shown = response.request.is_navigation_request() and not 300 <= response.status < 400
        self.pages += shown
        if response.status >= 500:
            self.watch.found.append(f"{response.request.method} {response.url} answers {response.status}")

    def look(self) -> None:
        """Let axe read the page, wide and at 320 px, the first time its type is met."""
        kind = (self._endpoint(), self.page.locator(".govuk-error-summary").count() > 0)
        if not self.scripts or kind in self.watch.seen:
            return
        self.watch.seen.add(kind)
        for size in (NARROW, WIDE):
            self.page.set_viewport_size(size)
            self.watch.found += faults(self.page)

    def _endpoint(self) -> str:
        path = urlsplit(self.page.url).path
        adapter = self.watch.site.app.url_map.bind("localhost")
        for method in ("GET", "POST"):
            try:
                return adapter.match(path, method=method)[0]
            except MethodNotAllowed:
                continue
            except HTTPException:
                break
        return path

    def sign_in(self, email: str) -> "Visitor":
        """Sign in with the password that everybody in the story has."""
        sign_in(self.page, email, PASSWORD)
        self.look()
        return self

    def go(self, address: str) -> "Visitor":
        """Open an address."""
        self.page.goto(address)
        self.look()
        return self

    def follow(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> "Visitor":
        """Follow the first link with these words."""
        where = within or self.page
        # A link that looks like a button has that role.
        links = where.get_by_role("link", name=words).or_(
            where.get_by_role("button", name=words).and_(self.page.locator("a"))
        )
        with self.page.expect_navigation():
            links.first.click()
        self.look()
        return self

    def press(self, words: str | re.Pattern[str], *, within: Locator | None = None) -> "Visitor":
        """Press the button with these words and wait for the page that answers."""
        with self.page.expect_navigation():
            (within or self.page).get_by_role("button", name=words).first.click()
        self.filled += 1
        self.look()
        return self

    def fill(self, *fields: str, **by_name: str) -> "Visitor":
        """Fill fields: pairs of label and value, or values by the fields' names."""
        for label, value in zip(fields[::2], fields[1::2], strict=True):
            self.page.get_by_label(label).first.fill(value)
        for name, value in by_name.items():
            self.page.locator(f'[name="{name}"]').fill(value)
        typed = [*fields[1::2], *by_name.values()]
        self.fields += len(typed)
        self.words += sum(len(text.split()) for text in typed)
        return self

    def choose(self, *labels: str | re.Pattern[str], within: Locator | None = None) -> "Visitor":
        """Tick boxes or choose answers by their labels."""
        for label in labels:
            (within or self.page).get_by_label(label, exact=True).first.check()
        self.fields += len(labels)
        return self

    def select(self, label: str, words: str) -> "Visitor":
        """Choose from a list."""
        self.page.get_by_label(label).first.select_option(label=words)
        self.fields += 1
        return self

    def attach(self, label: str, file: Path) -> "Visitor":
        """Put a file into a field."""
        self.page.get_by_label(label).set_input_files(file)
        self.fields += 1
        return self

    def tab_to(self, words: str) -> "Visitor":
        """Press Tab until what has the focus is called this; it must be seen to have it."""
        for _ in range(60):
            self.page.keyboard.press("Tab")
            name = self.page.evaluate(
                "() => { const e = document.activeElement;"
                " return (e.labels && e.labels[0] || e).innerText || e.ariaLabel || '' }"
            )
            if name.strip().startswith(words):
                return self
        raise AssertionError(f"no Tab leads to “{words}” on {self.page.url}")

    def type(self, text: str) -> "Visitor":
        """Type into what has the focus."""
        self.page.keyboard.type(text)
        return self

    def enter(self) -> "Visitor":
        """Press Enter and wait for the page that answers."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.look()
        return self

    def download(self, words: str | re.Pattern[str], folder: Path) -> Path:
        """Follow a link that answers with a file, and return where it was kept."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=words).first.click()
        kept = folder / waiting.value.suggested_filename
        waiting.value.save_as(kept)
        return kept

    @property
    def heading(self) -> str:
        """The page's one main heading."""
        return self.page.locator("h1").inner_text().strip()

    @property
    def text(self) -> str:
        """What the page says, in one line."""
        return re.sub(r"\s+", " ", self.page.locator("main").inner_text())

    def reads(self, *words: str) -> "Visitor":
        """The page says this."""
        text = self.text
        for wanted in words:
            assert wanted in text, f"{self.page.url} does not say “{wanted}”: {text[:3000]}"
        return self

    def refused(self, *words: str) -> "Visitor":
        """The page answers with an error summary that has the focus and says this."""
        summary = self.page.locator(".govuk-error-summary")
        assert summary.count() == 1, f"{self.page.url} has no error summary: {self.text[:2000]}"
        for wanted in words:
            assert wanted in summary.inner_text(), (
                f"{self.page.url}: “{wanted}” not in {summary.inner_text()}"
            )
        assert self.page.title().startswith("Error: "), self.page.title()
        if self.scripts:
            # The script that moves the focus is a module: it may run a moment after the page has loaded.
            self.page.wait_for_function(
                "() => document.activeElement.classList.contains('govuk-error-summary')"
            )
        return self


def fill_date(visitor: Visitor, name: str, day: date) -> None:
    """Fill a date's three parts."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        visitor.page.locator(f'[name="{name}-{part}"]').fill(str(value))


def letters(site: Site, to: str) -> list[str]:
    """What the worker has mailed to somebody, oldest first."""
    site.work()
    found = []
    for file in sorted(Path(site.app.config["OUTBOX_FOLDER"]).glob("*.eml")):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if mail["To"] == to:
            found.append(mail.get_content())
    return found
