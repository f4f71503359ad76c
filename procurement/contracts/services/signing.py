"""Both parties' signatures, after which a contract is in force; indicators as terms until the first."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.calendar import london_date
from core.documents.services import store
from core.pdf import render_pdf
from core.reasons import Reason, refuse_if
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.evaluation.queries.challenges import is_challenged
from procurement.calloffs.evaluation.services.steps import lock
from procurement.contracts.models import Contract, ContractCopy, ContractIndicator, ContractSignature
from procurement.contracts.queries.signed import document_values
from procurement.contracts.rules.signing import reasons_not_to_sign
from procurement.contracts.types import ContractTag, Party, SignatureFacts

PDF = "application/pdf"
MOST_INDICATORS = 20


def sign_contract(
    session: Session,
    *,
    contract: Contract,
    party: Party,
    name: str,
    position: str,
    signed_on: date,
    actor: Actor,
    now: datetime,
    keep_copy: bool = True,
) -> None:
    """Record a party's signature; with the second the contract is in force, and its document is kept.

    Raises Refused: a party that has signed, a day that has not come, a challenge that stands.
    """
    call_off = call_off_behind(contract)
    lock(session, call_off)
    session.refresh(contract, ["signatures"])
    refuse_if(
        reasons_not_to_sign(
            SignatureFacts(
                party=party,
                signed=frozenset(row.party for row in contract.signatures),
                name=name,
                position=position,
                signed_on=signed_on,
                made_on=london_date(contract.created_at),
                today=london_date(now),
                challenged=is_challenged(session, call_off),
                regime=str(call_off.framework.regime),
            )
        )
    )
    contract.signatures.append(
        ContractSignature(
            party=party,
            name=name.strip(),
            position=position.strip(),
            signed_on=signed_on,
            person_id=actor.person_id,
            at=now,
        )
    )
    session.flush()
    details = {"contract": contract.public_id, "party": party, "signed_on": signed_on}
    _record(session, ContractTag.SIGNED, contract, call_off, actor, now, details)
    if len(contract.signatures) < len(Party):
        return
    contract.in_force_at = now
    session.flush()
    details = {"contract": contract.public_id, "starts_on": contract.starts_on}
    _record(session, ContractTag.IN_FORCE, contract, call_off, actor, now, details)
    if keep_copy:
        document = store(
            session,
            actor=actor,
            now=now,
            name=f"contract-{contract.reference}.pdf",
            media_type=PDF,
            content=contract_pdf(contract),
        )
        session.add(ContractCopy(contract_id=contract.id, document_id=document.id, at=now))
    session.flush()


def contract_pdf(contract: Contract) -> bytes:
    """The contract as a tagged PDF, with the signatures it has so far."""
    return render_pdf(
        "contract", title=f"Contract {contract.reference}: {contract.title}", **document_values(contract)
    )


def set_indicator(
    session: Session, *, contract: Contract, name: str, measure: str, target: str, actor: Actor, now: datetime
) -> None:
    """Add a key performance indicator as a term, until somebody has signed (PA 2023 s.52)."""
    reasons = _settled(contract)
    if not (name.strip() and measure.strip() and target.strip()):
        reasons.append(Reason("indicator_not_whole"))
    if len(contract.indicators) >= MOST_INDICATORS:
        reasons.append(Reason("too_many_indicators", {"most": MOST_INDICATORS}))
    refuse_if(reasons)
    position = max((row.position for row in contract.indicators), default=0) + 1
    contract.indicators.append(
        ContractIndicator(
            position=position, name=name.strip()[:200], measure=measure.strip(), target=target.strip()[:200]
        )
    )
    session.flush()
    details = {"contract": contract.public_id, "indicators": len(contract.indicators)}
    _record(session, ContractTag.INDICATORS_SET, contract, call_off_behind(contract), actor, now, details)


def remove_indicator(
    session: Session, *, contract: Contract, position: int, actor: Actor, now: datetime
) -> None:
    """Take an indicator out of the terms, until somebody has signed."""
    refuse_if(_settled(contract))
    for row in [row for row in contract.indicators if row.position == position]:
        contract.indicators.remove(row)
    session.flush()
    details = {"contract": contract.public_id, "indicators": len(contract.indicators)}
    _record(session, ContractTag.INDICATORS_SET, contract, call_off_behind(contract), actor, now, details)


def call_off_behind(contract: Contract) -> CallOff:
    """The call-off that a contract came from. Raises Refused for a contract out of a register."""
    if contract.lot is None:
        refuse_if([Reason("contract_of_a_register")])
    assert contract.lot is not None
    return contract.lot.call_off


def _settled(contract: Contract) -> list[Reason]:
    return [Reason("terms_are_signed")] if contract.signatures else []


def _record(
    session: Session,
    tag: ContractTag,
    contract: Contract,
    call_off: CallOff,
    actor: Actor,
    now: datetime,
    details: Mapping[str, object],
) -> None:
    record(session, tag, actor=actor, now=now, subject=contract, chain=call_off.public_id, details=details)
