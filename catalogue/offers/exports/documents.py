"""One published offer as JSON: the public parts alone, by the names of the fields and by code."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from catalogue.offers.models import OfferVersion
from catalogue.offers.queries import Names
from catalogue.offers.rules.facts import PUBLIC_FIELDS, facts
from catalogue.offers.types import LevelContent, OfferContent
from catalogue.suppliers.models import SupplierProfile
from core.calendar import london_date

FORMAT = "throughgate-offer/1"
"""The name of the shape. Fields may be added to it; where one goes or changes its meaning it is another."""


def offer_document(
    version: OfferVersion,
    content: OfferContent,
    *,
    names: Names,
    assured_on: date | None,
    profile: SupplierProfile | None,
    links: Sequence[tuple[str, str, str]],
) -> dict[str, Any]:
    """The document; ``links`` are (relation, address, media type)."""
    offer = version.offer
    return {
        "format": FORMAT,
        "id": offer.public_id,
        "version": version.number,
        "published_on": london_date(version.published_at).isoformat() if version.published_at else None,
        "assured_on": assured_on.isoformat() if assured_on else None,
        "need_area": {"code": offer.need_area.code, "name": offer.need_area.name},
        "supplier": {
            "id": offer.supplier.public_id,
            "name": offer.supplier.name,
            "voluntary_sector": bool(profile and profile.voluntary_sector),
            "summary": profile.summary if profile else "",
            "website": profile.website if profile else "",
        },
        "content": plain_content(content),
        "names": _names_of_codes(names, content),
        "links": [{"rel": rel, "href": href, "type": kind} for rel, href, kind in links],
    }


def plain_content(content: OfferContent) -> dict[str, Any]:
    """What an offer says as JSON can hold it, the public fields alone; of its levels too."""
    return _plain(content)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        guarded = isinstance(value, OfferContent | LevelContent)
        return {
            field.name: _plain(getattr(value, field.name))
            for field in fields(value)
            if not guarded or field.name in PUBLIC_FIELDS
        }
    if isinstance(value, Mapping):
        return {str(key): _plain(held) for key, held in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(one) for one in value)
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    if isinstance(value, StrEnum | Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date) else value


def _names_of_codes(names: Names, content: OfferContent) -> dict[str, dict[str, str]]:
    """What the codes in the content are called, by field."""
    found: dict[str, dict[str, str]] = {}
    for key, value in facts(content, commercial=False).items():
        codes: Iterable[Any] = (key.part,) if key.part else value if isinstance(value, tuple) else ()
        for code in codes:
            if isinstance(code, str) and not isinstance(code, StrEnum):
                row = names.items.get(code) if key.name == "answers" else None
                called = row.text if row else names.value(key.name, code)
                if called != code:
                    found.setdefault(key.name, {})[code] = called
    return found
