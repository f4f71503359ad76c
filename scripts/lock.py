"""Writes both lock files anew, `requirements.lock` with hashes; neither may name a registry."""

import os
import re
import subprocess
import sys
from pathlib import Path

from scripts.node import node_home, npm_command

ROOT = Path(__file__).resolve().parent.parent
ADDRESS = re.compile(r'"resolved": *"http|--(extra-)?index-url|^ *[^"]*https?://', re.MULTILINE)


def resolver() -> str:
    """The path of uv, installed into the environment when it is not there: only this command needs it."""
    path = Path(sys.executable).parent / "uv"
    if not path.exists():
        command = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check", "uv"]
        subprocess.run(command, check=True)
    return str(path)


def main() -> int:
    """Resolve both; fail when a lock names a registry."""
    options = ["--extra", "dev", "--generate-hashes", "--no-header", "--no-annotate", "--no-emit-index-url"]
    target = ["--upgrade", "--python-version", "3.11", "-o", "requirements.lock", "-q"]
    subprocess.run([resolver(), "pip", "compile", "pyproject.toml", *options, *target], cwd=ROOT, check=True)
    environment = {**os.environ, "PATH": f"{node_home() / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"}
    command = [*npm_command(), "install", "--package-lock-only", "--ignore-scripts", "--loglevel=error"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    for name in ("requirements.lock", "package-lock.json"):
        if ADDRESS.search((ROOT / name).read_text(encoding="utf-8")):
            print(f"{name} names a registry address; it must not be committed", file=sys.stderr)
            return 1
    print("requirements.lock and package-lock.json are written; run make install, then make test")
    return 0


if __name__ == "__main__":
    sys.exit(main())
