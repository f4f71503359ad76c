"""What tests of pages share: the text of an answer, and a section filled in well."""

from procurement.framework.models import Application
from tests.factories_framework import GOOD_ANSWERS, section_form


def text_of(response) -> str:
    return " ".join(response.get_data(as_text=True).split())


def answers_form(application: Application, number: int) -> dict[str, str]:
    """What a browser would send for a section, filled in well."""
    return section_form(application, number, GOOD_ANSWERS)
