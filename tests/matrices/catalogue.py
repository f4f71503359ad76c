"""What addresses of the catalogue name."""

from sqlalchemy.orm import Session

from catalogue.bulk import services as bulk
from catalogue.offers import services
from catalogue.offers.rules.identifiers import uuid_of
from catalogue.reference import queries as reference
from catalogue.reference.types import Complexity
from catalogue.suppliers.services import keep_evidence
from core.documents.services import take_in
from tests.factories import NOW, make_organisation
from tests.factories_offers import actor_with, draft_offer, published_offer
from tests.factories_reference import write_level
from tests.matrix import Scene, makes


@makes("/specification/<code>")
def need_area(session: Session) -> Scene:
    return Scene({"code": "accommodation"}, shared="the specification is public")


@makes("/specification/<code>/<any(low, medium, high):complexity>")
def written_level(session: Session) -> Scene:
    need = reference.need_area(session, "lifestyle")
    assert need is not None
    for complexity in Complexity:
        write_level(session, need, complexity)
    return Scene({"code": "lifestyle", "number": 1}, shared="the specification is public")


@makes("/places/<code>")
def place(session: Session) -> Scene:
    return Scene({"code": "region:A"}, shared="places are public")


@makes("/evidence/<entry>")
def evidence(session: Session) -> Scene:
    supplier = make_organisation(session)
    actor = actor_with(supplier, "supplier-administrator")
    document = take_in(session, actor=actor, now=NOW, name="mark.txt", content=b"A quality mark.")
    version = keep_evidence(session, actor=actor, now=NOW, title="A quality mark", document=document)
    return Scene({"entry": version.entry.public_id, "number": version.number}, owner=supplier)


@makes("/offers/<offer>")
def own_offer(session: Session) -> Scene:
    supplier = make_organisation(session)
    version = draft_offer(session, actor=actor_with(supplier, "supplier-administrator"))
    return Scene({"offer": version.offer.public_id, "number": 1}, owner=supplier)


@makes("/offers/bulk/<upload>")
def own_upload(session: Session) -> Scene:
    supplier = make_organisation(session)
    actor = actor_with(supplier, "supplier-administrator")
    upload = bulk.receive_upload(session, actor=actor, now=NOW, name="offers.xlsx", content=b"PK\x03\x04")
    return Scene({"upload": upload.public_id}, owner=supplier)


@makes("/offers/bulk/downloads/<job>")
def own_workbook(session: Session) -> Scene:
    supplier = make_organisation(session)
    actor = actor_with(supplier, "supplier-administrator")
    job = bulk.request_workbook(session, actor=actor, now=NOW)
    return Scene({"job": job.public_id}, owner=supplier)


@makes("/offer-reviews/<offer>")
def reviewed_offer(session: Session) -> Scene:
    version = published_offer(session)
    return Scene(
        {"offer": version.offer.public_id, "number": 1},
        shared="managers review the offers of all suppliers",
    )


@makes("/catalogue/<offer>")
def listed_offer(session: Session) -> Scene:
    return Scene({"offer": published_offer(session).offer.public_id}, shared="the catalogue is public")


@makes("/feeds/open-referral/services/<service>", "/feeds/open-referral/organizations/<organization>")
def directory_entry(session: Session) -> Scene:
    offer = published_offer(session).offer
    return Scene(
        {"service": uuid_of(offer.public_id), "organization": uuid_of(offer.supplier.public_id)},
        shared="the directory is public",
    )


@makes("/capacity/<pool>")
def own_pool(session: Session) -> Scene:
    supplier = make_organisation(session)
    pool = services.start_pool(
        session,
        actor=actor_with(supplier, "supplier-administrator"),
        now=NOW,
        name="Example team",
        made_of="",
        places=120,
    )
    return Scene({"pool": pool.public_id}, owner=supplier)
