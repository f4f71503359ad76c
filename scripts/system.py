"""What the product and its tests need from the machine, where it is found, and how it is installed.

Standard library only. `python -m scripts.system pango chromium postgresql` installs what is missing where
that is possible (as root, on Debian or Ubuntu) and says what to do where it is not.
"""

import ctypes.util
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

POSTGRESQL_AT_LEAST = 15


def find_pango() -> str | None:
    """The text layout library that makes PDF letters."""
    return ctypes.util.find_library("pango-1.0") and ctypes.util.find_library("pangoft2-1.0")


def find_chromium() -> str | None:
    """A Chromium-like browser: `CHROMIUM`, else one on the path, else Playwright's own download.

    Ubuntu's package is only a pointer to a snap, which containers cannot run; it does not count.
    """
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).is_file() else None
    for name in ("chromium", "google-chrome-stable", "google-chrome", "chromium-browser"):
        path = shutil.which(name)
        if path and b"snap" not in Path(path).read_bytes()[:4000]:
            return path
    downloads = sorted((Path.home() / ".cache" / "ms-playwright").glob("chromium-*/chrome-linux*/chrome"))
    return str(downloads[-1]) if downloads else None


def find_postgresql() -> str | None:
    """The folder of the newest PostgreSQL server's programs, 15 or later."""
    folders = list(Path("/usr/lib/postgresql").glob("*/bin"))
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    found: list[tuple[int, str]] = []
    for folder in folders:
        if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
            continue
        said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False)
        number = re.search(r"\b(\d+)", said.stdout)
        if number and int(number[1]) >= POSTGRESQL_AT_LEAST:
            found.append((int(number[1]), str(folder)))
    return max(found)[1] if found else None


def find_clamd() -> str | None:
    """The virus scanner's daemon."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


@dataclass(frozen=True)
class Requirement:
    """One thing the machine must have: what for, how it is found, and the Debian packages that bring it."""

    purpose: str
    find: Callable[[], str | None]
    packages: tuple[str, ...]


REQUIREMENTS = {
    "pango": Requirement(
        "PDF letters",
        find_pango,
        ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0"),
    ),
    "chromium": Requirement("the browser tests", find_chromium, ("chromium",)),
    "postgresql": Requirement(
        f"the tests on PostgreSQL {POSTGRESQL_AT_LEAST} or later", find_postgresql, ("postgresql",)
    ),
    "clamd": Requirement("the tests with a virus scanner", find_clamd, ("clamav-daemon",)),
}


def distribution() -> str:
    """`debian`, `ubuntu`, or whatever else this is; empty when unknown."""
    try:
        text = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return ""
    found = re.search(r'^ID="?([a-z]+)', text, re.MULTILINE)
    return found[1] if found else ""


def _apt_get(*arguments: str) -> bool:
    """Run apt-get without questions; only its errors are seen."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    command = ["apt-get", *arguments]
    return not subprocess.run(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False
    ).returncode


def install_packages(*packages: str) -> str | None:
    """Install Debian packages; return None, or why it could not be done and what to do."""
    by_hand = f"sudo apt-get install --no-install-recommends {' '.join(packages)}"
    if shutil.which("apt-get") is None:
        return f"this is not Debian or Ubuntu: install what its packages {' '.join(packages)} contain"
    if os.geteuid() != 0:
        return f"run: {by_hand}"
    install = ["install", "-y", "-q", "--no-install-recommends", *packages]
    if not (_apt_get("update", "-q") and _apt_get(*install)):
        return f"apt-get failed (its message is above); try: {by_hand}"
    return None


def download_chromium() -> str | None:
    """Let Playwright fetch its browser, as root with the libraries it needs; None, or what to do."""
    by_hand = "install Google Chrome, or set CHROMIUM to the path of a browser"
    options = ["--with-deps"] if os.geteuid() == 0 else []
    command = [sys.executable, "-m", "playwright", "install", *options, "chromium"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    return f"Playwright could not download one: {by_hand}" if done.returncode else None


def ensure(name: str) -> str | None:
    """See that a requirement is there, installing it where possible; None, or why it is missing."""
    requirement = REQUIREMENTS[name]
    if requirement.find():
        return None
    print(f"{name} is missing, for {requirement.purpose}: installing it", file=sys.stderr, flush=True)
    if name == "chromium" and distribution() == "ubuntu":
        trouble = download_chromium()
    else:
        trouble = install_packages(*requirement.packages)
    if trouble is None and not requirement.find():
        trouble = f"it was installed, but {name} is still not found"
    return trouble


def main(names: list[str]) -> int:
    """Ensure each named requirement; one line for each that stays missing."""
    unknown = [name for name in names if name not in REQUIREMENTS]
    if unknown or not names:
        print(f"usage: python -m scripts.system {' '.join(REQUIREMENTS)}", file=sys.stderr)
        return 2
    missing = 0
    for name in names:
        trouble = ensure(name)
        if trouble:
            missing += 1
            print(f"{name} is needed for {REQUIREMENTS[name].purpose}: {trouble}", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
