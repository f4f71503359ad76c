"""Identifiers that a directory asks for: a UUID made of a public identifier, from which it can be read again.

Nothing has to be stored or looked up for it, and an offer keeps its UUID for ever. Version 8 of RFC 9562 is
for layouts of one's own: `TG`, the prefix, zeros, and the rest of the identifier in seven bits a character.
"""

import uuid

MARK = b"TG"
PARTS = uuid.UUID("5447c0de-0000-8000-8000-000000000001")
"""The namespace of identifiers that nobody asks for by themselves, such as those of taxonomy terms."""
_REST = 8


def uuid_of(public_id: str) -> str:
    """The UUID of an identifier such as `OF-7K3M9QXT`. Raises ValueError for one of another form."""
    prefix, _, rest = public_id.partition("-")
    if len(prefix) != len(MARK) or len(rest) != _REST or not public_id.isascii():
        raise ValueError(f"{public_id!r} is no public identifier")
    packed = 0
    for letter in rest:
        packed = packed << 7 | ord(letter)
    head = MARK + prefix.encode() + bytes(2)
    return str(uuid.UUID(bytes=head + b"\x80\x00" + b"\x80" + packed.to_bytes(7, "big")))


def public_id_of(identifier: str) -> str | None:
    """The identifier that a UUID was made of; None for one that we never made."""
    try:
        held = uuid.UUID(identifier).bytes
    except ValueError:
        return None
    if held[:2] != MARK or held[4:6] != bytes(2) or held[6:9] != b"\x80\x00\x80":
        return None
    packed = int.from_bytes(held[9:], "big")
    letters = [chr(packed >> 7 * place & 0x7F) for place in reversed(range(_REST))]
    found = f"{held[2:4].decode('latin-1')}-{''.join(letters)}"
    return found if found.isascii() and found.isprintable() else None


def part_of(identifier: str, name: str) -> str:
    """The UUID of a part of something, always the same for its name."""
    return str(uuid.uuid5(uuid.UUID(identifier), name))


def term_uuid(kind: str, code: str) -> str:
    """The UUID of a term of a taxonomy."""
    return part_of(str(PARTS), f"{kind}:{code}")
