"""Setting a framework up: details, rules, categories, publication; nothing of it changes afterwards."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from catalogue.reference.models import NeedArea, Place
from core.accounts.services import mail_people_who_may
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, refuse_if
from procurement.framework import queries, rules
from procurement.framework.models import Category, Framework
from procurement.framework.rules.parameters import PARAMETERS, written
from procurement.framework.rules.setup import codes_in_use
from procurement.framework.services.drafts import refuse_frozen, touch
from procurement.framework.services.questions import ask_standard_questions
from procurement.framework.types import (
    FrameworkPermission,
    FrameworkState,
    FrameworkTag,
    Regime,
    RuleValue,
)


def create_framework(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    title: str,
    summary: str,
    regime: Regime,
    starts_on: date,
    ends_on: date | None = None,
    market_reference: str = "",
    noticed_on: date | None = None,
) -> Framework:
    """Begin a framework with its regime's rules and the standard questions.

    Raises Refused where it would be a dynamic purchasing system set up anew: an existing one is registered
    with the reference and date of its notice (SI 2024/716 reg 5).
    """
    _check_details(regime, f"{title}. {summary}", starts_on, ends_on, market_reference, noticed_on)
    framework = Framework(
        authority_id=actor.organisation_id,
        title=title,
        summary=summary,
        regime=regime,
        starts_on=starts_on,
        ends_on=ends_on,
        market_reference=market_reference,
        noticed_on=noticed_on,
        rules=written(PARAMETERS[regime]),
    )
    session.add(framework)
    ask_standard_questions(session, framework=framework, now=now)
    record(
        session,
        FrameworkTag.FRAMEWORK_CREATED,
        actor=actor,
        now=now,
        subject=framework,
        details={"regime": regime},
    )
    return framework


def change_details(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    title: str,
    summary: str,
    starts_on: date,
    ends_on: date | None,
    market_reference: str,
    noticed_on: date | None,
) -> None:
    """Change what a draft says of itself; its regime stays, since the rules hang on it."""
    refuse_frozen(framework)
    words = f"{title}. {summary}"
    _check_details(framework.regime, words, starts_on, ends_on, market_reference, noticed_on)
    framework.title, framework.summary = title, summary
    framework.starts_on, framework.ends_on = starts_on, ends_on
    framework.market_reference, framework.noticed_on = market_reference, noticed_on
    session.flush()


def change_rules(
    session: Session, *, actor: Actor, now: datetime, framework: Framework, values: Mapping[str, RuleValue]
) -> None:
    """Set rules of a draft by code, keep the others; what the regime forbids is refused, naming why."""
    refuse_frozen(framework)
    changed = {code: dict(entry) for code, entry in framework.rules.items()}
    for code, value in values.items():
        changed[code]["value"] = str(value) if isinstance(value, Decimal) else value
    refuse_if(
        rules.reasons_against_rules(
            framework.regime, changed, ends_on=framework.ends_on, noticed_on=framework.noticed_on
        )
    )
    # What the categories ask for must fit a lowered rule as well.
    multiple = rules.rule_value(changed, "turnover_multiple")
    refuse_if(
        Reason("category_asks_for_more", {"category": category.code, "rule": "turnover_multiple"})
        for category in framework.categories
        if rules.reasons_against_floor(
            framework.regime,
            category.turnover_floor,
            value_below=category.value_below,
            own_multiple=multiple,
        )
    )
    framework.rules = changed
    session.flush()


def add_category(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    framework: Framework,
    name: str,
    need_area: NeedArea,
    regions: Sequence[Place],
    cpv_code: str,
    value_from: Decimal = Decimal(0),
    value_below: Decimal | None = None,
    criteria: str = "",
    turnover_floor: Decimal | None = None,
    floor_by_group: bool = False,
    code: str = "",
) -> Category:
    """Add a category: a need area in some regions for lots of a band of values (pounds, whole term).

    `turnover_floor` is the least income in the last year, in pounds, that a member shows; with
    `floor_by_group` the members of a consortium show it together.
    """
    refuse_frozen(framework)
    _check_category(framework, name, regions, cpv_code, value_from, value_below, criteria, turnover_floor)
    taken = [category.code for category in framework.categories]
    category = Category(
        framework=framework,
        code=codes_in_use(taken, code or need_area.prefix),
        name=name,
        need_area=need_area,
        regions=list(regions),
        value_from=value_from,
        value_below=value_below,
        cpv_code=cpv_code,
        criteria=criteria,
        turnover_floor=turnover_floor,
        floor_by_group=floor_by_group and turnover_floor is not None,
    )
    session.add(category)
    touch(session, framework)
    return category


def change_category(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    category: Category,
    name: str,
    need_area: NeedArea,
    regions: Sequence[Place],
    cpv_code: str,
    value_from: Decimal,
    value_below: Decimal | None,
    criteria: str,
    turnover_floor: Decimal | None = None,
    floor_by_group: bool = False,
) -> None:
    """Change a category of a draft; its code stays."""
    refuse_frozen(category.framework)
    _check_category(
        category.framework, name, regions, cpv_code, value_from, value_below, criteria, turnover_floor
    )
    category.name, category.criteria, category.cpv_code = name, criteria, cpv_code
    category.turnover_floor = turnover_floor
    category.floor_by_group = floor_by_group and turnover_floor is not None
    category.need_area, category.regions = need_area, list(regions)
    category.value_from, category.value_below = value_from, value_below
    touch(session, category.framework)


def remove_category(session: Session, *, actor: Actor, now: datetime, category: Category) -> None:
    """Take a category out of a draft."""
    refuse_frozen(category.framework)
    framework = category.framework
    framework.categories.remove(category)
    session.delete(category)
    touch(session, framework)


def announce_framework(session: Session, *, actor: Actor, now: datetime, framework: Framework) -> None:
    """Give the intention to establish a dynamic market to the notices; it stays a draft (PA 2023 s.39)."""
    refuse_frozen(framework)
    refuse_if(rules.reasons_not_to_announce(queries.setup_facts(framework)))
    framework.announced_at = now
    record(
        session,
        FrameworkTag.FRAMEWORK_ANNOUNCED,
        actor=actor,
        now=now,
        subject=framework,
        details={"framework": framework.public_id, "regime": framework.regime},
    )


def cease_framework(
    session: Session, *, actor: Actor, now: datetime, framework: Framework, reason: str
) -> None:
    """End a published framework: no new applications, no new call-offs; what was called off goes on.

    Every member, and every supplier whose application waits, is told by mail.
    """
    reason = reason.replace("\x00", "").strip()
    reasons = []
    if framework.state is not FrameworkState.PUBLISHED:
        reasons.append(Reason("framework_not_published"))
    if not reason:
        reasons.append(Reason("reason_missing"))
    refuse_if(reasons)
    framework.state = FrameworkState.CEASED
    framework.ceased_at, framework.cessation_reason = now, reason
    record(
        session,
        FrameworkTag.FRAMEWORK_CEASED,
        actor=actor,
        now=now,
        subject=framework,
        details={"framework": framework.public_id, "regime": framework.regime},
    )
    for supplier_id in queries.suppliers_of(session, framework.id):
        mail_people_who_may(
            session,
            organisation_id=supplier_id,
            permission=FrameworkPermission.SUBMIT_APPLICATION,
            subject=f"{framework.title} has ended",
            template="framework/framework_ceased",
            now=now,
            framework=framework.title,
            authority=framework.authority.name,
            reason=reason,
        )


def publish_framework(session: Session, *, actor: Actor, now: datetime, framework: Framework) -> None:
    """Publish once: from here on suppliers apply, and nothing of the framework changes."""
    refuse_if(rules.reasons_not_to_publish(queries.setup_facts(framework), framework.rules))
    framework.state = FrameworkState.PUBLISHED
    framework.published_at = now
    record(
        session,
        FrameworkTag.FRAMEWORK_PUBLISHED,
        actor=actor,
        now=now,
        subject=framework,
        details={
            "framework": framework.public_id,
            "regime": framework.regime,
            "categories": [category.code for category in framework.categories],
            "rules": _plain_rules(framework.rules),
        },
    )


def _check_details(
    regime: Regime,
    words: str,
    starts_on: date,
    ends_on: date | None,
    market_reference: str,
    noticed_on: date | None,
) -> None:
    against = rules.reasons_against_details(
        regime,
        starts_on=starts_on,
        ends_on=ends_on,
        market_reference=market_reference,
        noticed_on=noticed_on,
    )
    refuse_if([*against, *rules.lint_words(regime, words)])


def _check_category(
    framework: Framework,
    name: str,
    regions: Sequence[Place],
    cpv_code: str,
    value_from: Decimal,
    value_below: Decimal | None,
    criteria: str,
    turnover_floor: Decimal | None,
) -> None:
    refuse_if(
        [
            *rules.reasons_against_category(len(regions), cpv_code, value_from, value_below),
            *rules.reasons_against_floor(
                framework.regime,
                turnover_floor,
                value_below=value_below,
                own_multiple=rules.rule_value(framework.rules, "turnover_multiple"),
            ),
            *rules.lint_words(framework.regime, f"{name}. {criteria}"),
        ]
    )


def _plain_rules(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {code: entry["value"] for code, entry in parameters.items()}
