"""The order of the examples: the same for the same seed, so that a run can be taken up anywhere.

Use: `epoch_batches(lengths, batch_size=16, seed=0, epoch=0)`.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

_POOL = 16  # batches drawn together and sorted by length: little padding, order still random


def epoch_batches(lengths: Sequence[int], *, batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """Return the batches of one epoch: every example once, similar lengths together.

    Args:
        lengths: Tokens of each example.
        batch_size: Examples a batch; the last one may be smaller.
        seed: Of the run.
        epoch: From 0; each has an order of its own.
    """
    chance = random.Random(f"{seed}/{epoch}")
    order = list(range(len(lengths)))
    chance.shuffle(order)
    batches = []
    for first in range(0, len(order), batch_size * _POOL):
        pool = sorted(order[first : first + batch_size * _POOL], key=lengths.__getitem__)
        batches += [pool[at : at + batch_size] for at in range(0, len(pool), batch_size)]
    chance.shuffle(batches)
    return batches
