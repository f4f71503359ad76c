"""What identifiers of suppliers look like; whether they exist is for the registers to say."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

from core.reasons import Reason

# Eight digits, or two letters and six digits (SC Scotland, NI Northern Ireland, OC partnerships, IP and RS
# societies, CE charitable incorporated organisations …); registered societies end in a letter R.
_COMPANY = re.compile(r"(?:\d{8}|[A-Z]{2}\d{6}|[A-Z]{2}\d{5}R)", re.ASCII)
# Six or seven digits in England and Wales, with a suffix for a linked charity; SC0… in Scotland.
_CHARITY = re.compile(r"(?:\d{6,7}(?:-\d{1,2})?|SC0\d{5}|NIC?\d{6})", re.ASCII)
COMPANIES_HOUSE, CHARITY_COMMISSION = "Companies House", "Charity Commission"


def tidy_company_number(text: str) -> str:
    """The number in capitals without spaces, and with the zeros that are often left out."""
    tidy = "".join(text.split()).upper()
    return tidy.zfill(8) if tidy.isascii() and tidy.isdigit() and 6 <= len(tidy) < 8 else tidy


def tidy_charity_number(text: str) -> str:
    """The number in capitals without spaces."""
    return "".join(text.split()).upper()


def is_company_number(tidy: str) -> bool:
    """Whether a tidied text has the form of a Companies House number."""
    return _COMPANY.fullmatch(tidy) is not None


def is_charity_number(tidy: str) -> bool:
    """Whether a tidied text has the form of a charity's number in one of the three registers."""
    return _CHARITY.fullmatch(tidy) is not None


def reasons_against_profile(company: str, charity: str, website: str) -> list[Reason]:
    """What is wrong with the form of tidied identifiers; empty ones are fine."""
    return list(_reasons(company, charity, website))


def _reasons(company: str, charity: str, website: str) -> Iterator[Reason]:
    if company and not is_company_number(company):
        yield Reason("company_number_form", {"value": company}, COMPANIES_HOUSE)
    if charity and not is_charity_number(charity):
        yield Reason("charity_number_form", {"value": charity}, CHARITY_COMMISSION)
    if website and not is_web_address(website):
        yield Reason("website_form", {"value": website})


def is_web_address(text: str) -> bool:
    """Whether a text is an address that a browser opens, and nothing else (no script, no user name)."""
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and "." in host
        and not host.startswith(".")
        and "@" not in parts.netloc
        and not any(letter.isspace() for letter in text)
    )
