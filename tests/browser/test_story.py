"""The whole circle, played through a browser by all three roles: from joining to a gap that has closed.

Nothing is prepared but reference data and one authority with a person for each role.
"""

import re
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser

from core import clock
from core.accounts import services as accounts
from core.accounts.types import OrganisationKind
from core.actor import SYSTEM
from core.db import db
from procurement.framework.models import Framework
from tests.browser.conftest import Site, apart, new_app, served
from tests.browser.legs_commissioning import (
    analyse,
    approve_and_publish,
    award,
    complete_call_off,
    declare,
    declare_by_keyboard,
    delegate,
    draft_from_gap,
    evaluate,
    find_gap_closed,
    make_contract,
    read_contract,
    sign,
    tell_everyone,
    upload_demand,
)
from tests.browser.legs_supplying import (
    apply,
    assess,
    bid,
    draft_offer,
    review_offers,
    set_up_framework,
    verify,
)
from tests.browser.pages import CALL_OFF, PASSWORD, Visitor, Watch, letters
from tests.factories import make_organisation, make_person
from tests.factories_calloffs import make_member

AUTHORITY = {
    "manager": "framework-manager",
    "commissioner": "commissioner",
    "approver": "approver",
    "evaluator-1": "evaluator",
    "evaluator-2": "evaluator",
    "evaluator-3": "evaluator",
    "officer": "evaluator",
    "lead": "regional-lead",
}
SCOPED = ("commissioner", "lead")


@pytest.fixture(scope="module")
def site(database_server: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A served application in which one authority has a person for each role, and nothing else is."""
    app = new_app(database_server, tmp_path_factory.mktemp("story"), "story")
    with served(app) as site:
        site.moment = clock.now().replace(microsecond=0)
        apart(lambda: create_authority(site))
        yield site


def create_authority(site: Site) -> None:
    """Create what nobody makes in a browser: the authority and its first people."""
    with site.app.app_context(), clock.told(site.moment or clock.now()):
        session, now = db.session, clock.now()
        authority = accounts.create_organisation(
            session,
            actor=SYSTEM,
            now=now,
            kind=OrganisationKind.AUTHORITY,
            name="Example probation authority",
        )
        for key, role in AUTHORITY.items():
            person = accounts.create_person(
                session,
                actor=SYSTEM,
                now=now,
                name=f"Example {key}",
                email=f"{key}@authority.test",
                password=PASSWORD,
            )
            accounts.grant_membership(
                session,
                actor=SYSTEM,
                now=now,
                person=person,
                organisation=authority,
                role=role,
                scopes=("region:A",) if key in SCOPED else (),
                valid_from=date(2020, 1, 1),
            )
        session.commit()


def admit(site: Site, name: str) -> str:
    """Create a supplier that is a member already; return the address with which it signs in."""
    address = f"{name.split()[1].lower()}@supplier.test"
    with site.app.app_context(), clock.told(site.moment or clock.now()):
        session = db.session
        supplier = make_organisation(session, name=name)
        person = make_person(session, supplier, "supplier-administrator", name=f"Cleo of {name}")
        person.email = address
        make_member(session, session.scalars(sa.select(Framework)).one(), supplier)
        session.commit()
    return address


def join(watch: Watch, organisation: str, address: str) -> Visitor:
    """Join as a supplier: the form, the mail's link, a password."""
    visitor = watch.visitor().go("/").follow("Join")
    visitor.press("Send me the link").refused("organisation")
    visitor.fill(organisation=organisation, name=f"Ada of {organisation}", email="not an address")
    visitor.press("Send me the link").refused("Enter an email address in the right form")
    assert visitor.page.get_by_label("Name of your organisation").input_value() == organisation
    visitor.fill(email=address).press("Send me the link").reads("Check your mail")
    link = re.search(r"http\S+/join/\S+", letters(watch.site, address)[-1])
    assert link
    visitor.go(urlsplit(link[0]).path)
    visitor.fill(password=PASSWORD, again=PASSWORD).press("Set up the organisation")
    return visitor


def test_the_circle_closes(site: Site, browser: Browser, tmp_path: Path) -> None:
    watch = Watch(site, browser)
    began = site.moment or clock.now()
    today = began.astimezone(clock.LONDON).date()

    # Two suppliers join and say what they do; one of them without scripts.
    harbour = join(watch, "Example Harbour Homes", "ada@harbour.test")
    lantern = join(watch, "Example Lantern Trust", "ben@lantern.test")
    draft_offer(harbour, "Accommodation", "Key in the door", "850", "120")
    harbour.follow("Check answers").press("Submit the offer").reads("Submitted")
    without_scripts = watch.visitor(java_script_enabled=False).sign_in("ben@lantern.test")
    offer = draft_offer(without_scripts, "Accommodation", "Lantern lodgings", "990", "80")
    without_scripts.follow("Check answers").press("Submit the offer").reads("Submitted")

    # The framework manager publishes offers and a framework, and admits both.
    manager = watch.person("manager@authority.test")
    review_offers(manager, lantern, offer)
    set_up_framework(manager, today)
    for supplier, name in ((harbour, "Example Harbour Homes"), (lantern, "Example Lantern Trust")):
        apply(supplier)
        assess(manager, name)
    manager.go("/manage/frameworks").follow("Example rehabilitation services").follow("Members")
    manager.reads("Example Harbour Homes", "Example Lantern Trust")

    others = [
        apart(lambda name=name: admit(site, name))
        for name in ("Example Meadow Housing", "Example Orchard Lettings")
    ]

    # The regional lead finds the gap and starts the call-off.
    lead = watch.person("lead@authority.test")
    upload_demand(lead, tmp_path)
    analyse(lead, today)
    draft_from_gap(lead)
    declare(lead)

    # The commissioner completes it, everyone named declares, another person approves.
    commissioner = watch.person("commissioner@authority.test")
    commissioner.go("/commissioning").follow(CALL_OFF).follow("Go on drafting")
    commissioner.choose("No, I have none").press("Declare")
    deadline = began + timedelta(days=30)
    complete_call_off(commissioner, deadline, today + timedelta(days=150))
    officer = declare_by_keyboard(watch, "officer@authority.test")
    delegate(manager)
    *evaluators, approver = (
        watch.person(f"{key}@authority.test")
        for key in ("evaluator-1", "evaluator-2", "evaluator-3", "approver")
    )
    for person in (*evaluators, approver):
        declare(person)
    approve_and_publish(approver, commissioner)

    # Bids come in, sealed; then the deadline passes.
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    meadow, orchard = (watch.person(address) for address in others)
    bidders = (harbour, lantern, meadow, orchard)
    receipts = [
        bid(bidder, price, tmp_path, file)
        for bidder, price, file in zip(
            bidders, ("850", "700.50", "912", "940"), (plan, None, None, None), strict=True
        )
    ]
    officer.go("/duties").follow("Open envelopes").reads("nothing opens before")
    site.moment = deadline + timedelta(days=1)
    evaluate(commissioner, evaluators, officer)
    listed = harbour.go("/invitations").follow(CALL_OFF).download("Download the fingerprints", tmp_path)
    for receipt in receipts:
        verify(receipt, "--list", str(listed))

    # The award, the standstill, the contract.
    award(commissioner, approver)
    last = tell_everyone(commissioner, bidders, tmp_path)
    site.moment = datetime.combine(last + timedelta(days=1), time(9), clock.LONDON)
    make_contract(commissioner)
    sign(approver, "Avery Example")
    sign(harbour, "Hari Example")
    read_contract(harbour)

    # The gap has closed.
    site.moment = began + timedelta(days=160)
    find_gap_closed(lead, today + timedelta(days=160))

    print(f"{len(watch.seen)} types of pages")
    assert not watch.troubles(), "\n".join(watch.troubles())
