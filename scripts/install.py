"""Makes `.venv` and `node_modules` from the two lock files and builds the assets; quick when nothing changed.

Standard library only: it runs before anything is installed. Each folder carries a stamp, the hash of the
lock file it was made from.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

from scripts.system import install_packages

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.lock"
PACKAGES = ROOT / "node_modules"
OLDEST = (3, 11)


def stop(line: str) -> None:
    """End with one line that says what to do."""
    raise SystemExit(f"make install: {line}")


def unchanged(stamp: Path, *sources: Path) -> str | None:
    """None when the stamp fits the sources, else the text to write into it when the work is done."""
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    return None if stamp.is_file() and stamp.read_text() == digest else digest


def runs(python: Path) -> bool:
    """Whether an interpreter is there and works: an upgrade of the system can leave a dangling link."""
    try:
        return subprocess.run([python, "-c", ""], capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make_environment() -> None:
    """Make `.venv` unless a working one is there."""
    if runs(PYTHON):
        return
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        trouble = install_packages(package)
        if trouble:
            stop(f"this Python cannot make environments: {trouble}")
    print("making .venv", flush=True)
    if ENVIRONMENT.is_dir():
        shutil.rmtree(ENVIRONMENT)
    # A process of its own: ensurepip may have been installed a moment ago.
    if subprocess.run([sys.executable, "-m", "venv", ENVIRONMENT], check=False).returncode:
        stop("python -m venv failed (its message is above)")


def install_python_packages() -> None:
    """Install exactly what the lock names, each file checked against its hash."""
    stamp = ENVIRONMENT / ".requirements-installed"
    digest = unchanged(stamp, REQUIREMENTS)
    if digest is None:
        return
    print("installing Python packages from requirements.lock (about a minute the first time)", flush=True)
    command = [PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    if subprocess.run([*command, "--require-hashes", "-r", REQUIREMENTS], cwd=ROOT, check=False).returncode:
        stop(
            "pip could not install requirements.lock (its message is above); is the package index reachable?"
        )
    stamp.write_text(digest)


def install_npm_packages() -> None:
    """Install exactly what package-lock.json names, with the Node.js from the Python packages."""
    stamp = PACKAGES / ".package-lock-installed"
    digest = unchanged(stamp, ROOT / "package-lock.json")
    if digest is None:
        return
    print("installing npm packages from package-lock.json", flush=True)
    asked = subprocess.run(
        [PYTHON, "-c", "from scripts.node import npm_command; print(*npm_command(), sep='\\n')"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    npm = asked.stdout.split("\n")[:-1]
    environment = {**os.environ, "PATH": f"{Path(npm[0]).parent}{os.pathsep}{os.environ.get('PATH', '')}"}
    # No package of ours needs a script of its own to be installed, so none is run.
    command = [*npm, "ci", "--ignore-scripts", "--no-progress", "--loglevel=error"]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        stop("npm could not install package-lock.json (its message is above); is the npm registry reachable?")
    stamp.write_text(digest)


def main() -> int:
    """Install, build, and say so."""
    if sys.version_info < OLDEST:
        stop(f"Python {OLDEST[0]}.{OLDEST[1]} or later is needed; try: make install PYTHON=python3.12")
    make_environment()
    install_python_packages()
    install_npm_packages()
    return subprocess.run([PYTHON, "-m", "scripts.build_assets"], cwd=ROOT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
