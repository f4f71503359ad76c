"""Pages on what is needed and where, open to anyone; and those on which a level is written."""

from flask import Blueprint

reference = Blueprint("reference", __name__)

from catalogue.reference.views import pages, writing  # noqa: E402, F401 - they add their routes
