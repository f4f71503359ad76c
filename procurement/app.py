"""The application's factory: the one module that names every feature."""

import os
from importlib import import_module
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate
from werkzeug.middleware.proxy_fix import ProxyFix

from catalogue.bulk import services as bulk_services
from catalogue.bulk.jobs import apply_upload, check_upload, write_offers
from catalogue.bulk.views import bulk
from catalogue.offers.api import feeds
from catalogue.offers.commands import offers_group
from catalogue.offers.jobs import follow_assurance
from catalogue.offers.queries import count_steps
from catalogue.offers.services import hand_over_steps
from catalogue.offers.types import AssuranceTerms
from catalogue.offers.types import OfferPermission as Offer
from catalogue.offers.views import offers
from catalogue.partners.types import PartnerPermission as Partner
from catalogue.partners.views import partners
from catalogue.reference.commands import reference_group
from catalogue.reference.queries import places
from catalogue.reference.types import PlaceKind
from catalogue.reference.views import reference
from catalogue.suppliers.jobs import remind as remind_of_evidence
from catalogue.suppliers.queries import count_evidence
from catalogue.suppliers.services import hand_over_evidence, tell_of_quarantine
from catalogue.suppliers.types import SupplierPermission as Supplier
from catalogue.suppliers.views import suppliers
from core import config, sign_in
from core.accounts.services import HandOver, register_hand_over
from core.accounts.types import AccountPermission as Account
from core.accounts.views import accounts
from core.audit.commands import audit_group
from core.audit.types import AuditPermission as Audit
from core.audit.views import audit
from core.calendar.commands import calendar_group
from core.db import configure_engine, db
from core.documents.jobs import scan_waiting
from core.documents.services import SCAN_JOB
from core.failures import fail_in_one_line
from core.jobs.commands import worker
from core.jobs.services import asker, register_daily, register_handler
from core.web import init_web
from core.web.filters import NavigationEntry
from procurement.calloffs.bids.commands import bids_group
from procurement.calloffs.bids.queries import content_to_scan
from procurement.calloffs.bids.services import SEALED_MEDIA_TYPE
from procurement.calloffs.bids.views import bids
from procurement.calloffs.clarifications.views import clarifications
from procurement.calloffs.delegations.types import DelegationPermission as Delegation
from procurement.calloffs.delegations.views import delegations
from procurement.calloffs.drafting.queries import duties_held
from procurement.calloffs.drafting.types import CallOffPermission as CallOff
from procurement.calloffs.drafting.views import calloffs
from procurement.calloffs.evaluation.jobs import make_letters
from procurement.calloffs.evaluation.services.ending import LETTERS_JOB
from procurement.calloffs.evaluation.views import evaluation
from procurement.changes.types import ChangePermission as Change
from procurement.changes.views import changes
from procurement.contracts.commands import contracts_group
from procurement.contracts.types import ContractPermission as Contract
from procurement.contracts.views import contracts
from procurement.demo.commands import demo_group
from procurement.framework.queries import count_assessments, count_sections
from procurement.framework.services import (
    declaration_questions,
    evidence_uses,
    hand_over_assessments,
    hand_over_sections,
)
from procurement.framework.types import FrameworkPermission as Framework
from procurement.framework.views import framework
from procurement.gaps.commands import gaps_group
from procurement.gaps.jobs import run_analysis, run_model, run_study
from procurement.gaps.queries.agencies import count_agreements
from procurement.gaps.services.agencies import hand_over_agreements
from procurement.gaps.types import GapPermission as Gap
from procurement.gaps.views import gaps
from procurement.home.views import home
from procurement.notices.jobs import generate_notices
from procurement.notices.rules import CALL_OFF_TAGS as NOTICED_OF_CALL_OFFS
from procurement.notices.rules import TAGS as NOTICED_OF_MARKETS
from procurement.notices.types import NoticePermission as Notice
from procurement.notices.views import notices
from procurement.open_contracting.commands import ocds_group
from procurement.open_contracting.jobs import publish as publish_open_contracting
from procurement.open_contracting.rules import CALL_OFF_TAGS, FRAMEWORK_TAGS
from procurement.open_contracting.views import open_contracting
from procurement.procedure_report.views import procedure_report
from procurement.roles import ROLES

# Every table is known before the first query, whichever feature happens to be used first.
MODELS = (
    "catalogue.bulk.models",
    "catalogue.offers.models",
    "catalogue.partners.models",
    "catalogue.reference.models",
    "catalogue.suppliers.models",
    "core.accounts.models",
    "core.audit.models",
    "core.documents.models",
    "core.jobs.models",
    "core.questions.models",
    "procurement.calloffs.bids.models",
    "procurement.calloffs.clarifications.models",
    "procurement.calloffs.delegations.models",
    "procurement.calloffs.drafting.models",
    "procurement.calloffs.evaluation.models",
    "procurement.changes.models",
    "procurement.contracts.models",
    "procurement.framework.models",
    "procurement.gaps.models",
    "procurement.notices.models",
    "procurement.open_contracting.models",
)
for _name in MODELS:
    import_module(_name)


def create_app(instance: Path | None = None, **settings: Any) -> Flask:
    """Return the application; ``settings`` override the defaults and the environment (for tests)."""
    folder = (instance or config.PROJECT_ROOT / "instance").resolve()
    folder.mkdir(parents=True, exist_ok=True)
    app = Flask(
        "throughgate",
        root_path=str(config.PROJECT_ROOT),
        instance_path=str(folder),
        template_folder="templates",
        static_folder="static",
    )
    app.config.update(config.defaults(folder))
    app.config["OFFER_ASSURANCE"] = _assurance_terms()
    # The standard's own example prefix, with a part that marks it as ours, until a registered one is set.
    app.config["OCID_PREFIX"] = os.environ.get("THROUGHGATE_OCID_PREFIX") or "ocds-213czf-throughgate"
    app.config.update(settings)
    if app.config["HTTPS"]:
        app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
    db.init_app(app)
    with app.app_context():
        for engine in db.engines.values():
            configure_engine(engine)
    Migrate(app, db, directory=str(config.PROJECT_ROOT / "migrations"))
    app.extensions["roles"] = ROLES
    app.extensions["told_of_quarantine"] = [tell_of_quarantine]
    app.extensions["unsealed_for_scanning"] = {SEALED_MEDIA_TYPE: content_to_scan}
    app.extensions["evidence_uses"] = evidence_uses
    app.extensions["supplier_administrator_role"] = "supplier-administrator"
    app.extensions["scope_choices"] = _region_choices
    app.extensions["declaration_questions"] = declaration_questions
    sign_in.init_app(app)
    init_web(app)
    _register_pages(app)
    _register_commands(app)
    fail_in_one_line()
    _register_jobs(app)
    _register_hand_overs(app)
    return app


def _register_pages(app: Flask) -> None:
    for blueprint in (
        accounts,
        audit,
        bids,
        bulk,
        calloffs,
        changes,
        clarifications,
        contracts,
        delegations,
        evaluation,
        feeds,
        framework,
        gaps,
        home,
        notices,
        offers,
        open_contracting,
        partners,
        procedure_report,
        reference,
        suppliers,
    ):
        app.register_blueprint(blueprint)

    app.extensions["navigation"] = [
        NavigationEntry("Start", "home.start", "/start"),
        NavigationEntry("Catalogue", "offers.catalogue", "/catalogue", needs_sign_in=False),
        NavigationEntry("Our offers", "offers.own", "/offers", (Offer.READ,)),
        NavigationEntry("Partners", "partners.index", "/partners", (Partner.READ,)),
        NavigationEntry("Our profile", "suppliers.profile", "/supplier", (Supplier.READ_PROFILE,)),
        NavigationEntry("Evidence", "suppliers.evidence", "/evidence", (Supplier.READ_PROFILE,)),
        NavigationEntry("Offer reviews", "offers.review_queue", "/offer-reviews", (Offer.REVIEW,)),
        NavigationEntry(
            "Applications", "framework.applications", "/applications", (Framework.READ_APPLICATION,)
        ),
        NavigationEntry("Assessment", "framework.queue", "/assessment", (Framework.ASSESS,)),
        NavigationEntry("Frameworks", "framework.manage", "/manage", (Framework.MANAGE,)),
        NavigationEntry("Notices", "notices.index", "/notices", (Notice.READ,)),
        NavigationEntry("Supplier changes", "changes.index", "/supplier-changes", (Change.RECORD,)),
        NavigationEntry("Call-offs", "calloffs.index", "/commissioning", (CallOff.READ,)),
        NavigationEntry("Invitations", "bids.invitations", "/invitations", (CallOff.READ_INVITED,)),
        NavigationEntry("Duties", "calloffs.duties", "/duties", (CallOff.READ, CallOff.EVALUATE)),
        NavigationEntry("Delegations", "delegations.index", "/delegations", (Delegation.READ,)),
        NavigationEntry("Coverage", "gaps.index", "/coverage", (Gap.READ,)),
        NavigationEntry("Contracts", "contracts.index", "/contracts", (Contract.READ,)),
        NavigationEntry(
            "Open frameworks",
            "framework.index",
            "/frameworks",
            needs_sign_in=False,
            spared=(CallOff.READ, CallOff.EVALUATE),
        ),
        NavigationEntry(
            "Published call-offs",
            "calloffs.published",
            "/call-offs",
            needs_sign_in=False,
            spared=(CallOff.READ, CallOff.EVALUATE, CallOff.READ_INVITED),
        ),
        NavigationEntry("What is needed", "reference.index", "/reference", needs_sign_in=False),
        NavigationEntry("Audit", "audit.events", "/audit", (Audit.READ,)),
        NavigationEntry("Colleagues", "accounts.colleagues", "/colleagues", (Account.MANAGE_COLLEAGUES,)),
    ]
    app.extensions["footer_links"].extend(
        [
            ("Help", "home.help_page"),
            ("Published call-offs", "calloffs.published"),
            ("Published coverage", "gaps.published_reports"),
            ("Data", "offers.data"),
            ("Open contracting", "open_contracting.index"),
            ("Accessibility statement", "home.accessibility"),
            ("Privacy", "home.privacy"),
            ("Cookies", "home.cookies"),
            ("Contact", "home.contact"),
        ]
    )


def _assurance_terms() -> AssuranceTerms:
    """How long an offer counts as confirmed: the defaults, or what the environment says instead."""
    asked = {
        field: int(os.environ[name])
        for field, name in (
            ("stale_after_months", "THROUGHGATE_OFFER_STALE_MONTHS"),
            ("reminder_days_before", "THROUGHGATE_OFFER_REMINDER_DAYS"),
            ("hidden_days_after_notice", "THROUGHGATE_OFFER_HIDDEN_DAYS"),
        )
        if os.environ.get(name)
    }
    return AssuranceTerms(**asked)


def _region_choices() -> list[tuple[str, str]]:
    """The limits that a role can have: regions, as (scope, name)."""
    return [(place.code, place.name) for place in places(db.session, kind=PlaceKind.REGION)]


def _register_commands(app: Flask) -> None:
    for command in (
        audit_group,
        bids_group,
        calendar_group,
        contracts_group,
        demo_group,
        gaps_group,
        ocds_group,
        offers_group,
        reference_group,
        worker,
    ):
        app.cli.add_command(command)


def _register_jobs(app: Flask) -> None:
    """Say which function does jobs of which kind."""
    register_handler(app, "gaps.analyse", run_analysis)
    register_handler(app, "gaps.study", run_study)
    register_handler(app, "gaps.model", run_model)
    register_handler(app, "offers.follow-assurance", follow_assurance)
    register_handler(app, SCAN_JOB, scan_waiting)
    register_handler(app, "suppliers.remind", remind_of_evidence)
    register_daily(app, SCAN_JOB)
    register_daily(app, "suppliers.remind")
    register_daily(app, "offers.follow-assurance")
    register_handler(app, bulk_services.CHECK, check_upload)
    register_handler(app, bulk_services.APPLY, apply_upload)
    register_handler(app, bulk_services.WRITE, write_offers)
    register_handler(app, LETTERS_JOB, make_letters)
    register_handler(app, "notices.generate", generate_notices)
    register_daily(app, "notices.generate")
    register_handler(app, "open-contracting.publish", publish_open_contracting)
    register_daily(app, "open-contracting.publish")
    followers: dict[str, list[Any]] = app.extensions.setdefault("audit_followers", {})
    for kind, tags in (
        ("notices.generate", NOTICED_OF_MARKETS | NOTICED_OF_CALL_OFFS),
        ("open-contracting.publish", CALL_OFF_TAGS | FRAMEWORK_TAGS),
    ):
        for tag in sorted(tags):
            followers.setdefault(tag, []).append(asker(kind))


def _register_hand_overs(app: Flask) -> None:
    """Say what becomes of a leaver's work, feature by feature."""
    for hand_over in (
        HandOver(
            "section of an application to fill in",
            "sections of applications to fill in",
            Framework.APPLY,
            count_sections,
            hand_over_sections,
        ),
        HandOver(
            "step of an offer to write",
            "steps of offers to write",
            Offer.DRAFT,
            count_steps,
            hand_over_steps,
        ),
        HandOver(
            "entry of the evidence library to look after",
            "entries of the evidence library to look after",
            Supplier.EDIT_PROFILE,
            count_evidence,
            hand_over_evidence,
        ),
        HandOver(
            "application to assess",
            "applications to assess",
            Framework.ASSESS,
            count_assessments,
            hand_over_assessments,
        ),
        HandOver(
            "agreement with a partner agency to look after",
            "agreements with partner agencies to look after",
            Gap.RECORD,
            count_agreements,
            hand_over_agreements,
        ),
        # Whoever has a duty declares first whether they have a conflict: nobody can do that for another.
        HandOver("duty in a call-off", "duties in call-offs", CallOff.READ, duties_held),
    ):
        register_hand_over(app, hand_over)
