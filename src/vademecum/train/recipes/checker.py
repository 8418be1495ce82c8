"""Trains a checker: claim and evidence to supported, contradicted or neither.

Use: `CheckerTask(encoder, tokenizer, train=rows, dev=rows)` is a `Task`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import recall_score, roc_auc_score
from tokenizers import Encoding, Tokenizer
from torch import nn
from transformers import BertModel

from vademecum.models.check import prepare, softmax, strongest, windows
from vademecum.train.encoding import stack
from vademecum.values.dataset import CLAIM_LABELS, ClaimExample

_BATCH = 32
_RELEVANCE = 0.3  # a relevance logit of about 7 parts what is said from what is only near
_OTHERS = 0.1


class ClaimModel(nn.Module):
    """An encoder with three logits a pair, in the order of `CLAIM_LABELS`, read from the first token.

    Args:
        encoder: What it is built on.
        head: Pooling layer and relevance layer of a cross-encoder: "supported" starts as what it says.
    """

    def __init__(self, encoder: BertModel, head: tuple[nn.Linear, nn.Linear] | None = None) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.pool = head[0] if head else nn.Linear(width, width)
        self.judge = nn.Linear(width, len(CLAIM_LABELS))
        if head:
            with torch.no_grad():
                self.judge.weight.mul_(_OTHERS)
                self.judge.weight[0] = head[1].weight[0] * _RELEVANCE
                self.judge.bias[0] = head[1].bias[0] * _RELEVANCE

    def forward(
        self, input_ids: torch.Tensor, attention_mask: torch.Tensor, token_type_ids: torch.Tensor
    ) -> torch.Tensor:
        """Return logits, [batch, 3]."""
        hidden = self.encoder(
            input_ids=input_ids, attention_mask=attention_mask, token_type_ids=token_type_ids
        ).last_hidden_state
        logits: torch.Tensor = self.judge(torch.tanh(self.pool(hidden[:, 0])))
        return logits


class CheckerTask:
    """See `Task`; held-out figures are balanced accuracy and the AUROC of supported against the others.

    An example whose evidence is longer than a window is learnt from by its first window; keep evidence short.

    Args:
        encoder: What the model is built on.
        tokenizer: Its tokenizer.
        train: Examples to learn from.
        dev: Held-out examples of other groups.
        head: Of the cross-encoder, see `ClaimModel`.
    """

    separable = True

    def __init__(
        self,
        encoder: BertModel,
        tokenizer: Tokenizer,
        *,
        train: Sequence[ClaimExample],
        dev: Sequence[ClaimExample],
        head: tuple[nn.Linear, nn.Linear] | None = None,
    ) -> None:
        self._tokenizer = prepare(tokenizer)
        self.model = ClaimModel(encoder, head)
        self._dev = dev
        pairs = [(next(windows(self._tokenizer, one.claim, one.evidence), None), one.label) for one in train]
        self._features = [(window, CLAIM_LABELS.index(label)) for window, label in pairs if window]
        self.count = len(self._features)

    def length(self, index: int) -> int:
        """Return the tokens of claim and evidence."""
        return len(self._features[index][0].ids)

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        """Return the summed cross-entropy and the number of examples."""
        features = [self._features[index] for index in indices]
        device = next(self.model.parameters()).device
        logits = self.model(**stack([window for window, _ in features], device)).float()  # [batch, 3]
        wanted = torch.tensor([label for _, label in features], device=device)  # [batch]
        return nn.functional.cross_entropy(logits, wanted, reduction="sum"), len(features)

    def evaluate(self) -> dict[str, float]:
        """Return balanced accuracy first, then AUROC, on the held-out examples."""
        return evaluate_checker(self.model, self._tokenizer, self._dev)


def evaluate_checker(
    model: nn.Module, tokenizer: Tokenizer, rows: Sequence[ClaimExample]
) -> dict[str, float]:
    """Return balanced accuracy over the three labels, and AUROC of supported against the others.

    AUROC is left out when all or none are supported.
    """
    found = check_rows(model, tokenizer, rows)  # [rows, 3]
    truth = [CLAIM_LABELS.index(one.label) for one in rows]
    recall = recall_score(truth, found.argmax(axis=1), labels=sorted(set(truth)), average="macro")
    figures = {"balanced-accuracy": float(recall)}  # the same figure, without a warning for a single label
    supported = [one.label == "supported" for one in rows]
    if len(set(supported)) == 2:
        figures["supported-auroc"] = float(roc_auc_score(supported, found[:, 0]))
    return figures


def check_rows(model: nn.Module, tokenizer: Tokenizer, rows: Sequence[ClaimExample]) -> NDArray[np.float32]:
    """Return the probabilities of the three labels for each row, [rows, 3], long evidence in windows."""
    jobs: list[tuple[int, Encoding]] = [
        (index, window)
        for index, one in enumerate(rows)
        for window in windows(tokenizer, one.claim, one.evidence)
    ]
    jobs.sort(key=lambda job: len(job[1].ids))
    device = next(model.parameters()).device
    found: list[list[NDArray[np.float32]]] = [[] for _ in rows]
    for first in range(0, len(jobs), _BATCH):
        part = jobs[first : first + _BATCH]
        with torch.no_grad():
            logits = model(**stack([window for _, window in part], device)).float().cpu().numpy()
        for (index, _), one in zip(part, softmax(logits), strict=True):
            found[index].append(one)
    nothing = np.asarray([0, 0, 1], dtype=np.float32)
    return np.stack([strongest(np.stack(each)) if each else nothing for each in found])
