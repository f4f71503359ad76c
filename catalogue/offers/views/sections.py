"""Writing an offer: a page for each step with the sections that belong together, and one for each section."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from catalogue.offers import queries
from catalogue.offers.forms.words import section_words, step_words
from catalogue.offers.models import OfferVersion
from catalogue.offers.rules.content import STEP_SECTIONS, step_keys
from catalogue.offers.types import OfferPermission, Section, SectionKey, Step, StepKey
from catalogue.offers.views import offers
from catalogue.offers.views.editors import EDITORS
from catalogue.offers.views.saving import held_version, page_of
from catalogue.reference.types import Complexity
from core.web.access import requires

OF_ALL = ",".join(f'"{section.address}"' for section in EDITORS if not section.of_a_level)
OF_A_LEVEL = ",".join(f'"{section.address}"' for section in EDITORS if section.of_a_level)
# A method is written level by level, and prices have a page of their own kind.
ON_ONE_PAGE = ",".join(f'"{step}"' for step in Step if step not in (Step.METHOD, Step.PRICES))
SECTIONS = {section.address: section for section in Section}


@offers.route(f"/offers/<offer>/<any({OF_ALL}):section>", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def section(offer: str, section: str) -> ResponseReturnValue:
    """One section that holds for all complexities."""
    key = SectionKey(SECTIONS[section])
    return page_of(held_version(offer), [key], heading=section_words(key))


@offers.route(
    f"/offers/<offer>/<any(low, medium, high):complexity>/<any({OF_A_LEVEL}):section>",
    methods=["GET", "POST"],
)
@requires(OfferPermission.DRAFT)
def level_section(offer: str, complexity: str, section: str) -> ResponseReturnValue:
    """One section of one complexity."""
    key = SectionKey(SECTIONS[section], Complexity(complexity))
    return page_of(held_version(offer), [key], heading=section_words(key))


@offers.route(f"/offers/<offer>/write/<any({ON_ONE_PAGE}):step>", methods=["GET", "POST"])
@requires(OfferPermission.DRAFT)
def write(offer: str, step: str) -> ResponseReturnValue:
    """One step: its sections on one page, and onward to the next."""
    return _step(held_version(offer), StepKey(Step(step)))


@offers.route(
    "/offers/<offer>/write/<any(low, medium, high):complexity>/method",
    methods=["GET", "POST"],
)
@requires(OfferPermission.DRAFT)
def write_method(offer: str, complexity: str) -> ResponseReturnValue:
    """The step of one complexity: how each phase is done, and the specification item by item."""
    return _step(held_version(offer), StepKey(Step.METHOD, Complexity(complexity)))


def _step(version: OfferVersion, key: StepKey) -> ResponseReturnValue:
    steps = step_keys(queries.content_of(version))
    if key in steps:
        keys = steps[key]
    elif key.complexity is not None:
        # A colleague has taken the complexity out: what was typed is shown with that.
        keys = tuple(SectionKey(one, key.complexity) for one in STEP_SECTIONS[key.step])
    else:
        return redirect(url_for("offers.offer", offer=version.offer.public_id))
    return page_of(version, keys, heading=step_words(key), step=key)
