"""Sealing bytes at rest: data keys wrapped by a key outside the database, contexts, fingerprints.

Envelope encryption with AES-256-GCM: each envelope has a data key of its own, stored only wrapped. The
context of a seal is authenticated with it, so that a ciphertext moved to another row no longer opens.
"""

import hashlib
import hmac
import json
import secrets
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12
SALT_BYTES = 32


class CannotOpen(Exception):
    """The key, the context or the bytes are not those that were sealed."""


def new_key() -> bytes:
    """A fresh random key of 32 bytes."""
    return secrets.token_bytes(KEY_BYTES)


def new_salt() -> bytes:
    """A fresh random salt of 32 bytes."""
    return secrets.token_bytes(SALT_BYTES)


def context_of(*parts: object) -> bytes:
    """One unambiguous byte string out of the parts that name a place (call-off, lot, supplier, field)."""
    return canonical([str(part) for part in parts])


def seal(key: bytes, plaintext: bytes, context: bytes) -> bytes:
    """`plaintext` encrypted under `key`, bound to `context`: nonce, then ciphertext with its tag."""
    nonce = secrets.token_bytes(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, plaintext, context)


def open_sealed(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """What `seal` was given. Raises CannotOpen for another key, another context or changed bytes."""
    if len(sealed) < NONCE_BYTES + 16:
        raise CannotOpen("too short to be sealed")
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], context)
    except InvalidTag:
        raise CannotOpen("the key, the context or the bytes differ from those sealed") from None


def wrap_key(wrapping_key: bytes, key: bytes, context: bytes) -> bytes:
    """A data key sealed under the wrapping key; `context` names the envelope that the key belongs to."""
    return seal(wrapping_key, key, b"data key:" + context)


def unwrap_key(wrapping_key: bytes, wrapped: bytes, context: bytes) -> bytes:
    """The data key that `wrap_key` was given. Raises CannotOpen as `open_sealed` does."""
    return open_sealed(wrapping_key, wrapped, b"data key:" + context)


def canonical(value: Any) -> bytes:
    """The one JSON spelling of a value: sorted keys, no spaces, UTF-8, decimals and dates as strings.

    A float is refused with TypeError: its spelling is not a fact. A mapping's keys must be strings.
    """
    return json.dumps(
        _plain(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def fingerprint(salt: bytes, canonical_bytes: bytes) -> str:
    """SHA-256 of salt ‖ canonical bytes, in hexadecimal: what a receipt shows and the audit keeps."""
    return hashlib.sha256(salt + canonical_bytes).hexdigest()


def fingerprints_match(one: str, other: str) -> bool:
    """Compare two fingerprints in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())


def salted_digest(key: bytes, content: bytes) -> str:
    """A keyed SHA-256 of sealed content for the audit: nobody without the key can test a guess against it."""
    return hmac.new(key, content, hashlib.sha256).hexdigest()


def address(ciphertext: bytes) -> str:
    """Where a sealed file lies: the SHA-256 of its ciphertext, in hexadecimal."""
    return hashlib.sha256(ciphertext).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return _plain(value.value)
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Decimal):
        if not value.is_finite():
            raise TypeError("a decimal in a bid is a finite number")
        return f"{value:f}"
    if isinstance(value, (date, datetime)):
        return value.isoformat()
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("keys are strings")
        return {key: _plain(item) for key, item in value.items()}
    raise TypeError(f"{type(value).__name__} has no canonical spelling")
