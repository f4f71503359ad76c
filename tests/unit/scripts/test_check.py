"""The check command must be honest: what failed or did not run is named, and never ends with status 0."""

from pathlib import Path

import pytest

from scripts import check, system
from scripts.check import Outcome, Tier, main, read_report


@pytest.fixture
def tiers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Tier]:
    stand_ins = {
        "good": Tier((), lambda: Outcome(passed=3)),
        "bad": Tier((), lambda: Outcome(passed=1, failed=2)),
        "absent": Tier(("chromium",), lambda: Outcome(passed=9)),
    }
    monkeypatch.setattr(check, "TIERS", stand_ins)
    monkeypatch.setattr(system, "ensure", lambda need: f"install {need}")
    return stand_ins


def last_line(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().out.splitlines()[-1]


def test_all_passed_is_the_only_way_to_status_0(tiers, capsys) -> None:
    assert main(["good"]) == 0
    assert last_line(capsys) == "3 passed, 0 failed"


def test_a_failure_counts(tiers, capsys) -> None:
    assert main(["good", "bad"]) == 1
    assert last_line(capsys) == "4 passed, 2 failed"


def test_a_tier_that_could_not_run_is_named_and_fails_the_run(tiers, capsys) -> None:
    assert main(["good", "absent"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["did not run: absent", "3 passed, 0 failed"]
    assert any("DID NOT RUN: chromium is missing: install chromium" in line for line in lines)


def test_an_unknown_tier_is_refused(tiers, capsys) -> None:
    assert main(["goood"]) == 2
    assert "goood" in capsys.readouterr().err


def test_a_report_is_counted(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text('<testsuites><testsuite tests="9" failures="2" errors="1" skipped="1"/></testsuites>')
    outcome = read_report(report)
    assert (outcome.passed, outcome.failed, outcome.skipped) == (5, 3, 1)


def test_a_run_that_left_no_report_is_not_a_pass(tmp_path: Path) -> None:
    assert read_report(tmp_path / "none.xml") == Outcome()
