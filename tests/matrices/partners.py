"""What addresses of partners name."""

from sqlalchemy.orm import Session

from catalogue.partners.services import write_about
from core import clock
from tests.factories_partners import ask, listed, make_supplier, name_one
from tests.matrix import Scene, makes


@makes("/partners/links/<public_id>")
def link_of_a_lead(session: Session) -> Scene:
    lead, _, acting = make_supplier(session)
    return Scene({"public_id": name_one(session, acting).public_id}, owner=lead)


@makes("/partners/parts/<public_id>")
def part_of_a_partner(session: Session) -> Scene:
    _, _, acting = make_supplier(session)
    partner, _, _ = make_supplier(session)
    link = ask(session, acting, name_one(session, acting, partner))
    return Scene({"public_id": link.public_id}, owner=partner)


@makes("/partners/invitation/<token>")
def invitation(session: Session) -> Scene:
    return Scene({"token": "forged"}, shared="whoever holds the link is who it was sent to")


@makes("/partners-wanted/<public_id>")
def listing(session: Session) -> Scene:
    _, _, acting = make_supplier(session)
    made = listed(session, acting, now=clock.now())
    return Scene({"public_id": made.public_id}, shared="who is listed wants to be found")


@makes("/partners-wanted/messages/<public_id>")
def message(session: Session) -> Scene:
    owner, _, acting = make_supplier(session)
    _, _, other = make_supplier(session)
    made = listed(session, acting, now=clock.now())
    sent = write_about(session, actor=other, now=clock.now(), listing=made, text="Shall we talk?")
    return Scene({"public_id": sent.public_id}, owner=owner)


@makes("/supply-chains/<public_id>")
def chain(session: Session) -> Scene:
    lead, _, acting = make_supplier(session)
    name_one(session, acting)
    return Scene({"public_id": lead.public_id}, shared="an authority reads the chains of all suppliers")
