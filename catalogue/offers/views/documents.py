"""A published offer as a document to keep, and the page that says what programs can read here."""

from dataclasses import fields
from itertools import groupby

from flask import Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from catalogue.offers import queries
from catalogue.offers.exports import FORMAT
from catalogue.offers.forms import facts as facts_words
from catalogue.offers.forms.words import FIELD_WORDS, RESPONSE_WORDS
from catalogue.offers.rules.content import public_content
from catalogue.offers.rules.facts import PUBLIC_FIELDS, facts
from catalogue.offers.types import LevelContent, OfferContent
from catalogue.offers.views import offers
from catalogue.offers.views.changes import reading_order
from catalogue.suppliers import queries as suppliers
from core import clock
from core.db import db
from core.pdf import render_pdf
from core.web.access import public


@offers.get("/catalogue/<offer>.pdf")
@public
def published_pdf(offer: str) -> ResponseReturnValue:
    """One published offer as a tagged PDF, its public parts alone."""
    version = queries.published_version(db.session, offer)
    if version is None:
        abort(404)
    names = queries.names_for(db.session, version.offer.need_area)
    content = public_content(queries.content_of(version))
    items = {code: number for number, code in enumerate(names.items)}
    said = facts(content, commercial=False)
    keys = sorted(said, key=lambda key: (reading_order(key), items.get(key.part, 0)))
    profile = suppliers.profile_of(db.session, version.offer.supplier_id)
    assurance = queries.assurance_of(db.session, version.offer_id)
    pdf = render_pdf(
        "offer",
        title=version.title,
        offer={
            "public_id": version.offer.public_id,
            "version": version.number,
            "need_area": version.offer.need_area.name,
            "supplier": version.offer.supplier.name,
            "about": profile.summary if profile else "",
            "website": profile.website if profile else "",
            "summary": version.summary,
            "published_at": version.published_at,
            "assured_on": assurance.assured_on if assurance else None,
        },
        sections=[
            (
                heading,
                [
                    (facts_words.label(names, key), facts_words.lines(names, key, said[key]))
                    for key in group
                    if key.name not in ("title", "summary")
                ],
            )
            for heading, group in groupby(keys, key=facts_words.heading)
        ],
        made_on=clock.today(),
    )
    response = Response(
        pdf,
        mimetype="application/pdf",
        headers={"Content-Disposition": f"inline; filename={version.offer.public_id}.pdf"},
    )
    response.set_etag(f"{version.offer.public_id}-{version.number}-{version.row_version}-{clock.today()}")
    response.make_conditional(request)
    return response


@offers.get("/data")
@public
def data() -> ResponseReturnValue:
    """What other programs can read here, and what each word of it means."""
    return render_template(
        "offers/data.html",
        format=FORMAT,
        offer_fields=_described(OfferContent),
        level_fields=_described(LevelContent),
        responses=RESPONSE_WORDS,
        example=queries.newest_listed(db.session),
    )


def _described(owner: type[OfferContent | LevelContent]) -> list[tuple[str, str]]:
    """The public fields of a part of an offer's document: name and meaning, in their order."""
    return [
        (field.name, FIELD_WORDS.get(field.name, field.name))
        for field in fields(owner)
        if field.name in PUBLIC_FIELDS
    ]
