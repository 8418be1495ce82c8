"""Lets a chat model write from the evidence; every sentence it writes is checked before it counts.

Use: `ChatWriter(stream, score_pairs=score, check_claim=check).write(question, evidence)`.
"""

from __future__ import annotations

from collections.abc import Iterator

from vademecum.generate.claims import Aligner, strip_marks
from vademecum.generate.evidence import Evidence
from vademecum.generate.prompts import DECLINED, answer_prompt
from vademecum.generate.protocols import CheckClaim, Claim, ScorePairs, StreamChat
from vademecum.generate.units import Unit
from vademecum.text.sentences import split_sentences
from vademecum.text.short_answer import says
from vademecum.values import Style

PASSAGE_CHARS = 6_000
"""Most characters of passages a prompt holds."""
REPLY_CHARS = 4_000
"""A reply longer than this is cut off."""


class ChatWriter:
    """Writes with a model, sentence by sentence.

    Args:
        stream_chat: The model.
        score_pairs: The cross-encoder, which helps to align what is worded differently.
        check_claim: The checker, which sees who did what to whom.
        style: How long it writes, and in which tone.
        history: What was said before, which is no evidence.
    """

    def __init__(
        self,
        stream_chat: StreamChat,
        *,
        score_pairs: ScorePairs,
        check_claim: CheckClaim,
        style: Style | None = None,
        history: str = "",
    ) -> None:
        self._stream_chat = stream_chat
        self._style = style or Style()
        self._history = history
        self._score_pairs = score_pairs
        self._check_claim = check_claim

    def write(self, question: str, evidence: Evidence) -> Iterator[Claim]:
        """Yield the model's sentences with the quotes that support them; see `Writer.write`.

        Where the reader found the words that answer, the sentences before the first that says them wait for
        it; when none does, no quote counts.
        """
        wanted = evidence.spans.forms(evidence.short) if evidence.short else set()
        waiting: list[Claim] = []
        for claim in self._claims(question, evidence):
            if not wanted or claim.text == DECLINED:
                yield claim
                continue
            waiting.append(claim)
            if claim.quote is not None and any(says(claim.text, form) for form in wanted):
                wanted = set()
                yield from waiting
                waiting = []
        yield from (Claim(text=claim.text, quote=None, why=claim.why or "beside") for claim in waiting)

    def _claims(self, question: str, evidence: Evidence) -> Iterator[Claim]:
        aligner = Aligner(question, evidence, score_pairs=self._score_pairs)
        system, user = answer_prompt(question, _passages(evidence), style=self._style, history=self._history)
        for sentence in _sentences(self._stream_chat(system, user)):
            text = strip_marks(sentence)
            if text.rstrip(".") == DECLINED:
                yield Claim(text=DECLINED, quote=None)
            elif text:
                yield self._checked(text, aligner.align(text))

    def _checked(self, text: str, quote: Unit | None) -> Claim:
        """Return a sentence with its quote, unless that says what cannot be true together with it."""
        if quote is None:
            return Claim(text=text, quote=None, why="unsupported")
        if text not in quote.reading:
            verdict = self._check_claim(text, quote.passage)
            if verdict.contradicted > verdict.supported:
                return Claim(text=text, quote=None, why="contradicted")
        return Claim(text=text, quote=quote)


def _passages(evidence: Evidence) -> list[str]:
    """Return the hits as passages, best first, as many as fit; the first one always."""
    passages: list[str] = []
    used = 0
    for hit in {unit.hit.id: unit.hit for unit in evidence.units}.values():
        passage = f"{hit.context}\n{hit.text}" if hit.context else hit.text
        used += len(passage)
        if passages and used > PASSAGE_CHARS:
            break
        passages.append(passage[:PASSAGE_CHARS])
    return passages


def _sentences(pieces: Iterator[str]) -> Iterator[str]:
    """Yield sentences as soon as the next one has begun, the last one at the end."""
    pending = ""
    written = 0
    for piece in pieces:
        pending += piece
        written += len(piece)
        if written > REPLY_CHARS:
            break
        if piece.isspace() or not any(mark in pending for mark in ".!?。\uff01\uff1f\n"):
            continue
        *complete, (last, _) = split_sentences(pending) or [(0, 0)]
        yield from (pending[start:end] for start, end in complete)
        pending = pending[last:]
    yield from (pending[start:end] for start, end in split_sentences(pending))
