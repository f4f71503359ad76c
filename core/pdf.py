"""Tagged PDF (PDF/UA-1) from templates that are given plain values only."""

from typing import Any

from flask import render_template


def render_pdf(template: str, *, title: str, **values: Any) -> bytes:
    """Render ``templates/pdf/<template>.html`` as PDF/UA-1 with title and language.

    Pass plain values, never rows: a letter must say for ever what it said when it was made.
    """
    # The library weighs 20 MB in every process that loads it, and most never make a document.
    from core.typeset import typeset

    return typeset(render_template(f"pdf/{template}.html", title=title, **values))
