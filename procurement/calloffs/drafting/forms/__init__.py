"""The forms of drafting, and the words of its closed lists."""

from procurement.calloffs.drafting.forms.amending import amendment_form
from procurement.calloffs.drafting.forms.fields import Difference, StepForm, digest_of, trimmed
from procurement.calloffs.drafting.forms.lots import (
    LotServiceForm,
    LotTermsForm,
    LotVolumesForm,
    LotWhereForm,
    detail_field,
    lot_service_form,
    lot_volumes_form,
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
    TermsForm,
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
    "LotVolumesForm",
    "LotWhereForm",
    "LotsConsideredForm",
    "PersonForm",
    "PriceForm",
    "ReasonForm",
    "StartForm",
    "StepForm",
    "TermsForm",
    "TimetableForm",
    "amendment_form",
    "detail_field",
    "digest_of",
    "lot_service_form",
    "lot_volumes_form",
    "people_field",
    "trimmed",
]
