"""The form of an amendment: what can still be changed, as it stands, and the one reason."""

from datetime import datetime
from typing import Any

from wtforms import HiddenField
from wtforms.validators import InputRequired

from core.web.forms import DatePartsField, Form, MomentField, WholeNumberField, WordsField
from procurement.calloffs.drafting.models import CallOff
from procurement.calloffs.drafting.types import Amendable, AmendableLot


class AmendmentForm(Form):
    """What concerns the whole call-off; the fields of its lots are added by `amendment_form`."""

    basis = HiddenField()
    need = WordsField("The need", word_limit=1000, rows=6)
    data_sharing = WordsField("Sharing of data", word_limit=500, rows=4)
    staff_transfer_note = WordsField("What is known of the staff (TUPE)", word_limit=500, rows=4)
    deadline = MomentField("Bids close", description="Later than now published, or as it is.")
    questions_close_at = MomentField("Questions close (optional)")
    reason = WordsField(
        "Reason for the amendment",
        word_limit=300,
        rows=3,
        validators=[InputRequired("Give a reason")],
        description="Everyone invited reads it.",
    )

    def after(self, before: Amendable) -> Amendable:
        """What the call-off would be; an empty date, number or deadline stays as it was."""
        return before.replaced(
            need=_text(self.need.data),
            data_sharing=_text(self.data_sharing.data),
            staff_transfer_note=_text(self.staff_transfer_note.data),
            deadline=_moment(self.deadline.data, before.deadline) or before.deadline,
            questions_close_at=_moment(self.questions_close_at.data, before.questions_close_at),
            lots={number: self._lot(number, lot) for number, lot in before.lots.items()},
        )

    def _lot(self, number: int, before: AmendableLot) -> AmendableLot:
        return before.replaced(
            description=_text(self[f"description-{number}"].data),
            starts_on=self[f"starts_on-{number}"].data or before.starts_on,
            volumes={
                service: people if (typed := self[volume_name(number, service)].data) is None else typed
                for service, people in before.volumes.items()
            },
            volume_source=_text(self[f"volume_source-{number}"].data),
            mobilisation_weeks=self[f"mobilisation_weeks-{number}"].data,
            lows={service: self[volume_name(number, service, "low")].data for service in before.lows},
            highs={service: self[volume_name(number, service, "high")].data for service in before.highs},
        )


def volume_name(number: int, service: tuple[str, str], what: str = "volume") -> str:
    """The name of the field of a lot's volume, or of an end of its range: low, high."""
    return f"{what}-{number}-{service[0]}-{service[1]}"


def amendment_form(call_off: CallOff, standing: Amendable, **given: Any) -> AmendmentForm:
    """The form for a call-off's own lots, filled with what stands."""
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {
        "need": standing.need,
        "data_sharing": standing.data_sharing,
        "staff_transfer_note": standing.staff_transfer_note,
        "deadline": standing.deadline,
        "questions_close_at": standing.questions_close_at,
    }
    for lot in call_off.lots:
        held = standing.lots[lot.number]
        about = f"Lot {lot.number}"
        fields[f"description-{lot.number}"] = WordsField(f"{about}: description", word_limit=500, rows=3)
        fields[f"starts_on-{lot.number}"] = DatePartsField(f"{about}: the service starts")
        values[f"description-{lot.number}"], values[f"starts_on-{lot.number}"] = (
            held.description,
            held.starts_on,
        )
        fields[f"volume_source-{lot.number}"] = WordsField(
            f"{about}: where the numbers come from", word_limit=200, rows=3
        )
        fields[f"mobilisation_weeks-{lot.number}"] = WholeNumberField(
            f"{about}: weeks to get ready", most=104
        )
        values[f"volume_source-{lot.number}"] = held.volume_source
        values[f"mobilisation_weeks-{lot.number}"] = held.mobilisation_weeks
        for volume in lot.volumes:
            service = (volume.need_area.code, str(volume.complexity))
            label = f"{about}: people a year, {volume.need_area.name}, {volume.complexity} complexity"
            fields[volume_name(lot.number, service)] = WholeNumberField(label)
            values[volume_name(lot.number, service)] = held.volumes[service]
            for what, words, ends in (("low", "at least", held.lows), ("high", "at most", held.highs)):
                name = volume_name(lot.number, service, what)
                fields[name], values[name] = WholeNumberField(f"{label}, {words}"), ends[service]
    return type("ThisAmendmentForm", (AmendmentForm,), fields)(data=values, **given)


def _moment(typed: datetime | None, before: datetime | None) -> datetime | None:
    """The moment typed; the one before where it is the same to the minute, which is all that a form shows."""
    same = typed and before and typed == before.replace(second=0, microsecond=0)
    return before if same else typed


def _text(typed: str | None) -> str:
    return (typed or "").strip().replace("\r\n", "\n")
