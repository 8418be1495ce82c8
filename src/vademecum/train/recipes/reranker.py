"""Trains a reranker: query and passage to one logit, higher for the passage that answers.

Use: `RerankerTask(encoder, tokenizer, train=rows, dev=rows, settings=RerankerSettings())` is a `Task`.
Source: softmax over a passage and its mined negatives (Gao, Dai and Callan, 2021).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from sklearn.metrics import ndcg_score
from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers import BertModel

from vademecum.train.datasets.pairs import hidden_passages
from vademecum.train.encoding import stack
from vademecum.values.dataset import PairExample

MAX_TOKENS = 320
"""Tokens of query and passage that are learnt from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RerankerSettings:
    """How the reranker learns.

    Attributes:
        hidden: Share of the passages that hold their query word for word and are shown without it, in
            [0, 1].
        seed: Draws them.
    """

    hidden: float = 0.8
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the settings ready for JSON."""
        return asdict(self)


class RelevanceModel(nn.Module):
    """An encoder with one logit a pair, read from the first token.

    Args:
        encoder: What it is built on.
        head: Pooling layer and relevance layer of a cross-encoder; new ones when None.
    """

    def __init__(self, encoder: BertModel, head: tuple[nn.Linear, nn.Linear] | None = None) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.pool, self.relevance = head or (nn.Linear(width, width), nn.Linear(width, 1))

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return logits, [batch, 1]."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits: torch.Tensor = self.relevance(torch.tanh(self.pool(hidden[:, 0])))
        return logits


class RerankerTask:
    """See `Task`; the held-out figure is nDCG@10 of each dev query's passage among its mined negatives.

    Args:
        encoder: What the model is built on.
        tokenizer: Its tokenizer.
        train: Pairs with mined negatives; those without any teach nothing and are left out.
        dev: Held-out pairs of other groups, with mined negatives.
        settings: See `RerankerSettings`.
        head: Of the cross-encoder, see `RelevanceModel`.
    """

    separable = True

    def __init__(
        self,
        encoder: BertModel,
        tokenizer: Tokenizer,
        *,
        train: Sequence[PairExample],
        dev: Sequence[PairExample],
        settings: RerankerSettings,
        head: tuple[nn.Linear, nn.Linear] | None = None,
    ) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        self.model = RelevanceModel(encoder, head)
        self.tokenizer = tokenizer
        shown = hidden_passages(train, share=settings.hidden, seed=settings.seed)
        self._train = [
            self._encode(row, shown.get(row.positive, row.positive)) for row in train if row.negatives
        ]
        self._dev = [self._encode(row, row.positive) for row in dev if row.negatives]
        self.count = len(self._train)

    def length(self, index: int) -> int:
        """Return the tokens of query and passage."""
        return len(self._train[index][0].ids)

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        """Return the summed cross-entropy of telling each passage from its negatives, and their number."""
        groups = [self._train[index] for index in indices]
        scores = self._score(groups)
        target = torch.zeros(1, dtype=torch.long, device=scores[0].device)
        losses = [nn.functional.cross_entropy(one.unsqueeze(0), target, reduction="sum") for one in scores]
        return torch.stack(losses).sum(), len(groups)

    def evaluate(self) -> dict[str, float]:
        """Return the mean nDCG@10 of the dev queries."""
        found = []
        for group in self._dev:
            with torch.no_grad():
                scores = self._score([group])[0].cpu().numpy()
            found.append(float(ndcg_score([[1] + [0] * (len(group) - 1)], [scores], k=10)))
        return {"ndcg@10": sum(found) / len(found) if found else 0.0}

    def _encode(self, row: PairExample, positive: str) -> list[Encoding]:
        return self.tokenizer.encode_batch([(row.query, text) for text in (positive, *row.negatives)])

    def _score(self, groups: Sequence[Sequence[Encoding]]) -> list[torch.Tensor]:
        """Return the logits of each group, float32 [pairs] each."""
        device = next(self.model.parameters()).device
        logits = self.model(**stack([one for group in groups for one in group], device)).float()[:, 0]
        return list(torch.split(logits, [len(group) for group in groups]))
