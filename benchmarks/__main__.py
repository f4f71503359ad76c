"""Measures the product and says which goals of speed and size it holds.

    make bench                                        everything on SQLite, the list on PostgreSQL too
    .venv/bin/python -m benchmarks --short            a smaller world and fewer rounds: a minute, for CI
    .venv/bin/python -m benchmarks --database postgresql    the same on a PostgreSQL of its own
    .venv/bin/python -m benchmarks --only gaps        one part: listing, pages, memory, gaps, imports or rush

How to read the table. Each line is one thing: what it came to, its goal, and whether the goal holds. Almost
every value is a ratio of two medians taken in turns in this run, so that a slow or busy machine slows both:

* `× bare`: the time of a page over that of a *bare page* of the same site, which is the signed-in layout with
  25 rows of one indexed query. It is the least that any page can cost; milliseconds stand beside it.
* `queries`: how many more statements a page sends on the large site than on the small one. Anything but 0
  means that the page asks once for each row of something.
* `ms`: the list of offers and its total, as the database alone answers them; `make bench` asks both kinds.
* Lines without a goal are there to be watched.
* `MB`: what one gunicorn worker holds in memory after it has served the pages; for the gap engine, what the
  largest analysis adds to the process that runs it.
* `s`: how long a worker takes, alone on its machine, for a file of 5,000 offers; its processor time beside.
* `rush` is always PostgreSQL: the seconds of a submission in the last minute before a deadline, and how many
  were lost, late, twice or torn, by what the browsers were answered and what the database holds.
* `×` in the part on gaps: as each line says. There `≥` marks goals that are better the higher the value.

Speed is never asserted: a line that says MISSED is a task for whoever reads it, not a failure, and the status
is 0 unless something broke. A goal missed with `--short` says little: ratios need the large site.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks import gaps, imports, memory, pages, rush
from benchmarks.measure import HEADING, ROUNDS, Line
from benchmarks.site import Size, site
from tests.postgres import cluster

LARGE = Size(suppliers=5_000, offers=20_000, contracts=2_000)
SHORT = Size(suppliers=500, offers=2_000, contracts=200)
SMALL = Size(suppliers=125, offers=500, contracts=50)
SHORT_ROUNDS = 7
PARTS = ("listing", "pages", "memory", "gaps", "imports", "rush")


def main(arguments: list[str]) -> int:
    """Measure what was asked for and print the table."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--short", action="store_true", help="a smaller world and fewer rounds")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--only", choices=PARTS, help="one part of the table")
    chosen = parser.parse_args(arguments)
    started = time.monotonic()
    print(HEADING, flush=True)
    lines = []
    for line in measured(chosen.short, chosen.database, (chosen.only,) if chosen.only else PARTS):
        print(line.words(), flush=True)
        lines.append(line)
    judged = [line for line in lines if line.goal is not None]
    kind = "postgresql" if chosen.only == "rush" else chosen.database
    form = ", in the short form" if chosen.short else ""
    print(
        f"\n{sum(line.holds for line in judged)} of {len(judged)} goals hold on {kind}{form}; "
        f"{time.monotonic() - started:.0f} s"
    )
    return 0


def measured(short: bool, database: str, parts: tuple[str, ...]) -> Iterator[Line]:
    """Every line of the parts, as soon as it is known."""
    rounds = SHORT_ROUNDS if short else ROUNDS
    large = SHORT if short else LARGE
    with tempfile.TemporaryDirectory() as scratch, databases(database, Path(scratch)) as new_database:
        folder = Path(scratch)
        if "gaps" in parts:
            yield from gaps.engine_lines(rounds)
            with site(new_database("gaps"), folder / "gaps", gaps.SIZE) as market:
                yield from gaps.database_lines(market, rounds)
        if "imports" in parts:
            yield from imports.lines(new_database("imports"), folder / "imports", short)
        if "rush" in parts:
            with cluster(**rush.DURABLE) as server:
                yield from rush.lines(server.new_database("rush"), folder / "rush", short)
        if not {"listing", "pages", "memory"}.intersection(parts):
            return
        with site(new_database("large"), folder / "large", large) as crowded:
            if "listing" in parts:
                yield from pages.listing_lines(crowded, rounds)
            if not {"pages", "memory"}.intersection(parts):
                return
            things = pages.compared(crowded, rounds)
            if "pages" in parts:
                yield from pages.times(crowded, things, rounds)
                counts = pages.query_counts(crowded, things)
                with site(new_database("small"), folder / "small", SMALL) as sparse:
                    before = pages.query_counts(sparse, pages.compared(sparse, rounds))
                yield from pages.growth(before, counts, f"{SMALL.offers:,} and {large.offers:,} offers")
            if "memory" in parts:
                yield memory.worker_line(crowded, [thing.address for thing in things if thing.address])


@contextmanager
def databases(kind: str, folder: Path) -> Iterator[Callable[[str], str]]:
    """A way to make empty databases of a kind: given a name it returns the new database's address."""
    if kind == "sqlite":
        yield lambda name: f"sqlite:///{folder / name}.sqlite3"
        return
    with cluster() as server:
        yield server.new_database


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
