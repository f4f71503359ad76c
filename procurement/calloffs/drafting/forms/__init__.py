"""The forms of drafting, and the words of its closed lists."""

from procurement.calloffs.drafting.forms.amending import amendment_form
from procurement.calloffs.drafting.forms.fields import Difference, StepForm, digest_of, trimmed
from procurement.calloffs.drafting.forms.lots import (
    LotServiceForm,
    LotTermsForm,
    LotWhereForm,
    lot_service_form,
    people_field,
)
from procurement.calloffs.drafting.forms.steps import (
    BasicsForm,
    ConflictsForm,
    CriterionForm,
    DeadlineForm,
    DeclarationForm,
    FewMembersForm,
    LotsConsideredForm,
    PersonForm,
    PriceForm,
    ReasonForm,
    StartForm,
    TimetableForm,
)
from procurement.calloffs.drafting.forms.words import STATE_WORDS, WORDS

__all__ = [
    "STATE_WORDS",
    "WORDS",
    "BasicsForm",
    "ConflictsForm",
    "CriterionForm",
    "DeadlineForm",
    "DeclarationForm",
    "Difference",
    "FewMembersForm",
    "LotServiceForm",
    "LotTermsForm",
    "LotWhereForm",
    "LotsConsideredForm",
    "PersonForm",
    "PriceForm",
    "ReasonForm",
    "StartForm",
    "StepForm",
    "TimetableForm",
    "amendment_form",
    "digest_of",
    "lot_service_form",
    "people_field",
    "trimmed",
]
