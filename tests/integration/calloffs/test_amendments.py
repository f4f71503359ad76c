"""Amendments: for everyone, with the difference on record; what is submitted stays submitted."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from core.jobs.models import OutboxMessage
from core.reasons import Refused
from procurement.calloffs.bids.services import confirm_bid
from procurement.calloffs.bids.types import BidState
from procurement.calloffs.drafting import queries, services
from procurement.calloffs.drafting.models import Amendment
from procurement.calloffs.drafting.types import Amendable, AmendableLot
from tests.calloffs import Competition, bid_number, make_competition, submit
from tests.integration.offers.pages import form_values


@pytest.fixture
def competition(session: Session) -> Competition:
    made = make_competition(session, lots=2)
    submit(session, made, 0)
    return made


def amend(session: Session, competition: Competition, **changes: object) -> Amendment:
    standing = queries.amendable_of(competition.call_off)
    return services.amend(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
        after=standing.replaced(**changes),
        reason="The numbers of the prison were corrected",
    )


def test_a_submitted_bid_stays_submitted_and_is_confirmed_once(
    session: Session, competition: Competition
) -> None:
    bid = bid_number(session, competition, 0)
    before = bid.submissions[-1].fingerprint
    amend(session, competition, need="More people than we said.")
    session.refresh(bid)
    assert (bid.state, bid.submissions[-1].fingerprint) == (BidState.SUBMITTED, before)
    assert bid.amendment_read is None
    actor = competition.supplier_actor(0)
    confirm_bid(session, bid=bid, actor=actor, number=1)
    amend(session, competition, need="Fewer again.")
    with pytest.raises(Refused, match="amended_meanwhile"):
        confirm_bid(session, bid=bid, actor=actor, number=1)
    assert bid.amendment_read == 1


def test_everyone_invited_reads_the_same_difference(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    lot = queries.amendable_of(competition.call_off).lots[1]
    service, people = next(iter(lot.volumes.items()))
    lots = {1: replace(lot, volumes={**lot.volumes, service: people + 17})}
    lots[2] = queries.amendable_of(competition.call_off).lots[2]
    amend(session, competition, lots=lots)
    told = [
        mail.to_address
        for mail in session.scalars(sa.select(OutboxMessage))
        if mail.subject.startswith("A call-off you are invited to was amended")
    ]
    assert sorted(told) == sorted(person.email for _, person in competition.suppliers)
    pages = []
    for _, person in competition.suppliers:
        client.sign_in(person)  # type: ignore[attr-defined]
        page = client.get(f"/invitations/{competition.call_off.public_id}").get_data(as_text=True)
        pages.append(page[page.index('id="amendment-1"') : page.index(">What is needed</h2>")])
        assert str(people + 17) in pages[-1]
    assert pages[0] == pages[1]


def test_ranges_staff_and_time_to_get_ready_are_amended_for_everyone(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    standing = queries.amendable_of(competition.call_off)
    lot = standing.lots[1]
    service, people = next(iter(lot.volumes.items()))
    wrong = replace(lot, highs={**lot.highs, service: people - 1})
    with pytest.raises(Refused, match="range_without_volume"):
        amend(session, competition, lots={**standing.lots, 1: wrong})
    # The number and its range move together: no CHECK stands between them.
    after = replace(
        lot,
        volumes={**lot.volumes, service: people * 3},
        lows={**lot.lows, service: people * 2},
        highs={**lot.highs, service: people * 4},
        mobilisation_weeks=6,
        volume_source="The prison's own count",
    )
    amend(session, competition, lots={**standing.lots, 1: after}, staff_transfer_note="Five posts.")
    session.expire_all()
    assert queries.amendable_of(competition.call_off).lots[1] == after
    client.sign_in(competition.suppliers[0][1])  # type: ignore[attr-defined]
    page = client.get(f"/invitations/{competition.call_off.public_id}").get_data(as_text=True)
    for words in ("People a year, at most", "Weeks to get ready", "Five posts.", "count"):
        assert words in page


def early(standing: Amendable) -> dict[int, AmendableLot]:
    return {number: replace(lot, starts_on=date(2020, 1, 1)) for number, lot in standing.lots.items()}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda now: {"need": " "}, "no_need"),
        (lambda now: {"deadline": now.deadline - timedelta(hours=1)}, "deadline_not_later"),
        (lambda now: {}, "nothing_changed"),
        (lambda now: {"questions_close_at": now.deadline}, "questions_close_out_of_order"),
        (
            lambda now: {
                "lots": {n: replace(lot, starts_on=date(2020, 1, 1)) for n, lot in now.lots.items()}
            },
            "starts_before_bids_close",
        ),
    ],
)
def test_an_amendment_that_may_not_be_changes_nothing(
    session: Session, competition: Competition, change, code: str
) -> None:
    standing = queries.amendable_of(competition.call_off)
    with pytest.raises(Refused, match=code):
        amend(session, competition, **change(standing))
    assert queries.amendable_of(competition.call_off) == standing
    assert not queries.amendments_of(session, competition.call_off)


def test_nothing_is_amended_once_bids_have_closed(session: Session, competition: Competition) -> None:
    competition.call_off.deadline = clock.now() - timedelta(seconds=1)
    with pytest.raises(Refused, match="not_open"):
        amend(session, competition, need="Too late")


def test_the_page_shows_what_would_change_before_anyone_is_told(
    client: FlaskClient, session: Session, competition: Competition
) -> None:
    client.sign_in(competition.commissioner)  # type: ignore[attr-defined]
    address = f"/commissioning/{competition.call_off.public_id}/amendment"
    values = form_values(client.get(address))
    values |= {"need": "Twice as many people.", "reason": "The prison grew"}
    shown = client.post(address, data=values).get_data(as_text=True)
    assert "What would change" in shown
    assert not queries.amendments_of(session, competition.call_off)
    assert client.post(address, data=values | {"publish": "yes"}).status_code == 302
    [amendment] = queries.amendments_of(session, competition.call_off)
    assert [change.field for change in queries.changes_of(amendment)] == ["need"]
    late = client.post(address, data=values | {"need": "Other words", "publish": "yes"})
    assert late.status_code == 409, "a colleague's amendment came first"
    assert "Other words" in late.get_data(as_text=True)
