"""What is written of an offer is what is read of it: content to rows and back, copies, and the facets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferListing, OfferVersion
from catalogue.offers.rules.finding import has_bit
from catalogue.offers.types import (
    FACETS,
    CatalogueFilter,
    CatalogueSort,
    DeliveryMode,
    Evidence,
    EvidenceKind,
    Indexation,
    Intake,
    ItemAnswer,
    ItemResponse,
    LevelContent,
    Method,
    OfferContent,
    OutcomeTarget,
    Output,
    OutputUnit,
    PriceBand,
    RemoteDelivery,
)
from catalogue.reference import queries as reference
from catalogue.reference.rules.reading import read_reference
from catalogue.reference.rules.specification import effective_items
from catalogue.reference.types import Complexity, Phase
from core.reasons import Refused
from tests.factories import NOW
from tests.factories_offers import draft_offer, published_offer, supplier_actor

DATA = read_reference()
SPECIFICATION = DATA.specification
OUTCOMES = [outcome.code for outcome in DATA.outcomes if outcome.need_area == "accommodation"]

texts = st.sampled_from(["", "Words.", "Several\nlines of them."])
answers = st.none() | st.booleans()
numbers = st.none() | st.integers(1, 90)


def codes(rows: Any) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from([row.code for row in rows]), max_size=3)


def level_at(complexity: Complexity) -> st.SearchStrategy[LevelContent]:
    items = [one.item.code for one in effective_items(SPECIFICATION, "accommodation", complexity)]
    said = st.builds(ItemAnswer, st.sampled_from(ItemResponse), texts)
    pounds = st.decimals(1, 900, places=2)
    return st.builds(
        LevelContent,
        methods=st.dictionaries(
            st.sampled_from(Phase), st.builds(Method, st.just("How."), numbers, numbers, numbers)
        ),
        output_rows=st.lists(
            st.builds(Output, st.just("Visits"), numbers, st.sampled_from([None, *OutputUnit]), numbers),
            max_size=3,
        ).map(tuple),
        outputs=texts,
        outcomes=st.dictionaries(
            st.sampled_from(OUTCOMES), st.builds(OutcomeTarget, texts, st.none() | st.integers(0, 100))
        ),
        outcomes_text=texts,
        customisation=texts,
        unit_price=st.none() | pounds,
        bands=st.dictionaries(st.integers(2, 90), pounds, max_size=2).map(
            lambda found: tuple(PriceBand(*band) for band in sorted(found.items()))
        ),
        places_a_year=numbers,
        answers=st.dictionaries(st.sampled_from(items), said, max_size=3),
    )


evidence = st.one_of(
    st.builds(
        Evidence,
        kind=st.just(EvidenceKind.QUALITY_MARK),
        mark=st.sampled_from([mark.code for mark in DATA.quality_marks]),
        title=texts,
        expires_on=st.none() | st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    ),
    st.builds(
        Evidence,
        kind=st.sampled_from([EvidenceKind.STUDY, EvidenceKind.OTHER]),
        title=texts,
        year=st.none() | st.integers(1990, 2026),
        reference=texts,
        shows=texts,
    ),
)


@st.composite
def contents(draw: st.DrawFn) -> OfferContent:
    """Any content of an offer for accommodation that could be kept."""
    cohorts = draw(codes(DATA.cohorts))
    groups = draw(st.booleans())
    sizes = sorted(draw(st.tuples(*[st.integers(2, 40)] * 3)))
    levels: Mapping[Complexity, LevelContent] = {
        complexity: draw(level_at(complexity)) for complexity in Complexity if draw(st.booleans())
    }
    named = {
        name: draw(texts)
        for name, default in ((name, getattr(OfferContent(), name)) for name in OfferContent.__slots__)
        if default == "" and isinstance(default, str)
    }
    return OfferContent(
        **named,
        levels=levels,
        places=frozenset(draw(st.sets(st.sampled_from(["region:A", "pfa:kent", "pdu:surrey"])))),
        cohorts=cohorts,
        cohort_customisation={code: "How." for code in cohorts if draw(st.booleans())},
        women_only=draw(st.booleans()),
        stages=draw(codes(DATA.stages)),
        sentence_types=draw(codes(DATA.sentence_types)),
        mode=DeliveryMode.GROUP if groups else draw(st.sampled_from([None, DeliveryMode.ONE_TO_ONE])),
        group_minimum=sizes[0] if groups else None,
        group_optimum=sizes[1] if groups else None,
        group_maximum=sizes[2] if groups else None,
        group_sessions=draw(numbers) if groups else None,
        intake=draw(st.sampled_from([None, *Intake])) if groups else None,
        individual_sessions=draw(numbers),
        session_minutes=draw(numbers),
        sessions_a_week=draw(numbers),
        remote=draw(st.sampled_from([None, *RemoteDelivery])),
        weeks_before_release=draw(numbers),
        reaches_in=draw(answers),
        reach_in_visits=draw(numbers),
        meets_at_gate=draw(answers),
        counts_as_rar=draw(answers),
        rar_days=draw(numbers),
        languages=draw(codes(DATA.languages)),
        interpreters=draw(st.booleans()),
        volunteers=draw(answers),
        mentoring=draw(answers),
        volunteer_number=draw(numbers),
        evidence=tuple(draw(st.lists(evidence, max_size=3))),
        places_together=draw(numbers),
        indexation=Indexation.FIXED,
        indexation_percent=Decimal("2.5"),
        indexation_from=date(2028, 4, 1),
    )


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, *HealthCheck]
)
@given(contents(), contents())
def test_what_is_written_is_what_is_read(session: Session, first: OfferContent, second: OfferContent) -> None:
    actor = supplier_actor(session)
    need = reference.need_area(session, "accommodation")
    assert need is not None
    version = services.start_offer(session, actor=actor, now=NOW, need_area=need)
    for content in (first, second):
        services.write_content(session, actor=actor, version=version, content=content)
        session.flush()
        session.expire_all()
        assert queries.content_of(version) == content


def test_an_offer_begun_like_another_takes_what_its_need_area_has(session: Session) -> None:
    actor = supplier_actor(session)
    first = published_offer(session, actor=actor, complexities=[Complexity.MEDIUM, Complexity.HIGH])
    need = reference.need_area(session, "attitudes")
    assert need is not None
    second = services.start_like(session, actor=actor, now=NOW, earlier=first, need_area=need)
    session.flush()
    session.expire_all()
    before, after = queries.content_of(first), queries.content_of(second)
    # High complexity of attitudes is an accredited programme's.
    assert list(after.levels) == [Complexity.MEDIUM]
    level, model = after.levels[Complexity.MEDIUM], before.levels[Complexity.MEDIUM]
    known = set(queries.level_items(session, need.id, Complexity.MEDIUM))
    assert set(level.answers) == set(model.answers) & known
    assert level.answers
    assert (level.unit_price, level.places_a_year, level.outcomes) == (None, None, {})
    assert (level.methods, level.output_rows) == (model.methods, model.output_rows)
    assert replace(after, levels={}) == replace(before, levels={})
    assert second.offer_id != first.offer_id
    with pytest.raises(Refused):
        services.start_like(session, actor=supplier_actor(session), now=NOW, earlier=first, need_area=need)


def test_within_a_need_area_prices_come_along_and_places_do_not(session: Session) -> None:
    actor = supplier_actor(session)
    first = published_offer(session, actor=actor, complexities=[Complexity.LOW, Complexity.MEDIUM])
    second = services.start_like(
        session,
        actor=actor,
        now=NOW,
        earlier=first,
        need_area=first.offer.need_area,
        places={Complexity.LOW: 7},
    )
    session.flush()
    session.expire_all()
    before, after = queries.content_of(first).levels, queries.content_of(second).levels
    assert before[Complexity.LOW].unit_price is not None
    assert [after[one].unit_price for one in before] == [level.unit_price for level in before.values()]
    assert after[Complexity.LOW].places_a_year == 7
    assert after[Complexity.MEDIUM].places_a_year is None


def test_a_complexity_begins_like_another(session: Session) -> None:
    actor = supplier_actor(session)
    version = draft_offer(session, actor=actor)
    services.save_complexities(
        session,
        actor=actor,
        version=version,
        complexities=[Complexity.LOW, Complexity.MEDIUM],
        like=Complexity.LOW,
    )
    session.expire_all()
    low, medium = queries.content_of(version).levels.values()
    assert (medium.methods, medium.outcomes, medium.output_rows) == (
        low.methods,
        low.outcomes,
        low.output_rows,
    )
    assert medium.unit_price is None
    assert set(medium.answers) <= set(
        queries.level_items(session, version.offer.need_area_id, Complexity.MEDIUM)
    )


def facet_offer(session: Session, title: str, **facts: Any) -> OfferVersion:
    """A published offer with these facts."""
    actor = supplier_actor(session)
    version = draft_offer(session, actor=actor, title=title)
    content = replace(queries.content_of(version), **facts)
    services.write_content(session, actor=actor, version=version, content=content)
    services.submit_offer(session, actor=actor, now=NOW, version=version)
    services.publish_offer(session, actor=actor, now=NOW, version=version)
    return version


MARK = Evidence(
    EvidenceKind.QUALITY_MARK,
    mark="matrix",
    title="matrix Standard",
    expires_on=date(2026, 12, 31),
    shows="Sound advice.",
)
GROUPS = {
    "mode": DeliveryMode.BOTH,
    "group_minimum": 4,
    "group_optimum": 8,
    "group_maximum": 12,
    "group_sessions": 8,
    "intake": Intake.FIXED,
}


def test_offers_are_found_by_how_they_are_given_and_counted_alike(session: Session) -> None:
    facet_offer(session, "Plain")
    facet_offer(session, "Groups", **GROUPS)
    facet_offer(session, "Far", remote=RemoteDelivery.ONLY, languages=frozenset({"pl", "cy"}))
    facet_offer(
        session, "Marked", evidence=(MARK,), mentoring=True, volunteer_number=3, volunteer_support="x"
    )
    choices = queries.catalogue_choices(session)

    def titles(**facets: tuple[str, ...]) -> list[str]:
        found = queries.find_offers(
            session, CatalogueFilter(facets=facets), choices, sort=CatalogueSort.TITLE
        )
        return [row.title for row in found.rows]

    assert titles(mode=("group",)) == ["Groups"]
    assert titles(mode=("one_to_one",)) == ["Far", "Groups", "Marked", "Plain"]
    assert titles(remote=("only",)) == ["Far"]
    assert titles(language=("pl", "ur")) == ["Far"]
    assert titles(mark=("matrix",)) == ["Marked"]
    assert titles(feature=("mentoring",)) == ["Marked"]
    assert titles(mark=("matrix",), mode=("group",)) == []
    assert titles(mark=("nobel",)) == []
    for asked in ({}, {"mode": ("one_to_one",)}, {"remote": ("only",)}):
        counts = queries.catalogue_counts(session, CatalogueFilter(facets=asked), choices)
        for kind in FACETS:
            for choice in choices.facets[kind]:
                found = titles(**{**asked, kind: (choice.code,)})
                assert counts.of(kind, choice.position) == len(found), (asked, kind, choice.code)


def test_a_mark_that_expires_is_no_longer_found_by_from_the_day_after(session: Session) -> None:
    version = facet_offer(session, "Marked", evidence=(MARK,))
    listing = session.get_one(OfferListing, version.offer_id)
    position = session.scalar(sa.text("SELECT position FROM quality_mark WHERE code = 'matrix'"))
    assert has_bit(listing.mark_mask, position)
    assert services.forget_expired_marks(session, on=date(2026, 12, 31)) == 0
    assert services.forget_expired_marks(session, on=date(2027, 1, 1)) == 1
    session.refresh(listing)
    assert not has_bit(listing.mark_mask, position)
    assert services.forget_expired_marks(session, on=date(2027, 1, 2)) == 0
