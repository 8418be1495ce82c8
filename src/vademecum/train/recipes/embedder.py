"""Trains an embedder: a query comes to lie nearer to its passage than to every other one.

Use: `EmbedderTask(encoder, tokenizer, train=rows, dev=rows, vectors=vectors)` is a `Task`.
Source: InfoNCE (van den Oord et al., 2018) with in-batch and mined negatives; false negatives are
left out by what the model itself said before the training (GISTEmbed, Solatorio, 2024).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import ndcg_score
from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers import BertModel

from vademecum.train.datasets.pairs import hidden_passages, passages_of
from vademecum.train.encoding import stack
from vademecum.values.dataset import PairExample

Vectors = Mapping[str, NDArray[np.float32]]

MAX_TOKENS = 320
"""Tokens of a passage that are learnt from; a chunk has at most 256 beside its titles."""
_BATCH = 32
_NEVER = -1e4


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedderSettings:
    """How the embedder learns.

    Attributes:
        temperature: What cosines are divided by; small ones look at the hardest negatives only.
        negatives: Mined negatives of each pair that are used.
        hidden: Share of the passages that hold their query word for word and are shown without it, in
            [0, 1].
        anchor: What a passage's distance from its vector before the training costs; keeps what the
            model knew of other texts.
        seed: Of the run.
    """

    temperature: float = 0.05
    negatives: int = 1
    hidden: float = 0.8
    anchor: float = 1.0
    seed: int = 0

    def to_dict(self) -> dict[str, Any]:
        """Return the settings ready for JSON."""
        return asdict(self)


class HiddenModel(nn.Module):
    """An encoder that returns its last hidden states; the first one is the vector of the text."""

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        self.encoder = encoder

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return hidden states, [batch, tokens, dim]."""
        hidden: torch.Tensor = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        return hidden


class EmbedderTask:
    """See `Task`; the held-out figure is nDCG@10 of dev queries among all passages of `dev`.

    Args:
        encoder: What the model is built on.
        tokenizer: Its tokenizer.
        train: Pairs to learn from, with mined negatives.
        dev: Held-out pairs of other groups; their negatives are searched too.
        vectors: What the base says of every query and passage, unit float32 [dim].
        query_prefix: Stands before a query.
        settings: See `EmbedderSettings`.
    """

    separable = False

    def __init__(
        self,
        encoder: BertModel,
        tokenizer: Tokenizer,
        *,
        train: Sequence[PairExample],
        dev: Sequence[PairExample],
        vectors: Vectors,
        query_prefix: str = "",
        settings: EmbedderSettings,
    ) -> None:
        tokenizer.no_padding()
        tokenizer.enable_truncation(MAX_TOKENS)
        self.model = HiddenModel(encoder)
        self.tokenizer = tokenizer
        self._train, self._dev = train, dev
        self._vectors = vectors
        self._prefix = query_prefix
        self._settings = settings
        self._relevant: dict[str, set[str]] = defaultdict(set)
        for row in (*train, *dev):
            self._relevant[row.query].add(row.positive)
        self.count = len(train)
        self._shown = hidden_passages(train, share=settings.hidden, seed=settings.seed)

    def length(self, index: int) -> int:
        """Return the tokens of the passage."""
        return len(self.tokenizer.encode(self._train[index].positive).ids)

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        """Return the summed cross-entropy of finding each query's passage, and the number of queries."""
        rows = [self._train[index] for index in indices]
        mined = [row.negatives[: self._settings.negatives] for row in rows]
        used = [replace(row, negatives=tuple(one)) for row, one in zip(rows, mined, strict=True)]
        passages = passages_of(used)
        queries = self._embed([self._prefix + row.query for row in rows])  # [rows, dim]
        vectors = self._embed([self._shown.get(text, text) for text in passages])  # [passages, dim]
        logits = queries @ vectors.T / self._settings.temperature  # [rows, passages]
        device = logits.device
        logits = logits.masked_fill(self._left_out(rows, mined, passages).to(device), _NEVER)
        wanted = torch.tensor([passages.index(row.positive) for row in rows], device=device)
        loss = nn.functional.cross_entropy(logits, wanted, reduction="sum")
        before = torch.from_numpy(np.stack([self._vectors[text] for text in passages])).to(device)
        moved = (1 - (vectors * before).sum(dim=1)).mean()
        return loss + self._settings.anchor * len(rows) * moved, len(rows)

    def evaluate(self) -> dict[str, float]:
        """Return nDCG@10 of the dev queries among all dev passages."""
        passages = passages_of(self._dev)
        queries = list(dict.fromkeys(row.query for row in self._dev))
        found = self._embed_all([self._prefix + query for query in queries]) @ self._embed_all(passages).T
        truth = [[text in self._relevant[query] for text in passages] for query in queries]
        return {"ndcg@10": float(ndcg_score(truth, found, k=10))}

    def _left_out(
        self, rows: Sequence[PairExample], mined: Sequence[Sequence[str]], passages: Sequence[str]
    ) -> torch.Tensor:
        """Return which passages are no negatives of a query, bool [rows, passages].

        They are its other known answers, and those of other queries that the base finds nearer to it
        than its own; mined negatives were judged before and stay.
        """
        queries = np.stack([self._vectors[row.query] for row in rows])
        before = queries @ np.stack([self._vectors[text] for text in passages]).T
        out = np.zeros(before.shape, dtype=bool)
        for at, row in enumerate(rows):
            own = passages.index(row.positive)
            for column, text in enumerate(passages):
                nearer = before[at, column] > before[at, own] and text not in mined[at]
                out[at, column] = column != own and (nearer or text in self._relevant[row.query])
        return torch.from_numpy(out)

    def _embed(self, texts: Sequence[str]) -> torch.Tensor:
        """Return unit vectors, float32 [texts, dim]."""
        return self._embed_encodings(self.tokenizer.encode_batch(list(texts)))

    def _embed_encodings(self, encodings: Sequence[Encoding]) -> torch.Tensor:
        hidden = self.model(**stack(encodings, next(self.model.parameters()).device))
        return nn.functional.normalize(hidden[:, 0].float(), dim=1)

    def _embed_all(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return unit vectors of any number of texts, [texts, dim]."""
        encodings = self.tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda index: len(encodings[index].ids))
        rows: dict[int, NDArray[np.float32]] = {}
        for first in range(0, len(order), _BATCH):
            part = order[first : first + _BATCH]
            with torch.no_grad():
                vectors = self._embed_encodings([encodings[index] for index in part]).cpu().numpy()
            rows.update(zip(part, vectors, strict=True))
        return np.stack([rows[index] for index in range(len(texts))])
