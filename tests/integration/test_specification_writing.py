"""Levels of the specification that an administrator writes: drafts, versions, and offers that cite them."""

from dataclasses import replace
from html import unescape

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries as offers
from catalogue.offers import services as offer_services
from catalogue.offers.rules.completeness import reasons_by_section
from catalogue.offers.types import ItemAnswer, ItemResponse, Section, SectionKey
from catalogue.reference import queries, services
from catalogue.reference.models import NeedArea, SpecificationItem, SpecificationLevel
from catalogue.reference.rules.reading import read_reference
from catalogue.reference.rules.writing import ItemChange, differences
from catalogue.reference.types import Availability, Complexity, DraftItem, Phase
from core.accounts.types import OrganisationKind
from core.audit.models import AuditEvent
from core.reasons import Refused
from tests.factories import NOW, actor_of, make_organisation, make_person
from tests.factories_offers import draft_offer, published_offer, supplier_actor
from tests.factories_reference import ITEMS, draft_level, write_level, writer
from tests.integration.offers.pages import fill, form_values, text_of


@pytest.fixture
def lifestyle(session: Session) -> NeedArea:
    need = queries.need_area(session, "lifestyle")
    assert need is not None
    return need


def in_force(session: Session, need: NeedArea, complexity: Complexity = Complexity.LOW) -> SpecificationLevel:
    return queries.current_levels(session, need_area_id=need.id)[need.id, complexity]


def test_a_level_is_written_checked_and_published_on_pages(client: FlaskClient, session: Session) -> None:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    address = "/specification/alcohol/medium"
    client.sign_in(make_person(session, authority, "framework-manager"))
    assert f'href="{address}/write"' in client.get("/specification/alcohol").get_data(as_text=True)
    kept = fill(
        client,
        f"{address}/write",
        **{"assess_and_plan-1-text": "Agree on a diary", "implement-1-text": "Meet <weekly>"},
    )
    assert kept.location == f"{address}/check"
    page = text_of(client.get(kept.location))
    assert "Write at least one item for the phase review and evaluate" in page
    assert "Publish these items" not in page
    assert "Agree on a diary" not in text_of(client.get("/specification/alcohol")), (
        "a draft is nobody's to read"
    )
    fill(client, f"{address}/write", **{"review_and_evaluate-1-text": "Read the diary together"})
    check = client.get(f"{address}/check")
    assert "New" in text_of(check)
    sent = client.post(f"{address}/publish", data={"seen": "1"})
    assert sent.status_code == 422, "not the draft that was checked"
    assert client.post(f"{address}/publish", data={"seen": "2"}).status_code == 302
    client.post("/sign-out")
    page = text_of(client.get("/specification/alcohol"))
    assert "Written by an administrator" in page
    assert f"written by {authority.name}" in page
    assert "Meet <weekly>" in page
    assert "Agree on a diary" in text_of(client.get(f"{address}/written/1"))
    assert client.get(f"{address}/written/2").status_code == 404
    assert "written by an administrator" in text_of(client.get("/specification"))


def test_a_change_makes_a_version_beside_the_first(
    client: FlaskClient, session: Session, lifestyle: NeedArea
) -> None:
    first = write_level(session, lifestyle, Complexity.LOW)
    published = queries.items_of(first)
    assert [item.code for item in published] == ["LIF-L-A-W01", "LIF-L-I-W01", "LIF-L-R-W01"]
    changed = [published[0], replace(published[1], text="Go along the first five times"), published[2]]
    second = write_level(session, lifestyle, Complexity.LOW, changed)
    assert in_force(session, lifestyle) is second
    assert [link.item.code for link in second.items] == ["LIF-L-A-W01", "LIF-L-I-W02", "LIF-L-R-W01"]
    session.expire_all()
    assert [link.item.text for link in first.items] == [item.text for item in ITEMS]
    page = text_of(client.get("/specification/lifestyle/low/written/2"))
    assert "Go along to a club or a class the first three times" in page, "what it was"
    assert "Go along the first five times" in page
    tags = session.scalars(sa.select(AuditEvent.tag).where(AuditEvent.tag == "specification:published")).all()
    assert len(tags) == 2


def test_offers_that_answered_an_older_version_stay(session: Session, lifestyle: NeedArea) -> None:
    first = write_level(session, lifestyle, Complexity.LOW)
    version = published_offer(session, need_area="lifestyle")
    changed = [replace(item, text=f"{item.text} again") for item in queries.items_of(first)]
    drafted = draft_offer(session, actor=supplier_actor(session), need_area="lifestyle")
    write_level(session, lifestyle, Complexity.LOW, changed)
    session.expire_all()
    answers = offers.content_of(version).levels[Complexity.LOW].answers
    assert sorted(answers) == ["LIF-L-A-W01", "LIF-L-I-W01", "LIF-L-R-W01"]
    assert version.state == "published"
    missing = reasons_by_section(offers.facts_for(session, drafted, on=NOW.date()))
    assert missing[SectionKey(Section.ITEMS, Complexity.LOW)], "a draft answers the items in force"
    offer_services.save_items(
        session,
        actor=supplier_actor(session, drafted.offer.supplier),
        version=drafted,
        complexity=Complexity.LOW,
        answers={f"LIF-L-{letter}-W02": ItemAnswer(ItemResponse.MET) for letter in "AIR"},
    )
    missing = reasons_by_section(offers.facts_for(session, drafted, on=NOW.date()))
    assert not missing[SectionKey(Section.ITEMS, Complexity.LOW)]


@pytest.mark.parametrize("code", ["accommodation", "attitudes"])
def test_what_the_source_says_is_written_by_nobody(client: FlaskClient, session: Session, code: str) -> None:
    actor = writer(session)
    need = queries.need_area(session, code)
    assert need is not None
    with pytest.raises(Refused, match="level_is_the_sources"):
        services.save_draft(
            session,
            actor=actor,
            now=NOW,
            need_area=need,
            complexity=Complexity.HIGH,
            items=ITEMS,
            guide="",
            seen=0,
        )
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    client.sign_in(make_person(session, authority, "framework-manager"))
    assert client.get(f"/specification/{code}/high/write").status_code == 404
    client.sign_in(make_person(session, authority, "commissioner"))
    assert client.get("/specification/lifestyle/low/write").status_code == 403
    assert "Write the items" not in text_of(client.get("/specification/lifestyle"))


def test_of_two_who_write_neither_overwrites_the_other(client: FlaskClient, session: Session) -> None:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    address = "/specification/lifestyle/high/write"
    client.sign_in(make_person(session, authority, "framework-manager"))
    seen = form_values(client.get(address))
    assert client.post(address, data={**seen, "implement-1-text": "The first one’s"}).status_code == 302
    client.sign_in(make_person(session, authority, "framework-manager"))
    refused = client.post(address, data={**seen, "implement-1-text": "The second one’s"})
    words = unescape(refused.get_data(as_text=True))
    assert refused.status_code == 422
    assert "The first one’s" in words
    assert "The second one’s" in words
    assert client.post(address, data=form_values(refused)).status_code == 302, "now it is a decision"
    need = queries.need_area(session, "lifestyle")
    assert need is not None
    draft = queries.specification_draft(session, need_area_id=need.id, complexity=Complexity.HIGH)
    assert draft is not None
    assert [item.text for item in queries.items_of_draft(draft)] == ["The second one’s"]


def test_nothing_new_is_no_version_and_a_draft_can_go(session: Session, lifestyle: NeedArea) -> None:
    first = write_level(session, lifestyle, Complexity.LOW)
    seen = draft_level(session, lifestyle, Complexity.LOW, queries.items_of(first))
    given = {"need_area": lifestyle, "complexity": Complexity.LOW, "seen": seen}
    with pytest.raises(Refused, match="nothing_new"):
        services.publish_level(session, actor=writer(session), now=NOW, **given)
    services.discard_draft(session, **given)
    assert queries.specification_draft(session, need_area_id=lifestyle.id, complexity=Complexity.LOW) is None
    assert in_force(session, lifestyle) is first


def test_newer_files_that_leave_a_level_open_leave_what_was_written(
    session: Session, lifestyle: NeedArea
) -> None:
    level = write_level(session, lifestyle, Complexity.LOW)
    data = read_reference()
    newer = replace(data, specification=replace(data.specification, version="2099.1"))
    services.load_reference(session, data=newer, actor=writer(session), now=NOW)
    assert in_force(session, lifestyle) is level
    assert in_force(session, lifestyle, Complexity.HIGH).version == "2099.1"
    key = ("lifestyle", Complexity.LOW)
    shown = replace(
        data.specification.levels[key],
        availability=Availability.AVAILABLE,
        reason="",
        item_codes=tuple(data.specification.levels["attitudes", Complexity.LOW].item_codes),
    )
    said = replace(data.specification, version="2100.1", levels={**data.specification.levels, key: shown})
    services.load_reference(session, data=replace(data, specification=said), actor=writer(session), now=NOW)
    assert in_force(session, lifestyle).version == "2100.1", "what the source says goes before"
    rows = session.scalars(sa.select(SpecificationItem).where(SpecificationItem.code == "LIF-L-I-W01"))
    assert rows.one().text == ITEMS[1].text


def test_differences_name_every_item_once() -> None:
    before = [DraftItem(Phase.IMPLEMENT, "one", "A"), DraftItem(Phase.IMPLEMENT, "two", "B")]
    after = [DraftItem(Phase.IMPLEMENT, "one", "A"), DraftItem(Phase.REVIEW_AND_EVALUATE, "new")]
    assert [(one.kind, one.phase) for one in differences(before, after)] == [
        (ItemChange.KEPT, Phase.IMPLEMENT),
        (ItemChange.REMOVED, Phase.IMPLEMENT),
        (ItemChange.ADDED, Phase.REVIEW_AND_EVALUATE),
    ]


def test_a_supplier_reads_what_was_written(
    client: FlaskClient, session: Session, lifestyle: NeedArea
) -> None:
    write_level(session, lifestyle, Complexity.LOW)
    supplier = make_organisation(session)
    person = make_person(session, supplier, "supplier-editor")
    version = draft_offer(session, actor=actor_of(session, person), need_area="lifestyle")
    client.sign_in(person)
    page = text_of(client.get(f"/offers/{version.offer.public_id}/low/items"))
    assert "Go along to a club or a class the first three times" in page
