"""Why something is refused: the shape every rule answers in, and the exception that carries it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: a code, the values it needs to be put in words, and the source of the rule.

    Words live in templates and forms. `source` names the provision (`PA 2023 s.54`) or `house rule`.
    """

    code: str
    params: Mapping[str, Any] = field(default_factory=dict, hash=False)
    source: str = "house rule"


class Refused(Exception):
    """A service declines to act; `reasons` says why, in the order they should be read."""

    def __init__(self, *reasons: Reason):
        super().__init__(", ".join(reason.code for reason in reasons))
        self.reasons = reasons


def refuse_if(reasons: Iterable[Reason]) -> None:
    """Raise `Refused` with the reasons when there are any."""
    found = tuple(reasons)
    if found:
        raise Refused(*found)
