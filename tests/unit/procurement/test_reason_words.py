"""Every reason that the rules of drafting can give has words of its own on the pages."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Reasons of the framework's rules about lots, open frameworks and invitations; its others are its own pages'.
FROM_FRAMEWORK = {
    "framework_not_published",
    "framework_ceased",
    "framework_expired",
    "framework_not_begun",
    "lot_without_need_area",
    "lot_without_region",
    "lot_names_several_categories",
    "no_category_for_lot",
    "suspended",
    "removed",
    "application_pending",
    "member_other_band",
    "member_other_region",
    "not_member",
    "lot_is_reserved",
}


def codes_of_drafting() -> set[str]:
    found: set[str] = set()
    drafting, delegations = (ROOT / "procurement/calloffs" / noun for noun in ("drafting", "delegations"))
    for path in sorted([*drafting.rglob("*.py"), delegations / "rules.py"]):
        text = path.read_text(encoding="utf-8")
        found.update(re.findall(r'Reason\(\s*"([a-z_]+)"', text))
        found.update(re.findall(r'\("(lot_without_[a-z_]+)"', text))
    return found


def test_every_reason_has_words() -> None:
    words = (ROOT / "templates/calloffs/reasons.html").read_text(encoding="utf-8")
    said = set(re.findall(r'code == "([a-z_]+)"', words))
    found = codes_of_drafting()
    assert len(found) > 40
    assert sorted((found | FROM_FRAMEWORK) - said) == []


def test_the_pages_have_no_words_for_reasons_that_nobody_gives() -> None:
    words = (ROOT / "templates/calloffs/reasons.html").read_text(encoding="utf-8")
    said = set(re.findall(r'code == "([a-z_]+)"', words))
    # Core's own refusal of a step that a state machine does not list.
    assert sorted(said - codes_of_drafting() - FROM_FRAMEWORK - {"not_from_this_state"}) == []
