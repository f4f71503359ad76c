"""The product under a real gunicorn, as `scripts.serve` runs it, on a folder that was filled."""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core import config
from tests.postgres import free_port

PATIENCE = 60  # seconds


class Web:
    """A running gunicorn: its port, and its worker processes as they come and go."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.process, self.port = process, port

    def workers(self) -> list[int]:
        """The process ids of the workers that are alive."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return [int(word) for word in children.read_text().split()]

    def processor_seconds(self) -> float:
        """What the workers that are alive have used of the processor so far."""
        ticks = 0
        for worker in self.workers():
            fields = Path(f"/proc/{worker}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def serving(
    instance: Path, url: str, *, workers: int, threads: int = 4, preload: bool = True
) -> Iterator[Web]:
    """Serve a filled folder and database for the length of the block."""
    port = free_port()
    command = [
        Path(sys.executable).with_name("gunicorn"),
        "benchmarks.served:application",
        *("--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"),
        *("--workers", workers, "--threads", threads, "--log-level", "critical"),
        *(("--preload",) if preload else ()),
    ]
    # Its folder holds the key that signs the visitors' cookies, and the documents.
    environment = {**os.environ, "BENCHMARK_FOLDER": str(instance), "BENCHMARK_URL": url}
    process = subprocess.Popen(
        [str(part) for part in command], cwd=config.PROJECT_ROOT, env=environment, stdin=subprocess.DEVNULL
    )
    try:
        _wait(process, port)
        yield Web(process, port)
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
