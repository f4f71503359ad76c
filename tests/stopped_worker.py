"""A worker that stops in the midst of taking a file in, so that a test can kill it there.

    python -m tests.stopped_worker FOLDER DATABASE MARKER

It writes the marker once the offers are written and not yet committed, and then waits to be killed.
"""

import sys
import time
from pathlib import Path

from catalogue.bulk.services import uploads
from core.jobs.services import run_due_jobs
from procurement.app import create_app


def main(folder: str, url: str, marker: str) -> None:
    """Do what waits, and stop before the first commit of what was taken in."""

    def stop(*_: object, **__: object) -> None:
        Path(marker).touch()
        time.sleep(600)

    uploads._keep_references = stop  # type: ignore[assignment]
    run_due_jobs(create_app(Path(folder), SQLALCHEMY_ENGINES={"default": {"url": url}}))


if __name__ == "__main__":
    main(*sys.argv[1:])
