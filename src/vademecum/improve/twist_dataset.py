"""Makes a dataset with changed questions that their passages do not answer beside its real ones."""

from __future__ import annotations

import random

from vademecum.errors import InputError
from vademecum.models.parse import EnglishParser
from vademecum.models.pull import Progress
from vademecum.train.datasets import Datasets
from vademecum.train.datasets.twist import twist
from vademecum.values import DatasetCard, QuestionExample
from vademecum.workspace import Workspace

_PARSER = "en-core-web-sm"


def twist_dataset(
    workspace: Workspace,
    parent: str,
    *,
    name: str,
    share: float = 0.5,
    seed: int = 0,
    on_pull: Progress | None = None,
) -> DatasetCard:
    """Return the card of a dataset whose training rows hold changed, unanswerable questions too.

    Args:
        workspace: Where datasets are kept.
        parent: Dataset of questions; its held-out rows stay as they are.
        name: What the new one is called.
        share: How many changed questions, as a share of those that can be changed, in (0, 1].
        seed: Another one makes other changes.
        on_pull: Told how far the download of the parser is, on first use.

    Raises:
        InputError: There is no such dataset, it holds no questions, or none can be changed.
    """
    store = Datasets.of(workspace.folder)
    card = store.get(parent)
    rows = [row for row in store.rows(card, "train") if isinstance(row, QuestionExample)]
    if card.task != "questions":
        raise InputError(f"{card.id} holds {card.task}; only questions can be changed.")
    changed = list(twist(rows, parse=EnglishParser.load(_PARSER, progress=on_pull).parse, seed=seed))
    if not changed:
        raise InputError(f"{card.id} has no answerable question that can be changed.")
    random.Random(seed).shuffle(changed)
    return store.add(
        name,
        {
            "train": [*rows, *changed[: max(round(len(changed) * share), 1)]],
            "dev": store.rows(card, "dev"),
            "test": store.rows(card, "test"),
        },
        task="questions",
        licence=card.licence,
        sources=card.sources,
        about=f"{card.about} With changed questions that their passages do not answer.".strip(),
        parent=card.id,
        made_by=f"vade data make --from {card.id} --share {share:g} --seed {seed} --name {name}",
    )
