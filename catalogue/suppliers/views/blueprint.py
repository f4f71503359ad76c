"""The blueprint of suppliers."""

from flask import Blueprint

suppliers = Blueprint("suppliers", __name__)
