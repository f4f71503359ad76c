"""What the gap analysis keeps: demand and its models, provision of partner agencies, analyses, actions."""

from procurement.gaps.models.agencies import (
    AgencyProvision,
    AgencyProvisionChange,
    AgencyProvisionLevel,
    DeclaredList,
    DeclaredRow,
    Entitlement,
    provision_cohort,
    provision_place,
    provision_stage,
)
from procurement.gaps.models.analysis import (
    Analysis,
    AnalysisBlock,
    AnalysisCell,
    AnalysisStudy,
    AnalysisSupplier,
    AnalysisTotal,
    GapAction,
)
from procurement.gaps.models.demand import (
    DemandModel,
    DemandModelRow,
    DemandModelVersion,
    DemandRow,
    DemandSet,
)

__all__ = [
    "AgencyProvision",
    "AgencyProvisionChange",
    "AgencyProvisionLevel",
    "Analysis",
    "AnalysisBlock",
    "AnalysisCell",
    "AnalysisStudy",
    "AnalysisSupplier",
    "AnalysisTotal",
    "DeclaredList",
    "DeclaredRow",
    "DemandModel",
    "DemandModelRow",
    "DemandModelVersion",
    "DemandRow",
    "DemandSet",
    "Entitlement",
    "GapAction",
    "provision_cohort",
    "provision_place",
    "provision_stage",
]
