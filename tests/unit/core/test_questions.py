"""Questions as data: what an answer must look like, what passes, what a set asks; the standard set itself."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questions.forms import date_parts, seen_mark, seen_marks, typed_answers
from core.questions.rules import (
    canonical,
    count_words,
    effort,
    fingerprint,
    incomplete,
    passes,
    read_definition,
    reasons_against,
    shown,
)
from core.questions.types import Choice, Question, QuestionKind


def question(kind: QuestionKind, **more) -> Question:
    defaults = {"code": "q", "version": 1, "kind": kind, "text": "A question?"}
    if kind is QuestionKind.TEXT:
        defaults["word_limit"] = 5
    if kind is QuestionKind.CHOICE:
        defaults["choices"] = (Choice("a", "Apples"), Choice("p", "Pears"))
    return Question(**{**defaults, **more})


def codes(asked: Question, typed: str) -> list[str]:
    return [reason.code for reason in reasons_against(asked, canonical(asked, typed))]


@pytest.mark.parametrize(
    ("kind", "good", "kept"),
    [
        (QuestionKind.TEXT, "  One two three  ", "One two three"),
        (QuestionKind.TEXT, "a\r\nb\x00", "a\nb"),
        (QuestionKind.NUMBER, "1,200", "1200"),
        (QuestionKind.MONEY, "£1,250.5", "1250.50"),
        (QuestionKind.MONEY, "640,000", "640000"),
        (QuestionKind.DATE, "31/3/2027", "2027-03-31"),
        (QuestionKind.YES_NO, "no", "no"),
        (QuestionKind.CHOICE, "p", "p"),
    ],
)
def test_a_good_answer_is_kept_in_one_form(kind, good, kept):
    asked = question(kind)
    assert canonical(asked, good) == kept
    assert reasons_against(asked, kept) == []


@pytest.mark.parametrize(
    ("kind", "bad", "code"),
    [
        (QuestionKind.TEXT, "one two three four five six", "answer_has_too_many_words"),
        (QuestionKind.TEXT, "x" * 20_001, "answer_too_long"),
        (QuestionKind.NUMBER, "about 40", "answer_not_a_number"),
        (QuestionKind.NUMBER, "-3", "answer_not_a_number"),
        (QuestionKind.NUMBER, "٣", "answer_not_a_number"),
        (QuestionKind.MONEY, "12.345", "answer_not_money"),
        (QuestionKind.MONEY, "-5", "answer_not_money"),
        (QuestionKind.MONEY, "1e50", "answer_not_money"),
        (QuestionKind.MONEY, "NaN", "answer_not_money"),
        (QuestionKind.DATE, "31/2/2027", "answer_not_a_date"),
        (QuestionKind.DATE, "1/2/", "answer_not_a_date"),
        (QuestionKind.DATE, "1/1/1066", "answer_not_a_date"),
        (QuestionKind.YES_NO, "maybe", "answer_not_among_the_choices"),
        (QuestionKind.CHOICE, "q", "answer_not_among_the_choices"),
        (QuestionKind.TEXT, "   ", "answer_missing"),
    ],
)
def test_a_bad_answer_is_named(kind, bad, code):
    assert codes(question(kind), bad) == [code]


@given(st.sampled_from(list(QuestionKind)), st.text(max_size=60))
def test_any_typing_is_kept_once_and_for_all(kind, typed):
    asked = question(kind)
    kept = canonical(asked, typed)
    assert canonical(asked, kept) == kept
    assert "\x00" not in kept
    reasons_against(asked, kept)
    shown(asked, kept)
    assert passes(asked, kept) is None


def test_an_optional_question_may_stay_empty():
    asked = [
        question(QuestionKind.TEXT, code="must"),
        question(QuestionKind.TEXT, code="may", required=False),
    ]
    assert incomplete(asked, {}) == ("must",)
    assert incomplete(asked, {"must": "Yes."}) == ()
    assert incomplete(asked, {"must": "Yes.", "may": "one two three four five six"}) == ("may",)


@pytest.mark.parametrize(
    ("kind", "rule", "passing", "failing"),
    [
        (QuestionKind.YES_NO, "= no", "no", "yes"),
        (QuestionKind.CHOICE, "in a|p", "a", "x"),
        (QuestionKind.NUMBER, ">= 10", "10", "9"),
        (QuestionKind.NUMBER, "< 10", "9", "10"),
        (QuestionKind.MONEY, "> 99.99", "100", "99.99"),
        (QuestionKind.DATE, "<= 2027-03-31", "2027-03-31", "2027-04-01"),
        (QuestionKind.TEXT, "filled", "Words.", ""),
    ],
)
def test_pass_rules(kind, rule, passing, failing):
    asked = question(kind, pass_if=rule)
    assert passes(asked, passing) is True
    assert passes(asked, failing) is False
    assert passes(asked, "") is False


def test_answers_are_shown_as_values():
    assert shown(question(QuestionKind.MONEY), "1250.50") == Decimal("1250.50")
    assert shown(question(QuestionKind.CHOICE), "a") == "Apples"
    assert shown(question(QuestionKind.YES_NO), "yes") == "Yes"
    assert shown(question(QuestionKind.NUMBER), "about 40") == "about 40"


@pytest.mark.parametrize(
    "entry",
    [
        {},
        {"code": "q", "version": 1, "kind": "text", "text": "?", "surprise": 1},
        {"code": "q", "version": 1, "kind": "text", "text": "?"},
        {"code": "q", "version": 1, "kind": "riddle", "text": "?"},
        {"code": "q", "version": 1, "kind": "choice", "text": "?"},
        {"code": "q", "version": 1, "kind": "yes-no", "text": "?", "pass_if": "= perhaps"},
        {"code": "q", "version": 1, "kind": "number", "text": "?", "pass_if": ">= many"},
        {"code": "q", "version": 1, "kind": "text", "text": "?", "word_limit": 5, "pass_if": ">= 3"},
        {"code": "q", "version": 1, "kind": "number", "text": "?", "pass_if": "roughly 3"},
    ],
)
def test_an_unsound_definition_is_refused(entry):
    with pytest.raises(ValueError, match="question"):
        read_definition(entry)


def test_effort_adds_up():
    asked = [
        question(QuestionKind.TEXT, word_limit=400),
        question(QuestionKind.YES_NO),
        question(QuestionKind.FILE),
    ]
    found = effort(asked)
    assert (found.questions, found.words, found.files, found.minutes) == (3, 400, 1, 40 + 2 + 15)


def test_a_form_is_read_by_the_questions_it_showed():
    asked = [
        question(QuestionKind.DATE, code="day"),
        question(QuestionKind.YES_NO, code="sure"),
        question(QuestionKind.TEXT, code="why"),
    ]
    sent = {
        "answer-day-day": "1",
        "answer-day-month": "",
        "answer-day-year": "2027",
        "answer-sure-asked": "1",
    }
    assert typed_answers(sent, asked) == {"day": "1//2027", "sure": ""}
    assert typed_answers({"answer-why": "So."}, asked) == {"why": "So."}
    assert date_parts("1//2027") == ("1", "", "2027")
    assert date_parts("2027-03-01") == ("1", "3", "2027")
    assert date_parts("") == ("", "", "")


@given(st.dictionaries(st.sampled_from(["one", "two", "three"]), st.text(max_size=20)))
def test_the_mark_of_a_form_names_each_answer(answers):
    asked = [question(QuestionKind.TEXT, code=code) for code in ("one", "two", "three")]
    marks = seen_marks(seen_mark(answers, asked))
    assert marks == {q.code: fingerprint(answers.get(q.code, "")) for q in asked}


@given(st.text(max_size=50))
def test_a_forged_mark_is_read_without_failing(text):
    assert all(isinstance(code, str) for code in seen_marks(text))


def test_words_are_counted_between_white_space():
    assert count_words("one  two\nthree") == 3
    assert count_words(" \n ") == 0
