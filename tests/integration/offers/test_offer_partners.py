"""Partners named on offers: the owner and the authority see them, the public never."""

import re
from dataclasses import replace

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.partners.services import change_partner
from core.accounts.types import OrganisationKind
from core.reasons import Refused
from tests.factories import NOW, make_organisation, make_person
from tests.factories_offers import draft_offer, manager_actor
from tests.factories_partners import PART, confirmed, make_supplier, name_one


def test_partners_are_copied_when_the_offer_is_handed_in(session: Session) -> None:
    _, _, owner = make_supplier(session)
    partner, _, acting = make_supplier(session, "Partner Charity")
    link = confirmed(session, owner, acting, partner)
    version = draft_offer(session, actor=owner)
    services.save_partners(session, actor=owner, version=version, links=[link.public_id])
    change_partner(session, actor=owner, now=NOW, link=link, part=replace(PART, words="Another part"))
    services.submit_offer(session, actor=owner, now=NOW, version=version)
    [row] = queries.partners_named(session, version.id)
    assert (row.part["words"], row.confirmed_at) == ("Another part", None), "as it stood on that day"
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=version)
    with pytest.raises(Refused):
        services.save_partners(session, actor=owner, version=version, links=[])
    later = services.start_new_version(session, actor=owner, now=NOW, offer=version.offer)
    assert [one.name for one in queries.partners_named(session, later.id)] == ["Partner Charity"]
    services.save_partners(session, actor=owner, version=later, links=[])
    assert len(queries.partners_named(session, version.id)) == 1, "what was published stays"


def test_only_ones_own_partners_are_named(session: Session) -> None:
    _, _, owner = make_supplier(session)
    _, _, other = make_supplier(session)
    version = draft_offer(session, actor=owner)
    with pytest.raises(Refused):
        services.save_partners(
            session, actor=owner, version=version, links=[name_one(session, other).public_id]
        )
    with pytest.raises(Refused):
        services.save_partners(session, actor=other, version=version, links=[])


def test_partners_never_reach_the_public(client: FlaskClient, session: Session) -> None:
    _, person, owner = make_supplier(session)
    link = name_one(session, owner, name="Hidden Helpers")
    version = draft_offer(session, actor=owner)
    offer = version.offer.public_id
    client.sign_in(person)
    assert "Optional" in client.get(f"/offers/{offer}").get_data(as_text=True)
    page = client.get(f"/offers/{offer}/partners").get_data(as_text=True)
    seen = re.search(r'name="seen"[^>]*value="([^"]+)"', page)[1]
    assert client.post(f"/offers/{offer}/partners", data={"links": "forged", "seen": seen}).status_code == 422
    typed = {"links": [link.public_id], "seen": seen}
    assert client.post(f"/offers/{offer}/partners", data=typed).location == f"/offers/{offer}"
    assert client.post(f"/offers/{offer}/partners", data={"seen": seen}).status_code == 422, "seen is old"
    assert "1 partner named" in client.get(f"/offers/{offer}").get_data(as_text=True)
    assert "Hidden Helpers" in client.get(f"/offers/{offer}/check").get_data(as_text=True)
    session.refresh(version)
    services.submit_offer(session, actor=owner, now=NOW, version=version)
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    manager = make_person(session, authority, "framework-manager")
    client.sign_in(manager)
    assert "Hidden Helpers" in client.get(f"/offer-reviews/{offer}/1").get_data(as_text=True)
    services.publish_offer(session, actor=manager_actor(session), now=NOW, version=version)
    visitor = client.application.test_client()
    public = [
        str(rule)
        for rule in client.application.url_map.iter_rules()
        if str(rule).startswith("/catalogue/<offer>") and "GET" in (rule.methods or ())
    ]
    assert public, "an offer has public pages"
    for rule in public:
        answer = visitor.get(re.sub(r"<offer>", offer, rule))
        assert b"Hidden Helpers" not in answer.data, rule
    assert b"Hidden Helpers" not in visitor.get("/catalogue").data
