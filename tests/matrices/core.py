"""What addresses of accounts name."""

from sqlalchemy.orm import Session

from tests.factories import make_organisation, make_person
from tests.matrix import Scene, makes


@makes("/join/<token>", "/welcome/<token>", "/forgotten-password/<token>", "/account/code/<token>")
def links_of_mails(session: Session) -> Scene:
    return Scene({"token": "forged"}, shared="whoever holds the link is who it was sent to")


@makes("/colleagues/<public_id>")
def colleague(session: Session) -> Scene:
    supplier = make_organisation(session)
    person = make_person(session, supplier, "supplier-editor")
    make_person(session, supplier, "supplier-administrator")
    return Scene({"public_id": person.public_id}, owner=supplier)
