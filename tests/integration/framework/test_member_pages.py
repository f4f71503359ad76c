"""The pages of members."""

from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from procurement.framework import queries
from procurement.framework.types import MemberState
from tests.factories_framework import (
    Market,
    make_member,
    standing,
)
from tests.integration.framework.pages import text_of


def test_a_member_is_suspended_and_removed_on_its_page(
    client: FlaskClient, session: Session, market: Market
) -> None:
    make_member(session, market)
    client.sign_in(market.manager)
    address = f"/manage/frameworks/{market.framework.public_id}/members"
    page = f"{address}/{market.supplier.public_id}"
    assert client.get(page).status_code == 200
    key = str(
        queries.memberships_in(session, framework_id=market.framework.id, supplier_id=market.supplier.id)[
            0
        ].id
    )
    suspension, removal = f"{page}/suspension", f"{page}/removal"
    assert client.get(suspension).status_code == 200
    refused = client.post(suspension, data={"deed": "suspend", "reason": "No."})
    assert refused.status_code == 422
    assert "Choose at least one membership" in text_of(refused)
    assert client.post(suspension, data={"deed": "vanish", "reason": "No.", "chosen": key}).status_code == 422
    data = {"chosen": key, "reason": "Insurance lapsed."}
    assert client.post(suspension, data={**data, "deed": "suspend"}).status_code == 302
    assert "Insurance lapsed." in text_of(client.get(page))
    twice = client.post(suspension, data={**data, "deed": "suspend"})
    assert twice.status_code == 422
    assert client.get(removal).status_code == 200
    too_soon = client.post(f"{page}/remove", follow_redirects=True)
    assert "Choose at least one membership" in text_of(too_soon)
    assert client.post(removal, data=data).status_code == 422
    told = {**data, "reason": "On the list since May.", "basis": "debarred"}
    assert client.post(removal, data=told).status_code == 302
    assert "It must be removed" in text_of(client.get(removal))
    kept = client.post(suspension, data={**data, "deed": "reinstate"})
    assert "must be removed, so its suspension cannot be lifted (PA 2023 s.37)" in text_of(kept)
    assert "that it must be removed" in text_of(client.get(address))
    assert client.post(f"{page}/remove").status_code == 302
    assert standing(session, market)[0][2] == MemberState.REMOVED

    assert market.supplier.name in text_of(client.get(f"{address}?state=removed&need=accommodation"))
    assert "No member matches" in text_of(client.get(f"{address}?state=suspended"))
    assert "No member matches" in text_of(client.get(f"{address}?words=nobody"))
    csv = client.get(f"{address}.csv?state=removed").get_data(as_text=True)
    assert len(csv.splitlines()) == 2
    assert client.get(f"{address}.xlsx").data[:2] == b"PK"
