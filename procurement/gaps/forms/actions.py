"""What is done about a gap."""

from wtforms import RadioField, SelectField
from wtforms.validators import InputRequired

from core.web.forms import DatePartsField, Form, WordsField
from procurement.gaps.types import ActionKind

KINDS = {
    ActionKind.CALL_OFF: "Run a call-off",
    ActionKind.MARKET_NOTICE: "Publish a market notice",
    ActionKind.INNOVATION_FUND: "Propose it to the innovation fund",
    ActionKind.PARTNER_AGENCY: "Agree it with a partner agency",
    ActionKind.ACCEPT: "Accept the gap, for a reason",
}


class ActionForm(Form):
    """What, who and until when."""

    kind = RadioField(
        "What is done",
        choices=[(kind.value, words) for kind, words in KINDS.items()],
        validators=[InputRequired("Choose what is done")],
    )
    note = WordsField(
        "What exactly, or why nothing is done",
        word_limit=200,
        rows=4,
        validators=[InputRequired("Say what exactly is done, or why nothing is")],
    )
    owner = SelectField("Who sees to it", validators=[InputRequired("Choose who sees to it")])
    due_on = DatePartsField("Until when", validators=[InputRequired("Enter the day until when")])
