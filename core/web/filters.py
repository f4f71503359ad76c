"""How pages write dates, times, money and numbers, and what every template may ask."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, current_app, request, url_for
from flask_login import current_user
from jinja2 import ChoiceLoader, PackageLoader, PrefixLoader

from core import clock
from core.actor import Actor
from core.money import format_pounds
from core.web.forms import error_list


def format_date(value: date | datetime | None) -> str:
    """Write *3 March 2027*, in London where a moment is given."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(clock.LONDON)
    return f"{value.day} {value:%B %Y}"


def format_time(value: datetime) -> str:
    """Write *2:30pm*, *midday* or *midnight*, in London."""
    local = value.astimezone(clock.LONDON)
    if (local.hour, local.minute) == (12, 0):
        return "midday"
    if (local.hour, local.minute) == (0, 0):
        return "midnight"
    minutes = f":{local.minute:02d}" if local.minute else ""
    return f"{(local.hour - 1) % 12 + 1}{minutes}{'am' if local.hour < 12 else 'pm'}"


def format_moment(value: datetime | None) -> str:
    """Write *2:30pm on 3 March 2027*, in London."""
    return "" if value is None else f"{format_time(value)} on {format_date(value)}"


def format_number(value: int | Decimal | None) -> str:
    """Write a number with thousands."""
    return "" if value is None else f"{value:,}"


def format_percent(part: Any, whole: Any, places: int = 0) -> str:
    """Write a share as a percentage; a dash where there is no whole."""
    if not whole:
        return "–"
    return f"{Decimal(part) * 100 / Decimal(whole):.{places}f}%"


def plural(count: int, one: str, many: str | None = None) -> str:
    """Write a count with its noun: *1 offer*, *2,000 offers*."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def format_bytes(size: int) -> str:
    """Return the size of a file as people read it, like *1.2 MB*."""
    if size >= 1024 * 1024:
        return f"{size / (1024 * 1024):.1f} MB"
    return f"{round(size / 1024)} KB" if size >= 1024 else f"{size} bytes"


def page_url(**changes: Any) -> str:
    """Return this page's address with some of its query changed; None removes a parameter."""
    query: dict[str, Any] = {key: request.args.getlist(key) for key in request.args}
    query.update(changes)
    kept = {key: value for key, value in query.items() if value not in (None, [], "")}
    return url_for(request.endpoint or "", **(request.view_args or {}), **kept)


def public_url(endpoint: str, **values: Any) -> str:
    """Return a page's full address for mails, from the setting and never from what a request calls us."""
    path = current_app.url_map.bind("").build(endpoint, values)
    return current_app.config["PUBLIC_ADDRESS"].rstrip("/") + path


@dataclass(frozen=True)
class NavigationEntry:
    """One entry of the menu; shown to whoever may do one of the deeds, or to all where it names none."""

    text: str
    endpoint: str
    prefix: str
    permissions: tuple[str, ...] = ()
    needs_sign_in: bool = True
    # Deeds whose doers have a fuller page of their own, and are spared this entry.
    spared: tuple[str, ...] = ()


def navigation_for(app: Flask, actor: Actor) -> list[NavigationEntry]:
    """Return the menu of an actor."""
    entries: list[NavigationEntry] = app.extensions.get("navigation", [])
    return [
        entry
        for entry in entries
        if (not entry.needs_sign_in or actor.person_id is not None)
        and (not entry.permissions or any(actor.may(permission) for permission in entry.permissions))
        and not any(actor.may(permission) for permission in entry.spared)
    ]


def init_app(app: Flask) -> None:
    """Register the filters, globals and the component library's templates."""
    from core.web.access import current_actor

    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_loader = ChoiceLoader(
        [
            app.jinja_loader,  # type: ignore[list-item]
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    app.jinja_env.filters.update(
        date=format_date,
        moment=format_moment,
        clock_time=format_time,
        pounds=format_pounds,
        number=format_number,
        bytes=format_bytes,
    )
    app.jinja_env.globals.update(
        plural=plural,
        percent=format_percent,
        page_url=page_url,
        public_url=public_url,
        error_list=error_list,
        current_actor=current_actor,
        current_user=current_user,
        now=clock.now,
        service_name=app.config["SERVICE_NAME"],
        contact_email=app.config["CONTACT_EMAIL"],
        navigation=lambda: navigation_for(app, current_actor()),
        footer_links=app.extensions.setdefault("footer_links", []),
    )
