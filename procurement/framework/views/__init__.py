"""Pages of frameworks: what is open, setting one up, applying, assessing, members."""

from procurement.framework.views import (
    applications,
    asking,
    assessment,
    manage,
    members,
    parties,
    public,
    sections,
    standing,
)
from procurement.framework.views.blueprint import framework

__all__ = [
    "applications",
    "asking",
    "assessment",
    "framework",
    "manage",
    "members",
    "parties",
    "public",
    "sections",
    "standing",
]
