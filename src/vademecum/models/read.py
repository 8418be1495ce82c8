"""Question and passages to answer spans: the extractive reader.

Every span is a slice of its passage. A span's score is its log-odds against "no answer here", so that
spans of different passages can be compared and normalised together.

Use: `Reader.open(folder, "reader@1").read("How long?", ["It takes 30 days."]).spans[0].text`.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from vademecum.models.onnx import OnnxModel, map_in_pool

MAX_TOKENS = 384
"""Tokens of question and passage that are read at once; longer passages are read in windows."""
STRIDE = 96
"""Tokens two windows share."""
SPAN_TOKENS = 40
"""Longest span."""
_QUESTION_CHARS = 400
_SPANS = 3
_FAR = -1e9

Logits = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerSpan:
    """A part of a passage that may answer.

    Attributes:
        passage: Position of the passage among those read, from 0.
        start: First character in the passage.
        end: One past the last character.
        text: The characters.
        score: Log-odds against no answer in its passage; above 0 the answer is the likelier.
        share: Probability in [0, 1] among all spans of all passages and no answer.
    """

    passage: int
    start: int
    end: int
    text: str
    score: float
    share: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader found.

    Attributes:
        spans: Best first; those of one passage do not overlap.
        no_answer: Probability in [0, 1] that no passage answers, under the shared normalisation.
    """

    spans: tuple[AnswerSpan, ...]
    no_answer: float


def prepare(tokenizer: Tokenizer) -> Tokenizer:
    """Make a tokenizer cut passages into windows as the reader reads them; returns the same one."""
    tokenizer.no_padding()
    tokenizer.enable_truncation(MAX_TOKENS, stride=STRIDE, strategy="only_second")
    return tokenizer


def windows(tokenizer: Tokenizer, question: str, passage: str, title: str = "") -> Iterator[Encoding]:
    """Yield what the model reads of a passage below its title, window by window.

    Args:
        tokenizer: One that went through `prepare`.
        question: What is asked; only its beginning is read when it is very long.
        passage: Where the answer may stand.
        title: Title, headings or column names; read in every encoding's offsets before the passage.
    """
    whole = tokenizer.encode(question[:_QUESTION_CHARS], _below(title) + passage)
    yield whole
    yield from whole.overflowing


def text_tokens(window: Encoding, title: str) -> list[tuple[int, int, int]]:
    """Return (token, start, end) of each token of the passage, offsets in characters of the passage."""
    shift = len(_below(title))
    return [
        (token, start - shift, end - shift)
        for token, ((start, end), kind) in enumerate(zip(window.offsets, window.type_ids, strict=True))
        if kind == 1 and start >= shift and end > start
    ]


def decode(
    logits: Logits, window: Encoding, passage: str, *, title: str = "", index: int = 0
) -> list[AnswerSpan]:
    """Return the best spans of a window that do not overlap, best first.

    Args:
        logits: Of start and end, float32 [tokens, 2]; token 0 stands for no answer.
        window: What the logits are of.
        passage: Its text.
        title: What stood above it.
        index: Position of the passage among those read.
    """
    tokens = text_tokens(window, title)
    if not tokens:
        return []
    places = [token for token, _, _ in tokens]
    scores = logits[places, 0][:, None] + logits[places, 1][None, :] - logits[0].sum()  # [start, end]
    allowed = np.triu(np.ones_like(scores, dtype=bool)) & ~np.triu(
        np.ones_like(scores, dtype=bool), SPAN_TOKENS
    )
    scores = np.where(allowed, scores, _FAR)
    spans = []
    for _ in range(_SPANS):
        first, last = (int(at) for at in np.unravel_index(scores.argmax(), scores.shape))
        if scores[first, last] <= _FAR:
            break
        start, end = _whole_words(passage, tokens[first][1], tokens[last][2])
        spans.append(
            AnswerSpan(
                passage=index, start=start, end=end, text=passage[start:end], score=float(scores[first, last])
            )
        )
        scores[: last + 1, first:] = _FAR  # whatever overlaps it
    return spans


class Reader:
    """Reads passages with a question in mind.

    Attributes:
        version: What made a span: model name and hash.
    """

    def __init__(self, model: OnnxModel, version: str) -> None:
        prepare(model.tokenizer)
        self._model = model
        self.version = version

    @classmethod
    def open(cls, folder: Path, version: str) -> Self:
        """Open a trained reader, a folder with `model.onnx` and `tokenizer.json`."""
        return cls(OnnxModel(folder, max_tokens=MAX_TOKENS), version)

    def read(self, question: str, passages: Sequence[str], *, titles: Sequence[str] = ()) -> Reading:
        """Return the spans of all passages, best first, normalised together.

        Args:
            question: What is asked.
            passages: Where to look.
            titles: What stands above each passage; empty for none.
        """
        above = titles or [""] * len(passages)
        jobs = [
            (index, window)
            for index, (passage, title) in enumerate(zip(passages, above, strict=True))
            for window in windows(self._model.tokenizer, question, passage, title)
        ]
        logits = map_in_pool(lambda job: self._model.run_encoding(job[1]), jobs)
        found = [
            span
            for (index, window), one in zip(jobs, logits, strict=True)
            for span in decode(one, window, passages[index], title=above[index], index=index)
        ]
        return normalise(found)


def normalise(spans: Sequence[AnswerSpan]) -> Reading:
    """Share probability out among spans of several passages and no answer at all; repeats are dropped."""
    best: dict[tuple[int, int, int], AnswerSpan] = {}
    for span in sorted(spans, key=lambda one: -one.score):
        best.setdefault((span.passage, span.start, span.end), span)
    top = max((span.score for span in best.values()), default=0.0)
    top = max(top, 0.0)
    weights = [math.exp(span.score - top) for span in best.values()]
    total = sum(weights) + math.exp(-top)
    shared = [
        replace(span, share=weight / total) for span, weight in zip(best.values(), weights, strict=True)
    ]
    return Reading(spans=tuple(shared), no_answer=math.exp(-top) / total)


def _below(title: str) -> str:
    return f"{title}\n" if title else ""


def _whole_words(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the span made longer so that no word is cut."""
    while start > 0 and text[start - 1].isalnum() and text[start].isalnum():
        start -= 1
    while end < len(text) and text[end - 1].isalnum() and text[end].isalnum():
        end += 1
    return start, end
