"""Writing a level of the specification that the source leaves open: a shared draft, then a version."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from catalogue.reference import queries
from catalogue.reference.models import (
    NeedArea,
    SpecificationDraft,
    SpecificationItem,
    SpecificationLevel,
    SpecificationLevelItem,
)
from catalogue.reference.rules.writing import (
    ItemChange,
    differences,
    new_code,
    reasons_not_to_publish,
    reasons_not_to_write,
    tidy,
)
from catalogue.reference.types import Availability, Complexity, DraftItem, ReferenceTag
from core.accounts.models import Organisation, Person
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if


def save_draft(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    need_area: NeedArea,
    complexity: Complexity,
    items: Sequence[DraftItem],
    guide: str,
    seen: int,
) -> SpecificationDraft:
    """Keep what is being written for a level; one draft is shared by all who may write it.

    `seen` is the row version that the form showed, 0 for none yet; refused with `changed_meanwhile` where a
    colleague has saved since. Nothing of it is public before it is published.
    """
    current = _writable(session, need_area, complexity)
    author = session.get_one(Person, actor.person_id)
    draft = queries.specification_draft(session, need_area_id=need_area.id, complexity=complexity)
    if (draft.row_version if draft is not None else 0) != seen:
        raise Refused(Reason("changed_meanwhile"))
    kept = tidy(items, {link.item.code for link in current.items})
    if draft is None:
        draft = SpecificationDraft(need_area=need_area, complexity=complexity)
        session.add(draft)
    draft.items, draft.guide = [item.as_json() for item in kept], guide.strip()
    draft.by_id, draft.at = author.id, now
    session.flush()
    return draft


def discard_draft(session: Session, *, need_area: NeedArea, complexity: Complexity, seen: int) -> None:
    """Throw a draft away; what is published stays."""
    _writable(session, need_area, complexity)
    draft = queries.specification_draft(session, need_area_id=need_area.id, complexity=complexity)
    if draft is None or draft.row_version != seen:
        raise Refused(Reason("changed_meanwhile"))
    session.delete(draft)
    session.flush()


def publish_level(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    need_area: NeedArea,
    complexity: Complexity,
    seen: int,
) -> SpecificationLevel:
    """Publish a draft as the next version of its level; earlier versions stay, with the offers citing them.

    It is written in the name of the actor's organisation. An item that stays word for word is the same
    item, so that answers to it hold; one that changed gets a code of its own. Refused unless each phase has
    an item and something is new, and where the draft is other than the page showed (`seen`).
    """
    current = _writable(session, need_area, complexity)
    draft = queries.specification_draft(session, need_area_id=need_area.id, complexity=complexity)
    if draft is None or draft.row_version != seen:
        raise Refused(Reason("changed_meanwhile"))
    before, after = queries.items_of(current), queries.items_of_draft(draft)
    refuse_if(reasons_not_to_publish(before, after, guides=(current.guide, draft.guide)))
    written = queries.written_levels(session, need_area_id=need_area.id, complexity=complexity)
    author = session.get_one(Organisation, actor.organisation_id)
    source = f"Written by {author.name}"[:200]
    level = SpecificationLevel(
        need_area=need_area,
        complexity=complexity,
        version=f"written-{len(written) + 1}",
        availability=Availability.AVAILABLE,
        guide=draft.guide,
        guide_source=current.guide_source if draft.guide == current.guide else source,
        source=source,
        inherits=[],
        referrals=[],
        written_by_id=actor.person_id,
        written_at=now,
        items=[],
    )
    session.add(level)
    session.flush()
    codes = set(session.scalars(sa.select(SpecificationItem.code)))
    rows = {link.item.code: link.item for link in current.items}
    found = [one for one in differences(before, after) if one.after is not None]
    for position, one in enumerate(found, start=1):
        if one.kind is ItemChange.KEPT and one.after is not None:
            item = rows[one.after.code]
        else:
            code = new_code(need_area.prefix, complexity, one.phase, codes)
            codes.add(code)
            replaces = f"; in place of {one.before.code}" if one.before is not None else ""
            item = SpecificationItem(
                code=code,
                phase=one.phase,
                text=one.after.text if one.after is not None else "",
                source=source + replaces,
            )
        level.items.append(SpecificationLevelItem(item=item, position=position))
    session.delete(draft)
    session.flush()
    record(
        session,
        ReferenceTag.SPECIFICATION_PUBLISHED,
        actor=actor,
        now=now,
        subject=level,
        details={
            "need_area": need_area.code,
            "complexity": str(complexity),
            "version": level.version,
            "items": [link.item.code for link in level.items],
        },
    )
    return level


def _writable(session: Session, need_area: NeedArea, complexity: Complexity) -> SpecificationLevel:
    """The level in force, held against others who write it; refused where the source says its items."""
    session.execute(sa.select(NeedArea.id).where(NeedArea.id == need_area.id).with_for_update())
    availability = queries.availability_in_files(session, need_area_id=need_area.id, complexity=complexity)
    refuse_if(reasons_not_to_write(availability))
    return queries.current_levels(session, need_area_id=need_area.id)[need_area.id, complexity]
