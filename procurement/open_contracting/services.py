"""Making the releases that follow from what became public."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Session

from core.web.filters import public_url
from procurement.calloffs.drafting.models import CallOff
from procurement.framework.models import Framework
from procurement.open_contracting import queries, rules
from procurement.open_contracting.models import ContractingCursor, ContractingProcess, ContractingRelease
from procurement.open_contracting.types import Happening, Publisher


@dataclass(frozen=True)
class Site:
    """Who publishes, and the public addresses that releases name."""

    publisher: Publisher
    framework_page: Callable[[str], str]
    call_off_page: Callable[[str], str]
    record: Callable[[str], str]


def this_site() -> Site:
    """The site as the settings have it."""
    config = current_app.config
    return Site(
        Publisher(config["SERVICE_NAME"], config["PUBLIC_ADDRESS"], config["OCID_PREFIX"]),
        lambda key: public_url("framework.show", public_id=key),
        lambda key: public_url("calloffs.published_one", public_id=key),
        lambda ocid: public_url("open_contracting.record", ocid=ocid),
    )


def publish_releases(session: Session, *, site: Site, now: datetime) -> int:
    """Read every chain on from where it was read to, and make the releases that follow; return how many.

    Safe to do at any time and twice at once: an event makes one release, and the cursor of a chain is locked
    while it is read. What a release says is the same whenever it is made.
    """
    made = 0
    for chain, after, last in queries.unread_chains(session):
        cursor = session.get(ContractingCursor, chain, with_for_update=True)
        if cursor is None:
            cursor = ContractingCursor(chain=chain, sequence=after)
            session.add(cursor)
        elif cursor.sequence >= last:
            continue
        by_process: dict[tuple[int, int | None], list[Happening]] = {}
        for framework_id, call_off_id, event in queries.new_events(session, chain, cursor.sequence, last):
            by_process.setdefault((framework_id, call_off_id), []).append(event)
        for (framework_id, call_off_id), events in by_process.items():
            made += _publish(session, site, framework_id, call_off_id, events, now)
        cursor.sequence = last
        session.flush()
    return made


def _publish(
    session: Session,
    site: Site,
    framework_id: int,
    call_off_id: int | None,
    events: list[Happening],
    now: datetime,
) -> int:
    framework = session.get_one(Framework, framework_id)
    call_off = session.get_one(CallOff, call_off_id) if call_off_id is not None else None
    if call_off is not None and call_off.published_at is None:
        return 0
    history = queries.history_of(session, framework=framework, call_off=call_off)
    own = _process(session, site, framework, None, now)
    process = _process(session, site, framework, call_off, now) if call_off is not None else own
    build = _builder(session, site, process, own, framework, call_off)
    wanted = {event.event_id for event in events} - set(
        session.scalars(
            sa.select(ContractingRelease.event_id).where(
                ContractingRelease.event_id.in_([event.event_id for event in events])
            )
        )
    )
    made = 0
    for place, event in enumerate(history, start=1):
        content = build(history[:place]) if event.event_id in wanted else None
        if content is not None:
            session.add(
                ContractingRelease(
                    process_id=process.id,
                    event_id=event.event_id,
                    at=event.at,
                    content=content,
                    created_at=now,
                )
            )
            made += 1
    session.flush()
    return made


def _builder(
    session: Session,
    site: Site,
    process: ContractingProcess,
    own: ContractingProcess,
    framework: Framework,
    call_off: CallOff | None,
):
    """What makes a release of a history: facts are read once."""
    if call_off is None:
        of_framework = queries.framework_facts(
            session,
            key=framework.id,
            ocid=process.ocid,
            page=site.framework_page(framework.public_id),
        )
        return lambda history: rules.framework_release(of_framework, history)
    of_call_off = queries.call_off_facts(
        session,
        key=call_off.id,
        ocid=process.ocid,
        framework_ocid=own.ocid,
        framework_address=site.record(own.ocid),
        page=site.call_off_page(call_off.public_id),
    )
    return lambda history: rules.call_off_release(of_call_off, history) if of_call_off else None


def _process(
    session: Session, site: Site, framework: Framework, call_off: CallOff | None, now: datetime
) -> ContractingProcess:
    """The process of a framework or call-off; its identifier is fixed when it is first needed."""
    found = queries.process_of(
        session, framework_id=framework.id, call_off_id=call_off.id if call_off is not None else None
    )
    if found is None:
        key = call_off.public_id if call_off is not None else framework.public_id
        found = ContractingProcess(
            ocid=rules.ocid(site.publisher.prefix, key),
            framework_id=framework.id,
            call_off_id=call_off.id if call_off is not None else None,
            created_at=now,
        )
        session.add(found)
        session.flush()
    return found
