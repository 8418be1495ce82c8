"""Trains a reader: question and passage to the span that answers, or to none.

Use: `ReaderTask(encoder, tokenizer, train=rows, dev=rows, settings=ReaderSettings())` is a `Task`.
"""

from __future__ import annotations

import random
import statistics
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import torch
from sklearn.metrics import roc_auc_score
from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers import BertModel

from vademecum.models.read import AnswerSpan, decode, normalise, prepare, text_tokens, windows
from vademecum.text.short_answer import closest
from vademecum.train.encoding import stack
from vademecum.values.dataset import QuestionExample

_NEVER = -1e4
_BATCH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class ReaderSettings:
    """What the reader learns from.

    Attributes:
        other_passages: Share of the answerable questions that are also shown with a passage of the
            same group that does not hold the answer, in [0, 1]; search brings such passages.
        titles: Share of the examples that are shown below their title, in [0, 1].
        seed: Of the two draws, and of the new weights.
    """

    other_passages: float = 0.4
    titles: float = 0.3
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the settings ready for JSON."""
        return asdict(self)


class SpanModel(nn.Module):
    """An encoder with a start and an end logit a token; token 0 stands for no answer."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder
        self.spans = nn.Linear(encoder.config.hidden_size, 2)

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return logits, [batch, tokens, 2]."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits: torch.Tensor = self.spans(hidden)
        return logits


@dataclass(frozen=True, slots=True)
class _Feature:
    window: Encoding
    start: int
    end: int


class ReaderTask:
    """See `Task`."""

    separable = True

    def __init__(
        self,
        encoder: BertModel,
        tokenizer: Tokenizer,
        *,
        train: Sequence[QuestionExample],
        dev: Sequence[QuestionExample],
        settings: ReaderSettings,
    ) -> None:
        self.tokenizer = prepare(tokenizer)
        torch.manual_seed(settings.seed)
        self.model = SpanModel(encoder)
        chance = random.Random(settings.seed)
        shown = [*train, *_elsewhere(train, settings.other_passages, chance)]
        self._features = [
            feature for one in shown for feature in self._featurise(one, chance.random() < settings.titles)
        ]
        self._dev = dev
        self.count = len(self._features)

    def length(self, index: int) -> int:
        """Return the tokens of a window."""
        return len(self._features[index].window.ids)

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        """Return the summed cross-entropy of start and end, halved, and the number of windows."""
        features = [self._features[index] for index in indices]
        device = next(self.model.parameters()).device
        batch = stack([one.window for one in features], device)
        logits = self.model(**batch).float()
        logits = logits.masked_fill(batch["attention_mask"].unsqueeze(-1) == 0, _NEVER)
        wanted = torch.tensor([[one.start, one.end] for one in features], device=device)  # [batch, 2]
        loss = nn.functional.cross_entropy(logits, wanted, reduction="sum") / 2
        return loss, len(features)

    def evaluate(self) -> dict[str, float]:
        """Return the mean of F1 and AUROC first, for a reader must find answers and their absence."""
        figures = evaluate_reader(self.model, self.tokenizer, self._dev)
        deciding = [figures[name] for name in ("f1", "answerable-auroc") if name in figures]
        return {"quality": statistics.fmean(deciding), **figures}

    def _featurise(self, one: QuestionExample, titled: bool) -> Iterator[_Feature]:
        """Yield a window with the answer where there is one, else a window without."""
        title = one.title if titled else ""
        for window in windows(self.tokenizer, one.question, one.context, title):
            if not one.answers:
                yield _Feature(window, 0, 0)
                continue
            first, last = one.answers[0].start, one.answers[0].start + len(one.answers[0].text)
            inside = [
                token for token, start, end in text_tokens(window, title) if end > first and start < last
            ]
            whole = text_tokens(window, title)
            if inside and whole[0][1] <= first and last <= whole[-1][2]:
                yield _Feature(window, inside[0], inside[-1])


def evaluate_reader(
    model: nn.Module, tokenizer: Tokenizer, rows: Sequence[QuestionExample]
) -> dict[str, float]:
    """Return F1 and exact match of the best span on answerable questions, and AUROC of answerability.

    The best span is taken whatever the no-answer score says; AUROC compares its score.
    AUROC is left out when all questions are of one kind.
    """
    found = read_rows(model, tokenizer, rows)
    pairs = [
        closest(text, [span.text for span in one.answers])
        for one, (text, _) in zip(rows, found, strict=True)
        if one.answers
    ]
    exacts, overlaps = zip(*pairs, strict=True) if pairs else ((0.0,), (0.0,))
    answerable = [bool(one.answers) for one in rows]
    figures = {"f1": statistics.fmean(overlaps), "exact-match": statistics.fmean(exacts)}
    if len(set(answerable)) == 2:
        figures["answerable-auroc"] = float(roc_auc_score(answerable, [score for _, score in found]))
    return figures


def read_rows(
    model: nn.Module, tokenizer: Tokenizer, rows: Sequence[QuestionExample]
) -> list[tuple[str, float]]:
    """Return the best span's text and score for each row, from its own context."""
    jobs = [
        (index, window)
        for index, one in enumerate(rows)
        for window in windows(tokenizer, one.question, one.context)
    ]
    jobs.sort(key=lambda job: len(job[1].ids))
    device = next(model.parameters()).device
    found: dict[int, list[AnswerSpan]] = defaultdict(list)
    for first in range(0, len(jobs), _BATCH):
        part = jobs[first : first + _BATCH]
        with torch.no_grad():
            logits = model(**stack([window for _, window in part], device)).float().cpu().numpy()
        for (index, window), one in zip(part, logits, strict=True):
            found[index] += decode(one, window, rows[index].context)
    best = [normalise(found[index]).spans[0] for index in range(len(rows))]
    return [(span.text, span.score) for span in best]


def _elsewhere(
    rows: Iterable[QuestionExample], share: float, chance: random.Random
) -> Iterator[QuestionExample]:
    """Yield answerable questions with a passage of their group that does not hold the answer."""
    answerable = [one for one in rows if one.answers]
    contexts: dict[str, list[str]] = defaultdict(list)
    for one in answerable:
        if one.context not in contexts[one.group]:
            contexts[one.group].append(one.context)
    for one in answerable:
        if chance.random() < share:
            gold = one.answers[0].text.casefold()
            others = [text for text in contexts[one.group] if gold not in text.casefold()]
            if others:
                yield replace(one, id=f"{one.id}/elsewhere", context=chance.choice(others), answers=())
