"""The library of scoring scales: steps from nothing to the most, each with what it means."""

from collections.abc import Mapping
from typing import Any

from procurement.calloffs.drafting.types import Scale

DEFAULT_SCALE = Scale(
    "0-5",
    "0 to 5",
    (
        "No answer, or nothing in it that meets the need",
        "Meets little of the need; serious doubts",
        "Meets part of the need; doubts that matter",
        "Meets the need; doubts are small",
        "Meets the need well, with evidence for most of it",
        "Meets all of the need, with convincing evidence throughout",
    ),
)

SCALES = {
    scale.code: scale
    for scale in (
        DEFAULT_SCALE,
        Scale(
            "0-3",
            "0 to 3",
            (
                "No answer, or nothing in it that meets the need",
                "Meets part of the need; doubts that matter",
                "Meets the need; doubts are small",
                "Meets all of the need, with convincing evidence throughout",
            ),
        ),
        Scale(
            "0-4",
            "0 to 4",
            (
                "No answer, or nothing in it that meets the need",
                "Meets little of the need; serious doubts",
                "Meets part of the need; doubts that matter",
                "Meets the need; doubts are small",
                "Meets all of the need, with convincing evidence throughout",
            ),
        ),
        Scale(
            "0-10",
            "0 to 10",
            (
                "No answer, or nothing in it that meets the need",
                "Touches the need in one place only",
                "Meets little of the need; serious doubts throughout",
                "Meets little of the need; serious doubts in places",
                "Meets part of the need; several doubts that matter",
                "Meets part of the need; one doubt that matters",
                "Meets the need; several small doubts",
                "Meets the need; a small doubt",
                "Meets the need well, with evidence for most of it",
                "Meets all of the need, with evidence for nearly all of it",
                "Meets all of the need, with convincing evidence throughout",
            ),
        ),
        Scale(
            "social-0-5",
            "Social value, 0 to 5",
            (
                "No commitment, or none that goes beyond what the contract asks",
                "A commitment in general words, without a number or a date",
                "A commitment with a number, and little said of how it is met",
                "Commitments with numbers and dates; doubts are small",
                "Commitments with numbers, dates and who answers for them, fitted to the place",
                "The same, with convincing evidence of it done before and of how it is measured",
            ),
        ),
    )
}
"""By code. A criterion keeps a copy of the scale it was given, so that this list may change."""


def scale_from(kept: Mapping[str, Any] | None) -> Scale:
    """The scale that a criterion keeps as JSON; the usual one where it keeps none."""
    if kept is None:
        return DEFAULT_SCALE
    return Scale(kept["code"], kept["name"], tuple(kept["descriptors"]))


def kept_scale(scale: Scale) -> dict[str, Any] | None:
    """What a criterion keeps of a scale; None for the usual one."""
    if scale == DEFAULT_SCALE:
        return None
    return {"code": scale.code, "name": scale.name, "descriptors": list(scale.descriptors)}
