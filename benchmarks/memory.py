"""What one web process keeps in memory after it has served pages: a real gunicorn worker on the same site."""

import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

from benchmarks.measure import Line
from benchmarks.serving import PATIENCE, serving
from benchmarks.site import Site

FETCHES = 20
MEGABYTE = 1024  # of the kilobytes that the kernel counts


def worker_line(site: Site, addresses: Sequence[str]) -> Line:
    """Fetch each address several times from one worker and read what it holds in memory."""
    client = site.client("regional-lead")
    cookie = client.get_cookie("session")
    assert cookie is not None
    with serving(site.instance, site.url, workers=1, preload=False) as web:
        port, worker = web.port, web.workers()[0]
        resting = status_kilobytes("VmRSS", worker)
        for address in addresses:
            for _ in range(FETCHES):
                request = urllib.request.Request(
                    f"http://127.0.0.1:{port}{address}", headers={"Cookie": f"session={cookie.value}"}
                )
                with _opened(request) as response:
                    response.read()
        return Line(
            "memory of one web process",
            status_kilobytes("VmRSS", worker) / MEGABYTE,
            250,
            "MB",
            detail=f"{resting / MEGABYTE:.0f} MB before the first page",
        )


@contextmanager
def _opened(request: urllib.request.Request) -> Iterator[HTTPResponse]:
    with urllib.request.urlopen(request, timeout=PATIENCE) as response:
        if response.url != request.full_url:
            raise RuntimeError(f"{request.full_url} led to {response.url}")
        yield response


def status_kilobytes(what: str, process: int | str = "self") -> int:
    """What the kernel says of a process's memory: VmRSS is in use now, VmHWM the most that ever was."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(f"{what}:"))
