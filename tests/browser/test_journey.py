"""A new charity's way in, counted: joining, applying, three offers, and a second framework."""

import re
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from operator import sub
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser

from core.db import db
from tests.browser.conftest import Site, apart, new_app, served
from tests.browser.legs_supplying import (
    answer_sections,
    assess,
    say_for_whom,
    say_how,
    say_in_which_ways,
    say_what_it_is,
    say_why_it_works,
)
from tests.browser.pages import PASSWORD, Visitor, Watch, letters
from tests.factories_framework import GOOD_ANSWERS, make_draft, make_market, publish_draft

MOST_PAGES = 25
ADDRESS = "ada@harbour.test"
# As much as a careful bid writer writes: three quarters of what each question allows.
LONG = {
    "safeguarding-practice": 190,
    "data-protection-practice": 110,
    "experience": 300,
}
ANSWERS = {
    **GOOD_ANSWERS,
    **{
        code: "Our trained workers write down what they did and why. " * (words // 10)
        for code, words in LONG.items()
    },
}


@pytest.fixture(scope="module")
def site(database_server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served application in which an authority has published two frameworks."""
    app = new_app(database_server, tmp_path_factory.mktemp("journey"), "journey")
    with served(app) as site:
        yield site


@dataclass
class Frameworks:
    """The addresses of the two frameworks."""

    first: str
    second: str
    manager: str
    """The address with which the framework's manager signs in."""


def publish_two(site: Site) -> Frameworks:
    with site.app.app_context():
        market = make_market(db.session)
        actor = market.managing(db.session)
        second = make_draft(db.session, actor, title="A second example market")
        publish_draft(db.session, actor, second)
        db.session.commit()
        first, second = (f"/frameworks/{one.public_id}" for one in (market.framework, second))
        return Frameworks(first, second, market.manager.email)


@dataclass
class Effort:
    """What a leg of the journey took: pages shown, pages filled in and sent, fields, words typed."""

    pages: int
    filled: int
    fields: int
    words: int


def effort_since(visitor: Visitor, before: Effort | None = None) -> Effort:
    """What the visitor has read and typed, less what went before."""
    now = Effort(visitor.pages, visitor.filled, visitor.fields, visitor.words)
    return Effort(*map(sub, astuple(now), astuple(before))) if before else now


def test_a_charity_joins_applies_offers_and_applies_again(site: Site, browser: Browser) -> None:
    frameworks = apart(lambda: publish_two(site))
    charity = Watch(site, browser).visitor()

    # From the framework's page, before there is an account, to the application and its receipt.
    charity.go(frameworks.first).reads("Is this for me?").follow("Join as a supplier")
    charity.fill(organisation="Example Harbour Homes", name="Ada Example", email=ADDRESS)
    charity.press("Send me the link").reads("Check your mail")
    link = re.search(r"http\S+/join/\S+", letters(site, ADDRESS)[-1])
    assert link
    charity.go(urlsplit(link[0]).path)
    charity.fill(password=PASSWORD, again=PASSWORD).press("Set up the organisation")
    joined = effort_since(charity)
    apply_in_two_categories(charity)
    applied, joined_and_applied = effort_since(charity, joined), effort_since(charity)
    print(f"joining: {joined}; first application: {applied}")

    for number in range(3):
        offer(charity, again=number > 0)
    in_all = effort_since(charity)
    print(f"three offers: {effort_since(charity, joined_and_applied)}; in all: {in_all}")
    assert in_all.pages <= MOST_PAGES

    admit_and_publish(charity.watch.person(frameworks.manager))
    finder = charity.watch.visitor().go("/catalogue")
    assert finder.page.get_by_role("link", name=re.compile("^Key in the door")).count() == 3
    charity.go("/applications").reads("Admitted")

    before = effort_since(charity)
    charity.go(frameworks.second)
    apply_in_two_categories(charity)
    again = effort_since(charity, before)
    print(f"second application: {again}")
    assert 3 * again.words <= applied.words
    assert 3 * again.fields <= applied.fields
    assert not charity.watch.troubles(), "\n".join(charity.watch.troubles())


def admit_and_publish(manager: Visitor) -> None:
    """The authority's part: admit in both categories, publish the three offers."""
    assess(manager, "Example Harbour Homes")
    for _ in range(3):
        manager.go("/offer-reviews").follow("Key in the door").press("Publish the offer")


def apply_in_two_categories(charity: Visitor) -> None:
    """Apply from a framework's page, in one region each, and submit."""
    if charity.page.get_by_role("button", name="Start an application").count():
        charity.follow("Start an application")
    for details in charity.page.locator("main form details").all():
        if details.get_attribute("open") is None:
            details.locator("summary").click()
    for category in ("Accommodation", "Finance, benefits and debt"):
        charity.choose("North East", within=charity.page.get_by_role("group", name=category))
    charity.press("Save and go on")
    answer_sections(charity, ANSWERS)
    charity.page.locator("main input[type=checkbox]").check()
    charity.fields += 1
    charity.press("Submit the application").reads("Application submitted")


def offer(charity: Visitor, *, again: bool) -> None:
    """Write an offer in its steps and submit it; another one begins with what the first says."""
    on = "Save and continue"
    if again:
        charity.fill(places_low="120").press("Start another like this")
        charity.fill(**{"title-title": f"Key in the door, team {charity.pages}"})
        charity.press(on)
    else:
        charity.press("Start an offer: Accommodation")
        say_what_it_is(charity)
        charity.press(on)
        say_how(charity)
        charity.press("Mark the rest as met and continue")
        charity.fill(**{"low-unit_price": "850", "low-places_a_year": "120"}).press(on)
        say_for_whom(charity)
        charity.press(on)
        say_in_which_ways(charity)
        charity.press(on)
        say_why_it_works(charity)
        charity.press(on)
    charity.press("Submit the offer").reads("Submitted")
