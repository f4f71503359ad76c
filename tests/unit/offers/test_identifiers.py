"""UUIDs of the directory: made of public identifiers and read again, and ages from groups."""

import uuid
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.offers.exports.open_referral import ages
from catalogue.offers.rules.identifiers import part_of, public_id_of, term_uuid, uuid_of
from core.identifiers import ALPHABET, new_public_id

identifiers = st.builds(
    lambda prefix, rest: f"{prefix}-{rest}",
    st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=2, max_size=2),
    st.text(ALPHABET, min_size=8, max_size=8),
)


@given(identifiers)
def test_a_uuid_leads_back_to_its_identifier(public_id: str) -> None:
    made = uuid_of(public_id)
    assert uuid.UUID(made).version == 8
    assert uuid.UUID(made).variant == uuid.RFC_4122
    assert public_id_of(made) == public_id


@given(identifiers, identifiers)
def test_no_two_share_a_uuid(one: str, other: str) -> None:
    assert (uuid_of(one) == uuid_of(other)) == (one == other)


@given(st.one_of(st.uuids().map(str), st.text(max_size=40)))
def test_what_we_never_made_is_nobodys(text: str) -> None:
    found = public_id_of(text)
    assert found is None or uuid_of(found) == text


def test_odd_identifiers_are_refused() -> None:
    for odd in ("", "OF", "OF-", "OF-123", "OFF-12345678", "OF-ÄÄÄÄÄÄÄÄ"):
        with pytest.raises(ValueError):
            uuid_of(odd)
    assert public_id_of(uuid_of(new_public_id("OF")))[:3] == "OF-"


def test_parts_and_terms_keep_their_identifiers() -> None:
    service = uuid_of("OF-00000001")
    assert part_of(service, "area:pfa:kent") == part_of(service, "area:pfa:kent")
    assert part_of(service, "area:pfa:kent") != part_of(uuid_of("OF-00000002"), "area:pfa:kent")
    assert term_uuid("need area", "finance") != term_uuid("stage", "finance")


@dataclass
class Group:
    age_from: int | None
    age_to: int | None


@pytest.mark.parametrize(
    ("groups", "expected"),
    [
        ([], (None, None)),
        ([Group(18, 25)], (18, 25)),
        ([Group(18, 25), Group(26, 49)], (18, 49)),
        ([Group(18, 25), Group(18, None)], (18, None)),
        ([Group(None, 25), Group(18, 30)], (None, 30)),
    ],
)
def test_ages_are_those_of_anyone_in_a_group(groups: list[Group], expected: tuple) -> None:
    assert ages(groups) == expected  # type: ignore[arg-type]
