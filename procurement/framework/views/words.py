"""Reasons in words where Python needs them: beside a form's fields."""

from typing import Any

from flask import get_template_attribute

from core.reasons import Reason
from procurement.framework.forms import RULE_WORDS

RULE_NAMES = {code: name for code, (name, _) in RULE_WORDS.items()}


def reason_text(reason: Reason, names: Any = None) -> str:
    """A reason in words, as the templates say it."""
    macro = get_template_attribute("framework/parts.html", "reason_words")
    return " ".join(str(macro(reason, names or RULE_NAMES)).split())
