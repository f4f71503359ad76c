"""Who acts: the one thing that every service is told about the person behind a deed."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Actor:
    """A person acting for one organisation, with the deeds and scopes of all their roles there.

    ``scopes`` are opaque names such as ``region:A``; an empty set means that no role is limited.
    ``person_id`` is None for the system itself (a command or a job).
    """

    person_id: int | None
    organisation_id: int | None
    organisation_kind: str | None
    permissions: frozenset[str] = field(default_factory=frozenset)
    scopes: frozenset[str] = field(default_factory=frozenset)
    roles: frozenset[str] = field(default_factory=frozenset)

    def may(self, permission: str) -> bool:
        """Tell whether one of the roles permits the deed."""
        return permission in self.permissions


SYSTEM = Actor(person_id=None, organisation_id=None, organisation_kind=None)
