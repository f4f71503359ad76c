"""What a partner agency provides, over four short pages; and the words of what is wrong or recorded."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired, Length

from core.reasons import Reason
from core.web.forms import CheckboxesField, DatePartsField, Form, WholeNumberField, WordsField
from procurement.gaps.types import Funding, Quality, Standing

STANDING_WORDS = {
    Standing.DECLARED: "Declared",
    Standing.DEMONSTRATED: "Demonstrated",
}
QUALITY_WORDS = {
    Quality.NOT_JUDGED: "Not judged",
    Quality.GOOD: "Good",
    Quality.ADEQUATE: "Adequate",
    Quality.WEAK: "Weak",
}
FUNDING_WORDS = {
    Funding.PROBATION: "Probation",
    Funding.PRISON: "Prison",
    Funding.HEALTH: "Health service",
    Funding.LOCAL_AUTHORITY: "Local authority",
    Funding.POLICE_COMMISSIONER: "Police and crime commissioner",
    Funding.EMPLOYMENT: "Employment programmes",
    Funding.CHARITABLE: "Charitable funds",
    Funding.OTHER: "Other",
    Funding.NOT_KNOWN: "Not known",
}
FIELD_WORDS = {
    "agency": "Agency",
    "title": "What it provides",
    "description": "Description",
    "region": "Region",
    "needs": "Need areas",
    "complexities": "Complexities",
    "cohorts": "For whom",
    "stages": "Stages",
    "places": "Where",
    "places_a_year": "Places a year",
    "remote_only": "Only remotely",
    "offer": "Same as offer",
    "standing": "Declared or demonstrated",
    "evidence": "What demonstrates it",
    "demonstrated_on": "Demonstrated on",
    "quality": "Quality",
    "quality_source": "Who judged, from what",
    "quality_on": "Judged on",
    "funding": "Funding",
    "funding_note": "Funding, in detail",
    "owner": "Who looks after the agreement",
    "starts_on": "Starts",
    "ends_on": "Ends",
    "document": "Agreement",
}
REASON_WORDS = {
    "outside_your_regions": "This region is outside those that your role covers",
    "place_outside_region": "Choose places inside the region",
    "ends_before_start": "The last day must not be before the first",
    "in_the_future": "{field} must be today or in the past",
    "missing": "{field} is missing",
}

ABOUT = {
    "outside_your_regions": "region",
    "place_outside_region": "places",
    "ends_before_start": "ends_on",
}


def reason_words(reason: Reason) -> tuple[str, str]:
    """(name of the field it is about, the reason in words)."""
    about = {
        "outside_your_regions": "region",
        "place_outside_region": "places",
        "ends_before_start": "ends_on",
    }
    name = reason.params.get("field") or about[reason.code]
    return name, REASON_WORDS[reason.code].format(field=FIELD_WORDS[name])


class _Step(Form):
    """A page of the four: what it says goes into the facts by the names of its fields."""

    reason = StringField(
        "Why it changes",
        description="Kept in the history, with your name",
        validators=[Length(max=300, message="Why it changes is too long")],
    )

    def facts(self) -> dict[str, Any]:
        """The values of the page, by their names in the facts."""
        return {}


class WhatForm(_Step):
    """What is provided, by whom, for whom, and how many places."""

    agency = StringField(
        "Agency",
        validators=[InputRequired("Enter the agency"), Length(max=200, message="Agency is too long")],
    )
    title = StringField(
        "What it provides",
        description="A few words, like “Housing advice drop-in”",
        validators=[
            InputRequired("Enter what it provides"),
            Length(max=200, message="What it provides is too long"),
        ],
    )
    description = WordsField("Description (optional)", word_limit=200, rows=4)
    region = SelectField("Region", validators=[InputRequired("Choose a region")])
    needs = CheckboxesField("Need areas", validators=[InputRequired("Choose at least one need area")])
    complexities = CheckboxesField(
        "Complexities",
        choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")],
        validators=[InputRequired("Choose at least one complexity")],
    )
    cohorts = CheckboxesField("For whom", description="Leave all empty if it is for everyone")
    stages = CheckboxesField("Stages", description="Leave all empty if it works at any stage")
    places_a_year = WholeNumberField(
        "Places a year (optional)",
        description="Leave it empty if nobody knows: then it counts where something exists, not for how many",
        least=1,
        most=1_000_000,
    )
    remote_only = BooleanField("It helps only by telephone, video or letter")

    def facts(self) -> dict[str, Any]:
        return {
            "agency": (self.agency.data or "").strip(),
            "title": (self.title.data or "").strip(),
            "description": (self.description.data or "").strip(),
            "region": self.region.data,
            "needs": tuple(self.needs.data or ()),
            "complexities": tuple(self.complexities.data or ()),
            "cohorts": tuple(self.cohorts.data or ()),
            "stages": tuple(self.stages.data or ()),
            "places_a_year": self.places_a_year.data,
            "remote_only": self.remote_only.data,
        }


class WhereForm(_Step):
    """Which places it covers."""

    places = CheckboxesField("Where", validators=[InputRequired("Choose at least one place")])

    def facts(self) -> dict[str, Any]:
        return {"places": tuple(self.places.data or ())}


class AgreementForm(_Step):
    """The agreement: who looks after it, from when until when, its text, and who pays."""

    owner = SelectField(
        "Who looks after the agreement",
        description="A colleague. When they leave, somebody else must take it on",
        validators=[InputRequired("Choose who looks after the agreement")],
    )
    starts_on = DatePartsField("Starts", validators=[InputRequired("Enter the day on which it starts")])
    ends_on = DatePartsField("Ends (optional)", description="The last day. Leave it empty if none is agreed")
    file = FileField(
        "Agreement (optional)",
        description="The signed text, as a PDF or office file. Leave it empty if there is none",
    )
    remove_file = BooleanField("Take the file off this record")
    funding = RadioField(
        "Who pays for it",
        choices=[(one.value, words) for one, words in FUNDING_WORDS.items()],
        validators=[InputRequired("Choose who pays for it")],
    )
    funding_note = StringField(
        "Funding, in detail (optional)",
        description="The programme, and until when it is funded",
        validators=[Length(max=200, message="Funding, in detail is too long")],
    )

    def facts(self) -> dict[str, Any]:
        return {
            "owner": self.owner.data,
            "starts_on": self.starts_on.data,
            "ends_on": self.ends_on.data,
            "funding": Funding(self.funding.data),
            "funding_note": (self.funding_note.data or "").strip(),
        }


class KnownForm(_Step):
    """What is known beyond somebody's word, how good it is, and whether an offer is the same places."""

    standing = RadioField(
        "Is it declared or demonstrated?",
        choices=[
            (Standing.DECLARED.value, "Declared: somebody says that it is there"),
            (Standing.DEMONSTRATED.value, "Demonstrated: we have seen that it is there"),
        ],
        validators=[InputRequired("Choose whether it is declared or demonstrated")],
    )
    evidence = WordsField(
        "What demonstrates it",
        description="A visit, returns, people who were served. Only for demonstrated provision",
        word_limit=200,
        rows=3,
    )
    demonstrated_on = DatePartsField("Demonstrated on")
    quality = RadioField(
        "How good is it?",
        choices=[(one.value, words) for one, words in QUALITY_WORDS.items()],
        validators=[InputRequired("Choose how good it is")],
    )
    quality_source = WordsField(
        "Who judged it, from what",
        description="An inspection, a review, a mark that it holds. Only where quality is judged",
        word_limit=200,
        rows=3,
    )
    quality_on = DatePartsField("Judged on")
    offer = StringField(
        "Same as a published offer (optional)",
        description="The offer’s number, like OF-7K2M9QXA. Its places are then counted once",
        validators=[Length(max=20, message="The offer’s number is too long")],
    )

    def facts(self) -> dict[str, Any]:
        return {
            "standing": Standing(self.standing.data),
            "evidence": (self.evidence.data or "").strip(),
            "demonstrated_on": self.demonstrated_on.data,
            "quality": Quality(self.quality.data),
            "quality_source": (self.quality_source.data or "").strip(),
            "quality_on": self.quality_on.data,
            "offer": (self.offer.data or "").strip().upper(),
        }


STEPS: dict[str, tuple[str, type[_Step]]] = {
    "what": ("What and for whom", WhatForm),
    "where": ("Where", WhereForm),
    "agreement": ("Agreement and funding", AgreementForm),
    "known": ("What is known of it", KnownForm),
}
