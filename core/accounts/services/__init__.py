"""Making people and organisations, giving roles and taking them away; counting attempts to sign in."""

from core.accounts.services.counting import count_deed
from core.accounts.services.leaving import HandOver, hand_over_work, holdings_of, register_hand_over
from core.accounts.services.people import (
    accept_invitation,
    ask_to_join,
    change_name,
    create_organisation,
    create_person,
    end_membership,
    grant_membership,
    invite_colleague,
    mail_people_who_may,
    register_supplier,
    remove_colleague,
    send_invitation,
    set_roles,
)
from core.accounts.services.signing_in import (
    attempt_failed,
    attempt_succeeded,
    begin_attempt,
    clear_attempts,
    note_change,
    note_sign_in,
)

__all__ = [
    "HandOver",
    "accept_invitation",
    "ask_to_join",
    "attempt_failed",
    "attempt_succeeded",
    "begin_attempt",
    "change_name",
    "clear_attempts",
    "count_deed",
    "create_organisation",
    "create_person",
    "end_membership",
    "grant_membership",
    "hand_over_work",
    "holdings_of",
    "invite_colleague",
    "mail_people_who_may",
    "note_change",
    "note_sign_in",
    "register_hand_over",
    "register_supplier",
    "remove_colleague",
    "send_invitation",
    "set_roles",
]
