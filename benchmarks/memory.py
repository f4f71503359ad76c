"""What one web process keeps in memory after it has served pages: a real gunicorn worker on the same site."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPResponse
from pathlib import Path

from benchmarks.measure import Line
from benchmarks.site import Site
from core import config
from tests.postgres import free_port

PATIENCE = 60  # seconds
FETCHES = 20
MEGABYTE = 1024  # of the kilobytes that the kernel counts


def worker_line(site: Site, addresses: Sequence[str]) -> Line:
    """Fetch each address several times from one worker and read what it holds in memory."""
    client = site.client("regional-lead")
    cookie = client.get_cookie("session")
    assert cookie is not None
    with _worker(site) as (port, worker):
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
def _worker(site: Site) -> Iterator[tuple[int, int]]:
    """Run gunicorn with one worker on the site's database; gives its port and the worker's process id."""
    port = free_port()
    command = [
        Path(sys.executable).with_name("gunicorn"),
        "benchmarks.served:application",
        "--bind",
        f"127.0.0.1:{port}",
    ]
    command += ["--workers", "1", "--worker-class", "gthread", "--threads", "4", "--log-level", "warning"]
    # Its folder holds the key that signed the visitor's cookie, and the documents.
    environment = {**os.environ, "BENCHMARK_FOLDER": str(site.instance), "BENCHMARK_URL": site.url}
    process = subprocess.Popen(
        [str(part) for part in command], cwd=config.PROJECT_ROOT, env=environment, stdin=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        yield port, int(children[0])
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _wait(process: "subprocess.Popen[bytes]", port: int) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=5):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError("gunicorn did not answer")


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
