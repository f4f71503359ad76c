"""The application as a server imports it, built assets in front: cached for ever, compressed, past Flask."""

from wsgiref.headers import Headers

from whitenoise import WhiteNoise

from core.web.assets import BUILT
from procurement.app import create_app

application = create_app()


def add_headers(headers: Headers, path: str, url: str) -> None:
    """Say that a file is only ever what its type says."""
    headers["X-Content-Type-Options"] = "nosniff"


if BUILT.is_dir():
    # Every built file that a page names carries a hash of its content in its own name.
    application.wsgi_app = WhiteNoise(
        application.wsgi_app,
        root=BUILT,
        prefix="static/dist/",
        immutable_file_test=r"\.[0-9a-f]{12}\.\w+$",
        allow_all_origins=False,
        add_headers_function=add_headers,
    )
