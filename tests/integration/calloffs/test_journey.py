"""The commissioner's way through the pages: from an empty draft to published invitations."""

import re
from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from core import clock
from procurement.calloffs.drafting.models import CallOff, Invitation
from procurement.calloffs.drafting.types import CallOffState
from tests.factories_calloffs import make_setting


def text_of(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.get_data(as_text=True)))


def test_from_an_empty_draft_to_published_invitations(client: FlaskClient, session: Session) -> None:
    setting = make_setting(session)
    deadline = clock.now() + timedelta(days=30)
    starts = deadline + timedelta(days=200)
    client.sign_in(setting.drafter)

    started = client.post(
        "/commissioning/new", data={"title": "Homes in Cleveland", "framework": setting.framework.id}
    )
    assert started.status_code == 302
    draft = started.location
    base = draft.removesuffix("/draft")

    # Nothing can be drafted before one's own declaration.
    assert client.get(f"{base}/basics").location.startswith(f"{base}/declaration")
    declared = client.post(f"{base}/declaration", data={"answer": "no", "following": f"{base}/draft"})
    assert declared.location == f"{base}/draft"
    assert "0 of 9 steps complete" not in text_of(client.get(draft))
    assert "Say what the need is" in text_of(client.get(draft))

    assert (
        client.post(
            f"{base}/basics",
            data={
                "title": "Homes in Cleveland",
                "framework": setting.framework.id,
                "need": "People leave prison without an address",
                "data_sharing": "By the secure portal",
            },
        ).status_code
        == 302
    )
    service = client.post(f"{base}/lots").location
    where = client.post(service, data={"title": "Cleveland", "people__accommodation__low": "120"}).location
    assert where.endswith("/where")
    terms = client.post(
        where, data={"places": ["pfa:cleveland"], "cohorts": ["women"], "stages": ["community"]}
    ).location
    assert terms.endswith("/terms")
    lot = client.post(
        terms,
        data={
            "starts_on-day": starts.day,
            "starts_on-month": starts.month,
            "starts_on-year": starts.year,
            "term_months": "24",
            "budget": "240,000",
        },
    ).location
    assert "£240,000" in text_of(client.get(lot))

    library = client.get(f"{base}/criteria/new?from=effort-to-risk")
    assert "How will you decide how much help each person gets" in text_of(library)
    client.post(
        f"{base}/criteria/new",
        data={"name": "Method", "kind": "quality", "text": "How?", "weight": "60", "word_limit": "500"},
    )
    client.post(
        f"{base}/price",
        data={
            "price_model": "unit_price",
            "price_formula": "relative_lowest",
            "price_weight": "39.99",
            "tie_break": "higher_quality",
        },
    )
    assert "The weights make 99.99%" in text_of(client.get(f"{base}/criteria"))
    client.post(
        f"{base}/price",
        data={
            "price_model": "unit_price",
            "price_formula": "relative_lowest",
            "price_weight": "40",
            "tie_break": "higher_quality",
        },
    )
    client.post(
        f"{base}/timetable",
        data={
            "deadline-day": deadline.day,
            "deadline-month": deadline.month,
            "deadline-year": deadline.year,
            "deadline-time": "12:00",
            "standstill": "y",
        },
    )
    assert "Standstill ends" in text_of(client.get(f"{base}/timetable"))
    terms = {"payment_days": "45", "staff_transfer": "applies", "staff_transfer_note": "Four posts."}
    late = client.post(f"{base}/terms", data=terms)
    assert late.status_code == 422
    assert "Invoices must be paid within 30 days: 45 is too long (PA 2023 s.68, 73)" in text_of(late)
    assert client.post(f"{base}/terms", data=terms | {"payment_days": "30"}).status_code == 302
    client.post(f"{base}/lots-considered", data={"lots_considered": "One area"})
    client.post(f"{base}/conflicts", data={"assessed": "y"})
    named = [
        *(("opening_officer", person) for person in setting.officers),
        *(("evaluator", person) for person in setting.evaluators),
        ("approver", setting.approver),
    ]
    for duty, person in named:
        assert (
            client.post(f"{base}/people", data={"duty": duty, "person": person.public_id}).status_code == 302
        )

    preview = text_of(client.get(f"{base}/invitations"))
    assert "2 suppliers of 5 in the framework would be invited" in preview
    assert "The application for Accommodation in North East is not decided yet" in preview

    # Approval waits for everyone's declaration, and says whose.
    client.sign_in(setting.approver)
    refused = client.post(f"{base}/approve")
    assert refused.status_code == 422
    assert f"{setting.evaluators[0].name} has not declared conflicts of interest" in text_of(refused)
    assert "PA 2023 s.81-83" in text_of(refused)
    for _duty, person in named:
        client.sign_in(person)
        assert "Not declared yet" in text_of(client.get("/duties"))
        client.post(f"{base}/declaration", data={"answer": "no"})

    client.sign_in(setting.drafter)
    assert client.post(f"{base}/approve").status_code == 403
    assert client.post(f"{base}/publish").status_code == 422
    client.sign_in(setting.approver)
    assert client.post(f"{base}/approve").status_code == 302
    assert client.post(f"{base}/publish").status_code == 403
    client.sign_in(setting.drafter)
    assert "Publish and invite" in text_of(client.get(f"{base}/check"))
    assert client.post(f"{base}/publish").status_code == 302

    call_off = session.scalars(sa.select(CallOff).where(CallOff.public_id == base.split("/")[-1])).one()
    assert call_off.state is CallOffState.PUBLISHED
    assert session.scalar(sa.select(sa.func.count()).select_from(Invitation)) == 5
    overview = text_of(client.get(base))
    assert "2 suppliers invited, 3 not, with the reasons" in overview
    assert "Who was invited" in text_of(client.get(f"{base}/invitations"))
    assert "Open for bids" in text_of(client.get("/call-offs"))

    # What was published stays as it was.
    frozen = client.post(
        f"{base}/criteria/1", data={"name": "Other", "kind": "quality", "text": "What?", "weight": "60"}
    )
    assert frozen.location == base
    session.expire_all()
    assert [criterion.name for criterion in call_off.criteria] == ["Method"]
