"""Forms of frameworks, applications, assessment and members: shape and words."""

from procurement.framework.forms.applications import (
    DeclarationForm,
    RepresentationsForm,
    choice_value,
    choices_form,
)
from procurement.framework.forms.assessment import (
    AdmitForm,
    ExtendForm,
    HearForm,
    MembersForm,
    RefuseForm,
    StartForm,
    findings_form,
    findings_of,
)
from procurement.framework.forms.setup import (
    LINT_FIELDS,
    RULE_WORDS,
    DetailsForm,
    NewFrameworkForm,
    PublishForm,
    category_form,
    rules_form,
    values_of,
)

__all__ = [
    "LINT_FIELDS",
    "RULE_WORDS",
    "AdmitForm",
    "DeclarationForm",
    "DetailsForm",
    "ExtendForm",
    "HearForm",
    "MembersForm",
    "NewFrameworkForm",
    "PublishForm",
    "RefuseForm",
    "RepresentationsForm",
    "StartForm",
    "category_form",
    "choice_value",
    "choices_form",
    "findings_form",
    "findings_of",
    "rules_form",
    "values_of",
]
