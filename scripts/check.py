"""Runs the checks in tiers, says how each went, and ends with what did not run and why.

`python -m scripts.check [TIER ...]`: lint, unit, sqlite, postgresql, scanner, browser; all of them when
none is named. The status is 0 only when every tier asked for ran and passed. The last line counts tests,
and each tool of the lint tier as one.
"""

import os
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from scripts import system

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent


@dataclass
class Outcome:
    """How a tier went: counts of tests or tools, and why it did not run, if it did not."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0
    not_run: str = ""
    seconds: float = 0.0

    def words(self) -> str:
        """The result in words, for the summary."""
        if self.not_run:
            return f"DID NOT RUN: {self.not_run}"
        word = "failed" if self.failed else "passed"
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{word}: {self.passed} passed, {self.failed} failed{skipped} in {self.seconds:.0f} s"


def lint() -> Outcome:
    """Formatting, imports between floors, types, and the SQL that migrations send to PostgreSQL."""
    tools = {
        "ruff check": [BIN / "ruff", "check", "--quiet", "."],
        "ruff format": [BIN / "ruff", "format", "--check", "--quiet", "."],
        "import contracts": [BIN / "lint-imports", "--no-cache"],
        "ty": [BIN / "ty", "check", "--output-format", "concise"],
        "squawk": [sys.executable, "-m", "scripts.migration_sql"],
    }
    outcome = Outcome()
    for name, command in tools.items():
        started = time.monotonic()
        done = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        ok = done.returncode == 0
        outcome.passed += ok
        outcome.failed += not ok
        print(f"  {name}: {'ok' if ok else 'FAILED'} ({time.monotonic() - started:.1f} s)", flush=True)
        if not ok:
            print(done.stdout + done.stderr, flush=True)
    return outcome


def pytest(folder: str, *options: str, parallel: bool = False, **environment: str) -> Outcome:
    """Run one folder of tests in one pytest, which prints for itself."""
    if not any((ROOT / folder).rglob("test_*.py")):
        return Outcome(not_run=f"there are no tests in {folder}")
    workers = min(os.cpu_count() or 1, 4)
    if parallel and workers > 1:
        options = (*options, "-n", str(workers))
    with tempfile.TemporaryDirectory() as scratch:
        report = Path(scratch) / "report.xml"
        command = [sys.executable, "-m", "pytest", folder, "-q", f"--junit-xml={report}", *options]
        status = subprocess.run(
            command, cwd=ROOT, env={**os.environ, **environment}, stdin=subprocess.DEVNULL
        ).returncode
        outcome = read_report(report)
    if status == 5:
        return Outcome(not_run=f"pytest found no tests in {folder}")
    if status != 0 and outcome.failed == 0:
        outcome.failed = 1  # it ended before it could report: interrupted, wrong usage, broken set-up
    return outcome


def read_report(path: Path) -> Outcome:
    """Count what a JUnit report holds; nothing when there is none."""
    outcome = Outcome()
    if not path.is_file():
        return outcome
    for suite in ElementTree.parse(path).iter("testsuite"):
        tests, failures, errors, skipped = (
            int(suite.get(name, 0)) for name in ("tests", "failures", "errors", "skipped")
        )
        outcome.failed += failures + errors
        outcome.skipped += skipped
        # A test that fails and whose clean-up fails too is counted twice among the failures.
        outcome.passed += max(0, tests - failures - errors - skipped)
    return outcome


@dataclass(frozen=True)
class Tier:
    """One tier: what it needs of the machine, and how it is run."""

    needs: tuple[str, ...]
    run: Callable[[], Outcome]


TIERS = {
    "lint": Tier(("pango",), lint),
    "unit": Tier(("pango",), lambda: pytest("tests/unit")),
    "sqlite": Tier(("pango",), lambda: pytest("tests/integration", "--database=sqlite", parallel=True)),
    "postgresql": Tier(
        ("pango", "postgresql"),
        lambda: pytest("tests/integration", "--database=postgresql", parallel=True),
    ),
    # With one signature of our own: the scanner's own lists are not needed, and not fetched.
    "scanner": Tier(("pango", "clamd"), lambda: pytest("tests/scanner")),
    "browser": Tier(
        ("pango", "postgresql", "chromium"),
        # A file of tests shares one served site, so each file stays on one worker.
        lambda: pytest("tests/browser", "--database=postgresql", "--dist=loadfile", parallel=True),
    ),
}


def run(name: str) -> Outcome:
    """Run one tier where its needs are met, and time it."""
    print(f"\n=== {name}", flush=True)
    tier = TIERS[name]
    for need in tier.needs:
        trouble = system.ensure(need)
        if trouble:
            return Outcome(not_run=f"{need} is missing: {trouble}")
    started = time.monotonic()
    outcome = tier.run()
    outcome.seconds = time.monotonic() - started
    print(f"=== {name} {outcome.words()}", flush=True)
    return outcome


def main(names: list[str]) -> int:
    """Run the named tiers, or all; print the summary and the count."""
    unknown = [name for name in names if name not in TIERS]
    if unknown:
        print(f"unknown tier {unknown[0]}; there are: {' '.join(TIERS)}", file=sys.stderr)
        return 2
    outcomes = {name: run(name) for name in TIERS if not names or name in names}
    print("\n=== summary", flush=True)
    for name in TIERS:
        print(f"{name:<12}{outcomes[name].words() if name in outcomes else 'not asked for'}")
    passed = sum(one.passed for one in outcomes.values())
    failed = sum(one.failed for one in outcomes.values())
    skipped = sum(one.skipped for one in outcomes.values())
    not_run = [name for name, one in outcomes.items() if one.not_run]
    if not_run:
        print(f"did not run: {', '.join(not_run)}")
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    return 1 if failed or not_run else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
