"""Reads the reference data files into frozen rows, listing every problem of form."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from catalogue.reference.rules.checks import problems_of
from catalogue.reference.rules.entries import Entry, read_toml
from catalogue.reference.rules.reading_specification import read_specification
from catalogue.reference.types import (
    BadReferenceData,
    Cohort,
    CohortTag,
    Complexity,
    ComplexityLevel,
    CrosswalkRow,
    CrosswalkScheme,
    DemandCohort,
    Equivalence,
    FileNote,
    Language,
    NeedArea,
    Outcome,
    Place,
    PlaceKind,
    Problem,
    QualityMark,
    ReferenceData,
    SentenceType,
    ServiceType,
    Setting,
    Sex,
    SourceNote,
    Stage,
    Tile,
)

DATA_FOLDER = Path(__file__).parents[1] / "data"
SPECIFICATION_FOLDER = "specification"

RowT = TypeVar("RowT")


def read_reference(folder: Path = DATA_FOLDER) -> ReferenceData:
    """The reference data of a folder, checked as a whole.

    Raises BadReferenceData with every problem found: problems of form (a missing column, an unknown word,
    a date that is none) come alone, since nothing can be said about rows that could not be read.
    """
    problems: list[Problem] = []
    data = _read(folder, problems)
    if not problems:
        problems = problems_of(data)
    if problems:
        raise BadReferenceData(tuple(sorted(problems)))
    return data


def digest_of(data: ReferenceData) -> str:
    """SHA-256 of everything in the files that was read, in hexadecimal; the layout of a file is no part."""
    return hashlib.sha256(repr(data).encode()).hexdigest()


def _rows(
    folder: Path, name: str, columns: str, build: Callable[[Entry], RowT], problems: list[Problem]
) -> tuple[RowT, ...]:
    """The rows of a CSV file, each built by `build`; none when the file or a column is missing."""
    path = folder / name
    if not path.is_file():
        problems.append(Problem(name, "", "file_missing"))
        return ()
    with path.open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file, restkey="…", strict=True)
        expected = columns.split()
        if list(reader.fieldnames or ()) != expected:
            problems.append(Problem(name, "1", "columns_differ", (("expected", ", ".join(expected)),)))
            return ()
        built = []
        for values in reader:
            line = str(reader.line_num)
            if "…" in values or None in values.values():
                problems.append(Problem(name, line, "row_length"))
                continue
            built.append(build(Entry(name, line, values, problems)))
        return tuple(built)


def _place(row: Entry) -> Place:
    return Place(
        code=row.needed("code"),
        kind=row.word("kind", PlaceKind),
        name=row.needed("name"),
        parent=row.or_none("parent"),
        valid_from=row.date_or_none("valid_from"),
        valid_to=row.date_or_none("valid_to"),
        successor_codes=row.words("successor_codes"),
        local_id=row.needed("local_id"),
        ons_code=row.text("ons_code"),
        delius_code=row.text("delius_code"),
        covers=row.words("covers"),
        sources=row.words("source"),
        note=row.text("note"),
    )


def _tile(row: Entry) -> Tile:
    return Tile(row.needed("place"), row.needed("abbreviation"), row.number("row"), row.number("column"))


def _need_area(row: Entry) -> NeedArea:
    return NeedArea(
        code=row.needed("code"),
        prefix=row.needed("prefix"),
        name=row.needed("name"),
        short_name=row.needed("short_name"),
        aliases=row.words("aliases"),
        cpv_codes=row.words("cpv_codes"),
        position=row.number("position"),
        sources=row.words("source"),
        note=row.text("note"),
    )


def _outcome(row: Entry) -> Outcome:
    return Outcome(
        row.needed("code"),
        row.needed("need_area"),
        row.needed("text"),
        row.number("position"),
        row.needed("source"),
    )


def _complexity_level(row: Entry) -> ComplexityLevel:
    return ComplexityLevel(
        row.word("code", Complexity),
        row.needed("name"),
        row.needed("definition"),
        row.needed("support"),
        row.words("source"),
    )


def _cohort(row: Entry) -> Cohort:
    return Cohort(
        code=row.needed("code"),
        name=row.needed("name"),
        sex=row.word_or_none("sex", Sex),
        age_from=row.number_or_none("age_from"),
        age_to=row.number_or_none("age_to"),
        tags=row.word_list("tags", CohortTag),
        description=row.text("description"),
        position=row.number("position"),
        sources=row.words("source"),
    )


def _demand_cohort(row: Entry) -> DemandCohort:
    return DemandCohort(
        row.needed("code"),
        row.needed("name"),
        row.word("sex", Sex),
        row.number("age_from"),
        row.number_or_none("age_to"),
        row.number("position"),
    )


def _stage(row: Entry) -> Stage:
    return Stage(
        row.needed("code"),
        row.needed("name"),
        row.word("setting", Setting),
        row.needed("description"),
        row.number("position"),
        row.needed("source"),
    )


def _sentence_type(row: Entry) -> SentenceType:
    return SentenceType(
        row.needed("code"),
        row.needed("name"),
        row.needed("description"),
        row.number("position"),
        row.needed("source"),
    )


def _language(row: Entry) -> Language:
    return Language(row.needed("code"), row.needed("name"), row.number("position"), row.needed("source"))


def _quality_mark(row: Entry) -> QualityMark:
    return QualityMark(
        row.needed("code"),
        row.needed("name"),
        row.needed("description"),
        row.number("position"),
        row.words("source"),
    )


def _service_type(row: Entry) -> ServiceType:
    return ServiceType(row.needed("code"), row.needed("name"), row.or_none("variant_of"), row.text("note"))


def _crosswalk_row(row: Entry) -> CrosswalkRow:
    return CrosswalkRow(
        scheme=row.word("scheme", CrosswalkScheme),
        label=row.needed("label"),
        need_area=row.or_none("need_area"),
        equivalence=row.word("equivalence", Equivalence),
        complexity=row.word_or_none("complexity", Complexity),
        stage=row.or_none("stage"),
        note=row.text("note"),
    )


def _read(folder: Path, problems: list[Problem]) -> ReferenceData:
    def rows(name: str, columns: str, build: Callable[[Entry], RowT]) -> tuple[RowT, ...]:
        return _rows(folder, name, columns, build, problems)

    manifest = read_toml(folder, "manifest.toml", problems)
    sources = (
        Entry("manifest.toml", code, values, problems) for code, values in manifest.get("sources", {}).items()
    )
    files = (
        (Entry("manifest.toml", name, values, problems), values.get("sources", ()))
        for name, values in manifest.get("files", {}).items()
    )
    head = Entry("manifest.toml", "", manifest, problems)
    tile_columns = "place abbreviation row column"
    return ReferenceData(
        version=head.needed("version"),
        dated=head.date_or_none("dated"),
        note=head.text("note"),
        sources=tuple(
            SourceNote(entry.row, entry.needed("title"), entry.needed("publisher"), entry.text("note"))
            for entry in sources
        ),
        files=tuple(
            FileNote(entry.row, entry.needed("title"), entry.needed("version"), tuple(cited))
            for entry, cited in files
        ),
        places=rows(
            "places.csv",
            "code kind name parent valid_from valid_to successor_codes local_id ons_code delius_code covers"
            " source note",
            _place,
        ),
        region_tiles=rows("tiles_regions.csv", tile_columns, _tile),
        police_force_area_tiles=rows("tiles_police_force_areas.csv", tile_columns, _tile),
        need_areas=rows(
            "need_areas.csv",
            "code prefix name short_name aliases cpv_codes position source note",
            _need_area,
        ),
        outcomes=rows("outcomes.csv", "code need_area text position source", _outcome),
        complexity_levels=rows(
            "complexity.csv", "code name level definition support source", _complexity_level
        ),
        specification=read_specification(
            folder / SPECIFICATION_FOLDER,
            manifest.get("files", {}).get(SPECIFICATION_FOLDER, {}).get("version", ""),
            problems,
        ),
        cohorts=rows(
            "cohorts.csv", "code name sex age_from age_to tags description position source", _cohort
        ),
        demand_cohorts=rows(
            "demand_cohorts.csv", "code name sex age_from age_to position source", _demand_cohort
        ),
        stages=rows("stages.csv", "code name setting description position source", _stage),
        sentence_types=rows("sentence_types.csv", "code name description position source", _sentence_type),
        languages=rows("languages.csv", "code name position source", _language),
        quality_marks=rows("quality_marks.csv", "code name description position source", _quality_mark),
        service_types=rows("service_types.csv", "code name variant_of source note", _service_type),
        crosswalk=rows(
            "crosswalk.csv", "scheme label need_area equivalence complexity stage source note", _crosswalk_row
        ),
    )
