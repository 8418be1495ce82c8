"""Puts a trained model to use once it is shown to be no worse than the one it replaces.

The rule: on the test rows of the model's own dataset, item by item, the new model is refused when its mean is
lower by more than a hundredth, or when the whole 95% interval of the difference lies below zero. An embedder
or a reranker is refused unless the whole interval lies above zero.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vademecum.errors import InputError, LimitError
from vademecum.evaluate.statistics import PairedTest, paired_test
from vademecum.improve.judge_model import JUDGES
from vademecum.train.datasets import Datasets
from vademecum.values import Example, ModelCard
from vademecum.workspace import Workspace

LARGEST_LOSS = 0.01
"""Mean loss that is put down to chance."""
OnRows = Callable[[str], None]
"""Told in words what is being measured."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """What came of `use_model`.

    Attributes:
        card: The model that is in use now.
        test: The comparison with the one before; None when it was forced without one.
        reason: What the audit log says.
    """

    card: ModelCard
    test: PairedTest | None
    reason: str


def use_model(
    workspace: Workspace, name: str, *, force: bool = False, on_rows: OnRows | None = None
) -> Promotion:
    """Compare a trained model with the one in use and put it to use when it is no worse.

    Args:
        workspace: Whose model.
        name: Its id, or the beginning of it.
        force: Put it to use whatever the comparison says, and say so in the audit log.
        on_rows: Told what is being measured.

    Raises:
        InputError: There is no such model, or nothing to compare it on.
        LimitError: It is worse; the figures are in the message.
        WeightsError: Its files are not what was trained.
    """
    card = workspace.models.get(name)
    workspace.models.files(card)
    test, refused, reason = None, False, "forced without a comparison"
    judge = JUDGES[card.kind]
    rows = _test_rows(workspace, card, most=judge.most_rows)
    if rows:
        if on_rows is not None:
            on_rows(f"comparing on {len(rows)} test rows of {card.dataset}")
        old, new = judge.figures(workspace, None, rows), judge.figures(workspace, card, rows)
        test = paired_test(old, new)
        reason = (
            f"{judge.metric} {sum(new) / len(new):.4f} against {sum(old) / len(old):.4f} before: difference"
            f" {test.difference:+.4f} [{test.low:+.4f}, {test.high:+.4f}] on {test.count} test rows of"
            f" {card.dataset}"
        )
        refused = is_refused(test, must_gain=judge.must_gain)
        if refused and not force:
            how = "not shown to be better" if judge.must_gain else "worse"
            raise LimitError(
                f"{card.id} is not put to use, it is {how}: {reason}. Train it on more data, or insist"
                " with --force."
            )
    elif not force:
        raise InputError(
            f"{card.id} cannot be compared: {card.dataset} is not in this workspace or holds no test rows."
            " Add the"
            " dataset, or insist with --force."
        )
    forced = force and (test is None or refused)
    workspace.models.use(card, reason=reason, forced=forced)
    return Promotion(card=card, test=test, reason=reason)


def is_refused(test: PairedTest, *, must_gain: bool = False) -> bool:
    """Say whether a comparison refuses the second system."""
    return test.low <= 0 if must_gain else test.difference < -LARGEST_LOSS or test.high < 0


def _test_rows(workspace: Workspace, card: ModelCard, *, most: int) -> Sequence[Example]:
    """Return the test rows of what a model learned from, at most so many of them."""
    store = Datasets.of(workspace.folder)
    try:
        rows = store.rows(card.dataset, "test")
    except InputError:
        return []
    return rows if len(rows) <= most else random.Random(card.seed).sample(rows, most)
