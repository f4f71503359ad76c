"""The supplier's and the framework manager's pages: the journey, what is refused, and what is never lost."""

import re
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferLevel, OfferVersion, ScopeLimit
from catalogue.offers.types import OfferState, OutcomeTarget
from catalogue.reference.rules.reading import read_reference
from catalogue.reference.rules.specification import effective_items
from catalogue.reference.types import Complexity, Phase
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from tests.factories import NOW, make_organisation, make_person
from tests.factories_offers import (
    actor_with,
    draft_offer,
    manager_actor,
    published_offer,
    sign_in_as,
    supplier_actor,
)
from tests.integration.offers.pages import fill, form_values, text_of

ITEMS = [
    one.item.code for one in effective_items(read_reference().specification, "accommodation", Complexity.LOW)
]


@pytest.fixture
def supplier(session: Session) -> Organisation:
    """A supplier with an obviously invented name."""
    return make_organisation(session, name="Invented Helpers")


@pytest.fixture
def editor(session: Session, client: FlaskClient, supplier: Organisation) -> FlaskClient:
    """A browser in which an administrator of the supplier is signed in."""
    sign_in_as(session, client, supplier, "supplier-administrator")
    return client


def newest(session: Session) -> OfferVersion:
    return session.scalars(sa.select(OfferVersion).order_by(OfferVersion.id.desc()).limit(1)).one()


def statements_of(session: Session, deed: Any) -> int:
    """How many statements a request needs."""
    counted: list[str] = []

    def listen(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if not statement.startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            counted.append(statement)

    engine = session.get_bind().engine
    sa.event.listen(engine, "before_cursor_execute", listen)
    deed()
    sa.event.remove(engine, "before_cursor_execute", listen)
    return len(counted)


def write_in_steps(editor: FlaskClient, base: str) -> list[str]:
    """Write a whole offer, but for one item, on the pages of its steps; return their addresses."""
    answers = {f"items-low-response-{code}": "met" for code in ITEMS[2:]}
    answers |= {
        f"items-low-response-{ITEMS[1]}": "another_way",
        f"items-low-explanation-{ITEMS[1]}": "By telephone.",
    }
    method = {
        f"methods-low-{name}-{phase}": value
        for phase in Phase
        for name, value in (("words", "Side by side."), ("sessions", "4"), ("weeks", "12"))
    }
    results = {
        "outcomes-low-what-1": "Visits",
        "outcomes-low-quantity-1": "10",
        "outcomes-low-unit-1": "sessions",
        "outcomes-low-by_week-1": "12",
        "outcomes-low-outcomes": ["ACC-O1"],
        "outcomes-low-measure-ACC-O1": "A key in hand",
        "outcomes-low-target-ACC-O1": "60",
    }
    written: list[tuple[str, dict[str, Any]]] = [
        (
            f"{base}/write/service",
            {
                "title-title": "Example rooms",
                "title-summary": "Finds rooms.",
                "complexities-complexities": ["low"],
                "places-places": ["pfa:kent", "region:A"],
            },
        ),
        (f"{base}/write/low/method", method | answers | results),
        (f"{base}/prices", {"low-unit_price": "£1,234.50", "low-places_a_year": "1,060"}),
        (
            f"{base}/write/people",
            {
                "cohorts-cohorts": ["men", "veterans"],
                "customisation-complexity-low": "Fewer visits.",
                "customisation-cohort-veterans": "With a veterans' charity.",
                "stages-stages": ["community", "pre-release"],
                "pre_release-weeks_before_release": "12",
                "pre_release-reaches_in": "yes",
                "pre_release-reach_in_visits": "2",
                "pre_release-pre_release_support": "Visits twelve weeks before.",
                "pre_release-beside_prison_services": "We ask its team first.",
                "rar-counts_as_rar": "yes",
                "rar-rar_days": "6",
                "rar-rar_activity": "Looking for a room together.",
            },
        ),
        (
            f"{base}/write/ways",
            {
                "delivery-mode": "both",
                "delivery-individual_sessions": "2",
                "delivery-group_sessions": "8",
                "delivery-session_minutes": "90",
                "delivery-sessions_a_week": "1",
                "delivery-group_minimum": "4",
                "delivery-group_optimum": "8",
                "delivery-group_maximum": "12",
                "delivery-intake": "rolling",
                "delivery-remote": "part",
                "languages-languages": ["en", "cy"],
                "volunteers-volunteers": "no",
                "volunteers-mentoring": "no",
            },
        ),
        (
            f"{base}/write/reasons",
            {
                "approach-unmet_needs": "A room.",
                "approach-proportionate": "More for more risk.",
                "approach-motivation": "One worker.",
                "approach-links_onward": "The council.",
                "evidence-kind-1": "quality_mark",
                "evidence-mark-1": "matrix",
                "evidence-title-1": "matrix Standard",
                "evidence-expires_on-1-day": "1",
                "evidence-expires_on-1-month": "3",
                "evidence-expires_on-1-year": "2190",
                "evidence-shows-1": "Sound advice.",
            },
        ),
    ]
    following = [address for address, _ in written[1:]] + [f"{base}/check"]
    for (address, typed), onward in zip(written, following, strict=True):
        answer = fill(editor, address, next="onward", **typed)
        assert answer.status_code == 302, text_of(answer)
        assert answer.location == onward
    return [address for address, _ in written]


def test_from_an_empty_page_to_a_published_second_version(
    session: Session, client: FlaskClient, editor: FlaskClient, supplier: Organisation
) -> None:
    answer = editor.post("/offers/new", data={"need_area": "accommodation"})
    base = answer.location.removesuffix("/write/service")
    assert re.fullmatch(r"/offers/OF-[0-9A-Z]{8}", base)
    page = text_of(editor.get(base))
    assert "Untitled offer" in page
    assert "Not submitted" in page
    steps = write_in_steps(editor, base)
    assert len(steps) == 6
    check = editor.get(f"{base}/check")
    assert "answer every item; 1 of 15 have no answer yet" in text_of(check)
    refused = editor.post(f"{base}/submit", data={"row_version": form_values(check).get("row_version")})
    assert refused.status_code == 422
    answer = fill(editor, f"{base}/low/items", unanswered="met")
    assert answer.location == f"{base}/low/items"

    check = editor.get(f"{base}/check")
    words = text_of(check)
    for expected in (
        "£1,234.50",
        "1,060",
        "By telephone.",
        "Visits: 10 sessions, by week 12",
        "60% of those who start",
        "English, Welsh",
        "holds until 1 March 2190",
        "the whole region",
        "Kent",
    ):
        assert expected in words
    answer = editor.post(f"{base}/submit", data=form_values(check))
    assert answer.location == f"{base}/submitted"
    assert "Submitted" in text_of(editor.get(answer.location))
    assert editor.get(f"{base}/title").location == base

    manager = editor.application.test_client()
    sign_in_as(session, manager, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")
    assert "Example rooms" in text_of(manager.get("/offer-reviews"))
    public = base.removeprefix("/offers/")
    review = f"/offer-reviews/{public}/1"
    words = text_of(manager.get(review))
    assert "£1,234.50" in words
    assert "1,060" in words
    empty = manager.post(f"{review}/return", data={"reasons": " "})
    assert empty.status_code == 422
    assert "Say what the supplier must change" in text_of(empty)
    assert manager.post(f"{review}/return", data={"reasons": "Which towns?"}).status_code == 302
    assert manager.get(review).status_code == 404

    assert "Which towns?" in text_of(editor.get(base))
    assert fill(editor, f"{base}/title", summary="Finds rooms in Dover.").status_code == 302
    answer = editor.post(f"{base}/submit", data=form_values(editor.get(f"{base}/check")))
    assert answer.location == f"{base}/submitted"
    assert "Which towns?" in text_of(manager.get(review))
    assert manager.post(f"{review}/publish").location == f"/offer-reviews?decided={public}"

    visitor = editor.application.test_client()
    assert "Finds rooms in Dover." in text_of(visitor.get(f"/catalogue/{public}"))
    assert editor.post(f"{base}/versions").location == base
    assert fill(editor, f"{base}/title", title="Example rooms, again").status_code == 302
    assert "Example rooms, again" not in text_of(visitor.get(f"/catalogue/{public}"))
    assert "Example rooms, again" in text_of(editor.get(f"{base}/versions/2"))
    editor.post(f"{base}/submit", data=form_values(editor.get(f"{base}/check")))
    assert "1 change in 1 part of the offer" in text_of(manager.get(f"/offer-reviews/{public}/2"))
    manager.post(f"/offer-reviews/{public}/2/publish")
    assert "Example rooms, again" in text_of(visitor.get(f"/catalogue/{public}"))
    session.expire_all()
    states = session.scalars(sa.select(OfferVersion.state).order_by(OfferVersion.number)).all()
    assert states == [OfferState.SUPERSEDED, OfferState.PUBLISHED]


def test_another_suppliers_offer_is_not_found(session: Session, editor: FlaskClient) -> None:
    version = draft_offer(session, actor=supplier_actor(session))
    base = f"/offers/{version.offer.public_id}"
    for address in (
        "",
        "/title",
        "/complexities",
        "/low/items",
        "/low/outcomes",
        "/low/price",
        "/places",
        "/cohorts",
        "/stages",
        "/delivery",
        "/customisation",
        "/pre-release",
        "/check",
        "/submitted",
        "/versions/1",
        "/versions/1/withdraw",
    ):
        assert editor.get(base + address).status_code == 404, address
    for address in ("/title", "/low/items", "/places", "/submit", "/versions", "/versions/1/withdraw"):
        assert editor.post(base + address, data={"title": "Stolen"}).status_code == 404, address
    session.expire_all()
    assert version.title == "Example housing help"


def test_valid_parts_are_kept_and_everything_typed_is_shown_again(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    base = f"/offers/{version.offer.public_id}"
    answer = fill(editor, f"{base}/prices", **{"low-unit_price": "lots", "low-places_a_year": "75"})
    assert answer.status_code == 422
    values = form_values(answer)
    assert (values["low-unit_price"], values["low-places_a_year"]) == (["lots"], ["75"])
    session.expire_all()
    level = version.levels[0]
    assert (level.unit_price, level.places_a_year) == (Decimal("1234.50"), 75)
    # What was kept does not count as a colleague's change when the rest is put right.
    assert editor.post(f"{base}/prices", data={**values, "low-unit_price": "900"}).status_code == 302

    answer = fill(editor, f"{base}/title", title="x" * 201, summary="New summary")
    assert answer.status_code == 422
    assert form_values(answer)["title"] == ["x" * 201]
    session.expire_all()
    assert (version.title, version.summary) == ("Example housing help", "New summary")

    answer = fill(
        editor, f"{base}/delivery", mode="group", group_minimum="9", group_optimum="8", group_maximum="5"
    )
    assert answer.status_code == 422
    assert form_values(answer)["group_minimum"] == ["9"]
    session.expire_all()
    assert (version.mode, version.group_minimum, version.group_optimum) == ("group", None, 8)


def test_an_incomplete_section_is_saved_and_called_incomplete(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    base = f"/offers/{version.offer.public_id}"
    assert fill(editor, f"{base}/title", summary="").status_code == 302
    assert "1 section still needs something" in text_of(editor.get(base))
    assert "Say in the summary what the service does" in text_of(editor.get(f"{base}/title"))


def test_a_stale_form_shows_what_is_saved_and_keeps_what_was_typed(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor)
    address = f"/offers/{version.offer.public_id}/title"
    values = form_values(editor.get(address))
    services.save_title(session, actor=actor, version=version, title="A colleague's", summary="Theirs")
    answer = editor.post(address, data={**values, "title": "Mine", "summary": "Also mine"})
    assert answer.status_code == 422
    words = text_of(answer)
    assert "A colleague's" in words
    assert "Theirs" in words
    assert form_values(answer)["title"] == ["Mine"]
    session.expire_all()
    assert version.title == "A colleague's"
    assert editor.post(address, data=form_values(answer)).status_code == 302
    session.expire_all()
    assert version.title == "Mine"


def test_what_was_typed_into_a_version_that_was_submitted_meanwhile_is_shown(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor)
    address = f"/offers/{version.offer.public_id}/customisation"
    values = form_values(editor.get(address))
    services.submit_offer(session, actor=actor, now=NOW, version=version)
    answer = editor.post(address, data={**values, "customisation": "A long text"})
    assert answer.status_code == 422
    assert "cannot be changed any more" in text_of(answer)
    assert form_values(answer)["customisation"] == ["A long text"]


def test_submitting_what_changed_since_it_was_checked_is_refused(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor)
    base = f"/offers/{version.offer.public_id}"
    checked = form_values(editor.get(f"{base}/check"))
    services.save_title(session, actor=actor, version=version, title="Other", summary="Other")
    answer = editor.post(f"{base}/submit", data=checked)
    assert answer.status_code == 422
    assert "changed this while you had it open" in text_of(answer)
    assert editor.post(f"{base}/submit", data=form_values(answer)).location == f"{base}/submitted"
    # Pressed twice: the second says where it stands and breaks nothing.
    assert editor.post(f"{base}/submit", data=checked).location == base


def test_a_complexity_with_answers_goes_only_when_confirmed(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(
        session,
        actor=supplier_actor(session, supplier),
        complexities=[Complexity.LOW, Complexity.MEDIUM],
    )
    address = f"/offers/{version.offer.public_id}/complexities"
    answer = fill(editor, address, complexities=["medium"])
    assert answer.status_code == 422
    assert "will be deleted" in text_of(answer)
    session.expire_all()
    assert len(version.levels) == 2
    assert editor.post(address, data={**form_values(answer), "confirm": "y"}).status_code == 302
    session.expire_all()
    assert [level.complexity for level in version.levels] == [Complexity.MEDIUM]
    # A colleague still has the page of the complexity that is gone.
    base = f"/offers/{version.offer.public_id}"
    assert editor.get(f"{base}/low/items").status_code == 302
    answer = editor.post(f"{base}/prices", data={"low-unit_price": "5", "low-places_a_year": "6"})
    assert answer.status_code == 422
    assert form_values(answer)["low-unit_price"] == ["5"]
    assert editor.get(f"{base}/tall/items").status_code == 404


def test_high_complexity_of_attitudes_is_not_offered_and_says_why(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier), need_area="attitudes")
    address = f"/offers/{version.offer.public_id}/complexities"
    page = editor.get(address)
    assert "High complexity is not available." in text_of(page)
    assert 'value="high"' not in page.get_data(as_text=True)
    answer = editor.post(address, data={"complexities": ["low", "high"]})
    assert answer.status_code == 422
    session.expire_all()
    assert [level.complexity for level in version.levels] == [Complexity.LOW]


def test_unknown_choices_and_odd_input_are_errors_never_failures(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    base = f"/offers/{version.offer.public_id}"
    for address, data in (
        ("places", {"places": ["pfa:atlantis"]}),
        ("cohorts", {"cohorts": ["pirates"]}),
        ("stages", {"stages": ["limbo"], "sentence_types": ["none"]}),
        ("delivery", {"mode": "shouting"}),
        ("low/outcomes", {"outcomes": ["FIN-O1"]}),
        ("low/items", {"response-ALL-A-01": "perhaps"}),
        ("prices", {"low-unit_price": "1e400", "low-places_a_year": "0"}),
        ("prices", {"low-unit_price": "-3", "low-places_a_year": "99999999999999"}),
        ("prices", {"low-overhead_percent": "1e400", "low-band-1-from": "1", "indexation": "upwards"}),
        ("prices", {"indexation": "fixed", "indexation_percent": "-1", "indexation_from-day": "31"}),
    ):
        answer = editor.post(f"{base}/{address}", data=data)
        assert answer.status_code == 422, address
    for text in ("a\x00b", "\ud800".encode("utf-16", "surrogatepass").decode("utf-16", "replace"), "😀" * 50):
        assert editor.post(f"{base}/title", data={"title": text, "summary": text}).status_code in (302, 422)
    assert editor.post("/offers/new", data={"need_area": "plumbing"}).status_code == 422
    assert editor.post("/offers/new", data={}).status_code == 422
    assert editor.post(f"{base}/submit", data={"row_version": "many"}).status_code == 422


def test_the_script_saves_and_is_answered_in_json(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    address = f"/offers/{version.offer.public_id}/title"
    values = form_values(editor.get(address))
    headers = {"X-Requested-With": "autosave"}
    answer = editor.post(address, data={**values, "title": "Half a na"}, headers=headers)
    assert answer.status_code == 200
    assert answer.json["saved_at"]
    values["seen"] = [answer.json["fields"]["seen"]]
    assert editor.post(address, data={**values, "title": "Half a name"}, headers=headers).status_code == 200
    answer = editor.post(address, data={**values, "title": "Stale"}, headers=headers)
    assert answer.status_code == 422
    assert "message" in answer.json
    session.expire_all()
    assert version.title == "Half a name"


def test_who_may_not_submit_reads_that_an_administrator_does(
    session: Session, client: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    base = f"/offers/{version.offer.public_id}"
    sign_in_as(session, client, supplier, "supplier-editor")
    assert "An administrator of your organisation submits it." in text_of(client.get(f"{base}/check"))
    assert client.post(f"{base}/submit").status_code == 403
    viewer = client.application.test_client()
    sign_in_as(session, viewer, supplier, "supplier-viewer")
    assert viewer.get(base).status_code == 200
    assert viewer.get(f"{base}/title").status_code == 403
    assert viewer.post("/offers/new", data={"need_area": "finance"}).status_code == 403


def test_withdrawing_asks_first(session: Session, editor: FlaskClient, supplier: Organisation) -> None:
    actor = supplier_actor(session, supplier)
    version = published_offer(session, actor=actor)
    public = version.offer.public_id
    address = f"/offers/{public}/versions/1/withdraw"
    assert "cannot come back" in text_of(editor.get(address))
    assert editor.post(address).status_code == 302
    assert editor.get(f"/catalogue/{public}").status_code == 404
    assert editor.get(address).status_code == 302
    assert editor.post(address).status_code == 302
    assert editor.get(f"/offers/{public}").status_code == 200


def test_suspending_and_reinstating(session: Session, client: FlaskClient) -> None:
    version = published_offer(session)
    public = version.offer.public_id
    sign_in_as(session, client, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")
    review = f"/offer-reviews/{public}/1"
    assert client.post(f"{review}/suspend", data={"reason": ""}).status_code == 422
    assert client.post(f"{review}/suspend", data={"reason": "A complaint."}).status_code == 302
    assert "A complaint." in text_of(client.get(review))
    assert client.get(f"/catalogue/{public}").status_code == 404
    assert client.post(f"{review}/suspend", data={"reason": "Again"}).status_code == 422
    assert client.post(f"{review}/publish").status_code == 302
    assert client.post(f"{review}/reinstate").status_code == 302
    assert client.get(f"/catalogue/{public}").status_code == 200


def test_a_commissioner_cannot_review_and_a_manager_sees_no_drafts(
    session: Session, client: FlaskClient
) -> None:
    version = draft_offer(session, actor=supplier_actor(session))
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    sign_in_as(session, client, authority, "commissioner")
    assert client.get("/offer-reviews").status_code == 403
    manager = client.application.test_client()
    sign_in_as(session, manager, authority, "framework-manager")
    assert manager.get(f"/offer-reviews/{version.offer.public_id}/1").status_code == 404
    assert manager.get(f"/offers/{version.offer.public_id}").status_code == 403


def test_lists_need_the_same_number_of_statements_however_many_rows_there_are(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor, manager = supplier_actor(session, supplier), manager_actor(session)
    reviewer = editor.application.test_client()
    sign_in_as(session, reviewer, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")

    def add(number: int) -> None:
        for _ in range(number):
            version = draft_offer(session, actor=actor)
            services.submit_offer(session, actor=actor, now=NOW, version=version)
            version = draft_offer(session, actor=actor)
            services.submit_offer(session, actor=actor, now=NOW, version=version)
            services.publish_offer(session, actor=manager, now=NOW, version=version)

    pages = {"/offers": editor, "/offer-reviews": reviewer, "/catalogue": reviewer}
    add(1)
    few = {address: statements_of(session, lambda: who.get(address)) for address, who in pages.items()}  # noqa: B023
    add(5)
    many = {address: statements_of(session, lambda: who.get(address)) for address, who in pages.items()}  # noqa: B023
    assert few == many
    assert min(few.values()) > 2


def test_an_offers_pages_need_the_same_number_of_statements_however_large_it_is(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    small = draft_offer(session, actor=actor, complexities=[Complexity.LOW])
    large = draft_offer(
        session,
        actor=actor,
        complexities=list(Complexity),
        places=["pfa:kent", "region:A", "region:B"],
        cohorts=["men", "women", "veterans"],
        stages=["community", "pre-release"],
    )
    bases = [f"/offers/{version.offer.public_id}" for version in (small, large)]
    for address in ("", "/check", "/title", "/places", "/low/items"):
        counts = [statements_of(session, lambda: editor.get(base + address)) for base in bases]  # noqa: B023
        assert counts[0] == counts[1], address


def test_the_profile_is_checked_for_form_and_kept(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    assert editor.get("/supplier").status_code == 200
    answer = fill(
        editor,
        "/supplier/edit",
        companies_house_number="12",
        charity_number="x",
        website="javascript:alert(1)",
        summary="We help.",
    )
    assert answer.status_code == 422
    assert form_values(answer)["summary"] == ["We help."]
    assert text_of(answer).count("Error:") == 3
    typed = {
        "companies_house_number": "123456 7",
        "charity_number": "1234567",
        "website": "https://helpers.example",
        "size": "small",
        "voluntary_sector": "y",
        "summary": "We help.",
    }
    opened = form_values(editor.get("/supplier/edit"))
    assert editor.post("/supplier/edit", data={**opened, **typed}).status_code == 302
    assert "01234567" in text_of(editor.get("/supplier"))
    stale = editor.post("/supplier/edit", data={**opened, **typed, "summary": "Other"})
    assert stale.status_code == 422
    assert "changed the profile while you had it open" in text_of(stale)
    assert editor.post("/supplier/edit", data=form_values(stale)).status_code == 302
    viewer = editor.application.test_client()
    viewer.sign_in(make_person(session, supplier, "supplier-viewer"))  # type: ignore[attr-defined]
    assert "Other" in text_of(viewer.get("/supplier"))
    assert viewer.get("/supplier/edit").status_code == 403


def test_an_offers_levels_are_shown_in_the_order_of_complexity(session: Session) -> None:
    actor = supplier_actor(session)
    version = draft_offer(session, actor=actor, complexities=[Complexity.HIGH])
    services.save_complexities(
        session, actor=actor, version=version, complexities=[Complexity.HIGH, Complexity.LOW]
    )
    session.flush()
    session.expire_all()
    stored = session.scalars(sa.select(OfferLevel.complexity).order_by(OfferLevel.id)).all()
    assert stored == [Complexity.HIGH, Complexity.LOW]
    assert list(queries.content_of(version).levels) == [Complexity.LOW, Complexity.HIGH]


def test_an_actor_of_no_organisation_owns_nothing(session: Session) -> None:
    version = draft_offer(session, actor=supplier_actor(session))
    nobody = actor_with(make_organisation(session), "supplier-viewer")
    assert queries.own_offer(session, version.offer.public_id, actor=nobody) is None
    assert queries.own_offers(session, actor=nobody).total == 0


def test_on_a_page_of_several_sections_one_that_a_colleague_changed_holds_up_no_other(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor)
    address = f"/offers/{version.offer.public_id}/write/ways"
    values = form_values(editor.get(address))
    services.save_languages(session, actor=actor, version=version, languages=["cy"])
    typed = {**values, "languages-languages": ["pl"], "delivery-session_minutes": "75"}
    answer = editor.post(address, data=typed)
    assert answer.status_code == 422
    assert "A colleague saved this after you opened the page" in text_of(answer)
    assert form_values(answer)["languages-languages"] == ["pl"]
    session.expire_all()
    assert version.session_minutes == 75
    assert [language.code for language in version.languages] == ["cy"]
    again = editor.post(address, data=form_values(answer))
    assert again.status_code == 302, text_of(again)
    session.expire_all()
    assert [language.code for language in version.languages] == ["pl"]


def test_on_a_page_of_several_sections_what_is_wrong_stays_as_it_was_and_the_rest_is_kept(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    base = f"/offers/{version.offer.public_id}"
    answer = fill(
        editor,
        f"{base}/write/low/method",
        **{
            "methods-low-sessions-implement": "many",
            "methods-low-weeks-implement": "20",
            "outcomes-low-target-ACC-O1": "200",
            "outcomes-low-measure-ACC-O1": "By letter",
        },
    )
    assert answer.status_code == 422
    assert form_values(answer)["methods-low-sessions-implement"] == ["many"]
    session.expire_all()
    level = queries.content_of(version).levels[Complexity.LOW]
    assert (level.methods[Phase.IMPLEMENT].sessions, level.methods[Phase.IMPLEMENT].weeks) == (2, 20)
    assert level.outcomes["ACC-O1"] == OutcomeTarget("By letter", 60)


def test_the_script_saves_a_page_of_several_sections(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    address = f"/offers/{version.offer.public_id}/write/people"
    values = form_values(editor.get(address))
    headers = {"X-Requested-With": "autosave"}
    typed = {**values, "rar-rar_days": "9", "cohorts-cohorts": ["men", "women"]}
    answer = editor.post(address, data=typed, headers=headers)
    assert answer.status_code == 200
    typed |= {name: [value] for name, value in answer.json["fields"].items()}
    typed["customisation-cohort-women"] = ["A woman worker."]
    assert editor.post(address, data=typed, headers=headers).status_code == 200
    session.expire_all()
    content = queries.content_of(version)
    assert (content.rar_days, content.cohort_customisation["women"]) == (9, "A woman worker.")
    # A group that is no longer chosen keeps its words for when it is chosen again.
    assert fill(editor, address, **{"cohorts-cohorts": ["men"]}).status_code == 302
    session.expire_all()
    assert "women" not in queries.content_of(version).cohort_customisation
    assert form_values(editor.get(address))["customisation-cohort-women"] == ["A woman worker."]


def test_what_was_typed_for_a_complexity_that_went_meanwhile_is_shown(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor, complexities=[Complexity.LOW, Complexity.MEDIUM])
    address = f"/offers/{version.offer.public_id}/write/low/method"
    values = form_values(editor.get(address))
    services.save_complexities(session, actor=actor, version=version, complexities=[Complexity.MEDIUM])
    answer = editor.post(address, data={**values, "methods-low-words-implement": "A long text"})
    assert answer.status_code == 422
    assert "no longer part of this offer" in text_of(answer)
    assert form_values(answer)["methods-low-words-implement"] == ["A long text"]
    assert editor.get(address).status_code == 302


def test_an_offer_is_begun_with_what_another_says(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier), title="To be copied")
    strange = draft_offer(session, actor=supplier_actor(session), title="Somebody else's")
    page = editor.get("/offers/new")
    assert "To be copied" in text_of(page)
    assert "Somebody else's" not in text_of(page)
    typed = {"need_area": "finance", "like": version.offer.public_id}
    answer = editor.post("/offers/new", data=typed)
    assert answer.status_code == 302
    assert newest(session).title == "To be copied"
    assert newest(session).offer.need_area.code == "finance"
    assert editor.post("/offers/new", data={**typed, "like": strange.offer.public_id}).status_code == 422
    refused = editor.post("/offers/new", data={**typed, "places_low": "many"})
    assert refused.status_code == 422
    assert "Places a year at low complexity (optional) must be a whole number" in refused.text
    assert 'value="many"' in refused.text


def test_a_place_outside_the_membership_says_so_and_is_not_submitted(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor, places=["pfa:kent", "region:A"])
    base = f"/offers/{version.offer.public_id}"
    assert "commissioners can find the offer, and cannot invite you" in text_of(editor.get(base))
    kent = next(place for place in version.places if place.code == "pfa:kent")
    session.add(
        ScopeLimit(
            supplier_id=supplier.id,
            need_area_id=version.offer.need_area_id,
            region_id=kent.region_id,
            framework="FW-1",
            active=True,
        )
    )
    session.commit()
    words = text_of(editor.get(f"{base}/check"))
    assert "North East: your membership for this need area does not reach there" in words
    assert "Commissioners there could find the offer and not invite you." in words
    assert editor.post(f"{base}/submit", data=form_values(editor.get(f"{base}/check"))).status_code == 422
    services.save_places(session, actor=actor, version=version, places=["pfa:kent"])
    session.commit()
    assert editor.post(f"{base}/submit", data=form_values(editor.get(f"{base}/check"))).status_code == 302
