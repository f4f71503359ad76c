"""What addresses of frameworks name."""

from sqlalchemy.orm import Session

from procurement.framework import services
from procurement.framework.types import ConcernKind
from tests.factories import NOW
from tests.factories_framework import assess, make_application, make_file_answer, make_market, make_member
from tests.factories_partners import cite_partner
from tests.matrix import Scene, makes


@makes("/frameworks/<public_id>")
def published_framework(session: Session) -> Scene:
    return Scene(
        {"public_id": make_market(session).framework.public_id}, shared="published frameworks are public"
    )


@makes("/manage/frameworks/<public_id>")
def managed_framework(session: Session) -> Scene:
    market = make_market(session)
    make_member(session, market)
    concern = services.raise_concern(
        session,
        actor=market.managing(session),
        now=NOW,
        supplier_id=market.supplier.id,
        kind=ConcernKind.INSOLVENCY,
        event_on=NOW.date(),
        note="A winding-up petition was filed.",
    )
    values = {
        "public_id": market.framework.public_id,
        "code": "ACC",
        "supplier": market.supplier.public_id,
        "number": concern.id,
        "question": "experience",
    }
    return Scene(values, owner=market.authority)


@makes("/applications/<public_id>")
def application(session: Session) -> Scene:
    market = make_market(session)
    made = make_application(session, market, submit=False)
    document = make_file_answer(session, market, made)
    party = cite_partner(session, market, made)
    values = {"public_id": made.public_id, "number": 1, "party": party.public_id}
    values["document"] = document.public_id
    return Scene(values, owner=market.supplier)


@makes("/applications/<public_id>/clarifications/<int:number>")
def clarification(session: Session) -> Scene:
    market = make_market(session)
    made = make_application(session, market)
    assess(session, market, made)
    services.ask_clarification(
        session,
        actor=market.managing(session),
        now=NOW,
        application=made,
        asked="Which year is this of?",
        due_on=NOW.date(),
    )
    return Scene({"public_id": made.public_id, "number": 1}, owner=market.supplier)


@makes("/assessment/<public_id>")
def application_to_assess(session: Session) -> Scene:
    market = make_market(session)
    made = make_application(session, market, submit=False)
    document = make_file_answer(session, market, made)
    services.sign_declaration(session, actor=market.applying(session), now=NOW, application=made)
    services.submit_application(session, actor=market.applying(session), now=NOW, application=made)
    party = cite_partner(session, market, made)
    values = {"public_id": made.public_id, "party": party.public_id, "document": document.public_id}
    return Scene(values, owner=market.authority)
