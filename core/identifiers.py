"""Public identifiers: a prefix and eight random base-32 characters, separate from database keys."""

import random
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# Crockford's alphabet: no I, L, O or U, so that a reference can be read out over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

# The system's source keeps no state, so every context may share the one default.
_source: ContextVar[random.Random] = ContextVar("source", default=secrets.SystemRandom())  # noqa: B039


@contextmanager
def drawn_from(source: random.Random) -> Iterator[None]:
    """Draw the block's identifiers from a seeded source, so that a demonstration is the same each time."""
    token = _source.set(source)
    try:
        yield
    finally:
        _source.reset(token)


def new_public_id(prefix: str) -> str:
    """Return a new identifier such as ``CO-7K3M9QXT`` (40 random bits; uniqueness is the database's)."""
    source = _source.get()
    return f"{prefix}-" + "".join(source.choice(ALPHABET) for _ in range(8))
