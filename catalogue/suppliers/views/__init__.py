"""Pages of suppliers: what they say of themselves, and the evidence they keep."""

from catalogue.suppliers.views import evidence as evidence
from catalogue.suppliers.views import profile as profile
from catalogue.suppliers.views.blueprint import suppliers

__all__ = ["suppliers"]
