"""Reading and filling in pages as a browser would."""

from typing import Any

import html5lib
from werkzeug.test import TestResponse

XHTML = "{http://www.w3.org/1999/xhtml}"


def form_values(response: TestResponse) -> dict[str, list[str]]:
    """What a browser would send back from the page's last form (the header has a form of its own)."""
    tree = html5lib.parse(response.get_data(as_text=True))
    form = list(tree.iter(f"{XHTML}form"))[-1]
    values: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        if not name:
            continue
        kind = element.get("type", "")
        if element.tag == f"{XHTML}textarea":
            values.setdefault(name, []).append((element.text or "").removeprefix("\n"))
        elif element.tag == f"{XHTML}select":
            chosen = [o.get("value") for o in element.iter(f"{XHTML}option") if o.get("selected") is not None]
            values.setdefault(name, []).extend(chosen)
        elif kind in ("checkbox", "radio"):
            if element.get("checked") is not None:
                values.setdefault(name, []).append(element.get("value", "on"))
        elif element.tag == f"{XHTML}input":
            values.setdefault(name, []).append(element.get("value", ""))
    return values


def fill(client: Any, address: str, **typed: Any) -> TestResponse:
    """Open a page, change some of its fields and send it."""
    page = client.get(address)
    assert page.status_code == 200, f"{address}: {page.status_code}"
    values = form_values(page)
    return client.post(
        address, data={**values, **{name.replace("__", "-"): value for name, value in typed.items()}}
    )


def text_of(response: TestResponse) -> str:
    """The page's words, without markup."""
    tree = html5lib.parse(response.get_data(as_text=True))
    body = next(tree.iter(f"{XHTML}body"))
    return " ".join("".join(body.itertext()).split())
