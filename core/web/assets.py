"""Built style sheets and scripts, by the content hash in their names."""

import json
from functools import cache
from pathlib import Path

from flask import Flask, url_for

from core.config import PROJECT_ROOT

BUILT = PROJECT_ROOT / "static" / "dist"


@cache
def manifest() -> dict[str, str]:
    """Return what the build named each asset; empty where nothing has been built."""
    path = BUILT / "manifest.json"
    return json.loads(path.read_text()) if path.exists() else {}


def asset(name: str) -> str:
    """Return the address of a built asset, such as ``app.css``."""
    return url_for("static", filename=f"dist/{manifest().get(name, name)}")


def asset_path(name: str) -> Path:
    """Return where a built asset lies."""
    return BUILT / manifest().get(name, name)


def init_app(app: Flask) -> None:
    """Let templates ask for assets."""
    app.jinja_env.globals["asset"] = asset
