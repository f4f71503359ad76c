"""A set of questions: which are asked, what is missing, what has run out, and how much it all asks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from core.questions.rules.answers import passes, reasons_against
from core.questions.types import Answerer, Effort, ExpiryRule, Question, QuestionKind
from core.reasons import Reason

# Minutes, for the estimate that people see before they begin: finding a figure out, or writing at ten words a
# minute, which counts gathering and agreeing too. A table is counted with three rows.
MINUTES: Mapping[QuestionKind, int] = {
    QuestionKind.YES_NO: 2,
    QuestionKind.CHOICE: 2,
    QuestionKind.NUMBER: 5,
    QuestionKind.MONEY: 5,
    QuestionKind.DATE: 3,
    QuestionKind.FILE: 15,
    QuestionKind.TEXT: 5,
    QuestionKind.TABLE: 10,
}
WORDS_A_MINUTE = 10
EXPIRES = ".expires"


def conditions_of(question: Question) -> tuple[tuple[str, str], ...]:
    """The (code, value) pairs of which one must hold for the question to be asked; none: it always is."""
    pairs = [part.split(" = ") for part in question.asked_if.split(" | ")] if question.asked_if else []
    return tuple((code, value) for code, value in pairs)


def is_asked(question: Question, answers: Mapping[str, str]) -> bool:
    """Whether a question is asked of somebody who gave these answers, by question code."""
    conditions = conditions_of(question)
    return not conditions or any(answers.get(code, "") == value for code, value in conditions)


def asked(
    questions: Iterable[Question], answers: Mapping[str, str], answerer: Answerer = Answerer.LEAD
) -> list[Question]:
    """The questions that are asked of the lead, or of another organisation named beside it, in order."""
    return [
        question
        for question in questions
        if is_asked(question, answers) and (answerer is Answerer.LEAD or question.answered_by is answerer)
    ]


def incomplete(questions: Iterable[Question], answers: Mapping[str, str]) -> tuple[str, ...]:
    """Codes of the questions that are asked and lack a valid answer, in the order of the questions."""
    return tuple(q.code for q in asked(questions, answers) if reasons_against(q, answers.get(q.code, "")))


def expiry_question(question: Question) -> Question | None:
    """The question that goes with one whose evidence has an end: until when it is valid. None without."""
    if question.expires is ExpiryRule.NONE:
        return None
    return Question(
        code=question.code + EXPIRES,
        version=question.version,
        kind=QuestionKind.DATE,
        text="When does it expire, or when is it due for review?",
        required=question.expires is ExpiryRule.BLOCKS,
    )


def expiry_reasons(question: Question, answer: str, expires: str, today: date) -> list[Reason]:
    """What is wrong with the end of an answer's evidence (a date as kept); nothing where there is no answer.

    Where the rule only warns, a missing or past date is none of the reasons (`has_expired` says it); where
    it blocks, either is.
    """
    wanted = expiry_question(question)
    if wanted is None or not answer:
        return []
    against = reasons_against(wanted, expires)
    if against:
        return [Reason("evidence_end_unsound", {"question": question.code, "why": against[0].code})]
    if question.expires is ExpiryRule.BLOCKS and has_expired(expires, today):
        return [Reason("evidence_expired", {"question": question.code, "on": expires})]
    return []


def has_expired(expires: str, today: date) -> bool:
    """Whether a last day of validity, as kept, has passed; what is no date has not."""
    try:
        return bool(expires) and date.fromisoformat(expires) < today
    except ValueError:
        return False


def effort(questions: Iterable[Question]) -> Effort:
    """What the questions ask in all: words, files and tables at most, and an estimate in minutes.

    The estimate is for an applicant who passes: a question that follows only from an answer which fails its
    rule costs nothing, and of several that follow from the same question one is answered.
    """
    every = list(questions)
    by_code = {question.code: question for question in every}
    minutes = 0
    following: dict[str, int] = defaultdict(int)
    for question in every:
        conditions = conditions_of(question)
        if not conditions:
            minutes += _minutes(question)
        for code, value in conditions:
            deciding = by_code.get(code)
            if deciding is not None and passes(deciding, value) is not False:
                following[code] = max(following[code], _minutes(question))
    return Effort(
        questions=len(every),
        words=sum(_words(question) for question in every),
        files=sum(question.kind is QuestionKind.FILE for question in every),
        minutes=minutes + sum(following.values()),
        tables=sum(question.kind is QuestionKind.TABLE for question in every),
        conditional=sum(bool(question.asked_if) for question in every),
    )


def _words(question: Question) -> int:
    return (question.word_limit or 0) if question.kind is QuestionKind.TEXT else 0


def _minutes(question: Question) -> int:
    if question.kind is QuestionKind.TEXT and question.word_limit:
        return -(-question.word_limit // WORDS_A_MINUTE)
    return MINUTES[question.kind]


def with_expiries(questions: Sequence[Question]) -> list[Question]:
    """The questions with, after each whose evidence has an end, the one that asks for it."""
    found = []
    for question in questions:
        found.append(question)
        following = expiry_question(question)
        if following is not None:
            found.append(following)
    return found
