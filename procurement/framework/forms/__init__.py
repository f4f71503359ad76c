"""Forms of frameworks, applications, assessment and members: shape and words."""

from procurement.framework.forms.applications import (
    ClarificationAnswerForm,
    DeclarationForm,
    RepresentationsForm,
    choice_value,
    choices_form,
)
from procurement.framework.forms.assessment import (
    ClarifyForm,
    ExtendForm,
    HearForm,
    MembersForm,
    StartForm,
    decision_fields,
    decision_form,
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
    "ClarificationAnswerForm",
    "ClarifyForm",
    "DeclarationForm",
    "DetailsForm",
    "ExtendForm",
    "HearForm",
    "MembersForm",
    "NewFrameworkForm",
    "PublishForm",
    "RepresentationsForm",
    "StartForm",
    "category_form",
    "choice_value",
    "choices_form",
    "decision_fields",
    "decision_form",
    "findings_form",
    "findings_of",
    "rules_form",
    "values_of",
]
