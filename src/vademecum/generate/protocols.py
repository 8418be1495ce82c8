"""What the stage receives from above, and what writes an answer.

Use: any object with `write(question, evidence)` is a `Writer`; see `extract.py` and `chat.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from vademecum.models.check import Verdict
from vademecum.models.read import Reading
from vademecum.values import Document

if TYPE_CHECKING:
    from vademecum.generate.evidence import Evidence
    from vademecum.generate.units import Unit

ScorePairs = Callable[[str, Sequence[str]], Sequence[float]]
"""The cross-encoder: one logit a passage, about -12 (unrelated) to 12 (answers the question)."""


class ReadSpans(Protocol):
    """The reader: spans of all passages, best first, normalised together."""

    def __call__(self, question: str, passages: Sequence[str], *, titles: Sequence[str]) -> Reading:
        """Return what the passages, each below its title, hold as an answer."""
        ...


ReadDocuments = Callable[[Sequence[str]], Mapping[str, Document]]
"""Returns stored documents by id; ids that are gone are left out."""
CheckClaim = Callable[[str, str], Verdict]
"""The checker: claim and evidence to what the evidence says of the claim."""
StreamChat = Callable[[str, str], Iterator[str]]
"""A chat model: takes the system's and the user's message, yields the reply piece by piece."""
OnText = Callable[[str], None]
"""Told each piece of an answer once it is verified."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerTools:
    """What the stage needs from the floors above and below.

    Attributes:
        score_pairs: The cross-encoder.
        read_spans: The reader.
        read_documents: Reads the stored texts that quotes are checked against.
        check_claim: The checker, for what a model wrote.
        stream_chat: Lets a model write; None quotes the evidence itself.
    """

    score_pairs: ScorePairs
    read_spans: ReadSpans
    read_documents: ReadDocuments
    check_claim: CheckClaim
    stream_chat: StreamChat | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One sentence of an answer and what it rests on.

    Attributes:
        text: The sentence, without marks.
        quote: The evidence that supports it; None when nothing does.
        why: Why nothing does: "unsupported", "contradicted", or "beside" the point.
    """

    text: str
    quote: Unit | None
    why: str = ""


class Writer(Protocol):
    """Turns evidence into claims."""

    def write(self, question: str, evidence: Evidence) -> Iterator[Claim]:
        """Yield the answer claim by claim, unsupported ones included.

        Raises:
            EndpointError: A model server failed.
            LimitError: The evidence is longer than the model can read.
        """
        ...
