"""A ClamAV daemon of the test run's own, which knows one signature: a marker of ours."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clamd import ScannerFailed, found_in
from scripts.system import find_clamd

MARKER = b"THROUGHGATE-SCANNER-TEST-MARKER"
SECONDS = 60


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the daemon; its socket lies where a short path fits."""
    folder: Path = tmp_path_factory.mktemp("clamd")
    (folder / "db").mkdir()
    (folder / "db" / "test.ndb").write_text(f"Throughgate.Test:0:*:{MARKER.hex()}\n")
    address = str(folder / "s")
    settings = folder / "clamd.conf"
    settings.write_text(
        f"LocalSocket {address}\nDatabaseDirectory {folder / 'db'}\nForeground yes\nStreamMaxLength 2M\n"
    )
    program = find_clamd()
    assert program is not None, "clamd is missing: python -m scripts.system clamd"
    with (folder / "log").open("wb") as log:
        daemon = subprocess.Popen([program, f"--config-file={settings}"], stdout=log, stderr=log)
        try:
            wait_for(address)
            yield address
        finally:
            daemon.terminate()
            daemon.wait(timeout=SECONDS)


def wait_for(address: str) -> None:
    """Wait until the daemon answers."""
    for _ in range(SECONDS * 10):
        try:
            found_in(address, b"anything")
        except ScannerFailed:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"clamd did not answer at {address} within {SECONDS} s")
