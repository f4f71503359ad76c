"""Tables, conditions and ends of evidence: whatever is typed, an answer keeps one form and one meaning."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.questions.forms import cell_problems, form_rows, seen_mark, typed_answers
from core.questions.rules import (
    asked,
    canonical,
    conditions_of,
    effort,
    expiry_question,
    expiry_reasons,
    has_expired,
    incomplete,
    is_asked,
    prove_conditions,
    read_definition,
    reasons_against,
    shown,
    table_rows,
    table_text,
    with_expiries,
)
from core.questions.types import Answerer, Choice, Column, ExpiryRule, Question, QuestionKind

COLUMNS = (
    Column("who", "Who", QuestionKind.TEXT, word_limit=5),
    Column("ground", "Ground", QuestionKind.CHOICE, choices=(Choice("a", "Apples"), Choice("p", "Pears"))),
    Column("on", "Date", QuestionKind.DATE),
    Column("cost", "Cost", QuestionKind.MONEY, required=False),
    Column("times", "Times", QuestionKind.NUMBER, required=False),
)
TABLE = Question("events", 1, QuestionKind.TABLE, "What happened?", columns=COLUMNS, most_rows=3)
GOOD = {"who": "Example Person", "ground": "p", "on": "1/5/2024", "cost": "£1,200", "times": "1,000"}

cells = st.text(max_size=20) | st.sampled_from(["a", "2024-05-01", "31/2/2024", "12", "£3.50", " ", "\x00"])
rows = st.lists(st.dictionaries(st.sampled_from([c.code for c in COLUMNS] + ["other"]), cells), max_size=5)


def yes_no(code: str, **more: object) -> Question:
    return Question(code, 1, QuestionKind.YES_NO, "Yes?", **more)


@given(rows)
def test_a_table_has_one_form_without_blank_rows(typed: list[dict[str, str]]) -> None:
    kept = table_text(TABLE, typed)
    assert canonical(TABLE, kept) == kept
    assert canonical(TABLE, json.dumps(table_rows(TABLE, kept))) == kept
    assert all(any(row.values()) for row in table_rows(TABLE, kept))
    assert "\x00" not in kept
    assert len(shown(TABLE, kept)) == len(table_rows(TABLE, kept))
    reasons_against(TABLE, kept)


@given(st.text(max_size=80) | st.recursive(st.none() | st.text(), st.lists).map(json.dumps))
def test_what_is_no_table_stays_as_typed_and_is_refused(typed: str) -> None:
    kept = canonical(TABLE, typed)
    assert canonical(TABLE, kept) == kept
    if kept and not table_rows(TABLE, kept):
        assert [reason.code for reason in reasons_against(TABLE, kept)] == ["answer_not_a_table"]


@pytest.mark.parametrize(
    "odd", ['["\\ud800"]', '[{"who": "\\ud800"}]', '[{"who": 1}]', "[" * 9_000, "{}", "0"]
)
def test_odd_json_is_no_table(odd: str) -> None:
    assert [reason.code for reason in reasons_against(TABLE, canonical(TABLE, odd))] == ["answer_not_a_table"]


def test_each_cell_is_an_answer_of_its_kind() -> None:
    kept = table_text(TABLE, [GOOD, {}, {**GOOD, "on": "31/2/2024", "ground": "x", "cost": ""}])
    assert table_rows(TABLE, kept)[0]["on"] == "2024-05-01"
    assert shown(TABLE, kept)[0] == ["Example Person", "Pears", date(2024, 5, 1), 1200, 1000]
    found = [(r.params["row"], r.params["column"], r.code) for r in reasons_against(TABLE, kept)]
    assert found == [(2, "ground", "answer_not_among_the_choices"), (2, "on", "answer_not_a_date")]
    words = cell_problems(TABLE, reasons_against(TABLE, kept))
    assert set(words) == {"answer-events-2-ground", "answer-events-2-on"}


def test_a_table_has_so_many_rows_and_no_more() -> None:
    kept = table_text(TABLE, [GOOD] * 4)
    assert [reason.code for reason in reasons_against(TABLE, kept)] == ["answer_has_too_many_rows"]
    assert len(form_rows(TABLE, table_text(TABLE, [GOOD] * 3))) == 3
    assert len(form_rows(TABLE, table_text(TABLE, [GOOD]))) == 2


@given(rows.map(lambda typed: [row for row in typed if set(row) <= {c.code for c in COLUMNS}]))
def test_a_form_sends_back_the_table_that_it_showed(typed: list[dict[str, str]]) -> None:
    kept = table_text(TABLE, typed)
    sent: dict[str, str] = {"answer-events-rows": str(len(form_rows(TABLE, kept)))}
    for number, row in enumerate(form_rows(TABLE, kept), start=1):
        for column in COLUMNS:
            name, value = f"answer-events-{number}-{column.code}", row[column.code]
            if column.kind is not QuestionKind.DATE:
                sent[name] = value
            elif value.count("-") == 2 and not reasons_against(
                Question("d", 1, QuestionKind.DATE, ""), value
            ):
                year, month, day = value.split("-")
                sent |= {f"{name}-day": day, f"{name}-month": month, f"{name}-year": year}
            else:
                return  # what is no date is shown in the first box; its words may change form
    assert typed_answers(sent, [TABLE]) == {"events": kept}


def test_a_row_is_taken_out_by_its_button_and_a_forged_form_breaks_nothing() -> None:
    sent = {"answer-events-rows": "2", "answer-events-1-who": "One", "answer-events-2-who": "Two"}
    assert "Two" not in typed_answers({**sent, "remove-row": "events:2"}, [TABLE])["events"]
    assert typed_answers({**sent, "answer-events-rows": "99999999"}, [TABLE]) == {}
    assert typed_answers({**sent, "answer-events-rows": "x"}, [TABLE]) == {}
    assert typed_answers({"answer-events-rows": "9999"}, [TABLE]) == {"events": ""}


FOLLOWING = Question("why", 1, QuestionKind.TEXT, "Why?", word_limit=50, asked_if="one = yes | two = yes")


@given(
    st.dictionaries(
        st.sampled_from(["one", "two", "why"]), st.sampled_from(["yes", "no", "", "Because."]), max_size=3
    )
)
def test_a_following_question_is_asked_when_one_of_its_answers_was_given(answers: dict[str, str]) -> None:
    questions = [yes_no("one"), yes_no("two"), FOLLOWING]
    wanted = "yes" in (answers.get("one"), answers.get("two"))
    assert is_asked(FOLLOWING, answers) is wanted
    assert (FOLLOWING in asked(questions, answers)) is wanted
    assert ("why" in incomplete(questions, answers)) is (wanted and not answers.get("why"))


def test_conditions_name_an_answer_of_a_question_before() -> None:
    prove_conditions([yes_no("one"), yes_no("two"), FOLLOWING])
    assert conditions_of(FOLLOWING) == (("one", "yes"), ("two", "yes"))
    for broken in (
        [FOLLOWING, yes_no("one"), yes_no("two")],
        [yes_no("one"), FOLLOWING],
        [yes_no("one"), yes_no("two", asked_if="one = yes"), FOLLOWING],
        [yes_no("one"), replace(FOLLOWING, asked_if="one = perhaps")],
    ):
        with pytest.raises(ValueError, match="nothing before it answers"):
            prove_conditions(broken)


def test_others_named_are_asked_what_each_answers_for_itself() -> None:
    own, lead = yes_no("own", answered_by=Answerer.EVERY), yes_no("lead")
    assert asked([own, lead], {}, Answerer.EVERY) == [own]
    assert asked([own, lead], {}) == [own, lead]


TODAY = date(2026, 9, 1)


def evidence(rule: ExpiryRule) -> Question:
    return Question("mark", 1, QuestionKind.FILE, "Your mark", expires=rule)


@given(st.integers(-4000, 4000), st.sampled_from(list(ExpiryRule)))
def test_evidence_that_has_ended_stops_submission_only_where_its_rule_says(
    days: int, rule: ExpiryRule
) -> None:
    end = (TODAY + timedelta(days=days)).isoformat()
    codes = [reason.code for reason in expiry_reasons(evidence(rule), "DC-00000000", end, TODAY)]
    assert has_expired(end, TODAY) is (days < 0)
    assert codes == (["evidence_expired"] if rule is ExpiryRule.BLOCKS and days < 0 else [])


def test_an_end_is_needed_only_where_it_blocks_and_only_beside_an_answer() -> None:
    for rule, code in ((ExpiryRule.BLOCKS, ["evidence_end_unsound"]), (ExpiryRule.WARNS, [])):
        assert [r.code for r in expiry_reasons(evidence(rule), "DC-00000000", "", TODAY)] == code
        assert expiry_reasons(evidence(rule), "", "", TODAY) == []
        unsound = expiry_reasons(evidence(rule), "DC-00000000", "31//2026", TODAY)
        assert [reason.params["why"] for reason in unsound] == ["answer_not_a_date"]
    assert expiry_question(evidence(ExpiryRule.NONE)) is None
    assert [q.code for q in with_expiries([evidence(ExpiryRule.WARNS)])] == ["mark", "mark.expires"]


def test_a_form_with_an_end_sends_both_and_its_mark_names_both() -> None:
    question = evidence(ExpiryRule.WARNS)
    end = {
        f"answer-mark.expires-{part}": text for part, text in (("day", "1"), ("month", "2"), ("year", "2027"))
    }
    assert typed_answers(end | {"answer-mark-sent": "DC-00000000"}, [question]) == {
        "mark": "DC-00000000",
        "mark.expires": "1/2/2027",
    }
    assert typed_answers({"answer-mark-sent": "DC-00000000", "answer-mark-remove": "yes"}, [question]) == {
        "mark": ""
    }
    assert seen_mark({}, [question]).split()[1].startswith("mark.expires:")


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        ({"kind": "table"}, "columns and a limit"),
        (
            {"kind": "table", "most_rows": 3, "columns": [{"code": "f", "text": "F", "kind": "file"}]},
            "no cell",
        ),
        (
            {"kind": "table", "most_rows": 3, "columns": [{"code": "n", "text": "N", "kind": "number"}] * 2},
            "one code",
        ),
        ({"kind": "number", "most_rows": 3}, "columns and a limit"),
        ({"kind": "text", "word_limit": 5, "text_check": "no-such-check"}, "no such check"),
        ({"kind": "number", "expires": "warns"}, "can expire"),
        ({"kind": "number", "asked_if": "one is yes"}, "no such condition"),
        ({"kind": "number", "answered_by": "nobody"}, "nobody"),
    ],
)
def test_an_unsound_definition_says_what_is_wrong(entry: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_definition({"code": "q", "version": 1, "text": "?", **entry})


def test_the_estimate_counts_what_an_applicant_who_passes_answers() -> None:
    failing = yes_no("grounds", pass_if="= no")
    how = Question(
        "how",
        1,
        QuestionKind.CHOICE,
        "How?",
        choices=(Choice("file", "F"), Choice("text", "T")),
        pass_if="filled",
    )
    questions = [
        failing,
        replace(TABLE, asked_if="grounds = yes"),
        how,
        Question("file", 1, QuestionKind.FILE, "File", asked_if="how = file"),
        Question("text", 1, QuestionKind.TEXT, "Text", word_limit=100, asked_if="how = text"),
    ]
    found = effort(questions)
    assert (found.questions, found.conditional, found.files, found.tables, found.words) == (5, 3, 1, 1, 100)
    assert found.minutes == 2 + 2 + max(15, 10)
