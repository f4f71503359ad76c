"""Typesets pages as PDF/UA-1 with our own styles and fonts; heavy, so loaded with the first document."""

from typing import Any

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


def typeset(html: str) -> bytes:
    """Return the page as a tagged PDF with its title and language."""
    document = HTML(string=html, base_url=f"{SCHEME}///", url_fetcher=OwnFilesOnly())
    return document.write_pdf(pdf_variant="pdf/ua-1")
