"""A new version shows what it changes: to its supplier before submitting, and to the reviewer."""

from decimal import Decimal

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import services
from catalogue.offers.types import Section
from catalogue.reference.types import Complexity
from core.accounts.types import OrganisationKind
from tests.factories import NOW, make_organisation, make_person
from tests.factories_offers import manager_actor, published_offer, sign_in_as, supplier_actor
from tests.integration.offers.pages import text_of


def test_supplier_and_reviewer_read_the_same_changes(session: Session, client: FlaskClient) -> None:
    organisation = make_organisation(session)
    supplier = supplier_actor(session, organisation)
    version = published_offer(session, actor=supplier)
    newer = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    change = {"session": session, "actor": supplier, "version": newer}
    before = "We visit twelve weeks before release and meet everybody twice in the prison."
    services.save_facts(**change, section=Section.PRE_RELEASE, facts={"pre_release_support": before})
    services.submit_offer(session, actor=supplier, now=NOW, version=newer)
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=newer)
    third = services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    change["version"] = third
    services.save_facts(
        **change,
        section=Section.PRE_RELEASE,
        facts={"pre_release_support": before.replace("twelve", "sixteen")},
    )
    services.save_places(**change, places=["pfa:kent", "pfa:surrey"])
    services.save_price(**change, complexity=Complexity.LOW, unit_price=Decimal("1500"), places_a_year=60)
    session.flush()
    session.expire_all()
    client.sign_in(make_person(session, organisation, "supplier-administrator"))
    check = client.get(f"/offers/{version.offer.public_id}/check")
    words = text_of(check)
    assert "What changes" in words
    assert "3 changes in 3 parts of the offer" in words
    assert "taken out: twelve (end)put in: sixteen (end)" in words
    assert "Before£1,234.50" in words
    assert "Put inSurrey" in words
    assert "Kent" not in words[words.index("What changes") : words.index("The whole offer")]
    services.submit_offer(session, actor=supplier, now=NOW, version=third)
    session.commit()
    sign_in_as(session, client, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")
    review = text_of(client.get(f"/offer-reviews/{version.offer.public_id}/3"))
    assert "3 changes in 3 parts of the offer" in review
    assert "taken out: twelve (end)put in: sixteen (end)" in review


def test_a_copy_changes_nothing(session: Session, client: FlaskClient) -> None:
    organisation = make_organisation(session)
    supplier = supplier_actor(session, organisation)
    version = published_offer(session, actor=supplier)
    services.start_new_version(session, actor=supplier, now=NOW, offer=version.offer)
    session.commit()
    client.sign_in(make_person(session, organisation, "supplier-administrator"))
    assert "Nothing differs." in text_of(client.get(f"/offers/{version.offer.public_id}/check"))
