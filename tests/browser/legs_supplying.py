"""The story's legs of suppliers and the framework manager: offers, admission, bids."""

import json
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from pathlib import Path

from core.config import PROJECT_ROOT
from tests.browser.pages import CALL_OFF, Visitor, fill_date, letters
from tests.factories_framework import GOOD_ANSWERS


def draft_offer(visitor: Visitor, need: str, title: str, price: str, places: str) -> str:
    """Draft an offer of low complexity in its steps, with slips; return the address of its page."""
    visitor.go("/offers").follow("Start an offer").choose(need).press("Start the offer")
    offer = visitor.page.url.removesuffix("/write/service")
    on, back = "Save and continue", "Save and go to the task list"
    say_what_it_is(visitor, title)
    visitor.press(on)
    say_how(visitor, meetings="six")
    visitor.page.locator("input[type=radio][value=another_way]").first.check()
    visitor.press("Mark the rest as met").refused("Output 1: how many must be a whole number")
    visitor.page.locator("[name=outcomes-low-unit-1]").select_option("sessions")
    visitor.fill(**{"outcomes-low-quantity-1": "6"})
    visitor.press(back).reads("Still needed: how the specification is met: low complexity")
    visitor.follow("Method, specification and outcomes").reads("Still missing here")
    visitor.page.locator('textarea[name^="items-low-explanation-"]').first.fill("By telephone first.")
    visitor.press(on)
    visitor.fill(**{"low-unit_price": "about fifty", "low-places_a_year": "many"}).press(on)
    visitor.refused("Price of a place must be an amount in pounds", "Places a year")
    assert visitor.page.locator("[name=low-unit_price]").input_value() == "about fifty"
    assert visitor.page.locator("[name=low-places_a_year]").input_value() == "many"
    visitor.fill(**{"low-unit_price": price, "low-places_a_year": places}).press(on)
    say_for_whom(visitor)
    visitor.press(on)
    say_in_which_ways(visitor)
    visitor.press(on)
    say_why_it_works(visitor)
    visitor.press(back)
    return offer


def say_what_it_is(visitor: Visitor, title: str = "Key in the door") -> None:
    """The service, its complexities and places."""
    visitor.fill(**{"title-title": title, "title-summary": "A worker stays until there is a key in hand."})
    visitor.choose("Low complexity")
    visitor.page.locator(".govuk-details__summary", has_text="North East").first.click()
    visitor.choose("The whole of North East")


def say_how(visitor: Visitor, meetings: str = "6") -> None:
    """Method, specification and outcomes of low complexity."""
    for phase in ("assess_and_plan", "implement", "review_and_evaluate"):
        visitor.fill(
            **{
                f"methods-low-words-{phase}": "A named worker, side by side with the person.",
                f"methods-low-sessions-{phase}": "4",
                f"methods-low-weeks-{phase}": "12",
            }
        )
    visitor.fill(
        **{
            "outcomes-low-what-1": "Meetings with a named worker",
            "outcomes-low-quantity-1": meetings,
            "outcomes-low-by_week-1": "12",
        }
    )
    visitor.page.locator("[name=outcomes-low-unit-1]").select_option("sessions")
    visitor.page.locator("input[name=outcomes-low-outcomes]").first.check()
    visitor.page.locator('[name^="outcomes-low-measure-"]').first.fill("Keys in hand after twelve weeks")
    visitor.page.locator('[name^="outcomes-low-target-"]').first.fill("60")
    visitor.fields += 4
    visitor.words += 6


def say_for_whom(visitor: Visitor) -> None:
    """Whom it is for, when, and under which sentences."""
    visitor.choose("Women", "Men", "Young adults (18 to 25)", "In the community")
    for group in ("Women", "Young adults (18 to 25)"):
        visitor.page.locator(".govuk-details__summary", has_text=group).first.click()
    visitor.fill(
        **{
            "customisation-complexity-low": "Two meetings more for who wants them.",
            "customisation-cohort-women": "A woman worker, and a place for women alone.",
            "customisation-cohort-young-adults": "Short meetings, and messages in between.",
            "rar-rar_days": "6",
            "rar-rar_activity": "Looking for a room together, step by step.",
        }
    )
    visitor.page.locator("input[name=rar-counts_as_rar][value=yes]").check()
    visitor.fields += 1


def say_in_which_ways(visitor: Visitor) -> None:
    """How it is delivered, in which languages and with whom."""
    visitor.choose("One to one", "None of it")
    visitor.fill(**{"delivery-individual_sessions": "6", "delivery-session_minutes": "60"})
    for name in ("volunteers", "mentoring"):
        visitor.page.locator(f"input[name=volunteers-{name}][value=no]").check()
    visitor.fields += 2


def say_why_it_works(visitor: Visitor) -> None:
    """Why it works, and the evidence."""
    visitor.fill(
        **{
            "approach-unmet_needs": "No programme finds a room.",
            "approach-proportionate": "More for people at higher risk.",
            "approach-motivation": "One worker from beginning to end.",
            "approach-links_onward": "The council's housing team.",
            "evidence-title-1": "Our own records",
            "evidence-shows-1": "Six in ten keep the room for a year.",
        }
    )
    visitor.page.locator("[name=evidence-kind-1]").select_option("other")
    visitor.fields += 1


def review_offers(manager: Visitor, supplier: Visitor, offer: str) -> None:
    """One offer is published, the other returned with reasons, put right, and published too."""
    manager.go("/offer-reviews").follow("Lantern lodgings")
    manager.press("Return to the supplier").refused("Say what the supplier must change")
    manager.fill(reasons="Say how the worker is reached at night.").press("Return to the supplier")
    manager.go("/offer-reviews").follow("Key in the door").press("Publish the offer")

    assert "Say how the worker is reached at night." in letters(manager.watch.site, "ben@lantern.test")[-1]
    supplier.go("/start").go(offer).reads("Say how the worker is reached at night.")
    supplier.follow("The service, its complexities and places")
    supplier.fill(**{"title-summary": "A worker stays, and answers the telephone at night."})
    supplier.press("Save and go to the task list").follow("Check answers").press("Submit the offer")
    supplier.reads("Submitted")

    manager.go("/offer-reviews").follow("Lantern lodgings").reads("at night").press("Publish the offer")
    visitor = manager.watch.visitor().go("/catalogue").reads("Key in the door", "Lantern lodgings")
    visitor.follow("Key in the door")
    assert "850" not in visitor.text, "a price stands on a public page"


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
    manager.press("Announce the intention")
    manager.follow("Check and publish").press("Publish the framework").reads("Nothing of it changes any more")


def apply(supplier: Visitor) -> None:
    """Apply to the framework: read whether it is for us, choose, answer, declare, submit."""
    supplier.go("/frameworks").follow("Example rehabilitation services").reads("Is this for me?")
    supplier.follow("Start an application").choose("North East").press("Save and go to the task list")
    supplier.reads("1 chosen").follow("Categories and regions").press("Save and go on")
    answer_sections(supplier, GOOD_ANSWERS)
    supplier.press("Submit the application").refused("eclar")
    supplier.page.locator("main input[type=checkbox]").check()
    supplier.press("Submit the application").reads("Application submitted", "You have a decision by")


def answer_sections(supplier: Visitor, answers: Mapping[str, str]) -> None:
    """Answer section after section, from the first to the page that shows all answers."""
    while supplier.page.get_by_role("button", name="Save and go on").count():
        answer_questions(supplier, answers)
        supplier.press("Save and go on")
    answer_questions(supplier, answers)
    supplier.press("Save and check your answers")


def answer_questions(supplier: Visitor, answers: Mapping[str, str]) -> None:
    """Give an answer to every question of a page that has none yet; tables are rows as JSON."""
    for code, answer in answers.items():
        name = f"answer-{code}"
        if answer.startswith("["):
            for number, row in enumerate(json.loads(answer), start=1):
                for column, value in row.items():
                    answer_question(supplier, f"{name}-{number}-{column}", value)
        else:
            answer_question(supplier, name, answer)


def answer_question(supplier: Visitor, name: str, answer: str) -> None:
    """Answer one question of the page, unless the library has answered it already."""
    field = supplier.page.locator(f'main [name="{name}"]')
    if not field.count():
        return
    if field.first.get_attribute("type") == "radio":
        if not supplier.page.locator(f'main [name="{name}"]:checked').count():
            supplier.page.locator(f'main [name="{name}"][value="{answer}"]').check()
            supplier.fields += 1
    elif not field.input_value():
        if field.evaluate("e => e.tagName") == "SELECT":
            field.select_option(answer)
            supplier.fields += 1
        else:
            supplier.fill(**{name: answer})


def assess(manager: Visitor, supplier: str) -> None:
    """Read an application, judge each point, and admit."""
    manager.go("/assessment").follow(supplier).press("Start the assessment").refused("Tick the box")
    manager.page.locator("main input[type=checkbox]").check()
    manager.press("Start the assessment")
    for point in manager.page.locator("main input[type=radio][value=met]").all():
        point.check()
    manager.press("Save the findings").reads("Every point is met").follow("Decide by category")
    manager.press("Record the decision")
    assert "admitted" in manager.text.lower()


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
