"""``flask offers``: the directory of published offers, written out or validated."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from catalogue.offers import exports, queries
from catalogue.offers.exports.validation import problems, validator_for
from core import clock
from core.db import db, reading
from core.web.filters import public_url

offers_group = AppGroup("offers", help="Published offers, for other programs.")
PAGE = 100
SHOWN = 20


@offers_group.command("feed")
@click.option(
    "--validate",
    "schemas",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Validate every entry against the standard's schemas in this folder instead of writing it.",
)
def feed(schemas: Path | None) -> None:
    """Write the directory of published offers, an entry a line, or validate it."""
    with reading():
        if schemas is None:
            for kind, entry in _entries():
                click.echo(json.dumps({"kind": kind, **entry}, ensure_ascii=False))
            return
        kinds = ("service", "organization", "service_at_location")
        validators = {kind: validator_for(schemas, kind) for kind in kinds}
        counted: Counter[str] = Counter(dict.fromkeys(kinds, 0))
        wrong: list[str] = []
        for kind, entry in _entries():
            counted[kind] += 1
            wrong += [f"{kind} {problem}" for problem in problems(validators[kind], [entry])]
    for line in wrong[:SHOWN]:
        click.echo(line, err=True)
    click.echo(", ".join(f"{count:,} of {kind}" for kind, count in counted.items()) + " validated")
    if wrong:
        raise click.ClickException(f"{len(wrong):,} things are not as the schemas say")


def _entries() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every entry of the directory with its kind, a page at a time."""
    number, last = 1, 1
    while number <= last:
        page = queries.directory_page(db.session, number=number, size=PAGE)
        keys = [version.offer_id for version in page.rows]
        directory = exports.Directory(
            page_of=lambda public_id: public_url("offers.published", offer=public_id),
            assured_on={
                key: found.assured_on for key, found in queries.assurances_of(db.session, keys).items()
            },
            profiles=queries.profiles_of(db.session, {version.offer.supplier_id for version in page.rows}),
            today=clock.today(),
        )
        for version in page.rows:
            yield "service", exports.service_entry(version, directory)
            location = exports.location_entry(version)
            if location:
                yield "service_at_location", location
        number, last = number + 1, page.last
        db.session.expunge_all()
    number, last = 1, 1
    while number <= last:
        suppliers = queries.directory_suppliers(db.session, number=number, size=PAGE)
        profiles = queries.profiles_of(db.session, [row.id for row in suppliers.rows])
        for row in suppliers.rows:
            yield "organization", exports.organization_entry(row, profiles.get(row.id))
        number, last = number + 1, suppliers.last
