"""Changing reference data: loaded from files, and the levels of the specification that people write here."""

from catalogue.reference.services.loading import LoadReport, load_reference
from catalogue.reference.services.writing import discard_draft, publish_level, save_draft

__all__ = ["LoadReport", "discard_draft", "load_reference", "publish_level", "save_draft"]
