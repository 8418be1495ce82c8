"""Hits and tools that the tests of this stage share."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from answer_samples import HANDBOOK, PRICES, agree, hit_of, overlap, word_spans

from vademecum.generate import AnswerTools
from vademecum.generate.evidence import Evidence, find_evidence
from vademecum.generate.units import find_units
from vademecum.values import Document, Hit


@pytest.fixture
def hits() -> list[Hit]:
    return [hit_of(HANDBOOK), hit_of(PRICES)]


@pytest.fixture
def tools_for() -> Callable[..., AnswerTools]:
    """Make tools over documents; a chat model may be given."""

    def make(*documents: Document, **replaced: object) -> AnswerTools:
        stored = {document.id: document for document in documents or (HANDBOOK, PRICES)}
        fields = {
            "score_pairs": overlap,
            "read_spans": word_spans,
            "check_claim": agree,
            "read_documents": lambda ids: {key: stored[key] for key in ids if key in stored},
            **replaced,
        }
        return AnswerTools(**fields)  # type: ignore[arg-type]

    return make


@pytest.fixture
def evidence_for(hits: list[Hit]) -> Callable[[str], Evidence]:
    """Find evidence for a question in the shared hits."""
    return lambda question: find_evidence(question, find_units(hits), score_pairs=overlap)
