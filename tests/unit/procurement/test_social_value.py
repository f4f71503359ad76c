"""Social value carries a tenth of the marks, or the commissioner is warned."""

from decimal import Decimal as D

from procurement.calloffs.drafting.rules.social_value import social_value_warnings
from procurement.calloffs.drafting.types import CriterionKind


def test_a_light_social_value_is_a_warning_with_its_source() -> None:
    quality, social = CriterionKind.QUALITY, CriterionKind.SOCIAL_VALUE
    assert social_value_warnings([(quality, D(50)), (social, D(6)), (social, D(4))]) == []
    [warning] = social_value_warnings([(quality, D(60)), (social, D("9.99"))])
    assert (warning.code, warning.params["weight"]) == ("social_value_light", D("9.99"))
    assert warning.source.endswith("†")
    assert len(social_value_warnings([])) == 1
