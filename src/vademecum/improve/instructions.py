"""Makes conversations that answer from a passage, out of a dataset of questions."""

from __future__ import annotations

import shlex
from collections import Counter

from vademecum.errors import InputError
from vademecum.generate.prompts import DECLINED, answer_prompt
from vademecum.train.datasets.grounded import grounded_examples
from vademecum.train.datasets.store import Datasets
from vademecum.values import DatasetCard, Example, QuestionExample, Split
from vademecum.values.dataset import SPLITS
from vademecum.workspace import Workspace


def make_instructions(
    workspace: Workspace,
    data: str,
    *,
    name: str,
    count: int = 2_000,
    declined_share: float = 0.1,
    seed: int = 0,
) -> DatasetCard:
    """Make a dataset of instructions from one of questions; each part from the same part.

    The prompts are those of `Workspace.ask`, the answers sentences of the passages.

    Args:
        workspace: Where both are kept.
        data: "name" or "name@version" of the questions.
        name: What the new dataset is called.
        count: Conversations in all parts together, shared out as the questions are.
        declined_share: Share of them in which the passage does not tell, in [0, 1].
        seed: Another one takes other questions.

    Raises:
        InputError: There is no such dataset, or it holds something else than questions.
    """
    store = Datasets.of(workspace.folder)
    card = store.get(data)
    if card.task != "questions":
        raise InputError(
            f"{card.id} holds {card.task}; instructions are made from questions. `vade data list` names them."
        )
    total = sum(card.counts.values())
    splits: dict[Split, list[Example]] = {}
    left_out: Counter[str] = Counter()
    for part in SPLITS:
        rows = [row for row in store.rows(card, part) if isinstance(row, QuestionExample)]
        if not rows:
            continue
        made = grounded_examples(
            rows,
            prompt=answer_prompt,
            declined=DECLINED,
            count=min(len(rows), max(round(count * len(rows) / total), 1)),
            declined_share=declined_share,
            seed=seed,
        )
        splits[part] = list(made.examples)
        left_out += Counter(made.left_out)
    command = ["vade", "data", "instruct", card.id, "--name", name]
    return store.add(
        name,
        splits,
        task="instructions",
        licence=card.licence,
        sources=card.sources,
        about="Questions with their passage; the answer is the sentence of the passage that holds the span.",
        parent=card.id,
        left_out=left_out,
        made_by=shlex.join(
            [*command, "--count", str(count), "--declined", f"{declined_share:g}", "--seed", str(seed)]
        ),
    )
