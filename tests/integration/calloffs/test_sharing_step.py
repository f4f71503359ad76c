"""The step of a lot that says how many suppliers share it."""

from procurement.calloffs.drafting.types import Dealing, Sharing
from tests.factories_calloffs import make_draft, make_setting


def test_a_lot_is_shared_as_it_was_filled_in(client, session):
    setting = make_setting(session)
    call_off = make_draft(session, setting)
    session.commit()
    address = f"/commissioning/{call_off.public_id}/lots/1"
    client.sign_in(setting.drafter)
    page = client.get(f"{address}/sharing")
    assert "How many suppliers lot 1 is for" in page.text
    typed = {"suppliers_wanted": "2", "sharing": "fixed", "shares": "70, 40", "dealing": "weighted"}
    wrong = client.post(f"{address}/sharing", data=typed)
    assert wrong.status_code == 422
    assert "must be more than 0 and add up to 100, not 110" in wrong.text
    assert "70, 40" in wrong.text
    nonsense = client.post(f"{address}/sharing", data=typed | {"shares": "most of it"})
    assert nonsense.status_code == 422
    saved = client.post(f"{address}/sharing", data=typed | {"shares": "70, 30"})
    assert saved.status_code == 302
    lot = call_off.lots[0]
    session.refresh(lot)
    assert (lot.suppliers_wanted, lot.sharing, lot.shares) == (2, Sharing.FIXED, ["70", "30"])
    assert lot.dealing is Dealing.WEIGHTED
    assert "70%, 30% of the volume by rank" in client.get(address).text
    client.post(f"{address}/sharing", data={"suppliers_wanted": "1"})
    session.refresh(lot)
    assert (lot.suppliers_wanted, lot.sharing, lot.shares, lot.dealing) == (1, None, [], None)
