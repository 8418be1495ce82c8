"""The shipped checker: what it takes as said by evidence, and what not."""

from __future__ import annotations

import pytest

from vademecum.models.catalog import find_model
from vademecum.models.check import ClaimChecker
from vademecum.models.pull import ensure_model

EVIDENCE = (
    "Acme Seeds was founded in Lyon in 1931 by Ada Berg. Its office opens at 9 in the morning.\n"
    "A refund is paid\nwithin 30 days."
)


@pytest.fixture(scope="module")
def checker() -> ClaimChecker:
    return ClaimChecker.open(ensure_model(find_model("checker-small")))


@pytest.mark.parametrize(
    "claim",
    [
        "A refund is paid within 30 days.",
        "Ada Berg founded Acme Seeds.",
        "Acme Seeds was founded in 1931.",
    ],
)
def test_what_evidence_says_is_supported_in_its_words_or_in_others(checker: ClaimChecker, claim: str) -> None:
    assert checker.supports(claim, EVIDENCE)


@pytest.mark.parametrize(
    "claim",
    [
        "Carl Holm founded Acme Seeds.",
        "Acme Seeds was founded in 1945.",
        "Acme Seeds sells tulips to Japan.",
    ],
)
def test_what_evidence_denies_or_leaves_open_is_not(checker: ClaimChecker, claim: str) -> None:
    assert not checker.supports(claim, EVIDENCE)
    assert not checker.supports(claim, "")
