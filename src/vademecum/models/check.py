"""Claim and evidence to what the evidence says of the claim: supported, contradicted or neither.

Owns reading a trained checker without torch; training it belongs to `train/recipes/checker.py`.
Use: `ClaimChecker.open(folder).check("Refunds take a year.", ["Refunds take 30 days."])[0].label`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer

from vademecum.models.onnx import OnnxModel, map_in_pool
from vademecum.text.sentences import split_sentences
from vademecum.values.dataset import CLAIM_LABELS, ClaimLabel

WINDOW_TOKENS = 160
"""Most tokens of claim and evidence that are read together, special tokens included."""
_CLAIM_TOKENS = 80
_SPECIAL_TOKENS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What evidence says of a claim; the three probabilities add up to 1.

    Attributes:
        supported: The evidence says it.
        contradicted: The evidence says something that cannot be true together with it.
        neither: The evidence leaves it open.
    """

    supported: float
    contradicted: float
    neither: float

    @property
    def label(self) -> ClaimLabel:
        """The most probable of the three."""
        return max(CLAIM_LABELS, key=lambda label: float(getattr(self, label)))


class ClaimChecker:
    """Judges claims by evidence; not covered are claims that only several distant places support together.

    Attributes:
        version: What made a verdict: name and hash of the weights.
    """

    def __init__(self, model: OnnxModel, version: str) -> None:
        self._model = model
        self._tokenizer = model.tokenizer
        prepare(self._tokenizer)
        self.version = version

    @classmethod
    def open(cls, folder: Path) -> Self:
        """Open a trained checker, a folder with `model.onnx` and `tokenizer.json`."""
        digest = hashlib.sha256((folder / "model.onnx").read_bytes()).hexdigest()
        return cls(OnnxModel(folder, max_tokens=WINDOW_TOKENS), f"checker@{digest[:12]}")

    def check(self, claim: str, evidence_texts: Sequence[str]) -> list[Verdict]:
        """Return one verdict a text, in their order.

        A long text is read in windows of whole sentences that overlap by one. The window that
        supports the claim most speaks for the text, unless another one contradicts it more
        strongly than that; so the best support or the strongest contradiction wins.

        Args:
            claim: What is said; past its 80th token it is not read.
            evidence_texts: What it is judged by, each by itself. An empty one supports nothing.
        """
        return map_in_pool(lambda text: self._check(claim, text), evidence_texts)

    def supports(self, claim: str, evidence: str) -> bool:
        """Say whether evidence holds a claim word for word, or else most probably supports it."""
        if " ".join(claim.split()) in " ".join(evidence.split()):
            return True
        return self._check(claim, evidence).label == "supported"

    def _check(self, claim: str, evidence: str) -> Verdict:
        rows = [softmax(self._model.run_encoding(one)) for one in windows(self._tokenizer, claim, evidence)]
        if not rows:
            return Verdict(supported=0.0, contradicted=0.0, neither=1.0)
        best = strongest(np.stack(rows))
        return Verdict(**{label: float(value) for label, value in zip(CLAIM_LABELS, best, strict=True)})


def prepare(tokenizer: Tokenizer) -> Tokenizer:
    """Return the tokenizer, set to neither pad nor cut; `windows` sees to the length."""
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def windows(tokenizer: Tokenizer, claim: str, evidence: str) -> Iterator[Encoding]:
    """Yield what is read together: the claim and as many sentences as fit, then on from the last of these.

    A sentence that does not fit alone is cut into pieces that do.

    Args:
        tokenizer: One that `prepare` has set.
        claim: What is said.
        evidence: What it is judged by; nothing is yielded when it is empty.
    """
    offsets = tokenizer.encode(claim, add_special_tokens=False).offsets
    if len(offsets) > _CLAIM_TOKENS:
        claim, offsets = claim[: offsets[_CLAIM_TOKENS - 1][1]], offsets[:_CLAIM_TOKENS]
    room = WINDOW_TOKENS - _SPECIAL_TOKENS - len(offsets)
    pieces = _pieces(tokenizer, evidence, room)
    first = 0
    while first < len(pieces):
        last, used = first, pieces[first][2]
        while last + 1 < len(pieces) and used + pieces[last + 1][2] <= room:
            last += 1
            used += pieces[last][2]
        yield tokenizer.encode(claim, evidence[pieces[first][0] : pieces[last][1]])
        if last + 1 == len(pieces):
            return
        first = max(last, first + 1)


def _pieces(tokenizer: Tokenizer, text: str, room: int) -> list[tuple[int, int, int]]:
    """Return start, end and tokens of each sentence, or of its pieces of at most `room` tokens."""
    pieces = []
    for start, end in split_sentences(text):
        tokens = tokenizer.encode(text[start:end], add_special_tokens=False).offsets
        for at in range(0, len(tokens), room):
            part = tokens[at : at + room]
            pieces.append((start + part[0][0], start + part[-1][1], len(part)))
    return pieces


def strongest(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the row that speaks for all: the best support or, when larger, the strongest contradiction.

    Args:
        rows: Probabilities of each window, [windows, 3] in the order of `CLAIM_LABELS`.
    """
    supporting, contradicting = rows[:, 0].argmax(), rows[:, 1].argmax()
    row: NDArray[np.float32] = rows[
        contradicting if rows[contradicting, 1] > rows[supporting, 0] else supporting
    ]
    return row


def softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return probabilities, last dimension first to last as in the logits."""
    powers = np.exp(logits - logits.max(axis=-1, keepdims=True))
    probabilities: NDArray[np.float32] = powers / powers.sum(axis=-1, keepdims=True)
    return probabilities
