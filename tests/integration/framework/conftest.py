"""A market for each test of frameworks to start from."""

import pytest
from sqlalchemy.orm import Session

from tests.factories_framework import Market, make_market


@pytest.fixture
def market(session: Session) -> Market:
    return make_market(session)
