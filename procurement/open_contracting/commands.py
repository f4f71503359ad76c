"""``flask ocds``: the releases of everything that is public, written out, and packages validated."""

import json
from itertools import islice
from pathlib import Path
from typing import TextIO

import click
from flask.cli import AppGroup

from core import clock
from core.db import db, reading
from core.web.filters import public_url
from procurement.open_contracting import exports, queries, services
from procurement.open_contracting.exports.validation import Standard

ocds_group = AppGroup("ocds", help="Open Contracting data.")
SHOWN = 20


@ocds_group.command("export")
@click.argument("file", type=click.File("w", encoding="utf-8", lazy=True))
def export(file: TextIO) -> None:
    """Write a release package of everything that is public to FILE, or - for the standard output."""
    site = services.this_site()
    made = services.publish_releases(db.session, site=site, now=clock.now())
    db.session.commit()
    with reading():
        newest = queries.last_change(db.session)
        if newest is None:
            raise click.ClickException("nothing has been published yet: a package has at least one release")
        changed_at, until = newest
        releases = (row.content for row in queries.stream_releases(db.session, until=until))
        address = public_url("open_contracting.everything")
        for piece in exports.release_package(site.publisher, address, changed_at, releases):
            file.write(piece)
        count = queries.count_releases(db.session)
    click.echo(f"{count:,} releases, {made:,} of them new", err=True)


@ocds_group.command("validate")
@click.argument("file", type=click.File("r", encoding="utf-8"))
@click.option(
    "--schemas",
    required=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="The folder of the standard's schemas, with its codelists.",
)
def validate(file: TextIO, schemas: Path) -> None:
    """Validate a package in FILE, of releases or of records, against the standard and its codelists."""
    try:
        package = json.load(file)
    except ValueError as problem:
        raise click.ClickException(f"this is not JSON: {problem}")
    found = Standard(schemas).problems(package)
    wrong = list(islice(found, SHOWN))
    for line in wrong:
        click.echo(line, err=True)
    if wrong:
        raise click.ClickException(f"not valid; {len(wrong)} problems are shown, there may be more")
    click.echo(f"valid: {len(package.get('releases', package.get('records', ()))):,} entries")
