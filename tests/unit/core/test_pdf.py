"""A PDF takes its styles and fonts from what was built here, and nothing from anywhere else."""

import pytest

from core.typeset import OwnFilesOnly


@pytest.mark.parametrize(
    "address",
    [
        "https://example.test/style.css",
        "file:///etc/hostname",
        "throughgate:///../../pyproject.toml",
        "throughgate:///../src/pdf.scss",
        "../../pyproject.css",
        "//example.test/style.css",
        "data:text/css,body{}",
    ],
)
def test_nothing_foreign_is_fetched(address: str) -> None:
    with pytest.raises((ValueError, FileNotFoundError)):
        OwnFilesOnly().fetch(address)
