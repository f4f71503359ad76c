"""What an offer says goes into the workbook and comes back the same, whatever it says."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal

import pytest
import sqlalchemy as sa
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import Phase as HypothesisPhase
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from catalogue.bulk import queries
from catalogue.bulk.exports.workbook import write_workbook
from catalogue.bulk.queries import WorkbookLists
from catalogue.bulk.rules.cells import LEFT_AS_IS
from catalogue.bulk.rules.columns import (
    BY_SHEET,
    CHOICE_WORDS,
    COLUMNS,
    PARTS,
    WITHOUT_COLUMN,
    Kind,
    content_columns,
)
from catalogue.bulk.rules.contents import enum_words, print_of, written_rows
from catalogue.bulk.rules.packing import packed, unpacked
from catalogue.bulk.rules.planning import Plan, Surroundings, plan
from catalogue.bulk.rules.reading import FileContent, read_file
from catalogue.bulk.services.writing import (
    CARRIED,
    LEVEL_CARRIED,
    insert_offers,
    insert_versions,
    update_versions,
)
from catalogue.bulk.types import HeldOffer, Outcome, Sheet, WorkbookContent, WorkbookLevel
from catalogue.offers.forms import rows
from catalogue.offers.forms import sections as forms
from catalogue.offers.forms.commercial import INDEXATION_WORDS
from catalogue.offers.forms.words import (
    EVIDENCE_WORDS,
    INTAKE_WORDS,
    MODE_WORDS,
    PHASE_WORDS,
    REMOTE_WORDS,
    RESPONSE_WORDS,
    UNIT_WORDS,
)
from catalogue.offers.models import OfferLevelCost, OfferVersion
from catalogue.offers.types import (
    CostKind,
    DeliveryMode,
    EvidenceKind,
    Indexation,
    Intake,
    ItemResponse,
    OutputUnit,
    RemoteDelivery,
)
from catalogue.reference import queries as reference
from catalogue.reference.types import Complexity, Phase
from core.db import db
from core.spreadsheet import guarded, unguarded
from core.web.forms import PoundsField, WholeNumberField, WordsField
from core.workbooks import open_workbook
from tests.factories import NOW, make_organisation
from tests.factories_offers import draft_offer, published_offer, supplier_actor
from tests.integration.bulk.contents import held_offers

SLOWLY = settings(
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def around(application: Flask) -> tuple[Surroundings, WorkbookLists]:
    with application.app_context():
        found = queries.surroundings(db.session, NOW.date(), supplier_id=0)
        db.session.rollback()
        return found


def rows_back(lists: WorkbookLists, offers: Iterable[HeldOffer]) -> FileContent:
    """Read the rows that offers would have in a workbook, without one: quick enough to search in."""
    rows = {sheet: [[column.heading for column in BY_SHEET[sheet]]] for sheet in Sheet}
    for offer in offers:
        items = {complexity: lists.items.get((offer.need_area, complexity), {}) for complexity in Complexity}
        for sheet, cells in written_rows(offer, items, lists.lists):
            rows[sheet].append(cells)
    return read_file(
        lambda name: iter(enumerate(rows[Sheet(name)], start=1)), [str(sheet) for sheet in Sheet], lists.lists
    )


def read_back(lists: WorkbookLists, offers: Iterable[HeldOffer]) -> FileContent:
    """Write offers into a workbook and read its rows."""
    with open_workbook(write_workbook(lists, offers)) as book:
        return read_file(book.rows, book.names, lists.lists)


@settings(SLOWLY, max_examples=6, phases=[HypothesisPhase.generate])
@given(data=st.data())
def test_a_workbook_that_nobody_changed_changes_nothing(
    around: tuple[Surroundings, WorkbookLists], data: st.DataObject
) -> None:
    facts, lists = around
    held = [data.draw(held_offers(facts, number)) for number in range(1, 4)]
    found = plan(read_back(lists, held), held, facts)
    assert found.problems == []
    assert [offer.outcome for offer in found.offers] == [Outcome.UNCHANGED] * 3


@settings(SLOWLY, max_examples=25)
@given(data=st.data())
def test_rows_make_the_same_offers_elsewhere(
    around: tuple[Surroundings, WorkbookLists], data: st.DataObject
) -> None:
    facts, lists = around
    held = [data.draw(held_offers(facts, number)) for number in range(1, 4)]
    named = [replace(one, reference=one.reference or f"new-{one.offer_id}") for one in held]
    read = rows_back(lists, named)
    kept = packed(read)
    found = plan(read, [], facts)
    assert plan(unpacked(kept), [], facts, keep=False).digest() == found.digest()
    assert found.problems == []
    assert [offer.outcome for offer in found.offers] == [Outcome.CREATED] * 3
    for offer, one in zip(found.offers, held, strict=True):
        assert offer.after is not None
        assert one.content is not None
        assert print_of(offer.after) == print_of(one.content)


@settings(SLOWLY, max_examples=15, phases=[HypothesisPhase.generate])
@given(data=st.data())
def test_what_is_written_to_the_database_is_what_is_read(
    session: Session, around: tuple[Surroundings, WorkbookLists], data: st.DataObject
) -> None:
    facts, _ = around
    first, second = data.draw(held_offers(facts)), data.draw(held_offers(facts))
    second = replace(second, content=within(second.content, first.need_area, facts))
    with session.begin_nested() as savepoint:
        supplier = make_organisation(session)
        needs = {need.code: need.id for need in reference.need_areas(session)}
        ((offer_id, _),) = insert_offers(
            session, supplier_id=supplier.id, needs=[needs[first.need_area]], now=NOW
        )
        assert first.content is not None
        keys = insert_versions(session, versions=[(offer_id, 1, first.content)], now=NOW)
        version = session.get_one(OfferVersion, keys[offer_id], populate_existing=True)
        assert print_of(queries.workbook_content(version, frozenset())) == print_of(first.content)
        merged = replace(second.content, levels={**first.content.levels, **second.content.levels})
        update_versions(session, {version.id: merged})
        session.expire_all()
        assert print_of(queries.workbook_content(version, frozenset())) == print_of(merged)
        assert version.row_version == 2
        savepoint.rollback()


def within(content: WorkbookContent | None, need: str, facts: Surroundings) -> WorkbookContent:
    """A content without what belongs to another need area."""
    assert content is not None
    specification = facts.facts[need].specification
    levels = {
        complexity: replace(
            level,
            outcomes={
                code: target for code, target in level.outcomes.items() if code in facts.outcomes[need]
            },
            answers={
                code: answer
                for code, answer in level.answers.items()
                if code in specification[complexity].items
            },
        )
        for complexity, level in content.levels.items()
    }
    return replace(content, levels=levels)


def test_every_field_of_the_content_has_a_column() -> None:
    """Add new fields to `COLUMNS` (or `PARTS`), or say in `WITHOUT_COLUMN` why they have none."""
    for sheet, content in ((Sheet.OFFERS, WorkbookContent), (Sheet.LEVELS, WorkbookLevel)):
        held = {column.field for column in content_columns(sheet)}
        parts = {part.field for part in PARTS if part.above is sheet}
        without = {one.name for one in fields(content)} - held - parts - set(WITHOUT_COLUMN)
        assert without == set(), f"{content.__name__} has fields without a column"
        assert held <= {one.name for one in fields(content)}


def test_every_field_of_an_entry_has_a_column() -> None:
    for part in PARTS:
        held = {column.field for column in content_columns(part.sheet)}
        said = {one.name for one in fields(part.nothing)} if is_dataclass(part.nothing) else {"words"}
        assert held == said, part.sheet


def test_a_new_version_carries_what_no_workbook_holds(app: Flask, session: Session) -> None:
    """What has no column is taken over as on the page; costs have columns, and come through these."""
    first = published_offer(session)
    level = first.levels[0]
    session.add(OfferLevelCost(level_id=level.id, kind=CostKind.STAFF, amount=Decimal(700)))
    session.flush()
    content = replace(queries.workbook_content(first, frozenset()), summary="Changed.")
    keys = insert_versions(
        session, versions=[(first.offer_id, 2, content)], now=NOW, after={first.offer_id: first.id}
    )
    second = session.get_one(OfferVersion, keys[first.offer_id])
    cost = sa.select(OfferLevelCost.amount).where(OfferLevelCost.level_id == second.levels[0].id)
    assert session.scalars(cost).all() == [700]
    for name in CARRIED:
        assert getattr(second, name) == getattr(first, name), name
    for name in LEVEL_CARRIED:
        assert getattr(second.levels[0], name) == getattr(level, name), name


def test_the_limits_are_those_of_the_pages(app: Flask) -> None:
    with app.test_request_context():
        pages = {(Sheet.LEVELS, field.name): field for field in rows.outcomes_form((), 0)()}
        for form in forms.SectionForm.__subclasses__():
            if not any("-" in field.name for field in form()):
                pages |= {(Sheet.OFFERS, field.name): field for field in form()}
        pages |= {(Sheet.OFFERS, field.name): field for field in rows.customisation_form((), ())()}
    compared = 0
    for column in COLUMNS:
        field = pages.get((column.sheet, column.field))
        if isinstance(field, WordsField):
            assert column.words == field.word_limit, column
            compared += 1
        elif isinstance(field, WholeNumberField):
            assert (column.least, column.most) == (field.least, field.most), column
            compared += 1
        elif isinstance(field, PoundsField):
            assert column.kind is Kind.POUNDS
    assert compared > 8
    explanation = next(column for column in COLUMNS if column.field == "explanation")
    assert explanation.words == rows.EXPLANATION_WORDS


def test_choices_are_called_as_on_the_pages() -> None:
    for words, kind in (
        (MODE_WORDS, DeliveryMode),
        (RESPONSE_WORDS, ItemResponse),
        (REMOTE_WORDS, RemoteDelivery),
        (INTAKE_WORDS, Intake),
        (INDEXATION_WORDS, Indexation),
        (EVIDENCE_WORDS, EvidenceKind),
        (PHASE_WORDS, Phase),
        (UNIT_WORDS, OutputUnit),
    ):
        ours = CHOICE_WORDS.get(kind, {})
        written = {one: ours.get(one, enum_words(one)).casefold() for one in kind}
        assert written == {one: word.casefold() for one, word in words.items()}


@given(st.text())
def test_a_guard_comes_off_as_it_went_on(text: str) -> None:
    assert unguarded(guarded(text)) == text
    assert not guarded(text).startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_text_too_long_for_a_cell_stays_as_it_is(app: Flask, session: Session) -> None:
    actor = supplier_actor(session)
    version = draft_offer(session, actor=actor)
    version.summary = "x" * 40_000
    session.flush()
    around, lists = queries.surroundings(session, NOW.date(), supplier_id=actor.organisation_id or 0)
    held = list(queries.held_offers(session, supplier_id=actor.organisation_id or 0))
    read = read_back(lists, held)
    found: Plan = plan(read, held, around)
    assert [offer.outcome for offer in found.offers] == [Outcome.UNCHANGED]
    assert LEFT_AS_IS.startswith("(")
