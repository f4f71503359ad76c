"""What differs between two versions: every field, forwards and back; words of long texts; labels for all."""

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import given
from hypothesis import strategies as st

from catalogue.offers.forms.facts import SECTIONS, label_of_field
from catalogue.offers.forms.words import FIELD_WORDS
from catalogue.offers.rules.changes import (
    ChangeKind,
    applied,
    changes,
    inverse,
    without_new_levels,
    word_changes,
)
from catalogue.offers.rules.facts import (
    COMMERCIAL_FIELDS,
    COMPLEXITIES,
    PUBLIC_FIELDS,
    FactKey,
    facts,
    field_names,
)
from catalogue.offers.types import LevelContent, OfferContent
from catalogue.reference.types import Complexity

# Any content of these types, whatever fields they have by now.
st.register_type_strategy(Decimal, st.decimals(0, 99999, places=2))
st.register_type_strategy(str, st.text(st.sampled_from("ab c,\n"), max_size=12))


def few(hint: Any) -> st.SearchStrategy[Any]:
    """Any value of a type, of collections one or two: an offer has so many fields that more takes long."""
    parts = get_args(hint)
    if get_origin(hint) is frozenset:
        return st.frozensets(few(parts[0]), max_size=2)
    if get_origin(hint) is tuple:
        return st.lists(few(parts[0]), max_size=2).map(tuple)
    if get_origin(hint) is Mapping:
        return st.dictionaries(few(parts[0]), few(parts[1]), max_size=1)
    return st.from_type(hint)


contents = st.builds(
    OfferContent,
    **{name: few(hint) for name, hint in get_type_hints(OfferContent).items() if name != "levels"},
    levels=st.dictionaries(
        st.sampled_from(Complexity),
        st.builds(LevelContent, **{name: few(hint) for name, hint in get_type_hints(LevelContent).items()}),
        max_size=2,
    ),
)


@given(contents, contents)
def test_changes_lead_there_and_back(one: OfferContent, other: OfferContent) -> None:
    before, after = facts(one, commercial=True), facts(other, commercial=True)
    found = changes(before, after)
    assert applied(before, found) == after
    assert applied(after, inverse(found)) == before
    assert (found == []) == (before == after)
    assert all(change.before != change.after for change in found)


@given(contents)
def test_nothing_differs_from_itself_and_the_public_reads_a_part(content: OfferContent) -> None:
    whole, public = facts(content, commercial=True), facts(content, commercial=False)
    assert changes(whole, dict(whole)) == []
    assert public.items() <= whole.items()
    assert not {key.name for key in public} & COMMERCIAL_FIELDS


@given(contents)
def test_a_complexity_that_goes_is_one_change(content: OfferContent) -> None:
    for complexity in content.levels:
        rest = {key: level for key, level in content.levels.items() if key is not complexity}
        found = changes(
            facts(content, commercial=True), facts(replace(content, levels=rest), commercial=True)
        )
        assert [change.key for change in without_new_levels(found)] == [COMPLEXITIES]


def test_every_field_says_who_may_read_it_and_what_it_is_called() -> None:
    assert not PUBLIC_FIELDS & COMMERCIAL_FIELDS
    unsaid = field_names() - PUBLIC_FIELDS - COMMERCIAL_FIELDS
    assert not unsaid, f"say in rules/facts.py whether anyone may read {sorted(unsaid)}"
    unnamed = {name for name in field_names() if name not in FIELD_WORDS}
    assert not unnamed, f"say in FIELD_WORDS what {sorted(unnamed)} are called"
    unplaced = {name for name in field_names() if name not in SECTIONS}
    assert not unplaced, f"say in forms/facts.py under which section {sorted(unplaced)} are read"


def test_every_field_of_a_row_is_named() -> None:
    unnamed = {
        (kind.__name__, field.name)
        for kind in _row_types()
        for field in fields(kind)
        if label_of_field(field.name) is None
    }
    assert not unnamed


def _row_types() -> set[type]:
    """The dataclasses that values of fields are made of."""
    found: set[type] = set()

    def look(hint: Any) -> None:
        if isinstance(hint, type) and is_dataclass(hint):
            if hint is not LevelContent:
                found.add(hint)
            for inner in get_type_hints(hint).values():
                look(inner)
        for inner in getattr(hint, "__args__", ()):
            look(inner)

    for owner in (OfferContent, LevelContent):
        for hint in get_type_hints(owner).values():
            look(hint)
    return found


texts = st.text(st.sampled_from("ab .\n"), max_size=40)


@given(texts, texts)
def test_pieces_are_the_earlier_text_without_what_came_and_the_later_without_what_went(
    before: str, after: str
) -> None:
    pieces = word_changes(before, after)
    assert "".join(piece.text for piece in pieces if piece.kind is not ChangeKind.ADDED) == before
    assert "".join(piece.text for piece in pieces if piece.kind is not ChangeKind.REMOVED) == after
    assert all(piece.text for piece in pieces)
    if before == after:
        assert all(piece.kind is None for piece in pieces)


def test_words_that_change_together_are_shown_together() -> None:
    pieces = word_changes("We meet every week in town.", "We meet twice a month in town.")
    assert [(piece.kind, piece.text) for piece in pieces] == [
        (None, "We meet "),
        (ChangeKind.REMOVED, "every week"),
        (ChangeKind.ADDED, "twice a month"),
        (None, " in town."),
    ]


def test_what_is_empty_is_no_fact_and_no_is_one() -> None:
    content = OfferContent(title=" ", women_only=False, group_minimum=0)
    found = facts(content, commercial=True)
    assert FactKey("title") not in found
    assert found[FactKey("women_only")] is False
    assert found[FactKey("group_minimum")] == 0
