"""``flask reference``: check and load the reference files."""

from __future__ import annotations

from pathlib import Path

import click
from flask.cli import AppGroup

from catalogue.reference import services
from catalogue.reference.rules.reading import DATA_FOLDER, read_reference
from catalogue.reference.types import BadReferenceData, Problem
from core import clock
from core.actor import SYSTEM
from core.db import db

reference_group = AppGroup("reference", help="Need areas, specification, places: the reference data.")

WORDS = {
    "ages_reversed": "the age range ends before it begins",
    "code_form": "{value!r} is not a code: small letters, digits and hyphens",
    "code_twice": "{value!r} stands here twice",
    "columns_differ": "the columns must be: {expected}",
    "date_expected": "{field} is {value!r}, not a date (2025-03-01)",
    "dates_outside_parent": "exists on days on which {value!r} does not",
    "dates_reversed": "ends before it begins",
    "equivalence_contradicted": "is both equivalent and not: {value!r}",
    "exception_incomplete": "the exception of {value!r} lacks its condition or its words",
    "file_missing": "the file is missing",
    "file_unknown": "is listed but is no reference file",
    "file_unlisted": "is not listed with its version and sources",
    "file_unreadable": "cannot be read: {error}",
    "inherits_not_lower": "cannot inherit from {value!r}, which is not a lower level",
    "inherits_unavailable": "cannot inherit from {value!r}, which has no items",
    "item_code_form": "{value!r} is not a code of this place in the specification",
    "items_though_unavailable": "has items although it is {value!r}",
    "level_missing": "the level {value!r} is missing",
    "levels_expected": "the levels must be: {value}",
    "need_area_unknown": "there is no need area {value!r}",
    "number_expected": "{field} is {value!r}, not a number",
    "one_root_expected": "there must be one nation and nothing else without a parent: {value!r}",
    "outcome_code_form": "{value!r} must be the need area's prefix, -O and the position",
    "outcome_missing": "the need area {value!r} has no outcome",
    "parent_circle": "lies in itself by way of {value!r}",
    "parent_kind": "cannot lie directly in {value!r}",
    "parent_unknown": "there is no place {value!r} for it to lie in",
    "partition_broken": "the ages overlap or leave a gap at {value}",
    "phase_empty": "has no item for {value!r}",
    "place_code_form": "{value!r} is not a place code of its kind",
    "place_unknown": "there is no such place",
    "reason_missing": "is {value!r} without a reason",
    "row_length": "the row has more or fewer values than there are columns",
    "row_vanished": "is in the database and no longer in the files; end it with a date or a new version",
    "service_type_unknown": "there is no service type {value!r}, or it is a local variant",
    "service_type_unmapped": "the service type {value!r} has no line in the crosswalk",
    "source_unknown": "cites {value!r}, which is not among the sources",
    "specification_missing": "the need area {value!r} has no specification file",
    "stage_unknown": "there is no stage {value!r}",
    "successor_gap": "ends on another day than {value!r} begins",
    "successor_kind": "cannot be followed by {value!r}",
    "successor_unknown": "there is no place {value!r} to follow it",
    "successors_without_end": "has successors and no end",
    "tile_missing": "has no tile",
    "use_unknown": "there is no shared item or block {value!r}",
    "value_missing": "{field} is empty",
    "variant_unknown": "varies {value!r}, which is not a service type of its own",
    "version_differs": "is version {value!r} where the manifest says {expected!r}",
    "word_unknown": "{field} cannot be {value!r}",
}


def in_words(problem: Problem) -> str:
    """One line on a problem: file, row and what is wrong."""
    where = f"{problem.file}, {problem.row}" if problem.row else problem.file
    return f"{where}: {WORDS[problem.code].format(**dict(problem.parameters))}"


@reference_group.command("load")
@click.option(
    "--folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=DATA_FOLDER,
    help="Read the files of another folder than the product's own.",
)
def load(folder: Path) -> None:
    """Bring the database to what the reference files say; a second run changes nothing.

    Prints a line a table. When anything is wrong, lists all of it, loads nothing and exits 1.
    """
    try:
        data = read_reference(folder)
        report = services.load_reference(db.session, data=data, actor=SYSTEM, now=clock.now())
    except BadReferenceData as refused:
        db.session.rollback()
        for problem in refused.problems:
            click.echo(in_words(problem), err=True)
        raise click.ClickException(f"{refused}; nothing was loaded") from None
    db.session.commit()
    click.echo(f"Reference data, version {data.version}")
    for table, unchanged in report.unchanged.items():
        added, changed = len(report.added.get(table, ())), len(report.changed.get(table, ()))
        click.echo(f"{table}: {added} added, {changed} changed, {unchanged} unchanged")
