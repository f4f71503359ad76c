"""Public identifiers: a prefix and eight random base-32 characters, separate from database keys."""

import secrets

# Crockford's alphabet: no I, L, O or U, so that a reference can be read out over the telephone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_public_id(prefix: str) -> str:
    """Return a new identifier such as ``CO-7K3M9QXT`` (40 random bits; uniqueness is the database's)."""
    return f"{prefix}-" + "".join(secrets.choice(ALPHABET) for _ in range(8))
