"""What the demonstration's offers say of their design: methods, outputs, people, evidence and more."""

import random
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from catalogue.offers.types import (
    DeliveryMode,
    Evidence,
    EvidenceKind,
    Intake,
    ItemAnswer,
    ItemResponse,
    LevelContent,
    Method,
    OfferContent,
    OutcomeTarget,
    Output,
    OutputUnit,
    RemoteDelivery,
)
from catalogue.reference.types import Complexity, Phase
from procurement.demo.rules import words
from procurement.demo.types import PlannedLevel, PlannedOffer

METHODS: Mapping[Phase, tuple[str, ...]] = {
    Phase.ASSESS_AND_PLAN: (
        "A named worker meets the person within five working days and writes the plan with them.",
        "We read what the practitioner knows, ask what the person wants, and agree three first steps.",
        "A first conversation about strengths, then a plan on one page that both of us sign.",
    ),
    Phase.IMPLEMENT: (
        "Each meeting has the same shape: what happened, one skill or task, what comes next.",
        "Practical help and practice go together: we do it side by side, then the person does it alone.",
        "Sessions build on each other in a fixed order, with more of them for whoever needs more.",
    ),
    Phase.REVIEW_AND_EVALUATE: (
        "We look at the plan again every four weeks and send the practitioner half a page.",
        "At the end we compare with the first meeting, agree who stays in touch, and call after eight weeks.",
    ),
}
BY_COMPLEXITY = {
    Complexity.LOW: "A plan, two or three meetings and a number to ring.",
    Complexity.MEDIUM: "Weekly meetings with one worker, who goes along where that helps.",
    Complexity.HIGH: "A lead worker with few people, other agencies at the table, meetings twice a week.",
}
BY_COHORT = {
    "women": "A woman worker, a place for women alone, and meetings that fit round children.",
    "young-adults": "Shorter meetings, more of them, and messages by telephone in between.",
    "foreign-nationals": "Interpreters are booked first, and immigration advice comes from a partner.",
    "learning-difficulties-or-disabilities": "Easy-read papers, one thing at a time, someone to bring.",
    "sexual-offences": "One to one only, in places that are agreed with the practitioner.",
    "veterans": "A mentor who has served, and a way into veterans' services.",
}
MIXED = "Groups are mixed only where women say they want that; there is always a group for women."
MEASURES = (
    "Confirmed by the practitioner twelve weeks after the start",
    "Scored by the person and the worker at the first and the last meeting",
    "Shown by a document: a tenancy, a payslip, a letter",
)
APPROACH = {
    "unmet_needs": (
        "Practical needs that no programme deals with: papers, travel, forms, someone who comes along.",
        "People who wait for a programme or do not qualify for one, and need help now.",
        "What is left when treatment has begun: days without structure, debts, no one to call.",
    ),
    "proportionate": (
        "People unlikely to be convicted again get advice only; sessions are for the others.",
        "The number of sessions follows the assessed risk and need, and ends early when the plan is reached.",
    ),
    "motivation": (
        "One worker from beginning to end, trained in motivational interviewing and supervised every month.",
        "Staff are chosen for how they listen; people can ask for another worker.",
    ),
    "links_onward": (
        "Housing teams, the job centre, and community groups that we introduce in person.",
        "A local charity that takes over when the sentence ends, with a meeting of all three.",
    ),
}
RAR_ACTIVITY = (
    "Each day is a session of two hours or more with a task: a form, a visit, an exercise, a record of it.",
    "Structured days in a fixed order, the same in every area, each with its aim and a note.",
)
EVIDENCE = (
    Evidence(
        EvidenceKind.EVALUATION,
        title="An invented look back at 120 people",
        year=2025,
        shows="Six in ten kept what they had reached after a year.",
    ),
    Evidence(
        EvidenceKind.STUDY,
        title="An invented review of help that is structured and motivating",
        year=2023,
        reference="https://evidence.example/review",
        shows="Structured work with a steady relationship goes with fewer reconvictions.",
    ),
    Evidence(
        EvidenceKind.OTHER,
        title="Our own records of three years",
        year=2026,
        shows="Seven in ten finish, and most say what they would do differently.",
    ),
)
MARKS = (("matrix", "matrix Standard"), ("advice-quality-standard", "Advice Quality Standard"))
LANGUAGES = (("en",), ("en",), ("en", "pl", "ro"), ("en", "ur", "pa"), ("en", "bn", "ar"))
CUSTOM_WEEKS = {Complexity.LOW: (4, 6), Complexity.MEDIUM: (8, 12), Complexity.HIGH: (14, 26)}


def content_of(
    offer: PlannedOffer,
    *,
    items: Mapping[Complexity, Sequence[str]],
    outcomes: Sequence[str],
    sentence_types: frozenset[str],
    on: date,
) -> OfferContent:
    """What a supplier would have written by a day; a draft still lacks its evidence and its reasons."""
    source = random.Random(offer.seed)
    levels = {
        Complexity(level.complexity): _level(source, level, items[Complexity(level.complexity)], outcomes)
        for level in offer.levels
    }
    stages = frozenset(stage for stage in offer.stages if not (offer.remote_only and stage == "at-the-gate"))
    least, best, most = offer.group or (None, None, None)
    reaches_in, mentors = "pre-release" in stages, source.random() < 0.3
    welsh = any(place in ("region:D", "nation:ew") or place.startswith("pfa:gwent") for place in offer.places)
    written = offer.ends_as != "draft"
    return OfferContent(
        title=offer.title,
        summary=offer.summary,
        levels=levels,
        places=frozenset(offer.places),
        cohorts=frozenset(offer.cohorts),
        cohort_customisation={code: BY_COHORT[code] for code in offer.cohorts if code in BY_COHORT},
        customisation=MIXED if offer.group else "",
        stages=stages,
        sentence_types=sentence_types,
        mode=DeliveryMode(offer.mode),
        group_minimum=least,
        group_optimum=best,
        group_maximum=most,
        group_sessions=source.choice((6, 8, 12)) if offer.group else None,
        individual_sessions=source.choice((4, 6, 8, 10)),
        session_minutes=source.choice((45, 60, 90)),
        sessions_a_week=source.choice((1, 1, 2)),
        intake=source.choice(tuple(Intake)) if offer.group else None,
        remote=RemoteDelivery.ONLY if offer.remote_only else source.choice(tuple(RemoteDelivery)[:2]),
        weeks_before_release=source.choice((6, 12, 16)) if reaches_in else None,
        reaches_in=reaches_in,
        reach_in_visits=source.choice((1, 2, 3)) if reaches_in else None,
        meets_at_gate="at-the-gate" in stages,
        pre_release_support=words.PRE_RELEASE if reaches_in else "",
        beside_prison_services=words.BESIDE_PRISON if reaches_in else "",
        move_on_support=words.MOVE_ON if "move-on" in stages else "",
        **_activity(source),
        **_approach(source, written=written),
        languages=frozenset((*source.choice(LANGUAGES), *(("cy",) if welsh else ()))),
        interpreters=source.random() < 0.6,
        volunteers=mentors or source.random() < 0.3,
        mentoring=mentors,
        volunteer_number=source.randrange(4, 40),
        volunteer_support=words.VOLUNTEERS,
        evidence=_evidence(source, on) if written else (),
    )


def _level(
    source: random.Random, level: PlannedLevel, items: Sequence[str], outcomes: Sequence[str]
) -> LevelContent:
    complexity = Complexity(level.complexity)
    weeks = source.choice(CUSTOM_WEEKS[complexity])
    sessions = weeks if complexity is not Complexity.HIGH else 2 * weeks
    facts = {
        Phase.ASSESS_AND_PLAN: (2, 2, 1),
        Phase.IMPLEMENT: (sessions, weeks, weeks // 2),
        Phase.REVIEW_AND_EVALUATE: (1, 8, 2),
    }
    chosen = list(outcomes) if len(outcomes) < 3 else sorted(source.sample(list(outcomes), len(outcomes) - 1))
    return LevelContent(
        methods={phase: Method(source.choice(METHODS[phase]), *numbers) for phase, numbers in facts.items()},
        output_rows=(
            Output("Plan written with the person", 1, OutputUnit.PLANS, 2),
            Output("Meetings with a named worker", sessions, OutputUnit.SESSIONS, weeks + 2),
            Output("Review with the practitioner", 1 + weeks // 8, OutputUnit.REVIEWS, weeks + 4),
        ),
        outputs=level.outputs,
        outcomes={
            code: OutcomeTarget(source.choice(MEASURES), source.randrange(45, 85, 5)) for code in chosen
        },
        customisation=BY_COMPLEXITY[complexity],
        unit_price=level.unit_price,
        places_a_year=level.places_a_year,
        answers={code: _answer(source) for code in items},
    )


def _answer(source: random.Random) -> ItemAnswer:
    drawn = source.random()
    if drawn < 0.86:
        return ItemAnswer(ItemResponse.MET)
    if drawn < 0.96:
        return ItemAnswer(ItemResponse.ANOTHER_WAY, source.choice(words.ANOTHER_WAY))
    return ItemAnswer(ItemResponse.NOT_OFFERED, source.choice(words.NOT_OFFERED))


def _activity(source: random.Random) -> dict[str, Any]:
    if source.random() < 0.4:
        return {"counts_as_rar": False}
    return {
        "counts_as_rar": True,
        "rar_days": source.choice((4, 6, 8, 10)),
        "rar_activity": source.choice(RAR_ACTIVITY),
    }


def _approach(source: random.Random, *, written: bool) -> dict[str, Any]:
    return {name: source.choice(texts) if written else "" for name, texts in APPROACH.items()}


def _evidence(source: random.Random, on: date) -> tuple[Evidence, ...]:
    """One or two things, a third of the offers with a mark that holds a year or two from the day."""
    found = [source.choice(EVIDENCE)]
    if source.random() < 0.35:
        mark, title = source.choice(MARKS)
        expires = date(on.year + source.choice((2, 3)), on.month, 1)
        found.append(
            Evidence(
                EvidenceKind.QUALITY_MARK,
                mark=mark,
                title=title,
                expires_on=expires,
                shows="Assessed by others against a published standard.",
            )
        )
    return tuple(found)
