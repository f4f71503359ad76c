"""The form of a supplier's change."""

import json
from typing import Any

from wtforms import BooleanField, HiddenField, RadioField, StringField
from wtforms.validators import InputRequired, Length, ValidationError

from core.web.forms import DatePartsField, Form, WordsField
from procurement.changes.types import Change, ChangeKind, OfferFate

KINDS = (
    (ChangeKind.RENAMING, "It has a new name"),
    (ChangeKind.MERGER, "It has merged into another organisation"),
    (ChangeKind.INSOLVENCY, "It is insolvent"),
)
FATES = (
    (OfferFate.MOVE, "They go to the successor, and stand where it is a member"),
    (OfferFate.WITHDRAW, "They are withdrawn"),
)


class ChangeForm(Form):
    """What has happened to a supplier, since when, and how that is known."""

    kind = RadioField(
        "What has happened?",
        choices=[(str(kind), words) for kind, words in KINDS],
        validators=[InputRequired("Choose what has happened")],
    )
    effective_on = DatePartsField("Since when?", description="The day from which it has effect.")
    new_name = StringField("New name", description="Only for a new name.", validators=[Length(max=200)])
    successor = StringField(
        "Reference of the successor",
        description="Only for a merger: its reference here, like OR-1A2B3C4D. It need not be a member.",
        validators=[Length(max=20)],
        filters=[lambda text: text.strip().upper() if text else text],
    )
    offers = RadioField(
        "What becomes of its offers in a merger?",
        choices=[(str(fate), words) for fate, words in FATES],
        validate_choice=False,
    )
    restructuring = BooleanField("In a merger: the whole business passes to the successor")
    evidence = WordsField(
        "How is this known?",
        word_limit=300,
        rows=5,
        description="For example the register, the notice in the Gazette, or the supplier’s own letter.",
        validators=[InputRequired("Enter how this is known")],
    )
    seen = HiddenField()

    def validate_effective_on(self, field: Any) -> None:
        if field.data is None and not field.process_errors:
            raise ValidationError("Enter the day from which it has effect")

    def change(self) -> Change:
        """The change as the rules see it, of a valid form."""
        kind = ChangeKind(self.kind.data)
        merger = kind is ChangeKind.MERGER
        fates = {str(fate): fate for fate in OfferFate}
        return Change(
            kind=kind,
            effective_on=self.effective_on.data,
            new_name=(self.new_name.data or "") if kind is ChangeKind.RENAMING else "",
            successor=(self.successor.data or "") if merger else "",
            offers=fates.get(self.offers.data or "") if merger else None,
            restructuring=merger and bool(self.restructuring.data),
            evidence=self.evidence.data or "",
        )

    def marks(self) -> list[tuple[str, int, str]]:
        """The effects that the page showed, as it sends them back; none where that was tampered with."""
        try:
            return [(str(subject), int(key), str(code)) for subject, key, code in json.loads(self.seen.data)]
        except (TypeError, ValueError):
            return []
