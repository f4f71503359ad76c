"""What all tests share: which database the run is on."""

import pytest
from hypothesis import settings

# How long an example takes is no property of the code: a busy machine is slow.
settings.register_profile("without a clock", deadline=None)
settings.load_profile("without a clock")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let a run name its database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_configure(config: pytest.Config) -> None:
    """Say what our own marker means."""
    config.addinivalue_line("markers", "only(database): about one database; left out of a run on the other")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out the tests that are about the other database: they are no part of this run, not skipped."""
    database = config.getoption("--database")
    others = [one for one in items if any(mark.args != (database,) for mark in one.iter_markers("only"))]
    config.hook.pytest_deselected(items=others)
    items[:] = [one for one in items if one not in others]
