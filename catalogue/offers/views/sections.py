"""The sections of an offer that hold for all its complexities, one page each."""

from flask.typing import ResponseReturnValue

from catalogue.offers import services
from catalogue.offers.forms import sections as forms
from catalogue.offers.rules.finding import unknown_places
from catalogue.offers.types import DeliveryMode, OfferPermission, RemoteDelivery, Section, SectionKey
from catalogue.offers.views import offers
from catalogue.offers.views.saving import held_version, kept, section_page
from catalogue.reference import queries as reference
from catalogue.reference.rules.places import exists_on
from catalogue.reference.types import PlaceKind
from core import clock
from core.db import db
from core.web.access import current_actor, requires


@offers.route("/offers/<offer>/title", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def title(offer: str) -> ResponseReturnValue:
    """Name and summary."""
    version = held_version(offer)
    form = forms.TitleForm(data={"title": version.title, "summary": version.summary})

    def save(seen: str | None) -> None:
        services.save_title(
            db.session,
            actor=current_actor(),
            version=version,
            title=kept(form.title, version.title) or "",
            summary=kept(form.summary, version.summary) or "",
            seen=seen,
        )

    return section_page(version, SectionKey(Section.TITLE), form, save)


@offers.route("/offers/<offer>/places", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def places(offer: str) -> ResponseReturnValue:
    """Places served, as a tree: whole regions, whole police force areas, or delivery units."""
    version = held_version(offer)
    held = [place.code for place in version.places]
    form = forms.PlacesForm(data={"places": held})
    tree, today = reference.place_tree(db.session), clock.today()
    # Only places of today are shown; a place that has ended stays choosable while it is still held.
    offered = [place for place in tree.by_code.values() if exists_on(place, today) or place.code in held]
    unknown = unknown_places(tree, form.places.data or [], today, kept=held)
    forms.offer_choices(form.places, [(place.code, place.name, "") for place in offered])

    def save(seen: str | None) -> None:
        chosen = [code for code in form.places.data or [] if code not in unknown]
        services.save_places(db.session, actor=current_actor(), version=version, places=chosen, seen=seen)

    return section_page(
        version,
        SectionKey(Section.PLACES),
        form,
        save,
        "offers/places.html",
        tree=tree,
        chosen=set(form.places.data or []),
        current={place.code for place in offered if exists_on(place, today)},
        ended=[place for place in offered if not exists_on(place, today)],
        regions=[place for place in offered if place.kind is PlaceKind.REGION],
    )


@offers.route("/offers/<offer>/cohorts", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def cohorts(offer: str) -> ResponseReturnValue:
    """For whom the service is."""
    version = held_version(offer)
    held = [cohort.code for cohort in version.cohorts]
    form = forms.CohortsForm(data={"cohorts": held, "women_only": version.women_only})
    forms.offer_choices(
        form.cohorts, [(row.code, row.name, row.description) for row in reference.cohorts(db.session)]
    )

    def save(seen: str | None) -> None:
        services.save_cohorts(
            db.session,
            actor=current_actor(),
            version=version,
            cohorts=kept(form.cohorts, held) or [],
            women_only=form.women_only.data,
            seen=seen,
        )

    return section_page(version, SectionKey(Section.COHORTS), form, save)


@offers.route("/offers/<offer>/stages", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def stages(offer: str) -> ResponseReturnValue:
    """Stages and sentence types."""
    version = held_version(offer)
    held = [stage.code for stage in version.stages]
    kinds = [kind.code for kind in version.sentence_types]
    form = forms.StagesForm(
        data={
            "stages": held,
            "sentence_types": kinds,
            "sentence_type_reason": version.sentence_type_reason,
        }
    )
    forms.offer_choices(
        form.stages, [(row.code, row.name, row.description) for row in reference.stages(db.session)]
    )
    forms.offer_choices(
        form.sentence_types,
        [(row.code, row.name, row.description) for row in reference.sentence_types(db.session)],
    )

    def save(seen: str | None) -> None:
        services.save_stages(
            db.session,
            actor=current_actor(),
            version=version,
            stages=kept(form.stages, held) or [],
            sentence_types=kept(form.sentence_types, kinds) or [],
            sentence_type_reason=kept(form.sentence_type_reason, version.sentence_type_reason) or "",
            seen=seen,
        )

    return section_page(version, SectionKey(Section.STAGES), form, save)


@offers.route("/offers/<offer>/delivery", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def delivery(offer: str) -> ResponseReturnValue:
    """One to one or groups, their sizes, remote or not."""
    version = held_version(offer)
    form = forms.DeliveryForm(
        data={
            "mode": version.mode.value if version.mode else None,
            "group_minimum": version.group_minimum,
            "group_optimum": version.group_optimum,
            "group_maximum": version.group_maximum,
            "remote": version.remote.value if version.remote else None,
        }
    )

    def save(seen: str | None) -> None:
        mode = kept(form.mode, version.mode)
        remote = kept(form.remote, version.remote)
        # The two ends of the range are checked together, so they are kept or left together.
        ends_wrong = bool(form.group_minimum.errors or form.group_maximum.errors)
        services.save_facts(
            db.session,
            actor=current_actor(),
            version=version,
            section=Section.DELIVERY,
            facts={
                "mode": DeliveryMode(mode) if mode else None,
                "group_minimum": version.group_minimum if ends_wrong else form.group_minimum.data,
                "group_optimum": kept(form.group_optimum, version.group_optimum),
                "group_maximum": version.group_maximum if ends_wrong else form.group_maximum.data,
                "remote": RemoteDelivery(remote) if remote else None,
            },
            seen=seen,
        )

    return section_page(version, SectionKey(Section.DELIVERY), form, save)


@offers.route("/offers/<offer>/customisation", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def customisation(offer: str) -> ResponseReturnValue:
    """How the service is fitted to people."""
    version = held_version(offer)
    form = forms.CustomisationForm(data={"customisation": version.customisation})

    def save(seen: str | None) -> None:
        services.save_customisation(
            db.session,
            actor=current_actor(),
            version=version,
            customisation=kept(form.customisation, version.customisation) or "",
            seen=seen,
        )

    return section_page(version, SectionKey(Section.CUSTOMISATION), form, save)


@offers.route("/offers/<offer>/pre-release", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def pre_release(offer: str) -> ResponseReturnValue:
    """Support before release."""
    version = held_version(offer)
    form = forms.PreReleaseForm(data={"pre_release_support": version.pre_release_support})

    def save(seen: str | None) -> None:
        services.save_facts(
            db.session,
            actor=current_actor(),
            version=version,
            section=Section.PRE_RELEASE,
            facts={"pre_release_support": kept(form.pre_release_support, version.pre_release_support) or ""},
            seen=seen,
        )

    return section_page(version, SectionKey(Section.PRE_RELEASE), form, save)
