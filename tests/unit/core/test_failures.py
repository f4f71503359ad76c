"""A command that fails with the database says so in one line with what to do."""

import pytest
from sqlalchemy.exc import OperationalError

from core.failures import words_for


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("no such table: person", "run 'flask db upgrade'"),
        ('relation "person" does not exist\nLINE 1: SELECT', "run 'flask db upgrade'"),
        ("connection refused\nIs the server running?", "check DATABASE_URL"),
    ],
)
def test_one_line_with_what_to_do(reason: str, advice: str) -> None:
    words = words_for(OperationalError("SELECT 1", {}, Exception(reason)))
    assert advice in words
    assert "\n" not in words
