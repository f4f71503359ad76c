"""Forms for a lot that failed: letting it again, or awarding it directly."""

from collections.abc import Sequence
from decimal import Decimal

from wtforms import SelectField, TextAreaField

from core.accounts.models import Organisation
from core.web.forms import Form, PoundsField
from procurement.calloffs.drafting.models import Lot


class RerunForm(Form):
    """What is to be different when a lot is let again."""

    must_change = TextAreaField(
        "What has to change this time",
        description="For example smaller places, another level, a longer tender period, a higher budget.",
    )


class DirectForm(Form):
    """A proposal for a direct award; made by `direct_form`."""

    supplier = SelectField("Supplier", validate_choice=False)
    justification = TextAreaField(
        "Justification",
        description="Why no suitable tender came, why this supplier, and why its terms are those of the lot.",
    )
    exclusion_note = TextAreaField(
        "Check of exclusion grounds and of the debarment list",
        description="What was looked at for the supplier and each of its partners, and what was found.",
    )

    def prices(self) -> dict[tuple[str, str], Decimal]:
        """Pounds a person by (need area, complexity), where they were filled in."""
        found = {}
        for name, field in self._fields.items():
            if name.startswith("price__") and field.data is not None:
                _price, need, level = name.split("__")
                found[need, level] = field.data
        return found


def direct_form(lot: Lot, members: Sequence[Organisation]) -> DirectForm:
    """The form with a price for each volume of the lot, and the members to choose from."""
    fields = {
        f"price__{volume.need_area.code}__{volume.complexity}": PoundsField(
            f"Price a person: {volume.need_area.name}, {volume.complexity} complexity"
        )
        for volume in lot.volumes
    }
    form = type("ThisDirectAward", (DirectForm,), fields)()
    form.supplier.choices = [("", "Choose a supplier")] + [(one.public_id, one.name) for one in members]
    return form
