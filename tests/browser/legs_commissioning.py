"""The story's legs of the regional lead, commissioner, officers and evaluators: gap, call-off, award."""

import re
from datetime import date, datetime
from pathlib import Path

from pypdf import PdfReader

from core import clock
from tests.browser.pages import CALL_OFF, PASSWORD, Visitor, Watch, fill_date

DUTIES = {
    "Add an opening officer": ("officer", "evaluator-1", "commissioner"),
    "Add an evaluator": ("evaluator-1", "evaluator-2", "evaluator-3"),
    "Add an approver": ("approver",),
}


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
    cell = lead.page.url
    lead.follow("Try this call-off first").press("Work it out")
    lead.watch.site.work()
    lead.page.wait_for_selector("text=Where it changes")  # the page that waits reloads itself
    lead.look()
    lead.reads("A contract for 105 people a year at low complexity", "Accommodation, Northumbria")
    lead.go(cell).press("Draft a call-off for this gap").reads("105 people a year", "£96,600")
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
    draft = commissioner.reads("of 12 steps complete").page.url
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
    commissioner.go(draft).follow("Payment and transfer of staff").choose("We do not know yet").press(save)
    commissioner.go(draft).follow("Conflicts of interest").choose(re.compile("I have assessed")).press(save)
    commissioner.go(draft).follow("People and their declarations")
    for duty, people in DUTIES.items():
        for person in people:
            commissioner.select(duty, f"Example {person}").press(re.sub("^Add an?", "Add as", duty))
            commissioner.reads(f"Example {person}")
    commissioner.go(draft).follow("Who would be invited").reads("4 suppliers of 4", "Example Lantern Trust")


def delegate(manager: Visitor) -> None:
    """The authority's framework manager gives the approver a delegation in one region."""
    manager.go("/delegations/new").press("Give the delegation").refused("Choose who may approve")
    manager.select("Who may approve", "Example approver").fill(value_limit="250,000")
    manager.choose("North East").press("Give the delegation").reads("Example approver", "£250,000")


def approve_and_publish(approver: Visitor, commissioner: Visitor) -> None:
    """The approver finds it among the duties and approves; the commissioner publishes."""
    approver.go("/duties").follow(CALL_OFF).follow("Check and approve")
    approver.press("Approve the call-off").reads("A commissioner can publish it now")
    commissioner.go("/commissioning").follow(CALL_OFF).follow("Check and publish")
    commissioner.press("Publish and invite").reads("Every invited supplier has been written to")


def evaluation_of(commissioner: Visitor, step: str) -> Visitor:
    """Go from the list of call-offs to one step of the evaluation."""
    commissioner.go("/commissioning").follow(CALL_OFF).follow("Evaluation and award")
    return commissioner.follow(step, within=commissioner.page.locator("main"))


def release(officer: Visitor, envelope: str) -> Visitor:
    """Release an envelope, from the list of one's duties."""
    return officer.go("/duties").follow("Open envelopes").press(f"Release the {envelope}")


def score(evaluator: Visitor, scores: dict[str, int]) -> None:
    """Score every bid on the one question."""
    evaluator.go("/duties").follow(f"Score {CALL_OFF}").follow("Putting effort")
    evaluator.press("Submit my scores").refused()
    for supplier, points in scores.items():
        card = evaluator.page.locator("section.govuk-summary-card", has_text=supplier)
        card.locator(f"input[type=radio][value='{points}']").check()
        card.locator("textarea").fill(f"Worth {points}: the plan is concrete and says who does what.")
    evaluator.press("Submit my scores").reads("submitted")


def evaluate(commissioner: Visitor, evaluators: list[Visitor], officer: Visitor) -> None:
    """Two officers open the answers, three evaluators score, the panel agrees, two officers open prices."""
    release(officer, "answers").reads("Another named officer must do the same")
    release(evaluators[0], "answers")
    for evaluator, harbour in zip(evaluators, (4, 5, 4), strict=True):
        score(evaluator, {"Harbour": harbour, "Lantern": 3, "Meadow": 3, "Orchard": 2})
    evaluation_of(commissioner, "Agree scores").press("End scoring")
    commissioner.follow("Agree")
    for _ in range(4):  # one agreement leads on to the next
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
    commissioner.press("Send all letters").reads("being made")
    commissioner.watch.site.work()
    evaluation_of(commissioner, "Letters").reads("Sent to every bidder")
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


def sign(signatory: Visitor, name: str) -> None:
    """Sign the contract for the visitor's organisation, today."""
    signatory.go("/contracts").follow(CALL_OFF, within=signatory.page.locator("main"))
    signatory.fill(name=name, position="Director").press("Record the signature").reads(name)


def read_contract(supplier: Visitor) -> None:
    """The supplier finds its contract."""
    supplier.go("/contracts").follow(CALL_OFF, within=supplier.page.locator("main")).reads("105")


def find_gap_closed(lead: Visitor, on: date) -> None:
    """A new analysis, on a day after the contract's start, finds the people met."""
    analyse(lead, on)
    lead.reads("105").follow("North East").follow(re.compile("Accommodation, Northumbria"))
    assert "105 of 105 people a year are not met" not in lead.text
