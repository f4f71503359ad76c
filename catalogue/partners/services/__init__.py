"""What is done with supply chains, declarations and listings: one function per use case."""

from catalogue.partners.services.answering import confirm_part, decline_part, join_as_partner, take_on
from catalogue.partners.services.declaring import declare
from catalogue.partners.services.naming import change_partner, end_partner, invite_partner, name_partner
from catalogue.partners.services.wanted import (
    answer_message,
    close_for_supplier,
    close_listing,
    save_listing,
    write_about,
)

__all__ = [
    "answer_message",
    "change_partner",
    "close_for_supplier",
    "close_listing",
    "confirm_part",
    "declare",
    "decline_part",
    "end_partner",
    "invite_partner",
    "join_as_partner",
    "name_partner",
    "save_listing",
    "take_on",
    "write_about",
]
