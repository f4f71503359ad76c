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
        return FileProblem("too-large", shown, limit_bytes=limit_bytes)
    if ending not in allowed:
        return FileProblem("wrong-type", shown, allowed=allowed)
    if ending in TEXT_ENDINGS:
        return None if decode_text(content) is not None else FileProblem("not-text", shown)
    if not content.startswith(SIGNATURES[ending]):
        return FileProblem("content-differs", shown, allowed=(ending,))
    if SIGNATURES[ending] == b"PK\x03\x04" and _explodes(content):
        return FileProblem("unpacks-too-large", shown)
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


def _explodes(content: bytes) -> bool:
    """Tell whether a packed file claims more than it may unpack to, or is no packed file at all."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return True
    return unpacked > MOST_UNPACKED_BYTES or unpacked > MOST_RATIO * max(len(content), 1)
