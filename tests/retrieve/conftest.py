"""The real parser, loaded once."""

from __future__ import annotations

from functools import lru_cache

import pytest

from vademecum.models.parse import EnglishParser
from vademecum.retrieve.understand import question_reader
from vademecum.retrieve.understand.turns import Read


@pytest.fixture(scope="session")
def read() -> Read:
    """What turns a question into its grammar."""
    return lru_cache(1_000)(question_reader(EnglishParser.load("en-core-web-sm").parse))
