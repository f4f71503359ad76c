"""Joining, inviting and signing in with a code, through the browser; without scripts as well."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from passlib.totp import TOTP
from playwright.sync_api import Browser, Page, expect

from core.accounts.types import OrganisationKind
from core.db import db
from core.jobs.models import OutboxMessage
from tests.browser.conftest import Site, apart, faults, new_app, new_page, served, sign_in
from tests.factories import make_organisation, make_person

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def site(database_server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A site with an authority and its framework manager."""
    app = new_app(database_server, tmp_path_factory.mktemp("accounts"), "accounts")

    def people() -> None:
        with app.app_context():
            authority = make_organisation(db.session, OrganisationKind.AUTHORITY, "Example authority")
            for role, email in (
                ("framework-manager", "manager"),
                ("evaluator", "evaluator"),
                ("auditor", "auditor"),
            ):
                make_person(db.session, authority, role).email = f"{email}@example.test"
            db.session.commit()

    apart(people)
    with served(app) as made:
        yield made


def newest_link(site: Site, address: str) -> str:
    """The path of the link in the last mail to an address."""

    def read() -> str:
        with site.app.app_context():
            query = sa.select(OutboxMessage.body).where(OutboxMessage.to_address == address)
            body = db.session.scalars(query.order_by(OutboxMessage.id.desc()).limit(1)).one()
            db.session.rollback()
        found = re.search(r"https?://\S+", body)
        assert found is not None
        return urlsplit(found[0]).path

    return apart(read)


def sound(page: Page) -> None:
    """Fail where the page has a fault, wide or narrow."""
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert faults(page) == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_charity_joins_and_invites_a_colleague(browser: Browser, site: Site, scripts: bool) -> None:
    tag = "with" if scripts else "without"
    page = new_page(browser, site, java_script_enabled=scripts)
    page.goto("/")
    page.get_by_role("link", name="Join as a supplier").first.click()
    page.get_by_role("button", name="Send me the link").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_label("Name of your organisation").fill(f"Invented charity {tag}")
    page.get_by_label("Your name").fill("First Person")
    page.get_by_label("Your email address").fill(f"first-{tag}@example.test")
    page.get_by_role("button", name="Send me the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your mail")
    page.goto(newest_link(site, f"first-{tag}@example.test"))
    if scripts:
        sound(page)
    page.get_by_label("Choose a password").fill(PASSWORD)
    page.get_by_label("The password again").fill(PASSWORD)
    page.get_by_role("button", name="Set up the organisation").click()
    page.wait_for_url("**/start")

    page.goto("/colleagues/invite")
    page.get_by_label("Name", exact=True).fill("Second Person")
    page.get_by_label("Email address").fill(f"second-{tag}@example.test")
    page.get_by_label("Editor").check()
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("row", name=re.compile("Second Person"))).to_contain_text("Editor")
    if scripts:
        sound(page)
        page.get_by_role("link", name="Second Person").click()
        sound(page)
        page.get_by_role("link", name="End all roles").click()
        sound(page)

    other = new_page(browser, site, java_script_enabled=scripts)
    other.goto(newest_link(site, f"second-{tag}@example.test"))
    if scripts:
        sound(other)
    other.get_by_label("Choose a password").fill(PASSWORD)
    other.get_by_label("The password again").fill(PASSWORD)
    other.get_by_role("button", name="Save the password").click()
    sign_in(other, f"second-{tag}@example.test", PASSWORD)
    expect(other.get_by_role("banner")).to_contain_text(f"Invented charity {tag}")
    assert not page.troubles  # type: ignore[attr-defined]
    assert not other.troubles  # type: ignore[attr-defined]


def test_signing_in_with_a_code_from_an_app(browser: Browser, site: Site) -> None:
    page = new_page(browser, site)
    sign_in(page, "manager@example.test", PASSWORD)
    page.get_by_role("link", name=re.compile("Example authority")).click()
    page.get_by_role("link", name="Set up a code from an app").click()
    page.get_by_role("button", name="Set up an app").click()
    sound(page)
    assert page.locator("main img").evaluate("image => image.naturalWidth") > 100
    app = TOTP(key=page.locator("main p strong").first.inner_text())
    page.get_by_label("Code").fill(app.generate().token)
    page.get_by_role("button", name="Check the code").click()
    expect(page.get_by_role("alert")).to_contain_text("signing in now asks for its code")
    page.goto("/account/recovery-codes")
    page.get_by_role("button", name="Make new codes").click()
    sound(page)
    code = page.locator("main code").first.inner_text()

    page.get_by_role("button", name="Sign out").click()
    page.goto("/sign-in")
    page.get_by_label("Email").fill("manager@example.test")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Enter the code from your app")
    page.get_by_label("Code").fill("1")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("The code is not right")
    sound(page)
    page.get_by_role("link", name="sign in with one of them").click()
    sound(page)
    page.get_by_label("Recovery code").fill(code)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/start")
    assert not page.troubles  # type: ignore[attr-defined]


def test_too_many_attempts_say_when_to_try_again(browser: Browser, site: Site) -> None:
    page = new_page(browser, site)
    page.goto("/sign-in")
    for _ in range(5):
        page.get_by_label("Email").fill("evaluator@example.test")
        page.get_by_label("Password", exact=True).fill("not this one")
        page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("Try again at")
    sound(page)
    page.get_by_role("link", name="Forgotten password", exact=True).click()
    page.get_by_label("Email address").fill("evaluator@example.test")
    page.get_by_role("button", name="Send the link").click()
    page.goto(newest_link(site, "evaluator@example.test"))
    sound(page)
    page.get_by_label("New password", exact=True).fill("another horse battery")
    page.get_by_label("New password again").fill("another horse battery")
    page.get_by_role("button", name="Save the new password").click()
    sign_in(page, "evaluator@example.test", "another horse battery")


@pytest.mark.parametrize("address", ["/nowhere", "/welcome/forged", "/colleagues"])
def test_pages_that_refuse_have_no_fault(browser: Browser, site: Site, address: str) -> None:
    page = new_page(browser, site)
    sign_in(page, "auditor@example.test", PASSWORD)
    page.goto(address)
    expect(page.locator("main a").first).to_be_visible()
    sound(page)
