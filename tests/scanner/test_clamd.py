"""What a real ClamAV daemon says of files, over the socket that the worker uses."""

import io
import zipfile

import pytest

from core.clamd import ScannerFailed, found_in
from tests.scanner.conftest import MARKER


def test_a_clean_file_is_clean(clamd: str) -> None:
    assert found_in(clamd, b"Nothing to see here. " * 50_000) is None


def test_our_marker_is_found_wherever_it_stands(clamd: str) -> None:
    assert "Throughgate.Test" in (found_in(clamd, b"x" * 70_000 + MARKER + b"y" * 70_000) or "")


def test_our_marker_is_found_inside_a_packed_file(clamd: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"<p>" + MARKER + b"</p>")
    assert "Throughgate.Test" in (found_in(clamd, packed.getvalue()) or "")


def test_a_file_beyond_the_daemons_limit_is_not_called_clean(clamd: str) -> None:
    with pytest.raises(ScannerFailed):
        found_in(clamd, b"x" * (3 * 1024 * 1024))
