"""Changing what a supplier says of itself."""

from datetime import datetime

from sqlalchemy.orm import Session

from catalogue.suppliers import queries
from catalogue.suppliers.models import SupplierProfile
from catalogue.suppliers.rules import reasons_against_profile, tidy_charity_number, tidy_company_number
from catalogue.suppliers.types import SupplierSize, SupplierTag
from core.accounts.models import Organisation
from core.actor import Actor
from core.audit.services import record
from core.reasons import Reason, Refused, refuse_if


def save_profile(
    session: Session,
    *,
    actor: Actor,
    now: datetime,
    companies_house_number: str = "",
    charity_number: str = "",
    size: SupplierSize | None = None,
    voluntary_sector: bool = False,
    supported_employment: bool = False,
    public_mutual: bool = False,
    summary: str = "",
    website: str = "",
    row_version: int | None = None,
) -> SupplierProfile:
    """Write the profile of the actor's organisation; numbers are tidied and checked for form.

    ``row_version`` is that of the profile that the page showed, 0 where there was none; refused with
    `changed_meanwhile` where a colleague has saved since.
    """
    company, charity = tidy_company_number(companies_house_number), tidy_charity_number(charity_number)
    website = website.strip()
    refuse_if(reasons_against_profile(company, charity, website))
    # The organisation's row is held, so that two colleagues cannot both write the first profile.
    session.get_one(Organisation, actor.organisation_id, with_for_update=True)
    profile = queries.profile_of(session, actor.organisation_id or 0)
    held = profile.row_version if profile is not None else 0
    if row_version is not None and row_version != held:
        raise Refused(Reason("changed_meanwhile"))
    if profile is None:
        profile = SupplierProfile(organisation_id=actor.organisation_id)
        session.add(profile)
    profile.companies_house_number, profile.charity_number = company or None, charity or None
    profile.size, profile.voluntary_sector = size, voluntary_sector
    profile.supported_employment, profile.public_mutual = supported_employment, public_mutual
    profile.summary, profile.website = summary.strip(), website
    changed = session.is_modified(profile)
    session.flush()
    if changed:
        record(session, SupplierTag.PROFILE_CHANGED, actor=actor, now=now, subject=profile)
    return profile
