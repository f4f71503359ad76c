"""Taking a contract register in: all of it or nothing, and nothing the second time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused
from procurement.contracts.models import Contract
from procurement.contracts.queries.register import (
    RegisterRows,
    contracts_by_reference,
    register_references,
    register_rows,
)
from procurement.contracts.rules.register import RegisterRow, need_areas_of
from procurement.contracts.types import ContractOrigin, ContractSex, ContractTag


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """References by what happened to them; `not_in_file` came with an earlier register and stay."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    not_in_file: tuple[str, ...]


def import_register(
    session: Session, *, actor: Actor, now: datetime, rows: Sequence[RegisterRow]
) -> ImportOutcome:
    """Bring the contracts of a register to what its rows say, by reference.

    Call it only with the rows of a report without errors. A row that says what is known already changes
    nothing, so a second run of the same file leaves no trace. Refused: a reference that belongs to a
    contract made here.
    """
    reference = register_rows(session)
    known = contracts_by_reference(session, [row.reference for row in rows])
    ours = [r for r, contract in known.items() if contract.origin is not ContractOrigin.REGISTER]
    if ours:
        raise Refused(*(Reason("reference_is_ours", {"reference": name}) for name in ours))
    added, changed, unchanged = [], [], []
    for row in rows:
        values = _values(row, reference)
        contract = known.get(row.reference)
        if contract is None:
            session.add(
                Contract(reference=row.reference, origin=ContractOrigin.REGISTER, created_at=now, **values)
            )
            added.append(row.reference)
            continue
        differs = [name for name, value in values.items() if getattr(contract, name) != value]
        for name in differs:
            setattr(contract, name, values[name])
        (changed if differs else unchanged).append(row.reference)
    named = {row.reference for row in rows}
    session.flush()
    outcome = ImportOutcome(
        added=tuple(added),
        changed=tuple(changed),
        unchanged=tuple(unchanged),
        not_in_file=tuple(r for r in register_references(session) if r not in named),
    )
    if added or changed:
        subject = contracts_by_reference(session, [(added + changed)[0]]).popitem()[1]
        details = {"added": added, "changed": changed, "unchanged": len(unchanged)}
        record(session, ContractTag.IMPORTED, actor=actor, now=now, subject=subject, details=details)
    return outcome


def _values(row: RegisterRow, reference: RegisterRows) -> dict[str, Any]:
    """The columns of a contract as a register row says them; lists in the order in which they are read."""
    service_type = reference.service_types[row.type_code]
    needs = need_areas_of(
        row.headings, service_type.variant_of or service_type.code, reference.headings, reference.types
    )
    place = reference.areas[row.pfa_id] if row.pfa_id else reference.regions[row.region_code]
    return {
        "title": row.title[:200],
        "supplier_code": row.provider_code,
        "service_type_id": service_type.id,
        "whole_region": row.pfa_id is None,
        "sex": ContractSex(row.sex),
        "age_from": row.min_age,
        "age_to": row.max_age,
        "starts_on": row.visible_from,
        "ends_on": row.hidden_after,
        "subcontractors": row.subcontractors or 0,
        "need_labels": list(row.headings),
        "places": [place],
        "need_areas": sorted((reference.need_areas[code] for code in needs), key=lambda n: n.position),
        "stages": sorted((reference.stages[code] for code in row.stages), key=lambda s: s.position),
    }
