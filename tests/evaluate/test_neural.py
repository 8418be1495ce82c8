"""BERTScore against a plain calculation on the same vectors; perplexity's arithmetic."""

from __future__ import annotations

import math
import re
from dataclasses import replace

import numpy as np
import pytest

from vademecum.errors import LimitError
from vademecum.evaluate.protocols import MetricTools, Pair
from vademecum.evaluate.score import score_texts
from vademecum.models.embed import Embedder


@pytest.fixture(scope="module")
def encoder_tools(no_tools: MetricTools) -> MetricTools:
    return replace(no_tools, embed_tokens=Embedder.load("bge-small-en").embed_tokens)


def _plain_bertscore(found: list[list[float]], wanted: list[list[float]]) -> tuple[float, float, float]:
    table = [[sum(a * b for a, b in zip(one, other, strict=True)) for other in wanted] for one in found]
    precision = sum(max(row) for row in table) / len(found)
    recall = sum(max(row[at] for row in table) for at in range(len(wanted))) / len(wanted)
    return precision, recall, 2 * precision * recall / (precision + recall)


def test_bertscore_on_real_pairs(caption_pairs: list[Pair], encoder_tools: MetricTools) -> None:
    found = score_texts("bertscore", caption_pairs, encoder_tools)["bertscore"]
    wanted = [
        _plain_bertscore(
            encoder_tools.embed_tokens(pair.prediction).tolist(),
            encoder_tools.embed_tokens(pair.references[0]).tolist(),
        )
        for pair in caption_pairs
    ]
    assert found.items == pytest.approx([f1 for _, _, f1 in wanted], abs=1e-4)
    noted = [float(figure) for figure in re.findall(r"\d\.\d{4}", found.note)]
    assert noted == pytest.approx(np.mean(wanted, axis=0)[:2], abs=1e-4)


def test_bertscore_takes_the_best_reference(encoder_tools: MetricTools) -> None:
    pairs = [
        Pair(prediction="A cat sleeps.", references=("Shares fell sharply.", "A cat sleeps.")),
        Pair(prediction="", references=("A cat sleeps.",)),
        Pair(prediction="A cat sleeps.", references=("",)),
    ]
    found = score_texts("bertscore", pairs, encoder_tools)["bertscore"]
    assert found.items == (pytest.approx(1, abs=1e-5), 0, None)


def _likelihood(text: str) -> tuple[float, int]:
    if len(text) > 10:
        raise LimitError("too long")
    return -math.log(2) * len(text), len(text)


def test_perplexity(no_tools: MetricTools) -> None:
    tools = replace(no_tools, log_likelihood=_likelihood)
    pairs = [Pair(prediction=text) for text in ("ab", "abcdef", "", "a" * 11)]
    found = score_texts("perplexity", pairs, tools)["perplexity"]
    assert found.items == (pytest.approx(2), pytest.approx(2), None, None)
    assert found.value == pytest.approx(2) and found.failed == 2
    assert found.note == "1 texts are longer than the chat model can read. 1 of 4 texts are empty."
