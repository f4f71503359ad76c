"""Every type of page of the demonstration, as each role sees it: axe finds nothing, wide and at 320 px."""

from collections import deque
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from werkzeug.exceptions import HTTPException

from procurement.demo.rules import plan
from tests.browser.conftest import Site, apart, faults, new_app, new_page, served, sign_in
from tests.shared_data import DIRECTORY_SCHEMAS

SUPPLIER = plan.plan_suppliers()[0]
ROLES = {
    "visitor": None,
    "supplier": f"{SUPPLIER.key}@{plan.DOMAIN}",
    **{
        person.key: person.email
        for person in plan.AUTHORITY_PEOPLE
        if person.key in {"manager", "commissioner", "approver", "evaluator-1", "lead-nation", "auditor"}
    },
}
# The story looks at further pages of many types; here each type is seen once by each role.
MOST_OF_A_TYPE = 1
# A link in a picture says where it leads by an object of its own kind.
LINKS = (
    "links => links.map(a => a.href.baseVal === undefined ? a.href : new URL(a.href.baseVal, location).href)"
)
FILES = (".csv", ".xlsx", ".pdf", ".json", ".ics", ".atom")


@pytest.fixture(scope="module")
def demonstration(database_server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The demonstration, served."""
    app = new_app(database_server, tmp_path_factory.mktemp("demonstration"), "demonstration")
    result = apart(lambda: app.test_cli_runner().invoke(args=["demo", "load"]))
    assert result.exit_code == 0, result.output
    with served(app) as site:
        yield site


@pytest.mark.parametrize("role", ROLES)
def test_no_page_has_a_fault(role: str, demonstration: Site, browser: Browser) -> None:
    page = new_page(browser, demonstration)
    if ROLES[role]:
        sign_in(page, ROLES[role], plan.PASSWORD)
    found: list[str] = []
    seen: dict[str, int] = {}
    for _ in walk(page, demonstration, seen):
        page.set_viewport_size({"width": 1280, "height": 900})
        found += faults(page)
        page.set_viewport_size({"width": 320, "height": 800})
        found += faults(page)
    print(f"{role}: {sum(seen.values())} pages of {len(seen)} types")
    assert not found, "\n".join(sorted(set(found)))
    assert not page.troubles  # type: ignore[attr-defined]
    assert len(seen) > 5


def walk(page: Page, site: Site, seen: dict[str, int]) -> Iterator[None]:
    """Follow links breadth first, stopping at each page; few pages of each type, but every type."""
    waiting = deque(["/", "/start" if page.context.cookies() else "/sign-in"])
    known = set(waiting)
    adapter = site.app.url_map.bind("localhost")
    while waiting:
        address = waiting.popleft()
        try:
            endpoint, _ = adapter.match(urlsplit(address).path, method="GET")
        except HTTPException:
            endpoint = "none"
        if seen.get(endpoint, 0) >= MOST_OF_A_TYPE:
            continue
        response = page.goto(address)
        assert response is not None
        assert response.status == 200, f"a link leads to {address}, which answers {response.status}"
        seen[endpoint] = seen.get(endpoint, 0) + 1
        for link in page.eval_on_selector_all("a[href]", LINKS):
            parts = urlsplit(link)
            inside = link.startswith(site.address) and not parts.path.endswith(FILES)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            files = "/export" in parts.path or "download" in parts.path or parts.path.startswith("/feeds/")
            files = files or parts.path.endswith("/file")
            if inside and not files and path not in known:
                known.add(path)
                waiting.append(path)
        yield


def test_the_directory_of_the_demonstration_is_valid(demonstration: Site) -> None:
    """Against the standard's schemas, which lie beside the checkout; where they do not, this says so."""
    assert DIRECTORY_SCHEMAS.is_dir(), f"the directory is not validated: no schemas in {DIRECTORY_SCHEMAS}"
    arguments = ["offers", "feed", "--validate", str(DIRECTORY_SCHEMAS)]
    result = apart(lambda: demonstration.app.test_cli_runner().invoke(args=arguments))
    assert result.exit_code == 0, result.output
    assert " of service" in result.output
