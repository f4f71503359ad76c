"""What is sealed opens only with its key, in its place, unchanged."""

import hashlib
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import sealing


@given(st.binary(max_size=2000), st.binary(max_size=100))
def test_what_was_sealed_opens(plaintext, context):
    key = sealing.new_key()
    sealed = sealing.seal(key, plaintext, context)
    assert sealing.open_sealed(key, sealed, context) == plaintext
    assert len(plaintext) < 8 or plaintext not in sealed


def test_sealing_the_same_twice_shows_nothing():
    key = sealing.new_key()
    assert sealing.seal(key, b"the same", b"") != sealing.seal(key, b"the same", b"")


@given(st.binary(min_size=1, max_size=200), st.data())
def test_another_key_context_or_a_changed_byte_is_one_clear_refusal(plaintext, data):
    key, context = sealing.new_key(), sealing.context_of("CO-1", 1, 7, "answer:3")
    sealed = sealing.seal(key, plaintext, context)
    at = data.draw(st.integers(0, len(sealed) - 1))
    changed = sealed[:at] + bytes([sealed[at] ^ 1]) + sealed[at + 1 :]
    for attempt in (
        (sealing.new_key(), sealed, context),
        (key, sealed, sealing.context_of("CO-1", 1, 8, "answer:3")),
        (key, changed, context),
        (key, sealed[:5], context),
    ):
        with pytest.raises(sealing.CannotOpen):
            sealing.open_sealed(*attempt)


def test_contexts_of_different_parts_never_meet():
    assert sealing.context_of("a", "bc") != sealing.context_of("ab", "c")
    assert sealing.context_of("a,b") != sealing.context_of("a", "b")


def test_a_wrapped_key_belongs_to_its_envelope():
    wrapping, key = sealing.new_key(), sealing.new_key()
    wrapped = sealing.wrap_key(wrapping, key, b"quality")
    assert key not in wrapped
    assert sealing.unwrap_key(wrapping, wrapped, b"quality") == key
    with pytest.raises(sealing.CannotOpen):
        sealing.unwrap_key(wrapping, wrapped, b"price")
    with pytest.raises(sealing.CannotOpen):
        sealing.open_sealed(wrapping, wrapped, b"quality")


def test_one_spelling_for_one_bid():
    one = {
        "prices": {"low": Decimal("100.50"), "high": Decimal("1E+2")},
        "on": date(2026, 3, 1),
        "né": ["é", None],
    }
    other = {
        "né": ("é", None),
        "on": date(2026, 3, 1),
        "prices": {"high": Decimal("1E+2"), "low": Decimal("100.50")},
    }
    assert sealing.canonical(one) == sealing.canonical(other)
    assert sealing.canonical(one).decode() == (
        '{"né":["é",null],"on":"2026-03-01","prices":{"high":"100","low":"100.50"}}'
    )


@pytest.mark.parametrize("value", [1.5, {"a": 0.1}, {1: "a"}, Decimal("NaN"), b"bytes", {1, 2}])
def test_what_has_no_single_spelling_is_refused(value):
    with pytest.raises(TypeError):
        sealing.canonical(value)


def test_the_fingerprint_is_plain_sha256_of_salt_and_bid():
    assert sealing.fingerprint(b"salt", b"bid") == hashlib.sha256(b"saltbid").hexdigest()
    assert sealing.fingerprints_match("ab", "ab")
    assert not sealing.fingerprints_match("ab", "ac")


def test_the_audit_digest_needs_its_key():
    assert sealing.salted_digest(b"k" * 32, b"x") == sealing.salted_digest(b"k" * 32, b"x")
    assert sealing.salted_digest(b"k" * 32, b"x") != sealing.salted_digest(b"l" * 32, b"x")
