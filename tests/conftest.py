"""What all tests share: which database the run is on."""

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run name its database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
