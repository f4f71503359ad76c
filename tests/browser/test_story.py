"""The whole circle, played through a browser by all three roles: from joining to a gap that has closed.

Nothing is prepared but reference data and one authority with a person for each role.
"""

import email
import email.policy
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from core import clock
from core.accounts import services as accounts
from core.accounts.types import OrganisationKind
from core.actor import SYSTEM
from core.config import PROJECT_ROOT
from core.db import db
from tests.browser.conftest import Site, apart, new_app, served
from tests.browser.pages import PASSWORD, Visitor, Watch
from tests.factories_framework import GOOD_ANSWERS

AUTHORITY = {
    "manager": "framework-manager",
    "commissioner": "commissioner",
    "approver": "approver",
    "evaluator-1": "evaluator",
    "evaluator-2": "evaluator",
    "officer": "evaluator",
    "lead": "regional-lead",
}
DUTIES = {
    "Add an opening officer": ("officer", "evaluator-1", "commissioner"),
    "Add an evaluator": ("evaluator-1", "evaluator-2"),
    "Add an approver": ("approver",),
}
CALL_OFF = "Accommodation: Northumbria"
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


def letters(site: Site, to: str) -> list[str]:
    """What the worker has mailed to somebody, oldest first."""
    site.work()
    found = []
    for file in sorted(Path(site.app.config["OUTBOX_FOLDER"]).glob("*.eml")):
        mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        if mail["To"] == to:
            found.append(mail.get_content())
    return found


def join(watch: Watch, organisation: str, address: str) -> Visitor:
    """Join as a supplier: the form, the mail's link, a password, the first sign-in."""
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


def draft_offer(visitor: Visitor, need: str, title: str, price: str, places: str) -> str:
    """Draft an offer of low complexity from its task list; return the address of its page."""
    visitor.go("/offers").follow("Start an offer").choose(need).press("Start the offer")
    offer = visitor.page.url
    save = "Save and go to the task list"
    visitor.follow("Name and summary")
    visitor.fill(title=title, summary="A worker stays until there is a key in hand.").press(save)
    visitor.follow("Complexities offered").choose("Low complexity").press(save)
    visitor.follow("How the specification is met")
    for item in visitor.page.locator("input[type=radio][value=met]").all():
        item.check()
    visitor.page.locator("input[type=radio][value=another_way]").first.check()
    visitor.press(save).follow("How the specification is met").reads("Still missing here")
    visitor.page.locator("textarea").first.fill("By telephone first, in person within two days.")
    visitor.press(save)
    visitor.follow("Outputs and outcomes").fill(outputs="Six meetings, and a report to the practitioner.")
    visitor.page.locator("input[name=outcomes]").first.check()
    visitor.press(save)
    visitor.follow("Price").fill(unit_price="about fifty", places_a_year="many").press(save)
    visitor.refused("Price of a place must be an amount in pounds", "Places a year")
    assert visitor.page.locator("[name=unit_price]").input_value() == "about fifty"
    assert visitor.page.locator("[name=places_a_year]").input_value() == "many"
    visitor.fill(unit_price=price, places_a_year=places).press(save)
    visitor.follow("Places served")
    visitor.page.locator(".govuk-details__summary", has_text="North East").first.click()
    visitor.choose("The whole of North East").press(save)
    visitor.follow("Who it is for").choose("Women", "Men", "Young adults (18 to 25)").press(save)
    visitor.follow("Stages and sentence types").choose("In the community")
    for sentence in visitor.page.locator("input[name=sentence_types]").all():
        sentence.check()
    visitor.press(save)
    visitor.follow("How it is delivered").choose("One to one").press(save)
    return offer


def review_offers(manager: Visitor, supplier: Visitor, offer: str) -> None:
    """One offer is published, the other returned with reasons, put right, and published too."""
    manager.go("/offer-reviews").follow("Lantern lodgings")
    manager.press("Return to the supplier").refused("Say what the supplier must change")
    manager.fill(reasons="Say how the worker is reached at night.").press("Return to the supplier")
    manager.go("/offer-reviews").follow("Key in the door").press("Publish the offer")

    assert "Say how the worker is reached at night." in letters(manager.watch.site, "ben@lantern.test")[-1]
    supplier.go("/start").go(offer).reads("Say how the worker is reached at night.")
    supplier.follow("Name and summary").fill(summary="A worker stays, and answers the telephone at night.")
    supplier.press("Save and go to the task list").follow("Check answers").press("Submit the offer")
    supplier.reads("Submitted")

    manager.go("/offer-reviews").follow("Lantern lodgings").reads("at night").press("Publish the offer")
    visitor = manager.watch.visitor().go("/catalogue").reads("Key in the door", "Lantern lodgings")
    visitor.follow("Key in the door")
    assert "850" not in visitor.text, "a price stands on a public page"


def fill_date(visitor: Visitor, name: str, day: date) -> None:
    """Fill a date's three parts."""
    for part, value in (("day", day.day), ("month", day.month), ("year", day.year)):
        visitor.page.locator(f'[name="{name}-{part}"]').fill(str(value))


def set_up_framework(manager: Visitor, today: date) -> None:
    """A framework with one category, from nothing to published."""
    manager.go("/manage/frameworks").follow("Set up a framework").press("Set up as a draft")
    manager.refused("Enter a title").choose("A new dynamic market (Procurement Act 2023)")
    manager.fill(title="Example rehabilitation services", summary="Help for people on probation.")
    manager.fill(market_reference="DM-EXAMPLE-7")
    fill_date(manager, "starts_on", today)
    manager.press("Set up as a draft").reads("None yet").follow("Rules").press("Save the rules")
    manager.go(manager.page.url.removesuffix("/rules")).follow("Questions").follow("Example rehabilitation")
    manager.follow("Add a category").press("Save the category").refused("Choose a need area")
    manager.select("Need area", "Accommodation").fill(name="Homes in the North East")
    manager.choose("North East").fill(value_from="0", cpv_code="85312500")
    manager.fill(criteria="Experience with housing; safeguarding; how results are counted.")
    manager.press("Save the category").reads("Homes in the North East")
    manager.follow("Check and publish").press("Publish the framework").reads("Nothing of it changes any more")


def apply(supplier: Visitor) -> None:
    """Apply to the framework: read whether it is for us, choose, answer, declare, submit."""
    supplier.go("/frameworks").follow("Example rehabilitation services").reads("Is this for me?")
    supplier.press("Start an application").follow("Categories and regions").choose("North East").press("Save")
    application = supplier.page.url
    sections = supplier.page.locator("a[href*='/questions/']").evaluate_all("all => all.map(a => a.href)")
    for section in sections:
        supplier.go(section)
        answer_questions(supplier.page)
        supplier.press("Save and go back" if section != sections[-1] else "Save")
    supplier.go(application).follow("Declaration").press("Sign the declaration").refused("eclar")
    supplier.page.locator("main input[type=checkbox]").check()
    supplier.press("Sign the declaration").press("Submit the application")
    supplier.reads("Application submitted", "You have a decision by")


def answer_questions(page: Page) -> None:
    """Give a good answer to every question of a page."""
    for code, answer in GOOD_ANSWERS.items():
        asked = page.locator(f'[name="answer-{code}"]')
        if not asked.count():
            continue
        if asked.first.get_attribute("type") == "radio":
            page.locator(f'[name="answer-{code}"][value="{answer}"]').check()
        else:
            asked.fill(answer)


def assess(manager: Visitor, supplier: str) -> None:
    """Read an application, judge each point, and admit."""
    manager.go("/assessment").follow(supplier).press("Start the assessment").refused("Tick the box")
    manager.page.locator("main input[type=checkbox]").check()
    manager.press("Start the assessment")
    for point in manager.page.locator("main input[type=radio][value=met]").all():
        point.check()
    manager.press("Save the findings").reads("Every point is met").follow("Admit the supplier")
    manager.press("Admit the supplier")
    assert "admitted" in manager.text.lower()


BAD_DEMAND = """place,need,complexity,cohort,people
pdu:nowhere,accommodation,low,women-26-49,40
pdu:sunderland,housing,low,men-26-49,50
pdu:sunderland,accommodation,low,men-26-49,some
pdu:sunderland,accommodation,low,women-26-49,10
pdu:sunderland,accommodation,low,women-26-49,12
"""
DEMAND = """place,need,complexity,cohort,people
pdu:sunderland,accommodation,low,women-26-49,40
pdu:sunderland,accommodation,low,men-26-49,60
pdu:newcastle-upon-tyne,accommodation,low,men-26-49,5
pdu:sunderland,finance,low,men-26-49,3
"""


def upload_demand(lead: Visitor, folder: Path) -> None:
    """A bad file is reported row by row and nothing of it is kept; then a good one."""
    bad, good = folder / "bad.csv", folder / "good.csv"
    bad.write_text(BAD_DEMAND)
    good.write_text(DEMAND)
    lead.go("/coverage/demand").follow("Upload a demand set").press("Check and keep").refused()
    lead.fill(title="North East, one year", period="2027", source="Counted by hand")
    lead.page.locator("input[type=file]").set_input_files(bad)
    lead.press("Check and keep").refused().reads("pdu:nowhere", "housing", "some")
    assert lead.page.locator("[name=title]").input_value() == "North East, one year"
    lead.go("/coverage/demand").reads("There is none yet")
    lead.follow("Upload a demand set")
    lead.fill(title="North East, one year", period="2027", source="Counted by hand")
    lead.page.locator("input[type=file]").set_input_files(good)
    lead.press("Check and keep").reads("108", "people a year")


def analyse(lead: Visitor, on: date) -> None:
    """Ask for the coverage of the newest demand set on a day, and read it once the worker has it."""
    lead.go("/coverage/demand").follow("North East, one year").fill(on=on.isoformat())
    lead.press("Work out the coverage")
    lead.watch.site.work()
    lead.page.wait_for_url(re.compile("/coverage/analyses/AN-"))  # the page that waits reloads itself
    lead.look()


def draft_from_gap(lead: Visitor) -> str:
    """From the worst cell to a call-off filled in from it; return the call-off's address."""
    lead.follow("North East").follow(re.compile("Accommodation, Northumbria"))
    lead.reads("105 of 105 people a year are not met by a contract", "never let", "Key in the door")
    lead.press("Draft a call-off for this gap").reads("105 people a year", "£96,600")
    return lead.page.url


def declare(visitor: Visitor, words: str = "No, I have none") -> None:
    """Declare, from the list of one's duties, that there is no conflict of interest."""
    visitor.go("/start").follow("Duties").follow("Declare").press("Declare").refused()
    visitor.choose(words).press("Declare")


def declare_by_keyboard(watch: Watch, address: str) -> Visitor:
    """Sign in and declare without ever touching a mouse."""
    visitor = watch.visitor().go("/sign-in")
    visitor.tab_to("Email address").type(address).tab_to("Password").type("not the password").enter()
    visitor.refused()
    assert visitor.page.get_by_label("Email address").input_value() == address
    visitor.tab_to("Password").type(PASSWORD).enter()
    visitor.tab_to("Duties").enter().tab_to("Declare").enter().tab_to("No, I have none")
    visitor.page.keyboard.press("Space")
    visitor.tab_to("Declare").enter()
    assert "Declare" not in visitor.heading
    return visitor


def complete_call_off(commissioner: Visitor, deadline: datetime, starts: date) -> None:
    """Complete the draft, step by step from its task list."""
    save = "Save and continue"
    draft = commissioner.reads("of 9 steps complete").page.url
    commissioner.follow("Title, need").fill(data_sharing="By the secure portal.").press(save)
    commissioner.go(draft).follow("Lots").follow("Open lot 1").follow("term")
    fill_date(commissioner, "starts_on", starts)
    commissioner.fill(term_months="twelve").press(save).refused()
    assert commissioner.page.locator("[name=term_months]").input_value() == "twelve"
    commissioner.fill(term_months="12", budget="110,000").press(save)
    commissioner.go(draft).follow("Lots considered").fill(lots_considered="One area, one need.").press(save)
    commissioner.go(draft).follow("Criteria and questions").follow(re.compile("Add +effort in proportion"))
    commissioner.fill(weight="60").press("Save")
    commissioner.go(draft).follow("Price, formula")
    commissioner.choose("A price per person", "Relative to the lowest price", "The higher quality score wins")
    commissioner.fill(price_weight="40").press(save)
    commissioner.go(draft).follow("Timetable")
    nonsense = {
        "deadline-day": "31",
        "deadline-month": "2",
        "deadline-year": "soon",
        "deadline-time": "noonish",
    }
    commissioner.fill(**nonsense).press("Save and show the dates").refused()
    for name, typed in nonsense.items():
        assert commissioner.page.locator(f'[name="{name}"]').input_value() == typed
    fill_date(commissioner, "deadline", deadline.date())
    commissioner.fill(**{"deadline-time": "12:00"}).press("Save and show the dates").reads("Standstill ends")
    commissioner.go(draft).follow("Conflicts of interest").choose(re.compile("I have assessed")).press(save)
    commissioner.go(draft).follow("People and their declarations")
    for duty, people in DUTIES.items():
        for person in people:
            commissioner.select(duty, f"Example {person}").press(re.sub("^Add an?", "Add as", duty))
            commissioner.reads(f"Example {person}")
    commissioner.go(draft).follow("Who would be invited").reads("2 suppliers of 2", "Example Lantern Trust")


def approve_and_publish(approver: Visitor, commissioner: Visitor) -> None:
    """The approver finds it among the duties and approves; the commissioner publishes."""
    approver.go("/duties").follow(CALL_OFF).follow("Check and approve")
    approver.press("Approve the call-off").reads("A commissioner can publish it now")
    commissioner.go("/commissioning").follow(CALL_OFF).follow("Check and publish")
    commissioner.press("Publish and invite").reads("Every invited supplier has been written to")


def bid(supplier: Visitor, price: str, folder: Path, file: Path | None = None) -> Path:
    """Write a bid and submit it; return its receipt, which the verifier has accepted."""
    supplier.go("/start").follow("Invitations").follow(CALL_OFF).press("Start a bid for lot 1")
    here = supplier.reads("Not submitted").page.url
    supplier.follow("Putting effort").fill(text="More meetings where more stands at stake.")
    supplier.press("Save and continue").go(here).follow("Prices")
    amount = supplier.page.locator("main input[type=text]")
    amount.fill("cheap")
    supplier.press("Save prices").refused("must be an amount in pounds")
    assert amount.input_value() == "cheap"
    amount.fill(price)
    supplier.press("Save prices").go(here)
    if file:
        supplier.follow("Files").press("Attach the file").refused()
        supplier.page.locator("input[type=file]").set_input_files(file)
        supplier.press("Attach the file").reads(file.name).follow("Back to the bid")
    supplier.follow("Check and submit").press("Submit the bid").reads("Receipt for submission 1")
    receipt = supplier.download("Download the receipt", folder)
    verify(receipt, *(("--file", str(file)) if file else ()))
    return receipt


def verify(receipt: Path, *more: str) -> None:
    """Check a receipt with the script that needs nothing of ours."""
    command = [sys.executable, "scripts/verify_receipt.py", str(receipt), *more]
    checked = subprocess.run(command, cwd=PROJECT_ROOT, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def evaluation_of(commissioner: Visitor, step: str) -> Visitor:
    """Go from the list of call-offs to one step of the evaluation."""
    commissioner.go("/commissioning").follow(CALL_OFF).follow("Evaluation and award")
    return commissioner.follow(step, within=commissioner.page.locator("main"))


def release(officer: Visitor, envelope: str) -> Visitor:
    """Release an envelope, from the list of one's duties."""
    return officer.go("/duties").follow("Open envelopes").press(f"Release the {envelope}")


def score(evaluator: Visitor, scores: dict[str, int]) -> None:
    """Score both bids on the one question."""
    evaluator.go("/duties").follow(f"Score {CALL_OFF}").follow("Putting effort")
    evaluator.press("Submit my scores").refused()
    for supplier, points in scores.items():
        card = evaluator.page.locator("section.govuk-summary-card", has_text=supplier)
        card.locator(f"input[type=radio][value='{points}']").check()
        card.locator("textarea").fill(f"Worth {points}: the plan is concrete and says who does what.")
    evaluator.press("Submit my scores").reads("submitted")


def evaluate(commissioner: Visitor, first: Visitor, second: Visitor, officer: Visitor) -> None:
    """Two officers open the answers, two evaluators score, the panel agrees, two officers open the prices."""
    release(officer, "answers").reads("Another named officer must do the same")
    release(first, "answers")
    score(first, {"Harbour": 4, "Lantern": 3})
    score(second, {"Harbour": 5, "Lantern": 3})
    evaluation_of(commissioner, "Agree scores").press("End scoring")
    commissioner.follow("Agree")
    for _ in range(2):  # one agreement leads on to the next
        commissioner.press("Record the agreed score").refused()
        agreed = 4 if "Harbour" in commissioner.heading else 3
        commissioner.page.locator(f"input[type=radio][value='{agreed}']").check()
        commissioner.fill(reason="Both saw the same strengths; the plan for crises decided.")
        commissioner.press("Record the agreed score")
    commissioner.press("Lock quality")
    evaluation_of(commissioner, "Open the prices").press("Release the prices")
    release(officer, "prices")


def award(commissioner: Visitor, approver: Visitor) -> None:
    """Rank, recommend, approve by somebody else, and tell everyone."""
    evaluation_of(commissioner, "Ranking").press("Recommend for approval").refused()
    commissioner.page.locator("main input[type=radio]").first.check()
    commissioner.page.locator("main textarea").first.fill("The first by quality and price together.")
    commissioner.page.locator("main input[type=checkbox]").first.check()
    commissioner.press("Recommend for approval")
    assert commissioner.page.get_by_role("button", name="Approve the award").count() == 0
    approver.go("/duties").follow(CALL_OFF).follow("Evaluation and award").follow(
        "Approval by another person"
    )
    approver.press("Approve the award")


def tell_everyone(commissioner: Visitor, bidders: tuple[Visitor, ...], folder: Path) -> date:
    """Send the letters, publish the notice, and return the last day of the standstill."""
    evaluation_of(commissioner, "Letters").reads("Example Harbour Homes", "Example Lantern Trust")
    commissioner.press("Send all letters").reads("Sent to every bidder")
    for bidder in bidders:
        bidder.go("/invitations").follow(CALL_OFF).follow("Go to your bid")
        letter = PdfReader(bidder.download("Read the letter about this bid", folder))
        catalog = letter.trailer["/Root"]
        assert catalog["/MarkInfo"]["/Marked"]
        assert catalog["/Lang"].startswith("en")
        assert CALL_OFF in letter.metadata.title
        assert "/StructTreeRoot" in catalog
        fonts = [font["/BaseFont"] for font in letter.pages[0]["/Resources"]["/Font"].values()]
        assert all("Source-Sans" in font for font in fonts), fonts
    commissioner.press("Publish the award notice")
    last = re.search(r"Its last day is (\d+ \w+ \d{4})", commissioner.text)
    assert last, commissioner.text
    commissioner.follow("Go on to the contract").reads("No contract can be made yet")
    assert commissioner.page.get_by_role("button", name="Make the contracts").count() == 0
    return datetime.strptime(last[1], "%d %B %Y").replace(tzinfo=clock.LONDON).date()


def make_contract(commissioner: Visitor) -> None:
    """Make the contract once the standstill is over."""
    evaluation_of(commissioner, "Contract").press("Make the contracts").reads("Example Harbour Homes")
    commissioner.follow(CALL_OFF, within=commissioner.page.locator("main")).reads(
        "Example Harbour Homes", "105"
    )
    assert "850" in commissioner.text, "the contract does not say its price"


def read_contract(supplier: Visitor) -> None:
    """The supplier finds its contract."""
    supplier.go("/contracts").follow(CALL_OFF, within=supplier.page.locator("main")).reads("105")


def find_gap_closed(lead: Visitor, on: date) -> None:
    """A new analysis, on a day after the contract's start, finds the people met."""
    analyse(lead, on)
    lead.reads("105").follow("North East").follow(re.compile("Accommodation, Northumbria"))
    assert "105 of 105 people a year are not met" not in lead.text


def test_the_circle_closes(site: Site, browser: Browser, tmp_path: Path) -> None:
    watch = Watch(site, browser)
    began = site.moment or clock.now()
    today = began.astimezone(clock.LONDON).date()

    # Two suppliers join and say what they do; one of them without scripts.
    harbour = join(watch, "Example Harbour Homes", "ada@harbour.test").sign_in("ada@harbour.test")
    lantern = join(watch, "Example Lantern Trust", "ben@lantern.test").sign_in("ben@lantern.test")
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
    first, second, approver = (
        watch.person(f"{key}@authority.test") for key in ("evaluator-1", "evaluator-2", "approver")
    )
    for person in (first, second, approver):
        declare(person)
    approve_and_publish(approver, commissioner)

    # Bids come in, sealed; then the deadline passes.
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF-1.4\n%%EOF\n")
    receipts = [bid(harbour, "850", tmp_path, plan), bid(lantern, "700.50", tmp_path)]
    officer.go("/duties").follow("Open envelopes").reads("nothing opens before")
    site.moment = deadline + timedelta(days=1)
    evaluate(commissioner, first, second, officer)
    listed = harbour.go("/invitations").follow(CALL_OFF).download("Download the fingerprints", tmp_path)
    for receipt in receipts:
        verify(receipt, "--list", str(listed))

    # The award, the standstill, the contract.
    award(commissioner, approver)
    last = tell_everyone(commissioner, (harbour, lantern), tmp_path)
    site.moment = datetime.combine(last + timedelta(days=1), time(9), clock.LONDON)
    make_contract(commissioner)
    read_contract(harbour)

    # The gap has closed.
    site.moment = began + timedelta(days=160)
    find_gap_closed(lead, today + timedelta(days=160))

    print(f"{len(watch.seen)} types of pages")
    assert not watch.troubles(), "\n".join(watch.troubles())
