"""A throw-away PostgreSQL cluster of the test run's own: started fast and unsafe, removed at the end.

`with cluster() as server: server.new_database("one")` gives an empty database's SQLAlchemy URL. A cluster
takes about a second; each worker of a parallel run makes a database of its own in one of them.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from scripts.system import POSTGRESQL_AT_LEAST, find_postgresql

# Nothing here need survive a crash, so nothing waits for the disk.
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "max_wal_size": "2GB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "timezone": "UTC",
    "log_min_messages": "fatal",
}
PATIENCE = 30  # seconds


class NoServer(RuntimeError):
    """PostgreSQL is not on this machine, or did not start."""


@dataclass(frozen=True)
class Server:
    """A running cluster on this machine."""

    port: int
    superuser: str = "postgres"

    def url(self, database: str) -> str:
        """The SQLAlchemy URL of one of its databases."""
        return f"postgresql+psycopg://{self.superuser}@127.0.0.1:{self.port}/{database}"

    def new_database(self, name: str) -> str:
        """Make an empty database, in place of an older one of that name, and return its URL."""
        self._create(name, sql.SQL("template0 ENCODING 'UTF8' LOCALE 'C.UTF-8'"))
        return self.url(name)

    def copy_database(self, source: str, name: str) -> str:
        """Make a database as a copy of another that nobody is connected to, and return its URL."""
        self._create(name, sql.Identifier(source))
        return self.url(name)

    def answers(self) -> bool:
        """Whether it takes connections."""
        try:
            psycopg.connect(self._address("postgres"), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True

    def _create(self, name: str, template: sql.Composable) -> None:
        identifier = sql.Identifier(name)
        with psycopg.connect(self._address("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, template))

    def _address(self, database: str) -> str:
        return f"host=127.0.0.1 port={self.port} user={self.superuser} dbname={database}"


def free_port() -> int:
    """A port of this machine that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# Runs the server until standard input closes, as it also does when the test run is killed; then tidies up.
WATCH = """
folder=$1; shift
trap : INT TERM
"$@" < /dev/null &
read -r line
kill -INT $!
wait $!
rm -rf "$folder"
"""


def _as_server(command: list[str], folder: Path) -> subprocess.Popen[bytes]:
    """Start a program in the folder, as Debian's user where we are root: PostgreSQL refuses to be."""
    identity = {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}
    with (folder / "server.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **identity,
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@contextlib.contextmanager
def cluster(**changed: str) -> Iterator[Server]:
    """Run a cluster for the length of the block; raises `NoServer` with what to do when that cannot be.

    `changed` are settings of the server that differ from those above.
    """
    programs = find_postgresql()
    if programs is None:
        raise NoServer(
            f"no PostgreSQL {POSTGRESQL_AT_LEAST} server on this machine: sudo apt-get install postgresql"
        )
    folder = Path(tempfile.mkdtemp(prefix="throughgate-postgres-"))
    watch: subprocess.Popen[bytes] | None = None
    try:
        if os.geteuid() == 0:
            try:
                owner = pwd.getpwnam("postgres")
            except KeyError:
                raise NoServer("PostgreSQL will not run as root, and there is no user postgres") from None
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = str(folder / "data")
        options = ["--auth=trust", "--username=postgres", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
        with _as_server([f"{programs}/initdb", "-D", data, *options], folder) as initdb:
            failed = initdb.wait(2 * PATIENCE)
        if failed:
            raise NoServer(f"initdb failed:\n{_log(folder)}")
        server = Server(free_port())
        settings = [f"--{name}={value}" for name, value in (SETTINGS | changed).items()]
        command = [f"{programs}/postgres", "-D", data, f"--port={server.port}", *settings]
        watch = _as_server(["sh", "-c", WATCH, "watch", str(folder), *command], folder)
        until = time.monotonic() + PATIENCE
        while not server.answers():
            if time.monotonic() > until:
                raise NoServer(f"PostgreSQL did not start:\n{_log(folder)}")
            time.sleep(0.05)
        yield server
    finally:
        if watch is not None:
            _stop(watch)
        shutil.rmtree(folder, ignore_errors=True)


def _log(folder: Path) -> str:
    """The last lines of what the server said."""
    return "\n".join((folder / "server.log").read_text(errors="replace").splitlines()[-10:])
