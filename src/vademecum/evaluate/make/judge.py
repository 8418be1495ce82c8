"""Whether the collection answers a question, and only in the place it was made from.

Owns the two checks that need models: the evidence has to be found first and to answer clearly better
than any other sentence; a question without an answer has to find nothing that comes close.
Use: `Judge(search=workspace.search, score_pairs=encoder.score).confirm(candidate)`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from vademecum.evaluate.make.candidate import Candidate
from vademecum.text.analyse import analyse
from vademecum.text.sentences import split_sentences
from vademecum.values import Hit

Search = Callable[[str], Sequence[Hit]]
ScorePairs = Callable[[str, Sequence[str]], Sequence[float]]

LEAST_LOGIT = 3.0
"""What the cross-encoder has to say of question and evidence."""
LEAST_LEAD = 1.5
"""By how many logits the evidence has to lead over sentences that do not hold the answer."""
_HITS_READ = 4
_RIVALS = 5


class Judge:
    """Asks search and cross-encoder."""

    def __init__(self, *, search: Search, score_pairs: ScorePairs) -> None:
        self._search = search
        self._near: dict[str, tuple[str, ...]] = {}
        self._score_pairs = score_pairs

    def confirm(self, candidate: Candidate, *, least: float = LEAST_LOGIT) -> Candidate | None:
        """Return the candidate with its logit, or None where its evidence is not the one answer."""
        passage = candidate.passage
        hits = self._search(candidate.text)[:_HITS_READ]
        self._near[candidate.text] = tuple(hit.document_id for hit in hits)
        if not hits or not _covers(hits[0], passage.document.id, passage.start, passage.end):
            return None
        rivals = [text for text in self._rivals(candidate.text, hits) if passage.text not in text]
        logit, *others = self._score_pairs(candidate.text, [candidate.reading, *rivals])
        if logit < least:
            return None
        answer = candidate.answer.casefold()
        for text, other in zip(rivals, others, strict=True):
            if other > logit - LEAST_LEAD and answer not in text.casefold():
                return None
        return replace(candidate, logit=float(logit))

    def best(self, question: str) -> float:
        """Return the highest logit of a question with any sentence or passage found for it."""
        hits = self._search(question)[:_HITS_READ]
        texts = [f"{hit.title}\n{hit.text}" for hit in hits[:2]]
        return max(
            self._score_pairs(question, [*self._rivals(question, hits), *texts]), default=float("-inf")
        )

    def near(self, question: str) -> tuple[str, ...]:
        """Return the documents that were found for a question when it was confirmed."""
        return self._near.get(question, ())

    def _rivals(self, question: str, hits: Sequence[Hit]) -> list[str]:
        """Return the sentences of hits that share most words with a question, below their titles."""
        wanted = set(analyse(question))
        found = []
        for hit in hits:
            for start, end in split_sentences(hit.text):
                text = " ".join(hit.text[start:end].split())
                found.append((len(wanted.intersection(analyse(text))), f"{hit.title}\n{text}"))
        found.sort(key=lambda pair: -pair[0])
        return [text for _, text in found[:_RIVALS]]


def _covers(hit: Hit, document_id: str, start: int, end: int) -> bool:
    """Say whether a hit holds some of a place; duplicates of a document count by their content."""
    return hit.document_id == document_id and hit.start < end and hit.end > start
