"""Wherever a manager types a condition, words that the 2023 Act forbids are refused, naming the provision."""

from collections.abc import Callable

import pytest
from sqlalchemy.orm import Session

from core.reasons import Refused
from procurement.framework import services
from tests.factories import NOW
from tests.factories_framework import Market, assess, make_application, make_market, publish_draft

AUDITED = "Send us your audited accounts of the last three years."
INSURED = "You hold public liability insurance of five million pounds when you apply."


def codes(refused: pytest.ExceptionInfo[Refused]) -> set[str]:
    return {reason.code for reason in refused.value.reasons}


def in_details(session: Session, market: Market, words: str) -> None:
    framework = market.framework
    services.change_details(
        session,
        actor=market.managing(session),
        now=NOW,
        framework=framework,
        title=framework.title,
        summary=words,
        starts_on=framework.starts_on,
        ends_on=framework.ends_on,
        market_reference=framework.market_reference,
        noticed_on=framework.noticed_on,
    )


def in_a_category(session: Session, market: Market, words: str) -> None:
    category = market.framework.categories[0]
    services.change_category(
        session,
        actor=market.managing(session),
        now=NOW,
        category=category,
        name=category.name,
        need_area=category.need_area,
        regions=category.regions,
        cpv_code=category.cpv_code,
        value_from=category.value_from,
        value_below=category.value_below,
        criteria=words,
    )


def in_a_question(session: Session, market: Market, words: str) -> None:
    services.write_question(
        session,
        actor=market.managing(session),
        now=NOW,
        framework=market.framework,
        definition={"kind": "text", "text": words, "word_limit": 100},
    )


def in_a_clarification(session: Session, market: Market, words: str) -> None:
    publish_draft(session, market.managing(session), market.framework)
    application = make_application(session, market)
    assess(session, market, application)
    services.ask_clarification(
        session,
        actor=market.managing(session),
        now=NOW,
        application=application,
        asked=words,
        due_on=NOW.date(),
    )


@pytest.mark.parametrize(
    ("words", "code"), [(AUDITED, "audited_accounts"), (INSURED, "insurance_before_award")]
)
@pytest.mark.parametrize("typed", [in_details, in_a_category, in_a_question, in_a_clarification])
def test_no_place_lets_it_through(
    session: Session, typed: Callable[[Session, Market, str], None], words: str, code: str
) -> None:
    market = make_market(session, publish=False)
    with pytest.raises(Refused) as refused:
        typed(session, market, words)
    assert code in codes(refused)
