"""Grounding figures on answers whose support is known."""

import pytest

from vademecum.evaluate.grounding import (
    citation_precision,
    citation_recall,
    claims_of,
    context_precision,
    context_recall,
    faithfulness,
)
from vademecum.values import Answer, Citation, Evidence, Location, Question


def supports(claim: str, evidence: str) -> bool:
    """Every word of the claim stands in the evidence."""
    return set(claim.lower().strip(".").split()) <= set(evidence.lower().replace(".", "").split())


def answer(text: str, *quotes: str) -> Answer:
    citations = tuple(
        Citation(mark=mark, document="d", quote=quote, start=0, end=1, location=Location(), document_id="d")
        for mark, quote in enumerate(quotes, 1)
    )
    return Answer(text=text, answered=True, confidence=0.9, citations=citations)


def test_marks_belong_to_the_sentence_they_follow() -> None:
    claims = claims_of("It takes 30 days. [1] Plants take less. [2] [3] Ask us.")
    assert [(claim.text, claim.marks) for claim in claims] == [
        ("It takes 30 days.", (1,)),
        ("Plants take less.", (2, 3)),
        ("Ask us.", ()),
    ]


def test_citations_by_alces_definitions() -> None:
    # The first claim needs both quotes together; the second is supported by [3], and [1] adds nothing.
    found = answer(
        "cats eat fish. [1] [2] dogs bark. [3] [1] birds fly. [2]", "cats eat", "fish", "dogs bark"
    )
    assert citation_recall(found, supports) == pytest.approx(2 / 3)
    assert citation_precision(found, supports) == pytest.approx(3 / 5)
    assert citation_precision(answer("no marks."), supports) is None


def test_faithfulness_counts_claims_some_passage_supports() -> None:
    found = answer("Cats eat fish. Dogs fly.")
    assert faithfulness(found, ["all cats eat fish daily", "dogs bark"], supports) == 0.5
    assert faithfulness(Answer(text="", answered=False, confidence=0), ["x"], supports) is None


def test_contexts() -> None:
    question = Question(
        text="?", answers=("a",), evidence=(Evidence(document="d", quote="the fee"), Evidence(document="e"))
    )
    contexts = [("x", "the fee"), ("d", "here the fee is"), ("d", "nothing"), ("e", "any")]
    assert context_recall(question, contexts) == 1.0
    assert context_recall(question, contexts[:3]) == 0.5
    assert context_precision(question, contexts) == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert context_precision(question, contexts[:1]) == 0.0
    assert context_recall(Question(text="?"), contexts) is None
