"""Open Contracting on a database: releases as things become public, the same whenever they are made."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from ocdsmerge import Merger
from sqlalchemy import event as engine_events
from sqlalchemy.orm import Session

from core import clock
from core.calendar import london_date
from procurement.calloffs.clarifications.models import Clarification
from procurement.calloffs.clarifications.services import publish_answers, save_answer
from procurement.calloffs.drafting import queries as drafting_queries
from procurement.calloffs.drafting import services as drafting
from procurement.calloffs.drafting.types import CallOffState, Envelope
from procurement.calloffs.evaluation.services import approve_award, publish_award_notice, send_letters
from procurement.contracts.services.awarded import make_contracts
from procurement.contracts.services.signing import sign_contract
from procurement.contracts.types import Party
from procurement.framework.types import Regime
from procurement.open_contracting import exports, queries, rules
from procurement.open_contracting.exports.validation import Standard
from procurement.open_contracting.models import ContractingProcess, ContractingRelease
from procurement.open_contracting.services import publish_releases, this_site
from tests.calloffs import (
    Competition,
    agree_all,
    closed,
    make_competition,
    make_question,
    open_envelope,
    recommend_first,
    score_all,
    submit,
)
from tests.factories import NOW, actor_of
from tests.factories_calloffs import make_published, make_setting
from tests.factories_framework import another_supplier, make_market, make_member
from tests.integration.test_notices import remove
from tests.shared_data import OCDS_SCHEMAS

SECRET_AMOUNTS = {380, 400, 240000}
SECRET_WORDS = ("First supplier's way", "Second supplier's way", "380.00", "400.00", "240,000")


def tells_secrets(found: object) -> bool:
    """Whether prices or answers of bids, or the budget, stand anywhere in published data."""
    if isinstance(found, dict):
        return any(tells_secrets(one) for one in found.values())
    if isinstance(found, list):
        return any(tells_secrets(one) for one in found)
    if isinstance(found, str):
        return any(secret in found for secret in SECRET_WORDS)
    return found in SECRET_AMOUNTS


@pytest.fixture(scope="module")
def standard() -> Standard:
    return Standard(OCDS_SCHEMAS)


def publish(app: Flask, session: Session) -> int:
    with app.test_request_context():
        return publish_releases(session, site=this_site(), now=clock.now())


def contents(session: Session) -> list[dict[str, Any]]:
    return [row.content for row in queries.stream_releases(session)]


def of_call_off(session: Session, competition: Competition) -> list[dict[str, Any]]:
    return [
        row.content
        for row in session.scalars(
            sa.select(ContractingRelease)
            .join(ContractingRelease.process)
            .where(ContractingProcess.call_off_id == competition.call_off.id)
            .order_by(ContractingRelease.at, ContractingRelease.event_id)
        )
    ]


def tags(releases: Sequence[dict[str, Any]]) -> list[str]:
    return ["+".join(release["tag"]) for release in releases]


def problems(app: Flask, standard: Standard, releases: Sequence[dict[str, Any]]) -> list[str]:
    """What is wrong with the releases, with the record of each process, as packages."""
    with app.test_request_context():
        publisher = this_site().publisher
    at, address = clock.now(), "https://throughgate.example/package.json"
    package = json.loads("".join(exports.release_package(publisher, address, at, releases)))
    found = list(standard.problems(package))
    for ocid in {release["ocid"] for release in releases}:
        own = [release for release in releases if release["ocid"] == ocid]
        record = exports.record_package(publisher, address, [address], ocid, at, own)
        found += standard.problems(json.loads(json.dumps(record)))
    return found


def finish(app: Flask, session: Session, competition: Competition) -> None:
    """From opened prices to the contract and the notices, in the order of the regime."""
    call_off, now = competition.call_off, clock.now()
    commissioner = competition.authority_actor(competition.commissioner)
    recommend_first(session, competition)
    approve_award(
        session, call_off=call_off, actor=competition.authority_actor(competition.approver), now=now
    )
    with app.test_request_context():
        send_letters(session, call_off=call_off, actor=commissioner, now=now)
    if call_off.framework.regime is Regime.DYNAMIC_MARKET:
        publish_award_notice(session, call_off=call_off, actor=commissioner, now=now)
    later = now + timedelta(days=30)
    (contract,) = make_contracts(session, call_off=call_off, actor=commissioner, now=later)
    for party in Party:
        sign_contract(
            session,
            contract=contract,
            party=party,
            name="Example Person",
            position="Director",
            signed_on=london_date(later),
            actor=commissioner,
            now=later,
            keep_copy=False,
        )
    if call_off.framework.regime is Regime.DPS:
        publish_award_notice(session, call_off=call_off, actor=commissioner, now=later)


def answer(session: Session, competition: Competition) -> Clarification:
    question = make_question(session, competition, "Is Example Charity's van of use?")
    actor = competition.authority_actor(competition.commissioner)
    save_answer(
        session, question=question, wording="Is a van of use?", answer="Yes.", actor=actor, now=clock.now()
    )
    publish_answers(session, call_off=competition.call_off, actor=actor, now=clock.now())
    return question


def amend(session: Session, competition: Competition, **changes: object) -> None:
    drafting.amend(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
        after=drafting_queries.amendable_of(competition.call_off).replaced(**changes),
        reason="The numbers of the prison were corrected",
    )


def test_a_call_off_is_published_amended_answered_and_moved(
    app: Flask, session: Session, standard: Standard
) -> None:
    competition = make_competition(session, lots=2)
    submit(session, competition, 0)
    assert publish(app, session) == 0
    amend(session, competition, need="More people than we said.")
    answer(session, competition)
    deadline = competition.call_off.deadline
    assert deadline is not None
    drafting.move_deadline(
        session,
        call_off=competition.call_off,
        actor=competition.authority_actor(competition.commissioner),
        now=clock.now(),
        deadline=deadline + timedelta(days=3),
        reason="An outage of an hour",
    )
    assert publish(app, session) == 3
    assert publish(app, session) == 0
    releases = of_call_off(session, competition)
    assert tags(releases) == ["tenderAmendment", "tenderUpdate", "tenderAmendment"]
    assert problems(app, standard, releases) == []
    last = releases[-1]
    assert last["tender"]["procurementMethod"] == "selective"
    assert last["relatedProcesses"][0]["relationship"] == ["framework"]
    assert [lot["id"] for lot in last["tender"]["lots"]] == ["1", "2"]
    assert [one["rationale"] for one in last["tender"]["amendments"]] == [
        "The numbers of the prison were corrected",
        "An outage of an hour",
    ]
    (asked,) = last["tender"]["enquiries"]
    assert (asked["description"], asked["answer"]) == ("Is a van of use?", "Yes.")
    assert "author" not in asked
    # Each says what stood then, although all three were made after the last change.
    ends = [release["tender"]["tenderPeriod"]["endDate"] for release in releases]
    assert ends[0] == ends[1] < ends[2]
    assert "enquiries" not in releases[0]["tender"]
    text = json.dumps(releases)
    assert not any(bidder.name in text for bidder, _ in competition.suppliers)
    assert not tells_secrets(releases)
    assert "Example Charity" not in text


@pytest.mark.parametrize("regime", list(Regime))
def test_who_bid_and_won_is_public_from_the_moment_that_the_regime_says(
    app: Flask, session: Session, standard: Standard, regime: Regime
) -> None:
    competition = closed(session, regime=regime, standstill=regime is Regime.DYNAMIC_MARKET)
    bidders = {bidder.name for bidder, _ in competition.suppliers}
    open_envelope(session, competition, Envelope.QUALITY)
    score_all(session, competition)
    agree_all(session, competition)
    open_envelope(session, competition, Envelope.PRICE)
    assert publish(app, session) == 0
    finish(app, session, competition)
    publish(app, session)
    releases = of_call_off(session, competition)
    expected = {
        Regime.DYNAMIC_MARKET: ["award", "awardUpdate", "contract", "contractUpdate"],
        Regime.DPS: ["award+contract", "contractUpdate", "awardUpdate"],
    }
    assert tags(releases) == expected[regime]
    assert problems(app, standard, releases) == []
    for release in releases:
        assert {party["name"] for party in release["parties"]} >= bidders
        assert {one["measure"]: one["value"] for one in release["bids"]["statistics"]}["bids"] == 2
        assert [bid["status"] for bid in release["bids"]["details"]] == ["valid", "valid"]
        assert not any("value" in bid for bid in release["bids"]["details"])
    compiled = rules.record("x", releases)["compiledRelease"]
    (award,) = compiled["awards"]
    (contract,) = compiled["contracts"]
    assert contract["awardID"] == award["id"]
    assert award["relatedBid"] in {bid["id"] for bid in compiled["bids"]["details"]}
    assert award["suppliers"][0]["name"] == competition.suppliers[1][0].name
    # The whole contract is public by law: 120 people a year for two years at the winner's price.
    assert contract["value"] == {"amount": 91200, "currency": "GBP"}
    assert (contract["status"], "dateSigned" in contract) == ("active", True)
    assert compiled["tender"]["status"] == "complete"
    assert [lot["status"] for lot in compiled["tender"]["lots"]] == ["complete"]
    assert ("standstillPeriod" in award) is (regime is Regime.DYNAMIC_MARKET)
    assert "assessmentSummariesDateSent" in award
    assert not tells_secrets(releases)


def test_releases_say_the_same_whenever_they_are_made(app: Flask, session: Session) -> None:
    competition = make_competition(session)
    submit(session, competition, 0)
    for need in ("More people.", "Fewer again.", "As before."):
        amend(session, competition, need=need)
        publish(app, session)
    answer(session, competition)
    publish(app, session)
    process = session.scalars(
        sa.select(ContractingProcess).where(ContractingProcess.call_off_id == competition.call_off.id)
    ).one()
    stored = queries.releases_of(session, process)
    assert [row.content["planning"]["rationale"] for row in stored] == [
        "More people.",
        "Fewer again.",
        "As before.",
        "As before.",
    ]
    with app.test_request_context():
        site = this_site()
        facts = queries.call_off_facts(
            session,
            key=competition.call_off.id,
            ocid=process.ocid,
            framework_ocid=stored[0].content["relatedProcesses"][0]["identifier"],
            framework_address=stored[0].content["relatedProcesses"][0]["uri"],
            page=site.call_off_page(competition.call_off.public_id),
        )
    assert facts is not None
    history = queries.history_of(
        session,
        framework=competition.call_off.framework,
        call_off=competition.call_off,
    )
    anew = [rules.call_off_release(facts, history[:place]) for place in range(1, len(history) + 1)]
    assert [release for release in anew if release] == [row.content for row in stored]


def test_a_cancelled_call_off_says_so_and_a_draft_says_nothing(
    app: Flask, session: Session, standard: Standard
) -> None:
    setting = make_setting(session)
    call_off = make_published(session, setting)
    draft = make_competition(session, state=CallOffState.PUBLISHED).call_off
    draft.state, draft.published_at = CallOffState.DRAFT, None
    session.flush()
    drafting.cancel(
        session,
        call_off=call_off,
        actor=actor_of(session, setting.drafter),
        now=NOW,
        reason="The need has gone.",
    )
    publish(app, session)
    releases = [one for one in contents(session) if one["ocid"].endswith(call_off.public_id)]
    assert tags(releases) == ["planning+tender", "tenderCancellation"]
    assert [one["tender"]["status"] for one in releases] == ["active", "cancelled"]
    assert problems(app, standard, releases) == []
    assert not [one for one in contents(session) if draft.public_id in one["ocid"]]


def test_a_framework_is_open_admits_and_removes(app: Flask, session: Session, standard: Standard) -> None:
    market = make_market(session)
    make_member(session, market)
    assert publish(app, session) >= 2
    remove(session, market)
    publish(app, session)
    releases = [one for one in contents(session) if one["ocid"].endswith(market.framework.public_id)]
    assert tags(releases)[:2] == ["planning+tender", "award"]
    assert tags(releases)[-1] == "awardCancellation"
    assert problems(app, standard, releases) == []
    compiled = rules.record("x", releases)["compiledRelease"]
    assert compiled["tender"]["techniques"] == {
        "hasDynamicPurchasingSystem": True,
        "dynamicPurchasingSystem": {"type": "open", "status": "active"},
    }
    assert [award["status"] for award in compiled["awards"]] == ["cancelled"]


def test_the_record_is_merged_as_the_whole_schema_says(app: Flask, session: Session) -> None:
    competition = make_competition(session, lots=2)
    submit(session, competition, 0)
    amend(session, competition, need="More people.")
    answer(session, competition)
    publish(app, session)
    releases = of_call_off(session, competition)
    whole = Merger(json.loads((OCDS_SCHEMAS / "extended-release-schema.json").read_text(encoding="utf-8")))
    compiled = rules.record("x", releases)["compiledRelease"]
    assert compiled == whole.create_compiled_release(releases)
    assert rules.record("x", releases[::-1])["compiledRelease"] == compiled


def test_anyone_reads_the_pages_and_downloads_the_data(
    app: Flask, client: FlaskClient, session: Session, standard: Standard, tmp_path: Path
) -> None:
    market = make_market(session)
    make_member(session, market)
    publish(app, session)
    session.commit()
    ocid = session.scalars(sa.select(ContractingProcess.ocid)).first()
    assert market.framework.title in client.get("/open-contracting").get_data(as_text=True)
    page = client.get(f"/open-contracting/{ocid}").get_data(as_text=True)
    assert "Awarded" in page
    for address in (
        "/open-contracting/releases.json",
        f"/open-contracting/{ocid}/releases.json",
        f"/open-contracting/{ocid}/record.json",
        f"/open-contracting/{ocid}/releases/{contents(session)[0]['id'].rpartition('-')[2]}.json",
    ):
        response = client.get(address)
        assert response.status_code == 200, address
        assert list(standard.problems(json.loads(response.get_data(as_text=True)))) == []
    for address in ("/open-contracting/ocds-x-nothing", f"/open-contracting/{ocid}/releases/0.json"):
        assert client.get(address).status_code == 404
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    runner = app.test_cli_runner()
    for file in (first, second):
        assert runner.invoke(args=["ocds", "export", str(file)]).exit_code == 0
    assert first.read_bytes() == second.read_bytes()
    told = runner.invoke(args=["ocds", "validate", str(first), "--schemas", str(OCDS_SCHEMAS)])
    assert (told.exit_code, told.output) == (0, f"valid: {len(contents(session))} entries\n")


def test_the_export_of_nothing_says_so(app: Flask, session: Session) -> None:
    told = app.test_cli_runner().invoke(args=["ocds", "export", "-"])
    assert told.exit_code == 1
    assert "nothing has been published yet" in told.output


def test_a_wrong_code_or_an_unknown_field_is_found(app: Flask, session: Session, standard: Standard) -> None:
    competition = make_competition(session)
    submit(session, competition, 0)
    amend(session, competition, need="More people.")
    publish(app, session)
    release = json.loads(json.dumps(of_call_off(session, competition)[0]))
    release["tender"]["lots"][0]["status"] = "open"
    release["tender"]["lots"][0]["colour"] = "green"
    release["parties"][0]["roles"] = ["friend"]
    found = "\n".join(problems(app, standard, [release]))
    assert "'open' is not" in found
    assert "colour: no such field" in found
    assert "'friend' is not in partyRole.csv" in found


def test_the_list_asks_as_much_for_many_as_for_one(app: Flask, client: FlaskClient, session: Session) -> None:
    market = make_market(session)
    make_member(session, market)
    publish(app, session)
    session.commit()

    def queries_of_page() -> int:
        asked: list[str] = []
        bind = session.get_bind()
        listen = ("before_cursor_execute", lambda *args: asked.append(args[2]))
        engine_events.listen(bind, *listen)
        try:
            assert client.get("/open-contracting").status_code == 200
        finally:
            engine_events.remove(bind, *listen)
        return len(asked)

    one = queries_of_page()
    for _ in range(3):
        make_member(session, make_market(session))
    publish(app, session)
    session.commit()
    assert queries_of_page() == one


def test_another_supplier_is_an_award_of_its_own(app: Flask, session: Session) -> None:
    market = make_market(session)
    make_member(session, market)
    make_member(session, market, person=another_supplier(session)[1])
    publish(app, session)
    compiled = rules.record("x", contents(session))["compiledRelease"]
    assert len(compiled["awards"]) == 2
