"""Encodings as tensors: what every recipe that trains an encoder shares.

Use: `batch = stack([encoding, encoding], device)`; `model(**batch)`.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from tokenizers import Encoding

_MULTIPLE = 32  # few different lengths: the processor's kernels are prepared once for each


def stack(encodings: Sequence[Encoding], device: torch.device) -> dict[str, torch.Tensor]:
    """Return ids, mask and types of several encodings, padded, int64 [batch, tokens]."""
    longest = max(len(one.ids) for one in encodings)
    tokens = -(-longest // _MULTIPLE) * _MULTIPLE

    def padded(rows: Sequence[Sequence[int]]) -> torch.Tensor:
        return torch.tensor([[*row, *[0] * (tokens - len(row))] for row in rows], device=device)

    return {
        "input_ids": padded([one.ids for one in encodings]),
        "attention_mask": padded([one.attention_mask for one in encodings]),
        "token_type_ids": padded([one.type_ids for one in encodings]),
    }
