"""Down, edited and up again: what a file does, what it leaves alone, and when it is refused."""

from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from catalogue.bulk import queries
from catalogue.bulk.models import BulkProblem, BulkRow, BulkUpload, OfferReference
from catalogue.bulk.types import Outcome, Sheet, UploadState
from catalogue.offers import queries as offers
from catalogue.offers import services as offer_services
from catalogue.offers.models import Offer, OfferVersion
from catalogue.offers.types import ItemResponse, OfferState
from catalogue.reference.types import Complexity
from core.actor import Actor
from core.audit.models import AuditEvent
from core.reasons import Refused
from tests.factories import NOW
from tests.factories_bulk import applied, cell, downloaded, edited, new_offer, uploaded, workbook
from tests.factories_offers import draft_offer, manager_actor, published_offer, supplier_actor

LOW = Complexity.LOW


@pytest.fixture
def actor(session: Session) -> Actor:
    return supplier_actor(session)


def problems(session: Session, upload: BulkUpload) -> list[tuple[str, int, str, str]]:
    query = sa.select(BulkProblem).where(BulkProblem.upload_id == upload.id).order_by(BulkProblem.id)
    return [(one.sheet, one.row_number, one.column, one.code) for one in session.scalars(query)]


def outcomes(session: Session, upload: BulkUpload) -> list[tuple[str, Outcome]]:
    query = sa.select(BulkRow).where(BulkRow.upload_id == upload.id).order_by(BulkRow.row_number)
    return [(row.reference, row.outcome) for row in session.scalars(query)]


def newest(session: Session, offer_id: int) -> OfferVersion:
    offer = session.get_one(Offer, offer_id)
    return max(offer.versions, key=lambda version: version.number)


def test_a_check_changes_nothing_and_confirming_makes_a_draft(
    app: Flask, session: Session, actor: Actor
) -> None:
    upload = uploaded(app, session, actor, workbook(new_offer()))
    assert (upload.state, upload.to_create, problems(session, upload)) == (UploadState.CHECKED, 1, [])
    assert session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 0
    upload = applied(app, session, actor, upload)
    assert upload.state is UploadState.APPLIED
    offer = session.scalars(sa.select(Offer)).one()
    version = offer.versions[0]
    content = offers.content_of(version)
    assert (version.state, version.number, content.title) == (OfferState.DRAFT, 1, "Example housing help")
    assert content.places == {"pfa:kent"}
    assert content.levels[LOW].unit_price == Decimal("1234.50")
    assert len(content.sentence_types) == 5
    row = session.scalars(sa.select(BulkRow)).one()
    assert (row.offer_id, row.outcome) == (offer.id, Outcome.CREATED)
    assert row.missing > 0


def test_the_same_file_twice_makes_an_offer_once(app: Flask, session: Session, actor: Actor) -> None:
    content = workbook(new_offer())
    applied(app, session, actor, uploaded(app, session, actor, content))
    again = uploaded(app, session, actor, content)
    assert (again.state, again.to_create, again.to_change, again.unchanged) == (UploadState.CHECKED, 0, 0, 1)
    with pytest.raises(Refused, match="nothing_to_do"):
        applied(app, session, actor, again)


def test_what_was_downloaded_and_not_changed_changes_nothing(
    app: Flask, session: Session, actor: Actor
) -> None:
    draft_offer(session, actor=actor, complexities=(LOW, Complexity.MEDIUM))
    published_offer(session, actor=actor, title="=cmd|' /C calc'!A0")
    upload = uploaded(app, session, actor, downloaded(session, actor))
    assert problems(session, upload) == []
    assert (upload.to_create, upload.to_change, upload.unchanged) == (0, 0, 2)


def test_a_draft_changes_in_place_and_a_published_offer_gets_a_new_version(
    app: Flask, session: Session, actor: Actor
) -> None:
    draft = draft_offer(session, actor=actor, title="A draft")
    standing = published_offer(session, actor=actor, title="B published")
    draft_id, standing_id = draft.offer_id, standing.offer_id
    before = offers.content_of(standing)
    content = downloaded(session, actor)

    def change(book: object) -> None:
        for row in (2, 3):
            cell(book, "Offers", "Summary", row).value = "A changed summary."
            cell(book, "Levels", "Price of a place", row).value = 99
        cell(book, "Items", "Answer").value = "Met another way"
        cell(book, "Items", "How, or why not").value = "- by a partner"

    upload = uploaded(app, session, actor, edited(content, change))
    assert [outcome for _, outcome in outcomes(session, upload)] == [Outcome.CHANGED, Outcome.NEW_VERSION]
    changes = session.scalars(sa.select(BulkRow.changes).order_by(BulkRow.row_number)).first()
    assert ["summary", ""] in changes
    assert ["unit_price", "low"] in changes
    applied(app, session, actor, upload)
    changed = newest(session, draft_id)
    assert (changed.number, changed.state, changed.summary) == (1, OfferState.DRAFT, "A changed summary.")
    answers = offers.content_of(changed).levels[LOW].answers.values()
    assert [a.explanation for a in answers if a.response is ItemResponse.ANOTHER_WAY] == ["- by a partner"]
    following = newest(session, standing_id)
    assert (following.number, following.state) == (2, OfferState.DRAFT)
    assert offers.content_of(following).levels[LOW].unit_price == 99
    published = offers.standing_version(session, standing_id)
    assert published is not None
    assert offers.content_of(published) == before


def test_a_new_version_says_what_one_begun_on_the_pages_would(
    app: Flask, session: Session, actor: Actor
) -> None:
    first = published_offer(session, actor=actor, complexities=(LOW, Complexity.HIGH))
    second = published_offer(session, actor=actor, complexities=(LOW, Complexity.HIGH))
    first_id, second_id = first.offer_id, second.offer_id
    by_page = offer_services.start_new_version(session, actor=actor, now=NOW, offer=second.offer)
    by_page_values = {
        column.key: getattr(by_page, column.key) for column in sa.inspect(OfferVersion).column_attrs
    }
    content = edited(
        downloaded(session, actor),
        lambda book: setattr(cell(book, "Offers", "Summary"), "value", "Changed."),
    )
    applied(app, session, actor, uploaded(app, session, actor, content))
    by_file = newest(session, first_id)
    assert by_file.offer_id != second_id
    apart = {"id", "offer_id", "created_at", "summary"}
    assert {key: getattr(by_file, key) for key in by_page_values if key not in apart} == {
        key: value for key, value in by_page_values.items() if key not in apart
    }


def test_what_is_not_in_the_file_stays(app: Flask, session: Session, actor: Actor) -> None:
    version = draft_offer(session, actor=actor, complexities=(LOW, Complexity.MEDIUM))
    other = draft_offer(session, actor=actor, title="Another")
    before, other_before = offers.content_of(version), offers.content_of(other)
    version_id, other_id = version.id, other.id

    def change(book: object) -> None:
        for sheet in map(str, Sheet):
            book[sheet].delete_rows(3, 500)  # type: ignore[index]
        cell(book, "Levels", "Places a year").value = 7

    upload = uploaded(app, session, actor, edited(downloaded(session, actor), change))
    assert [outcome for _, outcome in outcomes(session, upload)] == [Outcome.CHANGED]
    applied(app, session, actor, upload)
    after = offers.content_of(session.get_one(OfferVersion, version_id))
    assert after.levels[LOW].places_a_year == 7
    assert after.levels[LOW].answers == before.levels[LOW].answers
    assert after.levels[Complexity.MEDIUM] == before.levels[Complexity.MEDIUM]
    assert offers.content_of(session.get_one(OfferVersion, other_id)) == other_before


def test_what_a_colleague_changed_after_the_download_is_not_overwritten(
    app: Flask, session: Session, actor: Actor
) -> None:
    version = draft_offer(session, actor=actor)
    content = edited(
        downloaded(session, actor),
        lambda book: setattr(cell(book, "Offers", "Summary"), "value", "From the file."),
    )
    version = session.get_one(OfferVersion, version.id)
    offer_services.save_title(session, actor=actor, version=version, title="By a colleague", summary="Theirs")
    upload = uploaded(app, session, actor, content)
    assert upload.state is UploadState.REFUSED
    assert problems(session, upload) == [("Offers", 2, "Offer", "changed_meanwhile")]
    assert session.get_one(OfferVersion, version.id).summary == "Theirs"


def test_what_a_colleague_changed_after_the_report_is_not_overwritten(
    app: Flask, session: Session, actor: Actor
) -> None:
    version = draft_offer(session, actor=actor)
    content = edited(
        downloaded(session, actor),
        lambda book: setattr(cell(book, "Offers", "Summary"), "value", "From the file."),
    )
    upload = uploaded(app, session, actor, content)
    assert upload.state is UploadState.CHECKED
    version = session.get_one(OfferVersion, version.id)
    offer_services.save_title(session, actor=actor, version=version, title="By a colleague", summary="Theirs")
    upload = applied(app, session, actor, upload)
    assert upload.state is UploadState.REFUSED
    assert problems(session, upload) == [("Offers", 2, "Offer", "changed_meanwhile")]
    assert session.get_one(OfferVersion, version.id).summary == "Theirs"


def test_a_file_without_fingerprints_changes_what_it_made_until_someone_else_does(
    app: Flask, session: Session, actor: Actor
) -> None:
    applied(app, session, actor, uploaded(app, session, actor, workbook(new_offer())))
    changed = workbook(new_offer(Summary="Said anew."))
    upload = applied(app, session, actor, uploaded(app, session, actor, changed))
    assert upload.state is UploadState.APPLIED
    version = session.scalars(sa.select(OfferVersion)).one()
    assert version.summary == "Said anew."
    offer_services.save_title(session, actor=actor, version=version, title="By a colleague", summary="Theirs")
    upload = uploaded(app, session, actor, workbook(new_offer(Summary="Said again.")))
    assert problems(session, upload) == [("Offers", 2, "Offer", "changed_meanwhile")]


def test_an_offer_by_its_identifier_needs_the_fingerprint(app: Flask, session: Session, actor: Actor) -> None:
    public_id = draft_offer(session, actor=actor).offer.public_id
    upload = uploaded(app, session, actor, workbook(new_offer(public_id)))
    assert problems(session, upload) == [("Offers", 2, "Fingerprint", "fingerprint_missing")]


def test_another_organisations_offer_is_unknown(app: Flask, session: Session, actor: Actor) -> None:
    foreign = draft_offer(session, actor=supplier_actor(session)).offer.public_id
    upload = uploaded(app, session, actor, workbook(new_offer(foreign)))
    assert problems(session, upload) == [("Offers", 2, "Offer", "unknown_offer")]


def test_a_submitted_offer_waits_and_a_withdrawn_one_is_gone(
    app: Flask, session: Session, actor: Actor
) -> None:
    waiting = draft_offer(session, actor=actor)
    gone = draft_offer(session, actor=actor)
    content = edited(
        downloaded(session, actor),
        lambda book: [setattr(cell(book, "Offers", "Summary", row), "value", "New.") for row in (2, 3)],
    )
    waiting, gone = session.get_one(OfferVersion, waiting.id), session.get_one(OfferVersion, gone.id)
    offer_services.submit_offer(session, actor=actor, now=NOW, version=waiting)
    offer_services.withdraw_offer(session, actor=actor, now=NOW, version=gone)
    upload = uploaded(app, session, actor, content)
    assert problems(session, upload) == [
        ("Offers", 2, "Offer", "waits_for_decision"),
        ("Offers", 3, "Offer", "offer_withdrawn"),
    ]


def test_only_what_is_complete_is_submitted_with_the_file(app: Flask, session: Session, actor: Actor) -> None:
    complete = draft_offer(session, actor=actor)
    incomplete = draft_offer(session, actor=actor, title="Another", places=())
    complete_id, incomplete_id = complete.id, incomplete.id
    content = edited(
        downloaded(session, actor),
        lambda book: [setattr(cell(book, "Offers", "Summary", row), "value", "New.") for row in (2, 3)],
    )
    upload = uploaded(app, session, actor, content)
    assert (upload.to_change, upload.complete) == (2, 1)
    upload = applied(app, session, actor, upload, submits=True)
    assert upload.submitted == 1
    submitted = session.get_one(OfferVersion, complete_id)
    assert submitted.state is OfferState.SUBMITTED
    assert submitted.submitted_at is not None
    assert session.get_one(OfferVersion, incomplete_id).state is OfferState.DRAFT
    manager = manager_actor(session)
    offer_services.publish_offer(session, actor=manager, now=NOW, version=submitted)
    assert submitted.state is OfferState.PUBLISHED


def test_applying_is_one_event_that_names_the_file(app: Flask, session: Session, actor: Actor) -> None:
    upload = applied(app, session, actor, uploaded(app, session, actor, workbook(new_offer())))
    events = session.scalars(
        sa.select(AuditEvent).where(AuditEvent.subject_type == "bulk_upload").order_by(AuditEvent.id)
    ).all()
    assert [event.tag for event in events] == ["offers:uploaded", "offers:applied"]
    assert events[1].details["digest"] == upload.document.digest
    assert events[1].details["created"] == 1


def test_work_that_breaks_off_fails_and_leaves_nothing(
    app: Flask, session: Session, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = uploaded(app, session, actor, workbook(new_offer()))

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the machine broke off")

    monkeypatch.setattr("catalogue.bulk.services.uploads._keep_references", broken)
    upload = applied(app, session, actor, upload)
    assert upload.state is UploadState.FAILED
    assert session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 0
    assert session.scalar(sa.select(sa.func.count()).select_from(OfferReference)) == 0


def test_two_files_of_one_organisation_make_an_offer_once(app: Flask, session: Session, actor: Actor) -> None:
    one = uploaded(app, session, actor, workbook(new_offer()))
    other = uploaded(app, session, actor, workbook(new_offer(Summary="Another.")))
    assert applied(app, session, actor, one).state is UploadState.APPLIED
    assert applied(app, session, actor, other).state is UploadState.REFUSED
    assert session.scalar(sa.select(sa.func.count()).select_from(Offer)) == 1


def test_the_rules_see_what_the_pages_see(app: Flask, session: Session, actor: Actor) -> None:
    version = draft_offer(session, actor=actor)
    around, _ = queries.surroundings(session, NOW.date(), supplier_id=actor.organisation_id or 0)
    facts, plain = offers.facts_for(session, version, on=NOW.date()), around.facts["accommodation"]
    for name in facts.__dataclass_fields__:
        if name != "content":
            assert getattr(facts, name) == getattr(plain, name), name
