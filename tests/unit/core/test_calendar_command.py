"""``flask calendar add``: the check values of both regimes, and what it refuses."""

from pathlib import Path

import pytest
from flask import Flask

from procurement.app import create_app


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Path(tmp_path_factory.mktemp("instance")))


def add(application: Flask, *words: str) -> tuple[int, str]:
    done = application.test_cli_runner().invoke(args=["calendar", "add", *words])
    return done.exit_code, done.output


@pytest.mark.parametrize(
    ("start", "days", "regime", "day"),
    [
        ("2025-12-22", "8", "pa2023", "2026-01-06"),
        ("2025-07-30", "8", "pa2023", "2025-08-11"),
        ("2025-03-13", "8", "pa2023", "2025-03-25"),
        ("2025-04-15", "8", "pa2023", "2025-04-28"),
        ("2025-12-22", "10", "pcr2015", "2026-01-08"),
        # 3 January 2028 is a substitute day everywhere, 4 January one in Scotland alone.
        ("2027-12-31", "2", "pa2023", "2028-01-05"),
        ("2027-12-31", "1", "pcr2015", "2028-01-04"),
    ],
)
def test_it_prints_the_day(application: Flask, start: str, days: str, regime: str, day: str) -> None:
    assert add(application, start, days, "--regime", regime) == (0, f"{day}\n")


@pytest.mark.parametrize("regime", ["pa2023", "pcr2015"])
@pytest.mark.parametrize(("start", "days"), [("2035-01-01", "1"), ("2028-12-20", "30"), ("1999-01-04", "1")])
def test_it_refuses_beyond_its_data_in_one_line(
    application: Flask, start: str, days: str, regime: str
) -> None:
    code, output = add(application, start, days, "--regime", regime)
    assert code == 1
    assert output.startswith("Error: bank holidays are known from ")
    assert output.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [
        ("2025-12-22", "0", "--regime", "pa2023"),
        ("22/12/2025", "8", "--regime", "pa2023"),
        ("2025-12-22", "8", "--regime", "pa2015"),
        ("2025-12-22", "8"),
    ],
)
def test_what_it_cannot_read_it_says(application: Flask, words: tuple[str, ...]) -> None:
    code, output = add(application, *words)
    assert code == 2
    assert "Traceback" not in output
