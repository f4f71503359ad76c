"""Workbooks that tests upload, and the way of one through the worker."""

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import xlsxwriter
from flask import Flask
from sqlalchemy.orm import Session

from catalogue.bulk import queries, services
from catalogue.bulk.exports.workbook import write_workbook
from catalogue.bulk.models import BulkUpload
from catalogue.bulk.rules.columns import BY_SHEET
from catalogue.bulk.types import Sheet
from core.actor import Actor
from core.db import db
from core.jobs.services import run_due_jobs
from tests.factories import NOW

Rows = Mapping[str, Sequence[Mapping[str, Any]]]
"""Rows by sheet, each by headings."""


def downloaded(session: Session, actor: Actor) -> bytes:
    """The workbook with what an organisation has."""
    session.commit()
    _, lists = queries.surroundings(session, NOW.date(), supplier_id=actor.organisation_id or 0)
    with db.sessionmaker() as own:
        return write_workbook(lists, queries.held_offers(own, supplier_id=actor.organisation_id or 0))


def workbook(rows: Rows, *, leave_out: Sequence[str] = ()) -> bytes:
    """A workbook with these rows on the sheets that are read; cells not named are empty."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"strings_to_formulas": False, "strings_to_urls": False})
    for name in Sheet:
        if name in leave_out:
            continue
        sheet = book.add_worksheet(str(name))
        headings = [column.heading for column in BY_SHEET[name]]
        sheet.write_row(0, 0, headings)
        for number, row in enumerate(rows.get(str(name), ()), start=1):
            unknown = set(row) - set(headings)
            assert not unknown, f"{name} has no columns {unknown}"
            for heading, value in row.items():
                sheet.write(number, headings.index(heading), value)
    book.close()
    return out.getvalue()


def edited(content: bytes, change: Callable[[Any], None]) -> bytes:
    """A workbook after someone has changed it in a spreadsheet."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cell(book: Any, sheet: str, heading: str, row: int = 2) -> Any:
    """A cell of an opened workbook by its heading."""
    headings = [one.value for one in book[sheet][1]]
    return book[sheet].cell(row, headings.index(heading) + 1)


def uploaded(app: Flask, session: Session, actor: Actor, content: bytes) -> BulkUpload:
    """Upload a workbook and let the worker check it."""
    upload = services.receive_upload(session, actor=actor, now=NOW, name="offers.xlsx", content=content)
    key = upload.id
    session.commit()
    run_due_jobs(app)
    session.expire_all()
    return session.get_one(BulkUpload, key)


def applied(
    app: Flask, session: Session, actor: Actor, upload: BulkUpload, *, submits: bool = False
) -> BulkUpload:
    """Confirm a checked upload and let the worker apply it."""
    key = upload.id
    services.confirm_upload(session, actor=actor, now=NOW, upload=upload, submits=submits)
    session.commit()
    run_due_jobs(app)
    session.expire_all()
    return session.get_one(BulkUpload, key)


def new_offer(name: str = "kent-housing", **cells: Any) -> dict[str, list[dict[str, Any]]]:
    """Rows of a small complete offer; ``cells`` go into its row on the sheet of offers."""
    return {
        "Offers": [
            {
                "Offer": name,
                "Need area": "Accommodation",
                "Name of the service": "Example housing help",
                "Summary": "An invented service that finds a room.",
                "Places served": "pfa:kent",
                "Groups of people": "Men",
                "Stages": "In the community",
                "Sentence types": "All",
                "One to one or in groups": "One to one",
                **cells,
            }
        ],
        "Levels": [
            {
                "Offer": name,
                "Complexity": "Low",
                "More on outputs": "Six sessions.",
                "Minimum outcomes": "ACC-O1",
                "Price of a place": 1234.5,
                "Places a year": 60,
            }
        ],
        "Items": [],
    }
