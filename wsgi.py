"""The application as a server imports it, built assets in front: cached for ever, compressed, past Flask."""

from whitenoise import WhiteNoise

from core.web.assets import BUILT
from procurement.app import create_app

application = create_app()
if BUILT.is_dir():
    # Every built file that a page names carries a hash of its content in its own name.
    application.wsgi_app = WhiteNoise(
        application.wsgi_app,
        root=BUILT,
        prefix="static/dist/",
        immutable_file_test=r"\.[0-9a-f]{12}\.\w+$",
        allow_all_origins=False,
        add_headers_function=lambda headers, path, url: headers.setdefault(
            "X-Content-Type-Options", "nosniff"
        ),
    )
