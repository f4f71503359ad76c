"""An organisation's own declarations: answered once, kept with their date, answered anew when they change."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from catalogue.partners.models import PartnerDeclaration, PartnerDeclarationAnswer
from catalogue.partners.types import PartnerTag
from catalogue.suppliers.queries import KeptEvidence
from core.accounts.queries import locked_organisation
from core.actor import Actor
from core.audit.services import record
from core.questions.rules import canonical, is_asked, reasons_against
from core.questions.services import keep_versions
from core.questions.types import Question
from core.reasons import Reason

Asked = Sequence[tuple[Question, str]]
"""Questions with the kind of ground that each asks for, empty for none."""


def declare(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    asked: Asked,
    answers: Mapping[str, str],
    library: Mapping[str, KeptEvidence] | None = None,
) -> dict[str, list[Reason]]:
    """Keep the declaration of the actor's organisation, or return what is wrong with the answers, by code.

    An answer that is what the evidence library says (`library`, by code) cites that version of it.

    Answers are as typed; those to questions that do not arise are left out. Nothing is kept while anything is
    wrong; an earlier declaration stays as it was.
    """
    typed = {question.code: canonical(question, answers.get(question.code, "")) for question, _ in asked}
    questions = [(question, ground) for question, ground in asked if is_asked(question, typed)]
    problems = {
        question.code: found
        for question, _ in questions
        if (found := reasons_against(question, typed[question.code]))
    }
    if problems:
        return problems
    organisation = locked_organisation(session, actor.organisation_id)
    rows = keep_versions(session, questions=[question for question, _ in questions], now=now)
    declaration = PartnerDeclaration(
        organisation=organisation,
        made_by_id=actor.person_id,
        made_at=now,
        answers=[
            PartnerDeclarationAnswer(
                question=rows[question.code],
                position=position,
                value=typed[question.code],
                ground=ground,
                library_version_id=_cited(library or {}, question.code, typed[question.code]),
            )
            for position, (question, ground) in enumerate(questions, start=1)
        ],
    )
    session.add(declaration)
    record(session, PartnerTag.DECLARED, actor=actor, now=now, subject=declaration)
    return {}


def _cited(library: Mapping[str, KeptEvidence], code: str, answer: str) -> int | None:
    kept = library.get(code)
    return kept.version.id if kept is not None and answer and kept.answer == answer else None
