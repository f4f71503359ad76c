"""An offer from draft to publication and after, through the services, on the run's database."""

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferListing, OfferVersion
from catalogue.offers.rules.content import fingerprint, section_keys
from catalogue.offers.types import (
    DeliveryMode,
    ItemAnswer,
    ItemResponse,
    OfferState,
    OutcomeTarget,
    Section,
    SectionKey,
)
from catalogue.reference.types import Complexity
from core.audit.models import AuditEvent
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from tests.factories import NOW, make_organisation, make_person
from tests.factories_offers import (
    actor_with,
    draft_offer,
    manager_actor,
    published_offer,
    supplier_actor,
)


def codes(refusal: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refusal.value.reasons]


def tags(session: Session) -> list[str]:
    query = sa.select(AuditEvent.tag).where(AuditEvent.tag.startswith("offer:")).order_by(AuditEvent.id)
    return list(session.scalars(query))


def test_from_draft_to_a_second_version_that_supersedes_the_first(session: Session) -> None:
    organisation = make_organisation(session)
    make_person(session, organisation, "supplier-administrator")
    supplier, manager = supplier_actor(session, organisation), manager_actor(session)
    first = draft_offer(session, actor=supplier)
    services.submit_offer(session, actor=supplier, now=NOW, version=first)
    services.return_offer(session, actor=manager, now=NOW, version=first, reasons="Say where.")
    assert (first.state, first.return_reasons) == (OfferState.RETURNED, "Say where.")
    services.save_title(session, actor=supplier, version=first, title="Clearer", summary="Clear.")
    services.submit_offer(session, actor=supplier, now=NOW, version=first)
    services.publish_offer(session, actor=manager, now=NOW, version=first)
    assert session.scalars(sa.select(OfferListing.version_id)).all() == [first.id]

    second = services.start_new_version(session, actor=supplier, now=NOW, offer=first.offer)
    assert queries.content_of(second) == queries.content_of(first)
    assert (second.number, second.state, first.state) == (2, OfferState.DRAFT, OfferState.PUBLISHED)
    services.save_title(session, actor=supplier, version=second, title="Second", summary="Clear.")
    services.submit_offer(session, actor=supplier, now=NOW, version=second)
    services.publish_offer(session, actor=manager, now=NOW, version=second)
    session.flush()
    assert (first.state, second.state) == (OfferState.SUPERSEDED, OfferState.PUBLISHED)
    assert first.title == "Clearer"
    assert session.execute(sa.select(OfferListing.version_id, OfferListing.title)).all() == [
        (second.id, "Second")
    ]
    assert tags(session) == [
        "offer:created",
        "offer:submitted",
        "offer:returned",
        "offer:submitted",
        "offer:published",
        "offer:version-started",
        "offer:submitted",
        "offer:published",
    ]
    assert session.scalar(sa.select(sa.func.count()).select_from(OutboxMessage)) == 3


def test_what_is_incomplete_is_not_submitted_and_says_why(session: Session) -> None:
    supplier = supplier_actor(session)
    version = draft_offer(session, actor=supplier)
    services.save_title(session, actor=supplier, version=version, title="", summary="Something.")
    services.save_price(
        session,
        actor=supplier,
        version=version,
        complexity=Complexity.LOW,
        unit_price=None,
        places_a_year=10,
    )
    with pytest.raises(Refused) as refusal:
        services.submit_offer(session, actor=supplier, now=NOW, version=version)
    assert codes(refusal) == ["title_missing", "price_missing"]
    assert version.state is OfferState.DRAFT


@pytest.mark.parametrize("state", ["submitted", "published", "suspended", "superseded", "withdrawn"])
def test_only_a_draft_or_returned_version_is_edited(session: Session, state: str) -> None:
    supplier, manager = supplier_actor(session), manager_actor(session)
    version = draft_offer(session, actor=supplier)
    services.submit_offer(session, actor=supplier, now=NOW, version=version)
    if state != "submitted":
        services.publish_offer(session, actor=manager, now=NOW, version=version)
    if state == "suspended":
        services.suspend_offer(session, actor=manager, now=NOW, version=version, reason="A complaint.")
    if state == "withdrawn":
        services.withdraw_offer(session, actor=supplier, now=NOW, version=version)
    if state == "superseded":
        newer = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
        services.submit_offer(session, actor=supplier, now=NOW, version=newer)
        services.publish_offer(session, actor=manager, now=NOW, version=newer)
    assert version.state == state
    before = queries.content_of(version)
    deeds = [
        lambda: services.save_title(session, actor=supplier, version=version, title="x", summary="x"),
        lambda: services.save_places(session, actor=supplier, version=version, places=["region:A"]),
        lambda: services.save_complexities(session, actor=supplier, version=version, complexities=[]),
        lambda: services.save_price(
            session,
            actor=supplier,
            version=version,
            complexity=Complexity.LOW,
            unit_price=None,
            places_a_year=1,
        ),
    ]
    for deed in deeds:
        with pytest.raises(Refused) as refusal:
            deed()
        assert codes(refusal) == ["not_editable"]
    session.flush()
    session.expire_all()
    assert queries.content_of(version) == before


def test_suspended_and_withdrawn_offers_leave_the_catalogue_and_a_reinstated_one_returns(
    session: Session,
) -> None:
    supplier, manager = supplier_actor(session), manager_actor(session)
    version = published_offer(session, actor=supplier)
    listed = sa.select(OfferListing.offer_id)
    services.suspend_offer(session, actor=manager, now=NOW, version=version, reason="A complaint.")
    assert session.scalars(listed).all() == []
    services.reinstate_offer(session, actor=manager, now=NOW, version=version)
    assert session.scalars(listed).all() == [version.offer_id]
    services.withdraw_offer(session, actor=supplier, now=NOW, version=version)
    assert session.scalars(listed).all() == []
    with pytest.raises(Refused) as refusal:
        services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    assert codes(refusal) == ["nothing_standing"]


def test_another_suppliers_actor_changes_nothing(session: Session) -> None:
    version = draft_offer(session, actor=supplier_actor(session))
    stranger = supplier_actor(session)
    for deed in (
        lambda: services.save_title(session, actor=stranger, version=version, title="x", summary="x"),
        lambda: services.submit_offer(session, actor=stranger, now=NOW, version=version),
        lambda: services.withdraw_offer(session, actor=stranger, now=NOW, version=version),
        lambda: services.start_new_version(session, actor=stranger, now=NOW, offer=version.offer),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert codes(refusal) == ["not_yours"]


def test_two_colleagues_in_different_sections_do_not_meet_and_in_the_same_one_the_second_is_told(
    session: Session,
) -> None:
    supplier = supplier_actor(session)
    version = draft_offer(session, actor=supplier)
    content = queries.content_of(version)
    seen = {key: fingerprint(content, key) for key in section_keys(content)}
    title, delivery = SectionKey(Section.TITLE), SectionKey(Section.DELIVERY)
    services.save_title(
        session, actor=supplier, version=version, title="First", summary="s", seen=seen[title]
    )
    services.save_facts(
        session,
        actor=supplier,
        version=version,
        section=Section.DELIVERY,
        facts={"mode": DeliveryMode.BOTH},
        seen=seen[delivery],
    )
    with pytest.raises(Refused) as refusal:
        services.save_title(
            session, actor=supplier, version=version, title="Second", summary="s", seen=seen[title]
        )
    assert codes(refusal) == ["changed_meanwhile"]
    assert (version.title, version.mode) == ("First", DeliveryMode.BOTH)


def test_answers_that_changed_since_they_were_checked_are_not_submitted(session: Session) -> None:
    supplier = supplier_actor(session)
    version = draft_offer(session, actor=supplier)
    checked = version.row_version
    services.save_cohorts(session, actor=supplier, version=version, cohorts=["veterans"])
    session.flush()
    with pytest.raises(Refused) as refusal:
        services.submit_offer(session, actor=supplier, now=NOW, version=version, row_version=checked)
    assert codes(refusal) == ["changed_meanwhile"]


def test_unknown_codes_are_refused_and_change_nothing(session: Session) -> None:
    supplier = supplier_actor(session)
    version = draft_offer(session, actor=supplier)
    common = {"session": session, "actor": supplier, "version": version}
    for deed, code in (
        (lambda: services.save_places(**common, places=["region:A", "pfa:atlantis"]), "unknown_code"),
        (lambda: services.save_cohorts(**common, cohorts=["pirates"]), "unknown_code"),
        (lambda: services.save_stages(**common, stages=["x"], sentence_types=[]), "unknown_code"),
        (
            lambda: services.save_items(
                **common, complexity=Complexity.LOW, answers={"XXX": ItemAnswer(ItemResponse.MET)}
            ),
            "unknown_item",
        ),
        (
            lambda: services.save_outcomes(
                **common,
                complexity=Complexity.LOW,
                output_rows=[],
                outcomes={"FIN-O1": OutcomeTarget()},
            ),
            "unknown_code",
        ),
        (
            lambda: services.save_price(
                **common, complexity=Complexity.HIGH, unit_price=None, places_a_year=None
            ),
            "complexity_not_offered",
        ),
    ):
        with pytest.raises(Refused) as refusal:
            deed()
        assert codes(refusal) == [code]


def test_high_complexity_of_attitudes_cannot_be_offered(session: Session) -> None:
    supplier = supplier_actor(session)
    version = draft_offer(session, actor=supplier, need_area="attitudes")
    with pytest.raises(Refused) as refusal:
        services.save_complexities(
            session, actor=supplier, version=version, complexities=[Complexity.LOW, Complexity.HIGH]
        )
    assert codes(refusal) == ["complexity_not_available"]
    assert "accredited programme" in refusal.value.reasons[0].params["why"]


def test_an_offer_where_no_items_are_published_needs_none(session: Session) -> None:
    version = published_offer(session, need_area="lifestyle", complexities=[Complexity.MEDIUM])
    assert version.state is OfferState.PUBLISHED
    assert version.levels[0].items == []


def test_a_complexity_that_goes_takes_its_answers_and_a_chosen_region_swallows_its_parts(
    session: Session,
) -> None:
    supplier = supplier_actor(session)
    version = draft_offer(session, actor=supplier, complexities=[Complexity.LOW, Complexity.MEDIUM])
    services.save_complexities(session, actor=supplier, version=version, complexities=[Complexity.MEDIUM])
    services.save_places(
        session, actor=supplier, version=version, places=["region:A", "pfa:cleveland", "pfa:kent"]
    )
    session.flush()
    session.expire_all()
    assert [level.complexity for level in version.levels] == [Complexity.MEDIUM]
    assert sorted(place.code for place in version.places) == ["pfa:kent", "region:A"]


def test_saving_a_section_costs_the_same_however_many_items_there_are(session: Session) -> None:
    supplier = supplier_actor(session)
    need = draft_offer(session, actor=supplier).offer.need_area
    version = services.start_offer(session, actor=supplier, now=NOW, need_area=need)
    services.save_complexities(session, actor=supplier, version=version, complexities=[Complexity.HIGH])
    session.flush()
    items = queries.level_items(session, need.id, Complexity.HIGH)
    counts = []
    for chosen in (list(items)[:2], list(items)[2:]):
        statements: list[str] = []
        connection = session.connection()

        def listen(conn, cursor, statement, parameters, context, executemany, into=statements):  # type: ignore[no-untyped-def]
            into.append(statement)

        sa.event.listen(connection, "before_cursor_execute", listen)
        services.save_items(
            session,
            actor=supplier,
            version=version,
            complexity=Complexity.HIGH,
            answers=dict.fromkeys(chosen, ItemAnswer(ItemResponse.MET)),
        )
        session.flush()
        sa.event.remove(connection, "before_cursor_execute", listen)
        counts.append(len(statements))
    assert len(items) > 10
    assert counts[1] <= counts[0] + 1


def test_a_viewer_of_the_supplier_is_told_of_a_return(session: Session) -> None:
    organisation = make_organisation(session)
    viewer = make_person(session, organisation, "supplier-viewer")
    supplier = actor_with(organisation, "supplier-administrator")
    version = draft_offer(session, actor=supplier)
    services.submit_offer(session, actor=supplier, now=NOW, version=version)
    services.return_offer(
        session, actor=manager_actor(session), now=NOW, version=version, reasons="Name the towns."
    )
    message = session.scalars(sa.select(OutboxMessage)).one()
    assert message.to_address == viewer.email
    assert "Name the towns." in message.body


def test_the_database_lets_one_version_stand_and_one_be_open(session: Session) -> None:
    version = published_offer(session)
    services.start_new_version(
        session, actor=actor_with(version.offer.supplier, "supplier-editor"), now=NOW, offer=version.offer
    )
    session.flush()
    states = session.scalars(
        sa.select(OfferVersion.state)
        .where(OfferVersion.offer_id == version.offer_id)
        .order_by(OfferVersion.number)
    ).all()
    assert states == [OfferState.PUBLISHED, OfferState.DRAFT]
