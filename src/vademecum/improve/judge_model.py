"""How a model of each kind is judged item by item, so that two of them can be compared.

Use: `JUDGES["reader"].figures(workspace, card, rows)`; the card None stands for the model in use.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from vademecum.improve.extra import missing_extra
from vademecum.improve.mine import mine_negatives
from vademecum.improve.score_pairs import METRIC, rerank_figures, search_figures
from vademecum.models.check import ClaimChecker
from vademecum.models.read import Reader
from vademecum.models.rerank import CrossEncoder
from vademecum.text.short_answer import token_f1
from vademecum.values import (
    ClaimExample,
    Example,
    InstructionExample,
    ModelCard,
    ModelKind,
    PairExample,
    QuestionExample,
)
from vademecum.workspace import Workspace

_NEAR = 10
Figures = Callable[[Workspace, ModelCard | None, Sequence[Example]], list[float]]
"""One figure in [0, 1] a row, higher is better."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """A way to judge.

    Attributes:
        metric: What the figures are, in words.
        figures: Gives them.
        must_gain: Whether a model has to be better, not only no worse: to put it to use costs something.
        most_rows: Rows that are compared at most.
    """

    metric: str
    figures: Figures
    must_gain: bool = False
    most_rows: int = 600


def _reader_figures(workspace: Workspace, card: ModelCard | None, rows: Sequence[Example]) -> list[float]:
    """F1 of the best span; where there is no answer, 1 for finding none likelier than not."""
    reader = Reader.open(workspace.models.files(card), card.version) if card else workspace.reader()
    figures = []
    for row in rows:
        if isinstance(row, QuestionExample):
            reading = reader.read(row.question, [row.context])
            said = reading.spans[0].text if reading.spans and reading.spans[0].score > 0 else ""
            golds = [span.text for span in row.answers]
            figures.append(max((token_f1(said, gold) for gold in golds), default=float(not said)))
    return figures


def _checker_figures(workspace: Workspace, card: ModelCard | None, rows: Sequence[Example]) -> list[float]:
    """1 where the verdict is the right one of three."""
    checker = ClaimChecker.open(workspace.models.files(card)) if card else workspace.checker()
    return [
        float(checker.check(row.claim, [row.evidence])[0].label == row.label)
        for row in rows
        if isinstance(row, ClaimExample)
    ]


def _embedder_figures(workspace: Workspace, card: ModelCard | None, rows: Sequence[Example]) -> list[float]:
    """nDCG@10 of each query among the passages of all rows."""
    embedder = workspace.embedder(card.id if card else "")
    return search_figures(embedder, [row for row in rows if isinstance(row, PairExample)])


def _reranker_figures(workspace: Workspace, card: ModelCard | None, rows: Sequence[Example]) -> list[float]:
    """nDCG@10 of each query's passage among those that the embedder finds near to it."""
    pairs = [row for row in rows if isinstance(row, PairExample)]
    encoder = CrossEncoder.open(workspace.models.files(card), card.version) if card else None
    near = mine_negatives({"test": pairs}, embedder=workspace.embedder(), score=_no_margin, count=_NEAR).rows[
        "test"
    ]
    return rerank_figures(encoder.score if encoder else workspace.score_pairs, near)


def _lora_figures(workspace: Workspace, card: ModelCard | None, rows: Sequence[Example]) -> list[float]:
    """Geometric mean of the probabilities of the tokens of each reply.

    Raises:
        MissingExtraError: The extra `train` is not installed.
    """
    try:
        from vademecum.train.adapter import load_adapter
        from vademecum.train.gguf import load_chat
        from vademecum.train.recipes.lora import losses
    except ModuleNotFoundError as error:
        raise missing_extra(error) from error
    card = card or workspace.models.current("lora")
    base = load_chat(card.base if card else workspace.config.models.chat)
    llama = load_adapter(base, workspace.models.files(card)).get_base_model() if card else base.model
    told = [row for row in rows if isinstance(row, InstructionExample)]
    return [math.exp(-loss) for loss in losses(base, llama, told)]


def _no_margin(question: str, passages: Sequence[str]) -> list[float]:
    """Let every near passage stay: whoever is judged must not choose what it is judged on."""
    return [float("inf"), *[0.0] * (len(passages) - 1)]


JUDGES: Mapping[ModelKind, Judge] = MappingProxyType(
    {
        "reader": Judge(metric="F1 with abstention", figures=_reader_figures),
        "checker": Judge(metric="accuracy", figures=_checker_figures),
        "embedder": Judge(metric=METRIC, figures=_embedder_figures, must_gain=True),
        "reranker": Judge(metric=METRIC, figures=_reranker_figures, must_gain=True),
        "lora": Judge(metric="probability of a token", figures=_lora_figures, most_rows=200),
    }
)
