"""The steps of a draft beside its lots: shape and words. Saving asks for little, publishing for all."""

from collections.abc import Iterable
from decimal import Decimal

from wtforms import BooleanField, HiddenField, SelectField, StringField
from wtforms.validators import DataRequired, InputRequired, Length, ValidationError

from core.accounts.models import Organisation
from core.web.forms import Form, MomentField, PoundsField, WholeNumberField, WordsField
from procurement.calloffs.drafting.forms.fields import DecimalField, OneOfField, StepForm
from procurement.calloffs.drafting.forms.words import (
    CRITERION_WORDS,
    DUTY_WORDS,
    FORMULA_HINTS,
    FORMULA_WORDS,
    PRICE_MODEL_HINTS,
    PRICE_MODEL_WORDS,
    STAFF_TRANSFER_HINTS,
    STAFF_TRANSFER_WORDS,
    TIE_BREAK_WORDS,
)
from procurement.calloffs.drafting.rules.scales import DEFAULT_SCALE, SCALES
from procurement.calloffs.drafting.types import Duty
from procurement.framework.models import Framework

TITLE = Length(max=200, message="Title must be 200 characters or fewer")


def choices(words: dict) -> list[tuple[str, str]]:
    """The choices of an enumeration in the order of its words."""
    return [(str(code), text) for code, text in words.items()]


class StartForm(Form):
    """The title and framework of a new call-off."""

    title = StringField(
        "Title",
        description="What is bought and where, in a line: bidders see it first.",
        validators=[InputRequired("Enter a title"), TITLE],
    )
    framework = SelectField("Framework", coerce=int)

    def offer(self, frameworks: Iterable[Framework]) -> None:
        """Give the frameworks to choose from."""
        self.framework.choices = [(one.id, one.title) for one in frameworks]


class TemplateForm(Form):
    """The name of a template."""

    name = StringField(
        "Name of the template",
        validators=[DataRequired("Enter a name for the template"), TITLE],
    )


class BasicsForm(StepForm):
    """What is bought and why."""

    title = StringField("Title", validators=[InputRequired("Enter a title"), TITLE])
    framework = SelectField("Framework", coerce=int)
    need = WordsField(
        "The need",
        word_limit=1000,
        rows=8,
        description="Who needs what, and how you know. Bidders read this first.",
    )
    data_sharing = WordsField(
        "Sharing of data",
        word_limit=500,
        description="What information about people is shared with the provider, on what legal basis, how.",
    )


class PriceForm(StepForm):
    """What is priced and how prices become scores."""

    price_model = OneOfField(
        "What bidders price", choices=choices(PRICE_MODEL_WORDS), hints=PRICE_MODEL_HINTS
    )
    price_formula = OneOfField(
        "How a price becomes a score", choices=choices(FORMULA_WORDS), hints=FORMULA_HINTS
    )
    price_weight = DecimalField(
        "Weight of price (%)",
        description="Leave empty for “quality only” and “price per quality point”.",
    )
    optimal_price = PoundsField(
        "Optimal price",
        description="Only for “between the highest price and an optimal one”: over the whole term.",
    )
    tie_break = OneOfField(
        "If two bids score the same",
        choices=choices(TIE_BREAK_WORDS),
        description="Published with the call-off, so that nobody chooses it afterwards.",
    )


class TermsForm(StepForm):
    """When invoices are paid, and whether staff go over to the new provider."""

    payment_days = WholeNumberField(
        "Invoices are paid within (days)",
        least=1,
        most=365,
        description="30 at most, and the same for every subcontractor down the chain.",
        validators=[InputRequired("Enter a number of days, like 30")],
    )
    staff_transfer = OneOfField(
        "Does the transfer of staff (TUPE) apply?",
        choices=choices(STAFF_TRANSFER_WORDS),
        hints=STAFF_TRANSFER_HINTS,
    )
    staff_transfer_note = WordsField(
        "What is known of the staff",
        word_limit=500,
        rows=5,
        description="How many people, in which posts, and when bidders get the particulars. No names.",
    )


class TimetableForm(StepForm):
    """The deadline, until when questions are taken, and whether there is a standstill."""

    deadline = MomentField(
        "Bids close", description="A bid received at this moment or later is not accepted."
    )
    questions_close_at = MomentField(
        "Questions close (optional)",
        description="Leave time to answer before bids close. Empty: questions are taken until bids close.",
    )
    standstill = BooleanField("Keep a standstill between telling bidders and making the contract")


class LotsConsideredForm(StepForm):
    """Why the call-off is divided as it is."""

    lots_considered = WordsField(
        "How you considered dividing this call-off into lots",
        word_limit=500,
        description="Why these lots and no others; where there is one lot, why it is not divided.",
    )


class ConflictsForm(StepForm):
    """That conflicts of the whole procurement were assessed."""

    assessed = BooleanField(
        "I have assessed conflicts of interest for this procurement, and what is done about them"
    )


class CriterionForm(StepForm):
    """A criterion with its question."""

    name = StringField(
        "Name of the criterion",
        validators=[
            InputRequired("Enter a name for the criterion"),
            Length(max=200, message="Name of the criterion must be 200 characters or fewer"),
        ],
    )
    kind = OneOfField("Kind", choices=choices(CRITERION_WORDS))
    text = WordsField("The question", word_limit=300, rows=5)
    hint = WordsField(
        "Help for bidders", word_limit=200, rows=3, description="What a good answer covers. May stay empty."
    )
    word_limit = WholeNumberField(
        "Most words of an answer", least=1, most=5000, description="Leave empty for no limit."
    )
    weight = DecimalField(
        "Weight (%)", least=Decimal("0.01"), validators=[InputRequired("Enter a weight, like 20")]
    )
    threshold = DecimalField(
        "Lowest score that passes",
        most=Decimal(max(scale.most for scale in SCALES.values())),
        description="On the scale chosen; a bid below it is not ranked. May stay empty.",
    )
    scale = OneOfField("Scoring scale", choices=[(code, scale.name) for code, scale in SCALES.items()])

    def validate_threshold(self, field: DecimalField) -> None:
        """The threshold lies on the scale."""
        scale = SCALES.get(self.scale.data or "", DEFAULT_SCALE)
        if field.data is not None and field.data > scale.most:
            raise ValidationError(f"Lowest score that passes must be {scale.most} or less on this scale")


class PersonForm(Form):
    """Someone to be given a duty."""

    duty = SelectField("Duty", choices=[(d.value, DUTY_WORDS[d]) for d in Duty if d is not Duty.DRAFTER])
    person = SelectField("Person")


class ShareForm(Form):
    """The lead's own share."""

    lead_share = DecimalField(
        "Your authority’s share (%)", validators=[InputRequired("Enter a share, like 60")]
    )


class PartnerForm(Form):
    """Another authority and its share."""

    authority = SelectField("Authority")
    share = DecimalField(
        "Its share (%)",
        least=Decimal("0.01"),
        most=Decimal("99.99"),
        description="Of the budget of every lot.",
        validators=[InputRequired("Enter a share, like 40")],
    )

    def offer(self, authorities: Iterable[Organisation]) -> None:
        """Give the authorities to choose from."""
        self.authority.choices = [("", "Choose one"), *((one.public_id, one.name) for one in authorities)]


class DeclarationForm(Form):
    """One's own declaration about conflicts of interest."""

    answer = OneOfField(
        "Do you have, or could you be seen to have, a conflict of interest in this call-off?",
        choices=[("no", "No, I have none"), ("yes", "Yes")],
    )
    note = WordsField(
        "What it is", word_limit=300, rows=4, description="Only if you answered yes. Seen by your authority."
    )
    following = HiddenField()


class ReasonForm(Form):
    """A reason, told to everyone concerned."""

    reason = WordsField("Reason", word_limit=300, rows=4, validators=[InputRequired("Give a reason")])


class DeadlineForm(ReasonForm):
    """A later deadline for everyone."""

    deadline = MomentField(
        "New deadline", description="Later than the present one; the same for everyone invited."
    )


class FewMembersForm(Form):
    """Why a lot with hardly a member to invite is published all the same."""

    reason = WordsField("Why the lot is published all the same", word_limit=200, rows=3)
