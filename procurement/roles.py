"""Which role permits which deeds: data, from which the help page is rendered."""

from catalogue.offers.types import OfferPermission as Offer
from catalogue.partners.types import PartnerPermission as Partner
from catalogue.reference.types import ReferencePermission as Reference
from catalogue.suppliers.types import SupplierPermission as Supplier
from core.accounts.types import AccountPermission as Account
from core.accounts.types import OrganisationKind, Role
from core.audit.types import AuditPermission as Audit
from procurement.calloffs.delegations.types import DelegationPermission as Delegation
from procurement.calloffs.drafting.types import CallOffPermission as CallOff
from procurement.changes.types import ChangePermission as Change
from procurement.contracts.types import ContractPermission as Contract
from procurement.framework.types import FrameworkPermission as Framework
from procurement.gaps.types import GapPermission as Gap
from procurement.notices.types import NoticePermission as Notice

AUTHORITY, SUPPLIER = OrganisationKind.AUTHORITY, OrganisationKind.SUPPLIER

_ROLES = (
    Role(
        "supplier-viewer",
        "Viewer",
        SUPPLIER,
        frozenset(
            {
                Supplier.READ_PROFILE,
                Partner.READ,
                Partner.READ_WANTED,
                Offer.READ,
                Framework.READ_APPLICATION,
                CallOff.READ_INVITED,
                Contract.READ,
            }
        ),
        "Reads the organisation's offers, applications, bids and contracts.",
    ),
    Role(
        "supplier-editor",
        "Editor",
        SUPPLIER,
        frozenset(
            {
                Supplier.READ_PROFILE,
                Supplier.EDIT_PROFILE,
                Partner.READ,
                Partner.NAME,
                Partner.READ_WANTED,
                Partner.SEEK,
                Offer.READ,
                Offer.DRAFT,
                Framework.READ_APPLICATION,
                Framework.APPLY,
                CallOff.READ_INVITED,
                CallOff.BID,
                Contract.READ,
            }
        ),
        "Drafts offers, applications and bids, and saves them for others to submit.",
    ),
    Role(
        "supplier-administrator",
        "Administrator",
        SUPPLIER,
        frozenset(
            {
                Account.MANAGE_COLLEAGUES,
                Supplier.READ_PROFILE,
                Supplier.EDIT_PROFILE,
                Partner.READ,
                Partner.NAME,
                Partner.CONFIRM,
                Partner.READ_WANTED,
                Partner.SEEK,
                Offer.READ,
                Offer.DRAFT,
                Offer.SUBMIT,
                Framework.READ_APPLICATION,
                Framework.APPLY,
                Framework.SUBMIT_APPLICATION,
                CallOff.READ_INVITED,
                CallOff.BID,
                CallOff.SUBMIT_BID,
                Contract.READ,
                Contract.SIGN,
            }
        ),
        "Does all that an editor does, submits in the organisation's name, and manages colleagues.",
    ),
    Role(
        "framework-manager",
        "Framework manager",
        AUTHORITY,
        frozenset(
            {
                Account.MANAGE_COLLEAGUES,
                Offer.REVIEW,
                Offer.READ_COMMERCIAL,
                Partner.READ_ALL,
                Partner.READ_WANTED,
                Framework.MANAGE,
                Framework.ASSESS,
                Reference.WRITE_SPECIFICATION,
                Change.RECORD,
                Notice.READ,
                Notice.PUBLISH,
                Contract.READ,
                CallOff.READ,
                Delegation.READ,
                Delegation.MANAGE,
            }
        ),
        "Sets up frameworks, assesses applications, and publishes or returns offers.",
    ),
    Role(
        "commissioner",
        "Commissioner",
        AUTHORITY,
        frozenset(
            {
                Offer.READ_COMMERCIAL,
                Partner.READ_ALL,
                Partner.READ_WANTED,
                CallOff.READ,
                CallOff.DRAFT,
                CallOff.PUBLISH,
                CallOff.OPEN,
                CallOff.MODERATE,
                CallOff.RECOMMEND,
                CallOff.SEND_LETTERS,
                CallOff.EVALUATE,
                Delegation.READ,
                Notice.READ,
                Notice.PUBLISH,
                Contract.READ,
                Contract.IMPORT,
                Contract.MAKE,
                Contract.DEAL,
                Gap.READ,
            }
        ),
        "Drafts and runs call-offs, moderates scores, recommends awards and makes contracts.",
        scoped=True,
    ),
    Role(
        "evaluator",
        "Evaluator",
        AUTHORITY,
        frozenset({CallOff.EVALUATE, CallOff.OPEN}),
        "Opens envelopes and scores bids in call-offs where they have that duty.",
    ),
    Role(
        "approver",
        "Approver",
        AUTHORITY,
        frozenset(
            {
                CallOff.READ,
                CallOff.APPROVE,
                Delegation.READ,
                CallOff.OPEN,
                Contract.READ,
                Contract.SIGN,
                Offer.READ_COMMERCIAL,
                Partner.READ_ALL,
            }
        ),
        "Approves call-offs before publication and awards that another person recommended.",
    ),
    Role(
        "regional-lead",
        "Regional lead",
        AUTHORITY,
        frozenset(
            {
                Offer.READ_COMMERCIAL,
                Partner.READ_WANTED,
                Gap.READ,
                Gap.ANALYSE,
                Gap.RECORD,
                CallOff.READ,
                CallOff.DRAFT,
                Contract.READ,
                Contract.IMPORT,
            }
        ),
        "Sees where demand is not met and why, and starts the call-off that closes the gap.",
        scoped=True,
    ),
    Role(
        "auditor",
        "Auditor",
        AUTHORITY,
        frozenset(
            {
                Audit.READ,
                CallOff.READ,
                Delegation.READ,
                Contract.READ,
                Gap.READ,
                Notice.READ,
                Offer.READ_COMMERCIAL,
                Partner.READ_ALL,
            }
        ),
        "Reads everything that is not sealed, and the audit.",
    ),
)

ROLES = {role.code: role for role in _ROLES}

# What each deed is called where people read of it: on the help page.
DEEDS = {
    Account.MANAGE_COLLEAGUES: "invite colleagues and change their roles",
    Audit.READ: "read the audit and verify it",
    Supplier.READ_PROFILE: "read the organisation’s own details and evidence",
    Supplier.EDIT_PROFILE: "change the organisation’s details and evidence",
    Partner.READ: "read the organisation’s supply chain and its parts in others’",
    Partner.NAME: "name, invite, change and end partners",
    Partner.CONFIRM: "confirm or decline a part in another’s supply chain, and make declarations",
    Partner.READ_ALL: "read supply chains with their terms",
    Partner.READ_WANTED: "see who looks for partners",
    Partner.SEEK: "list the organisation as looking for partners, and write to those that do",
    Offer.READ: "read the organisation’s offers",
    Offer.DRAFT: "write offers",
    Offer.SUBMIT: "submit and withdraw offers",
    Offer.REVIEW: "publish, return and suspend offers",
    Offer.READ_COMMERCIAL: "see prices and places of offers",
    Reference.WRITE_SPECIFICATION: "write levels of the specification that the source leaves open",
    Framework.MANAGE: "set up and publish frameworks",
    Framework.ASSESS: "assess applications, admit and refuse",
    Framework.APPLY: "write applications to frameworks",
    Framework.SUBMIT_APPLICATION: "submit and withdraw applications",
    Framework.READ_APPLICATION: "read the organisation’s applications",
    CallOff.READ: "read call-offs",
    CallOff.DRAFT: "draft call-offs",
    CallOff.APPROVE: "approve call-offs and awards",
    CallOff.PUBLISH: "publish, pause and cancel call-offs",
    CallOff.READ_INVITED: "read call-offs the organisation is invited to",
    CallOff.BID: "write bids",
    CallOff.SUBMIT_BID: "submit and withdraw bids",
    CallOff.OPEN: "open envelopes, together with another officer",
    CallOff.EVALUATE: "score bids",
    CallOff.MODERATE: "lead the panel to a consensus",
    CallOff.RECOMMEND: "recommend awards",
    CallOff.SEND_LETTERS: "send letters to bidders",
    Delegation.READ: "read who may approve for the authority",
    Delegation.MANAGE: "keep the register of who may approve, up to which value and where",
    Contract.READ: "read contracts",
    Contract.IMPORT: "import a contract register",
    Contract.MAKE: "turn awards into contracts",
    Contract.SIGN: "sign contracts for the organisation",
    Contract.DEAL: "deal referrals between the suppliers of a contract",
    Gap.READ: "see where demand is met and where it is not",
    Change.RECORD: "record that a supplier has merged, has a new name or is insolvent",
    Notice.READ: "read the notices of dynamic markets and call-offs",
    Notice.PUBLISH: "mark notices as published",
    Gap.ANALYSE: "upload demand and run analyses",
    Gap.RECORD: "record what partner agencies provide, demand models, entitlements and lists",
}
