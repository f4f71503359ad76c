"""Offers for other programs: tables, one offer as a document, the directory in Open Referral UK's form."""

from catalogue.offers.exports.documents import FORMAT, offer_document
from catalogue.offers.exports.open_referral import (
    Directory,
    location_entry,
    organization_entry,
    page_envelope,
    service_entry,
    taxonomy_entries,
)
from catalogue.offers.exports.tables import (
    CatalogueRow,
    catalogue_csv,
    catalogue_rows,
    catalogue_xlsx,
    table_csv,
    table_xlsx,
)

__all__ = [
    "FORMAT",
    "CatalogueRow",
    "Directory",
    "catalogue_csv",
    "catalogue_rows",
    "catalogue_xlsx",
    "location_entry",
    "offer_document",
    "organization_entry",
    "page_envelope",
    "service_entry",
    "table_csv",
    "table_xlsx",
    "taxonomy_entries",
]
