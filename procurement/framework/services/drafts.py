"""What every change of a draft framework begins and ends with."""

from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from core.reasons import Reason, Refused
from procurement.framework.models import Framework
from procurement.framework.types import FrameworkState, Regime


def refuse_frozen(framework: Framework) -> None:
    """Let nothing of a published framework change."""
    if framework.state is not FrameworkState.DRAFT:
        source = "PCR 2015 reg 34" if framework.regime is Regime.DPS else "PA 2023 s.36(7)"
        raise Refused(Reason("framework_is_frozen", {"state": str(framework.state)}, source))


def touch(session: Session, framework: Framework) -> None:
    """Count a change of a category or question as one of its framework, whose version every form carries."""
    flag_modified(framework, "rules")
    session.flush()
