"""The words of documents."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FileProblem:
    """Why a file is refused: a code, the file's name, and what the words need."""

    code: str
    name: str
    limit_bytes: int = 0
    allowed: tuple[str, ...] = ()
