"""What identifiers and addresses of suppliers must look like."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalogue.suppliers.rules import (
    is_web_address,
    reasons_against_profile,
    tidy_charity_number,
    tidy_company_number,
)


def codes(company="", charity="", website=""):
    return [reason.code for reason in reasons_against_profile(company, charity, website)]


@pytest.mark.parametrize(
    "typed", ["01234567", "1234567", "123456", "sc 123456", "OC301234", "CE012345", "IP12345R"]
)
def test_company_numbers_of_every_register_are_taken(typed):
    assert codes(company=tidy_company_number(typed)) == []


@pytest.mark.parametrize(
    "typed", ["12", "123456789", "S1234567", "ABCDEFGH", "0123 4567 8", "０１２３４５６７", "SC12345"]
)
def test_what_is_no_company_number_is_named(typed):
    assert codes(company=tidy_company_number(typed)) == ["company_number_form"]


@pytest.mark.parametrize("typed", ["123456", "1234567", "1234567-1", "sc012345", "NIC123456"])
def test_charity_numbers_of_the_three_registers_are_taken(typed):
    assert codes(charity=tidy_charity_number(typed)) == []


@pytest.mark.parametrize("typed", ["12345", "12345678", "SC12345", "x", "1234567-"])
def test_what_is_no_charity_number_is_named(typed):
    assert codes(charity=tidy_charity_number(typed)) == ["charity_number_form"]


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "example.org",
        "ftp://example.org",
        "https://user:secret@example.org",
        "https://localhost",
        "https://exa mple.org",
        "https://[",
        "//example.org",
    ],
)
def test_what_is_no_web_address_is_named(typed):
    assert codes(website=typed) == ["website_form"]


def test_a_web_address_and_empty_fields_are_fine():
    assert codes(website="https://www.example.org/about?x=1") == []
    assert codes() == []


@given(st.text(max_size=40))
def test_nothing_typed_breaks_the_rules(typed):
    is_web_address(typed)
    tidy = tidy_company_number(typed)
    assert tidy_company_number(tidy) == tidy
    codes(tidy, tidy_charity_number(typed), typed)
