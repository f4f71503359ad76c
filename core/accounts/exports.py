"""Colleagues as a table: one row for each role."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from core.accounts.models import Membership, Person
from core.accounts.types import Roles

HEADER = ("Name", "Email address", "Role", "Only in", "From", "Last day", "Signed up")


def colleague_table(
    people: Iterable[Person],
    memberships: Mapping[int, Sequence[Membership]],
    *,
    roles: Roles,
    scope_names: Mapping[str, str],
    today: date,
) -> Iterable[tuple[str | date | None, ...]]:
    """Return the roles of today and later as rows under ``HEADER``."""
    for person in people:
        for membership in memberships[person.id]:
            if membership.valid_to is not None and membership.valid_to < today:
                continue
            yield (
                person.name,
                person.email,
                roles[membership.role].name if membership.role in roles else membership.role,
                ", ".join(scope_names.get(s.scope, s.scope) for s in membership.scopes),
                membership.valid_from,
                membership.valid_to,
                "yes" if person.password else "no",
            )
