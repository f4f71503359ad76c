"""What a draft asks beside the standard set: of everybody, or of those who choose certain categories."""

from decimal import Decimal

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core.reasons import Refused
from procurement.framework import queries, services
from procurement.framework.types import Regime
from tests.factories import NOW
from tests.factories_framework import (
    GOOD_ANSWERS,
    NORTH_EAST,
    Market,
    make_application,
    make_draft,
    make_market,
    publish_draft,
)
from tests.integration.framework.pages import text_of


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[str]:
    return [reason.code for reason in refused.value.reasons]


@pytest.fixture
def draft(session: Session) -> Market:
    return make_market(session, publish=False)


def test_a_category_asks_only_those_who_choose_it(session: Session, draft: Market) -> None:
    actor, framework = draft.managing(session), draft.framework
    values = {"actor": actor, "now": NOW, "framework": framework}
    services.take_question(session, code="premises-standard", categories=["ACC"], **values)
    services.write_question(
        session, definition={"kind": "yes-no", "text": "Is it so?", "pass_if": "= yes"}, **values
    )
    publish_draft(session, actor, framework)
    own = framework.questions[-1].question.code

    finance = make_application(session, draft, chosen=[("FIN", NORTH_EAST)], submit=False)
    assert "premises-standard" not in [entry.question.code for entry in queries.asked_of(finance)]
    assert queries.application_facts(finance).unanswered == (own,)
    supplier = draft.applying(session)
    with pytest.raises(Refused) as refused:
        services.save_answers(
            session, actor=supplier, now=NOW, application=finance, answers={"premises-standard": "We do."}
        )
    assert codes(refused) == ["no_such_question"]

    services.save_choices(session, actor=supplier, now=NOW, application=finance, chosen=[("ACC", NORTH_EAST)])
    assert queries.application_facts(finance).unanswered == ("premises-standard", own)
    answers = {**GOOD_ANSWERS, "premises-standard": "We inspect.", own: "yes"}
    services.save_answers(session, actor=supplier, now=NOW, application=finance, answers=answers)
    services.sign_declaration(session, actor=supplier, now=NOW, application=finance)
    services.submit_application(session, actor=supplier, now=NOW, application=finance)


def test_what_is_taken_out_and_what_must_stay(session: Session, draft: Market) -> None:
    values = {"actor": draft.managing(session), "now": NOW, "framework": draft.framework}
    services.take_out_question(session, code="people-supported", **values)
    assert "people-supported" not in [entry.question.code for entry in draft.framework.questions]
    services.take_question(session, code="people-supported", **values)
    for code, reason in (
        ("mandatory-grounds", "question_is_needed"),
        ("discretionary-events", "question_is_needed"),
        ("safeguarding-policy", "question_decides_another"),
        ("nothing", "no_such_question"),
    ):
        with pytest.raises(Refused) as refused:
            services.take_out_question(session, code=code, **values)
        assert set(codes(refused)) == {reason}


def test_words_written_before_are_never_written_over(session: Session, draft: Market) -> None:
    values = {"actor": draft.managing(session), "now": NOW, "framework": draft.framework}
    first = services.write_question(session, definition={"kind": "yes-no", "text": "One?"}, **values)
    services.take_out_question(session, code=first.code, **values)
    second = services.write_question(session, definition={"kind": "yes-no", "text": "Two?"}, **values)
    assert (second.code, second.version) == (first.code, first.version + 1)


@pytest.mark.parametrize(
    ("definition", "code"),
    [
        ({"kind": "text", "text": "How?"}, "not_a_question"),
        ({"kind": "choice", "text": "Which?", "choices": []}, "not_a_question"),
        ({"kind": "file", "text": "Your audited accounts", "required": True}, "audited_accounts"),
        (
            {"kind": "money", "text": "What was your turnover?", "pass_if": ">= 5000000"},
            "turnover_by_question",
        ),
    ],
)
def test_what_is_no_question_or_forbidden_is_refused(
    session: Session, draft: Market, definition: dict, code: str
) -> None:
    before = len(draft.framework.questions)
    with pytest.raises(Refused) as refused:
        services.write_question(
            session,
            actor=draft.managing(session),
            now=NOW,
            framework=draft.framework,
            definition=definition,
        )
    assert codes(refused) == [code]
    assert len(draft.framework.questions) == before


def test_a_lowered_rule_and_a_category_cannot_contradict_each_other(session: Session, draft: Market) -> None:
    values = {"actor": draft.managing(session), "now": NOW}
    double, once = {"turnover_multiple": Decimal(2)}, {"turnover_multiple": Decimal(1)}
    services.change_rules(session, framework=draft.framework, values=double, **values)
    category = draft.framework.categories[0]
    kept = {
        "name": category.name,
        "need_area": category.need_area,
        "regions": list(category.regions),
        "cpv_code": category.cpv_code,
        "value_from": category.value_from,
        "value_below": category.value_below,
        "criteria": "",
    }
    with pytest.raises(Refused) as refused:
        services.change_category(
            session, category=category, turnover_floor=Decimal(1_000_001), **kept, **values
        )
    assert codes(refused) == ["floor_too_high"]
    services.change_category(session, category=category, turnover_floor=Decimal(1_000_000), **kept, **values)
    with pytest.raises(Refused) as refused:
        services.change_rules(session, framework=draft.framework, values=once, **values)
    assert codes(refused) == ["category_asks_for_more"]


def test_a_manager_writes_and_takes_questions(client: FlaskClient, session: Session, draft: Market) -> None:
    client.sign_in(draft.manager)
    address = f"/manage/frameworks/{draft.framework.public_id}/questions"
    assert "How many volunteers and mentors" in text_of(client.get(address))
    assert client.post(address, data={}).status_code == 422
    assert client.post(address, data={"code": "volunteers", "categories": ["ACC"]}).status_code == 302
    assert "Only for Accommodation" in text_of(client.get(address))
    assert client.get(f"{address}/new").status_code == 200
    bad = {"text": "Do you already hold insurance?", "kind": "yes-no", "passing": "= yes"}
    refused = client.post(f"{address}/new", data=bad)
    assert refused.status_code == 422
    assert "Insurance cannot be asked for before an award" in text_of(refused)
    good = {"text": "What do you use?", "kind": "choice", "choices": "A van\nA bus", "passing": "filled"}
    assert client.post(f"{address}/new", data=good).status_code == 302
    assert "What do you use?" in text_of(client.get(address))
    assert client.post(f"{address}/volunteers/remove").status_code == 302
    assert "Only for Accommodation" not in text_of(client.get(address))
    client.post(f"{address}/mandatory-grounds/remove")
    assert "The grounds for exclusion are always asked" in text_of(client.get(address))
    publish_draft(session, draft.managing(session), draft.framework)
    assert client.get(f"{address}/new").status_code == 404
    assert client.post(f"{address}/new", data=good).status_code == 422
    assert "Write a question of your own" not in text_of(client.get(address))


def test_an_older_system_may_ask_what_the_act_forbids(session: Session, draft: Market) -> None:
    system = make_draft(session, draft.managing(session), regime=Regime.DPS, title="An older system")
    services.write_question(
        session,
        actor=draft.managing(session),
        now=NOW,
        framework=system,
        definition={"kind": "file", "text": "Your audited accounts"},
    )
    assert system.questions[-1].question.text == "Your audited accounts"


def test_overdue_decisions_are_a_list_of_their_own(
    client: FlaskClient, session: Session, draft: Market
) -> None:
    publish_draft(session, draft.managing(session), draft.framework)
    application = make_application(session, draft)
    client.sign_in(draft.manager)
    assert application.decision_due_on is not None
    from core import clock

    application.decision_due_on = clock.today()
    session.flush()
    assert draft.supplier.name not in text_of(client.get("/assessment?state=overdue"))
    application.decision_due_on = NOW.date().replace(year=2020)
    session.flush()
    page = text_of(client.get("/assessment?state=overdue"))
    assert draft.supplier.name in page
    assert "1 overdue" in page
