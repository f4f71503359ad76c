"""Pages on partners: a lead's supply chain, parts in others', invitations, who looks for partners."""

from typing import Any

from flask import Blueprint

from catalogue.partners import forms

partners = Blueprint("partners", __name__)


@partners.app_context_processor
def partner_words() -> dict[str, Any]:
    """The words of partners, for every page that shows some of a supply chain."""
    return {
        "link_kind_words": forms.KIND_WORDS,
        "link_state_words": forms.STATE_WORDS,
        "link_step_words": forms.STEP_WORDS,
        "short_number": forms.short,
    }


from catalogue.partners.views import chain, joining, parts, wanted  # noqa: E402, F401 - they add their routes
