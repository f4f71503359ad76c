"""Which files are taken, and what a scanner's answer means: size, type by content, files that burst."""

import io
import socket
import struct
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from core.clamd import ScannerFailed, found_in
from core.documents.forms import problem_words, taken_words
from core.documents.rules import EVIDENCE_ENDINGS, MOST_PARTS, file_problem

LIMIT = 1_000_000


def packed(**parts: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return made.getvalue()


def code(name: str, content: bytes) -> str | None:
    problem = file_problem(name, content, limit_bytes=LIMIT, allowed=EVIDENCE_ENDINGS)
    if problem is not None:
        words = problem_words(problem)
        assert problem.name in words
        return problem.code
    return None


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("policy.pdf", b"%PDF-1.7 words", None),
        ("policy.PDF", b"%PDF-1.7 words", None),
        ("policy.docx", packed(word__document=b"<p>Safe.</p>"), None),
        ("sheet.xlsx", packed(xl__workbook=b"<x/>"), None),
        ("policy.odt", packed(**{"content.xml": b"<x/>"}), None),
        ("words.txt", "Zoë’s policy".encode(), None),
        ("words.txt", "Zoë".encode("cp1252"), None),
        ("empty.pdf", b"", "empty"),
        ("large.pdf", b"%PDF-" + b"x" * LIMIT, "too-large"),
        ("programme.exe", b"MZ", "wrong-type"),
        ("no ending", b"%PDF-", "wrong-type"),
        ("policy.pdf", b"MZ this is a programme", "content-differs"),
        ("picture.png", b"%PDF-1.7", "content-differs"),
        ("sheet.xlsx", packed(word__document=b"<p/>"), "content-differs"),
        ("policy.docx", packed(**{"programme.exe": b"MZ"}), "content-differs"),
        ("words.txt", b"a\x00b", "not-text"),
        ("broken.docx", b"PK\x03\x04 broken", "unpacks-too-large"),
        ("bomb.docx", packed(word__document=b"0" * 50_000_000), "unpacks-too-large"),
    ],
)
def test_a_file_is_taken_by_what_it_is(name: str, content: bytes, expected: str | None) -> None:
    assert code(name, content) == expected


def test_a_packed_file_of_very_many_parts_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for number in range(MOST_PARTS + 1):
            archive.writestr(f"word/{number}", b"")
    problem = file_problem("many.docx", made.getvalue(), limit_bytes=10**8, allowed=EVIDENCE_ENDINGS)
    assert problem is not None
    assert problem.code == "unpacks-too-large"


def test_words_name_the_limit_and_what_is_taken() -> None:
    problem = file_problem("large.pdf", b"x" * 2_000_000, limit_bytes=LIMIT, allowed=EVIDENCE_ENDINGS)
    assert problem is not None
    assert problem_words(problem) == "large.pdf is 1.9 MB; 977 KB is the most we take"
    assert taken_words((".pdf", ".docx")) == "PDF or Word (.docx)"


class FakeScanner(threading.Thread):
    """Listens like a ClamAV daemon and answers each INSTREAM with the next of its answers."""

    def __init__(self, listener: socket.socket, *answers: bytes) -> None:
        super().__init__(daemon=True)
        self.listener, self.answers, self.heard = listener, list(answers), []

    def run(self) -> None:
        for answer in self.answers:
            caller, _ = self.listener.accept()
            with caller, caller.makefile("rb") as stream:
                assert stream.read(10) == b"zINSTREAM\0"
                content = b""
                while size := struct.unpack("!I", stream.read(4))[0]:
                    content += stream.read(size)
                self.heard.append(content)
                caller.sendall(answer)


@pytest.fixture
def listener(tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(tmp_path / "s"))
        made.listen()
        yield str(tmp_path / "s"), made


def test_a_content_is_sent_whole_and_the_answer_read(listener: tuple[str, socket.socket]) -> None:
    address, made = listener
    scanner = FakeScanner(made, b"stream: OK\0", b"stream: Example.Thing FOUND\0")
    scanner.start()
    content = bytes(range(256)) * 1000
    assert found_in(address, content) is None
    assert found_in(address, b"bad") == "Example.Thing"
    scanner.join(5)
    assert scanner.heard == [content, b"bad"]


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"", b"stream: ODD\0"])
def test_an_answer_that_says_neither_is_a_failure(listener: tuple[str, socket.socket], answer: bytes) -> None:
    address, made = listener
    FakeScanner(made, answer).start()
    with pytest.raises(ScannerFailed):
        found_in(address, b"words")


@pytest.mark.parametrize("address", ["/nowhere/at/all", "localhost:1", "nonsense"])
def test_a_scanner_that_is_not_there_is_a_failure(address: str) -> None:
    with pytest.raises(ScannerFailed):
        found_in(address, b"words")
