"""Prices on one page: built from costs, kept incomplete, seen by the supplier and the authority alone."""

from datetime import date
from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from catalogue.offers import queries, services
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.completeness import reasons_not_to_submit
from catalogue.offers.types import Costing, CostKind, Indexation, LevelPrices, PriceBand, Rise
from catalogue.reference.types import Complexity
from core.accounts.models import Organisation
from core.accounts.types import OrganisationKind
from core.reasons import Refused
from tests.factories import NOW, make_organisation
from tests.factories_offers import draft_offer, manager_actor, published_offer, sign_in_as, supplier_actor
from tests.integration.offers.pages import form_values, text_of

LOW = Complexity.LOW
COSTS = Costing(
    costs={CostKind.STAFF: Decimal("6104.37"), CostKind.PREMISES: Decimal("881.15")},
    overhead_percent=Decimal("12.5"),
    surplus_percent=Decimal(3),
)
PRICES = LevelPrices(
    unit_price=Decimal("7654.32"),
    places_a_year=98765,
    bands=(PriceBand(4321, Decimal("7321.98")),),
    costing=COSTS,
)
RISE = Rise(Indexation.FIXED, Decimal("2.75"), date(2028, 4, 1))
SECRETS = ("7,654.32", "7654.32", "98,765", "98765", "4,321", "4321", "7,321.98", "7321.98", "2.75")
COSTS_SHOWN = ("6,104.37", "6104.37", "881.15", "12.5", "7,858.71")


@pytest.fixture
def supplier(session: Session) -> Organisation:
    return make_organisation(session)


@pytest.fixture
def editor(session: Session, client: FlaskClient, supplier: Organisation) -> FlaskClient:
    sign_in_as(session, client, supplier, "supplier-editor")
    return client


def priced(session: Session, supplier: Organisation, *, publish: bool = True) -> OfferVersion:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor)
    services.save_prices(
        session, actor=actor, version=version, levels={LOW: PRICES}, places_together=None, rise=RISE
    )
    if publish:
        services.submit_offer(session, actor=actor, now=NOW, version=version)
        services.publish_offer(session, actor=manager_actor(session), now=NOW, version=version)
    session.commit()
    return version


def test_a_new_version_says_every_price_and_cost_again(session: Session, supplier: Organisation) -> None:
    version = priced(session, supplier)
    actor = supplier_actor(session, supplier)
    newer = services.start_new_version(session, actor=actor, now=NOW, offer=version.offer)
    session.flush()
    assert queries.content_of(newer) == queries.content_of(version)
    assert queries.costings_of(newer) == queries.costings_of(version) == {LOW: COSTS}
    services.save_prices(
        session, actor=actor, version=newer, levels={LOW: LevelPrices()}, places_together=None, rise=None
    )
    session.flush()
    session.expire_all()
    assert queries.costings_of(version) == {LOW: COSTS}, "the published version keeps its own rows"
    assert queries.content_of(version).levels[LOW].bands == PRICES.bands


def test_what_could_not_be_kept_is_refused_and_what_is_missing_is_kept(
    session: Session, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = draft_offer(session, actor=actor)

    def save(level: LevelPrices, rise: Rise | None = None) -> None:
        services.save_prices(
            session, actor=actor, version=version, levels={LOW: level}, places_together=None, rise=rise
        )

    twice = (PriceBand(5, Decimal(1)), PriceBand(5, Decimal(2)))
    with pytest.raises(Refused, check=lambda refusal: refusal.reasons[0].code == "bands_overlap"):
        save(LevelPrices(bands=twice))
    save(LevelPrices(bands=(PriceBand(50, Decimal(900)),)), Rise(Indexation.FIXED))
    session.flush()
    codes = [
        reason.code for reason in reasons_not_to_submit(queries.facts_for(session, version, on=NOW.date()))
    ]
    assert {
        "price_missing",
        "capacity_missing",
        "bands_without_price",
        "indexation_percent_missing",
        "indexation_date_missing",
    } <= set(codes)


def test_the_page_keeps_what_is_right_and_shows_what_it_comes_to(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    session.commit()
    address = f"/offers/{version.offer.public_id}/prices"
    typed = {
        **form_values(editor.get(address)),
        "low-unit_price": "750",
        "low-cost-staff": "612.40",
        "low-cost-premises": "88.15",
        "low-overhead_percent": "12.5",
        "low-surplus_percent": "much",
        "low-band-1-from": "50",
        "low-band-1-price": "",
    }
    answer = editor.post(address, data=typed)
    assert answer.status_code == 422
    words = text_of(answer)
    assert "Surplus or contribution, in percent of full cost must be a number" in words
    assert "enter the price from 50 places a year" in words
    assert form_values(answer)["low-surplus_percent"] == ["much"]
    session.expire_all()
    assert version.levels[0].unit_price == Decimal(750)
    right = {**form_values(answer), "low-surplus_percent": "3", "low-band-1-price": "720"}
    saved = editor.post(address, data=right)
    assert saved.status_code == 302
    words = text_of(editor.get(saved.location))
    assert "£38.12 below full cost" in words
    assert "Price worked out£811.76" in words.replace("Price worked out £", "Price worked out£")
    taken = {**form_values(editor.get(address)), "low-use_worked_out": "y"}
    assert editor.post(address, data=taken).status_code == 302
    session.expire_all()
    assert version.levels[0].unit_price == Decimal("811.76")
    assert [(band.places_from, band.unit_price) for band in version.levels[0].bands] == [(50, Decimal(720))]


def test_a_colleague_who_saved_meanwhile_is_not_overwritten(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = draft_offer(session, actor=supplier_actor(session, supplier))
    session.commit()
    address = f"/offers/{version.offer.public_id}/prices"
    old = form_values(editor.get(address))
    assert editor.post(address, data={**old, "low-cost-staff": "500"}).status_code == 302
    stale = editor.post(address, data={**old, "low-unit_price": "1"})
    assert stale.status_code == 422
    assert "What is saved now" in text_of(stale)
    assert form_values(stale)["low-unit_price"] == ["1"]
    session.expire_all()
    assert version.levels[0].unit_price == Decimal("1234.50")


def test_how_prices_rise_is_shown_by_year(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = priced(session, supplier, publish=False)
    words = text_of(editor.get(f"/offers/{version.offer.public_id}/prices"))
    assert "1 April 2028" in words
    assert "£7,864.81" in words


def test_the_authority_reads_the_price_and_never_what_it_is_made_of(
    session: Session, client: FlaskClient, supplier: Organisation
) -> None:
    actor = supplier_actor(session, supplier)
    version = priced(session, supplier, publish=False)
    services.submit_offer(session, actor=actor, now=NOW, version=version)
    session.commit()
    sign_in_as(session, client, make_organisation(session, OrganisationKind.AUTHORITY), "framework-manager")
    page = client.get(f"/offer-reviews/{version.offer.public_id}/1")
    words = text_of(page)
    for shown in ("£7,654.32", "98,765", "from 4,321 places a year: £7,321.98", "2.75%", "1 April 2028"):
        assert shown in words, shown
    raw = page.get_data(as_text=True)
    assert not [secret for secret in COSTS_SHOWN if secret in raw]


def test_no_public_page_feed_or_file_holds_a_price_or_a_number_of_places(
    session: Session, client: FlaskClient, supplier: Organisation
) -> None:
    offer = priced(session, supplier).offer.public_id
    addresses = ["/catalogue", f"/catalogue/{offer}", "/catalogue.csv", "/catalogue.xlsx"]
    rules = [str(rule) for rule in client.application.url_map.iter_rules() if "GET" in (rule.methods or ())]
    addresses += [
        rule.replace("<offer>", offer)
        for rule in rules
        if rule.startswith("/catalogue/<offer>") or (rule.startswith("/feeds/") and "<" not in rule)
    ]
    looked = 0
    for address in addresses:
        answer = client.get(address)
        if answer.status_code != 200 or answer.mimetype in ("application/pdf",):
            continue
        looked += 1
        raw = answer.get_data(as_text=True) if "xlsx" not in address else ""
        found = [secret for secret in (*SECRETS, *COSTS_SHOWN) if secret in raw]
        assert not found, (address, found)
    assert looked >= 4


def test_another_supplier_finds_nothing(
    session: Session, client: FlaskClient, supplier: Organisation
) -> None:
    version = priced(session, supplier)
    sign_in_as(session, client, make_organisation(session), "supplier-administrator")
    assert client.get(f"/offers/{version.offer.public_id}/prices").status_code == 404
    assert client.post(f"/offers/{version.offer.public_id}/prices", data={}).status_code == 404


def test_a_published_version_has_no_page_to_change_its_prices(
    session: Session, editor: FlaskClient, supplier: Organisation
) -> None:
    version = published_offer(session, actor=supplier_actor(session, supplier))
    session.commit()
    assert editor.get(f"/offers/{version.offer.public_id}/prices").status_code == 302
    answer = editor.post(f"/offers/{version.offer.public_id}/prices", data={"low-unit_price": "1"})
    assert answer.status_code == 422
