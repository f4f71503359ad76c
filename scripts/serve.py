"""Serves the site and runs the job worker together, until Ctrl-C; when one of them dies, so does the other.

Standard library only. `PORT` (8000) is where, on 127.0.0.1 unless `HOST` says otherwise; `WEB_WORKERS`
(2) and `WEB_THREADS` (4) are gunicorn's. On a machine of its own each would be a unit of the service
manager: see README.
"""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
HOST = os.environ.get("HOST", "127.0.0.1")
PATIENCE = 20  # seconds for a process to end by itself, or for the first page


def port() -> int:
    """The port asked for; ends with one line when it is no port."""
    given = os.environ.get("PORT") or "8000"
    if not given.isdecimal() or not 0 < int(given) < 65536:
        raise SystemExit(f"PORT must be a number from 1 to 65535, not {given!r}")
    return int(given)


def check_port_is_free() -> None:
    """End with one line when another program listens there."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port()))
        except OSError as error:
            line = f"cannot listen on {HOST}:{port()} ({error.strerror}); try: PORT={port() + 1} make demo"
            raise SystemExit(line) from None


def commands() -> dict[str, list[str]]:
    """The two processes, by name."""
    web = [
        BIN / "gunicorn",
        "wsgi:application",
        "--bind",
        f"{HOST}:{port()}",
        "--worker-class",
        "gthread",
        "--preload",
    ]
    size = ["--workers", os.environ.get("WEB_WORKERS", "2"), "--threads", os.environ.get("WEB_THREADS", "4")]
    return {
        "web": [str(part) for part in [*web, *size, "--log-level", "warning"]],
        "worker": [str(BIN / "flask"), "--app", "wsgi", "worker"],
    }


def wait_for_first_page(web: subprocess.Popen[bytes]) -> bool:
    """Whether the site answered; a page that is an error is an answer too, and visible."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and web.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{HOST}:{port()}/", timeout=2):
                return True
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
    return False


def stop(processes: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask each to end, and end those that do not."""
    for process in processes.values():
        if process.poll() is None:
            process.terminate()
    until = time.monotonic() + PATIENCE
    for process in processes.values():
        try:
            process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def main() -> int:
    """Start both, say where, wait; 0 after Ctrl-C or a request to end, 1 when one of them ended by itself."""
    check_port_is_free()
    if "--check-port" in sys.argv[1:]:
        return 0

    asked_to_stop = False

    def on_signal(number: int, frame: FrameType | None) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    # Sessions of their own: Ctrl-C reaches this process alone, which then stops them in order.
    processes = {
        name: subprocess.Popen(command, cwd=ROOT, start_new_session=True)
        for name, command in commands().items()
    }
    try:
        if wait_for_first_page(processes["web"]):
            print(f"\nServing on http://localhost:{port()} — Ctrl-C stops it.\n", flush=True)
        while not asked_to_stop:
            for name, process in processes.items():
                status = process.poll()
                if status is not None:
                    print(
                        f"the {name} process ended with status {status}; stopping the other", file=sys.stderr
                    )
                    return 1
            time.sleep(0.2)
        return 0
    finally:
        stop(processes)


if __name__ == "__main__":
    sys.exit(main())
