"""Which files are taken: size, name and what the content really is; pure."""

import codecs
import io
import zipfile
from pathlib import PurePath

from core.documents.types import FileProblem

# What the first bytes must be, by ending; text has no signature and is checked by decoding it.
SIGNATURES: dict[str, bytes] = {
    ".pdf": b"%PDF-",
    ".docx": b"PK\x03\x04",
    ".xlsx": b"PK\x03\x04",
    ".odt": b"PK\x03\x04",
    ".png": b"\x89PNG\r\n\x1a\n",
    ".jpg": b"\xff\xd8\xff",
}
TEXT_ENDINGS = (".csv", ".txt")
# What a packed file must hold to be what its ending says.
PARTS = {".docx": "word/", ".xlsx": "xl/", ".odt": "content.xml"}
EVIDENCE_ENDINGS = (".pdf", ".docx", ".odt", ".xlsx", ".csv", ".txt", ".png", ".jpg")
"""Endings of the files that suppliers keep as evidence."""
MOST_PARTS = 10_000
MOST_UNPACKED_BYTES = 200 * 1024 * 1024
MOST_RATIO = 200


def file_problem(
    name: str, content: bytes, *, limit_bytes: int, allowed: tuple[str, ...]
) -> FileProblem | None:
    """Return why the file is refused, or None; ``allowed`` are endings such as ``.pdf``."""
    ending = PurePath(name).suffix.lower().replace(".jpeg", ".jpg")
    shown = PurePath(name.replace("\\", "/")).name[:120] or "the file"
    if not content:
        return FileProblem("empty", shown)
    if len(content) > limit_bytes:
        return FileProblem("too-large", shown, limit_bytes=limit_bytes, size=len(content))
    if ending not in allowed:
        return FileProblem("wrong-type", shown, allowed=allowed)
    if ending in TEXT_ENDINGS:
        return None if decode_text(content) is not None else FileProblem("not-text", shown)
    if not content.startswith(SIGNATURES[ending]):
        return FileProblem("content-differs", shown, allowed=(ending,))
    if ending in PARTS:
        parts = _parts(content)
        if parts is None:
            return FileProblem("unpacks-too-large", shown)
        if not any(part.startswith(PARTS[ending]) for part in parts):
            return FileProblem("content-differs", shown, allowed=(ending,))
    return None


def decode_text(content: bytes) -> str | None:
    """Return the text of a file in UTF-8 (with or without a mark) or Windows-1252; None if in neither."""
    if b"\x00" in content:
        return None
    try:
        return content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    except UnicodeDecodeError:
        try:
            return content.decode("cp1252")
        except UnicodeDecodeError:
            return None


def _parts(content: bytes) -> list[str] | None:
    """The names of what a packed file holds; None where it claims more than it may, or is none at all.

    Nothing is unpacked: Python's reader stops at the size that the list of contents claims, so the claims
    bound what any later reading can cost.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError):
        return None
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_PARTS or unpacked > MOST_UNPACKED_BYTES:
        return None
    if unpacked > MOST_RATIO * max(len(content), 1):
        return None
    return [entry.filename for entry in entries]
