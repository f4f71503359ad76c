"""What addresses of procurement name."""

from sqlalchemy.orm import Session

from core import clock
from core.accounts.types import OrganisationKind
from procurement.calloffs.bids.services import add_file, submit_bid
from procurement.calloffs.drafting.services import save_template
from procurement.calloffs.drafting.types import FailureCause, LotState
from procurement.calloffs.evaluation.models import Debrief
from procurement.calloffs.evaluation.services.checking import record_challenge
from procurement.contracts.models import Contract, DirectAward
from procurement.contracts.types import ContractOrigin
from tests.calloffs import awarded, bid_number, make_competition, make_question, write_bid
from tests.factories import actor_of, delegate, make_organisation, make_person
from tests.factories_calloffs import make_draft, make_published, make_setting
from tests.matrix import Scene, makes


@makes("/bids/<bid>", "/invitations/<call_off>")
def bid(session: Session) -> Scene:
    competition = make_competition(session)
    made, actor = write_bid(session, competition), competition.supplier_actor()
    file = add_file(
        session, bid=made, name="Plan.pdf", content=b"%PDF-1.7 plan", actor=actor, now=clock.now()
    )
    submit_bid(session, bid=made, actor=actor)
    session.flush()
    values = {
        "bid": made.public_id,
        "call_off": competition.call_off.public_id,
        "file": file.public_id,
        "number": 1,
        "position": 1,
        "need_area": made.lot.volumes[0].need_area.code,
        "complexity": str(made.lot.volumes[0].complexity),
        "inquiry": "BQAAAAAAAA",
    }
    return Scene(values, owner=competition.suppliers[0][0])


@makes("/commissioning/<public_id>")
def call_off(session: Session) -> Scene:
    setting = make_setting(session)
    made = make_draft(session, setting)
    values = {
        "public_id": made.public_id,
        "number": 1,
        "position": 1,
        "duty_id": made.duties[-1].id,
        "authority": setting.authority.public_id,
    }
    return Scene(values, owner=setting.authority)


@makes(
    *(
        f"/commissioning/<public_id>/{page}"
        for page in (
            "after-letters",
            "after-opening",
            "approval",
            "award-notice",
            "bids",
            "challenges",
            "checks",
            "consensus",
            "debriefs",
            "evaluation",
            "integrity",
            "letters",
            "opening",
            "panel",
            "quality-lock",
            "ranking",
            "ranking.xlsx",
            "recommendation",
            "return",
            "scoring",
        )
    ),
    "/contracts/from/<public_id>",
)
def evaluated(session: Session) -> Scene:
    competition = awarded(session)
    call_off, actor = competition.call_off, competition.authority_actor(competition.commissioner)
    challenge = record_challenge(
        session,
        call_off=call_off,
        received_on=clock.today(),
        summary="The second bidder disputes its score",
        actor=actor,
        now=clock.now(),
    )
    told_more = Debrief(
        bid=bid_number(session, competition, 0),
        requested_on=clock.today(),
        recorded_by_id=competition.commissioner.id,
    )
    session.add(told_more)
    session.flush()
    values = {
        "challenge": challenge.public_id,
        "debrief": told_more.public_id,
        "party": "bidder",
        "public_id": competition.call_off.public_id,
        "bid": bid_number(session, competition, 0).public_id,
        "duty_id": competition.call_off.duties[-1].id,
        "position": 1,
        "address": "0" * 64,
        "kind": "clarification",
        "inquiry": "BQAAAAAAAA",
    }
    return Scene(values, owner=competition.authority)


@makes("/commissioning/questions/<question>")
def question_to_answer(session: Session) -> Scene:
    competition = make_competition(session)
    asked = make_question(session, competition)
    return Scene({"question": asked.public_id}, owner=competition.authority)


@makes("/invitations/questions/<question>")
def own_question(session: Session) -> Scene:
    competition = make_competition(session)
    asked = make_question(session, competition)
    return Scene({"question": asked.public_id}, owner=competition.suppliers[0][0])


@makes("/call-offs/<public_id>")
def published_call_off(session: Session) -> Scene:
    made = make_published(session, make_setting(session))
    return Scene({"public_id": made.public_id}, shared="what was published is for anyone to read")


@makes("/commissioning/templates/<template>")
def template(session: Session) -> Scene:
    setting = make_setting(session)
    made = save_template(
        session,
        call_off=make_draft(session, setting),
        actor=actor_of(session, setting.drafter),
        now=clock.now(),
        name="Example template",
    )
    return Scene({"template": made.public_id}, owner=setting.authority)


@makes("/delegations/<public_id>")
def delegation(session: Session) -> Scene:
    authority = make_organisation(session, OrganisationKind.AUTHORITY)
    made = delegate(session, authority, make_person(session, authority, "commissioner"))
    return Scene({"public_id": made.public_id}, owner=authority)


@makes("/contracts/<public_id>")
def contract(session: Session) -> Scene:
    supplier = make_organisation(session)
    made = Contract(
        reference="matrix-1",
        origin=ContractOrigin.REGISTER,
        title="Example contract",
        supplier=supplier,
        starts_on=clock.today(),
        need_labels=[],
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    return Scene({"public_id": made.public_id}, owner=supplier)


@makes(
    *(
        f"/contracts/<public_id>/{page}"
        for page in ("contract.pdf", "deals", "indicators", "reviews", "sharing", "signature")
    ),
    "/contracts/duties/<thing>/<kind>",
)
def awarded_contract(session: Session) -> Scene:
    competition = make_competition(session)
    made = Contract(
        reference="matrix-2",
        origin=ContractOrigin.CALL_OFF,
        title="Example contract",
        lot=competition.lot,
        supplier=competition.suppliers[0][0],
        rank=1,
        starts_on=clock.today(),
        ends_on=clock.today(),
        in_force_at=clock.now(),
        terms={},
        need_labels=[],
        created_at=clock.now(),
    )
    session.add(made)
    session.flush()
    values = {"public_id": made.public_id, "position": 1, "thing": made.public_id, "kind": "details_notice"}
    return Scene(values, owner=competition.authority)


@makes("/contracts/failed/<public_id>/<int:number>")
def failed_lot(session: Session) -> Scene:
    competition = make_competition(session)
    competition.lot.state, competition.lot.failure_cause = LotState.FAILED, FailureCause.NO_BID
    session.add(
        DirectAward(
            lot=competition.lot,
            supplier=competition.suppliers[0][0],
            justification="No bid came in",
            exclusion_note="No ground was found",
            prices=[],
            recommended_by=competition.commissioner,
            recommended_at=clock.now(),
        )
    )
    session.flush()
    values = {"public_id": competition.call_off.public_id, "number": 1}
    return Scene(values, owner=competition.authority)
