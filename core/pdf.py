"""Tagged PDF (PDF/UA-1) from templates that are given plain values only."""

from typing import Any

from flask import render_template
from weasyprint import HTML
from weasyprint.urls import URLFetcher, URLFetcherResponse

from core.config import PROJECT_ROOT

BUILT = (PROJECT_ROOT / "static" / "dist").resolve()
SCHEME = "throughgate:"
MEDIA_TYPES = {".css": "text/css", ".woff2": "font/woff2", ".woff": "font/woff", ".svg": "image/svg+xml"}


class OwnFilesOnly(URLFetcher):
    """Serves built style sheets and fonts; every other address is refused, the network's and the disk's."""

    def fetch(self, url: str, headers: Any = None) -> URLFetcherResponse:
        # Joining addresses knows no scheme of ours: what a style sheet names beside it comes as it stands.
        name = url.removeprefix(SCHEME).lstrip("/")
        path = (BUILT / name).resolve()
        if ":" in name or not path.is_relative_to(BUILT) or path.suffix not in MEDIA_TYPES:
            raise ValueError(f"a PDF may not fetch {url}")
        return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": MEDIA_TYPES[path.suffix]})


def render_pdf(template: str, *, title: str, **values: Any) -> bytes:
    """Render ``templates/pdf/<template>.html`` as PDF/UA-1 with title and language.

    Pass plain values, never rows: a letter must say for ever what it said when it was made.
    """
    html = render_template(f"pdf/{template}.html", title=title, **values)
    document = HTML(string=html, base_url=f"{SCHEME}///", url_fetcher=OwnFilesOnly())
    return document.write_pdf(pdf_variant="pdf/ua-1")
