"""Uploading a workbook and confirming what it would do."""

from flask_wtf.file import FileField
from wtforms import BooleanField

from core.documents.types import FileProblem
from core.web.forms import Form

_PROBLEMS = {
    "empty": "{name}: the file is empty",
    "too-large": "{name}: the file is larger than {limit} MB. Split it: the rows of one offer stay together",
    "wrong-type": "{name}: upload an Excel workbook, whose name ends in .xlsx",
    "content-differs": "{name}: the file is not an Excel workbook, whatever its name says",
    "unpacks-too-large": "{name}: the file unpacks to far more than a workbook of offers",
}


class UploadForm(Form):
    file = FileField(
        "Your workbook",
        description="An Excel workbook (.xlsx) made from the template, up to 10 MB and 5,000 offers",
        render_kw={"accept": ".xlsx"},
    )


class ConfirmForm(Form):
    submits = BooleanField("Submit every offer that is complete, for review by the framework manager")


def file_words(problem: FileProblem) -> str:
    """Why a file is not taken: its name, what is wrong, the limit."""
    return _PROBLEMS[problem.code].format(name=problem.name, limit=problem.limit_bytes // (1024 * 1024))
