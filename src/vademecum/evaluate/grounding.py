"""Whether an answer rests on its evidence: faithfulness, citations, and the passages found for it.

Support is asked of a function (claim, evidence) -> bool, so that a better checker can take its place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from vademecum.text.sentences import split_sentences
from vademecum.values import Answer, Question

Supports = Callable[[str, str], bool]
"""Says whether evidence supports a claim."""

_MARK = re.compile(r"\s*\[(\d+)\]")
_MARKS = re.compile(r"(?:\s*\[\d+\])+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A sentence of an answer and the marks it carries."""

    text: str
    marks: tuple[int, ...]


def claims_of(text: str) -> list[Claim]:
    """Return the sentences of an answer; marks belong to the sentence they follow."""
    claims: list[Claim] = []
    begin = 0
    for marked in [*_MARKS.finditer(text), None]:
        part = text[begin : marked.start() if marked else len(text)]
        sentences = [part[start:end] for start, end in split_sentences(part)]
        claims += [Claim(text=sentence, marks=()) for sentence in sentences]
        if marked and claims:
            marks = tuple(int(mark) for mark in _MARK.findall(marked[0]))
            claims[-1] = Claim(text=claims[-1].text, marks=(*claims[-1].marks, *marks))
        begin = marked.end() if marked else len(text)
    return claims


def without_marks(text: str) -> str:
    """Return an answer's text without its citation marks."""
    return _MARK.sub("", text)


def faithfulness(answer: Answer, contexts: Sequence[str], supports: Supports) -> float | None:
    """Return the share of an answer's claims that some passage supports; None without claims.

    Source: Es et al. 2023 (RAGAS), with `supports` in place of a language model.
    """
    claims = claims_of(answer.text) if answer.answered else []
    if not claims:
        return None
    return sum(any(supports(claim.text, context) for context in contexts) for claim in claims) / len(claims)


def citation_recall(answer: Answer, quotes: Mapping[int, str], supports: Supports) -> float | None:
    """Return the share of claims that the quotes they cite support together; None without claims.

    Args:
        answer: What was said.
        quotes: What each mark stands for: the quote, under the title and table header it has.
        supports: Says whether evidence supports a claim.

    Source: Gao et al. 2023 (ALCE).
    """
    claims = claims_of(answer.text) if answer.answered else []
    if not claims:
        return None
    return sum(_supported(claim, quotes, supports) for claim in claims) / len(claims)


def citation_precision(answer: Answer, quotes: Mapping[int, str], supports: Supports) -> float | None:
    """Return the share of citations that are needed or suffice; None without citations.

    A citation counts when its claim is supported by all it cites, and either this quote alone
    supports the claim or the others without it do not.

    Source: Gao et al. 2023 (ALCE).
    """
    claims = claims_of(answer.text) if answer.answered else []
    kept = total = 0
    for claim in claims:
        cited = _cited(claim, quotes)
        total += len(cited)
        if not _supported(claim, quotes, supports):
            continue
        for number, quote in enumerate(cited):
            others = [*cited[:number], *cited[number + 1 :]]
            kept += supports(claim.text, quote) or not (others and supports(claim.text, " ".join(others)))
    return kept / total if total else None


def context_recall(question: Question, contexts: Sequence[tuple[str, str]]) -> float | None:
    """Return the share of the question's evidence that was found; None when it names none.

    Args:
        question: Its evidence is a quote, or a whole document.
        contexts: Document and text of each passage, best first.
    """
    if not question.evidence:
        return None
    found = sum(
        any(_holds(document, text, evidence.document, evidence.quote) for document, text in contexts)
        for evidence in question.evidence
    )
    return found / len(question.evidence)


def context_precision(question: Question, contexts: Sequence[tuple[str, str]]) -> float | None:
    """Return the mean precision at the ranks of evidence passages, 1 when they come first.

    Source: Es et al. 2023 (RAGAS), relevance from the judged evidence.
    """
    if not question.evidence:
        return None
    relevant = [
        any(_holds(document, text, evidence.document, evidence.quote) for evidence in question.evidence)
        for document, text in contexts
    ]
    ranks = [rank for rank, hit in enumerate(relevant, 1) if hit]
    return sum(sum(relevant[:rank]) / rank for rank in ranks) / len(ranks) if ranks else 0.0


def _supported(claim: Claim, quotes: Mapping[int, str], supports: Supports) -> bool:
    cited = _cited(claim, quotes)
    return bool(cited) and supports(claim.text, "\n".join(cited))


def _cited(claim: Claim, quotes: Mapping[int, str]) -> list[str]:
    return [quotes[mark] for mark in dict.fromkeys(claim.marks) if mark in quotes]


def _holds(document: str, text: str, wanted: str, quote: str) -> bool:
    """Say whether a passage is evidence: the document asked for, and at least part of the quote."""
    if document != wanted:
        return False
    folded, sought = " ".join(text.split()), " ".join(quote.split())
    return sought in folded or (len(folded) < len(sought) and folded in sought)
