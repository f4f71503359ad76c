"""The application as gunicorn imports it for measuring: as in `wsgi`, on the folder of a measured site."""

import os
from pathlib import Path

from procurement.app import create_app

application = create_app(
    Path(os.environ["BENCHMARK_FOLDER"]), SQLALCHEMY_ENGINES={"default": {"url": os.environ["BENCHMARK_URL"]}}
)
