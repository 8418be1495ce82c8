"""Real texts to score, and tools for metrics that ask no model."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path

import pytest

from vademecum.evaluate.protocols import MetricTools, Pair, Vectors

REAL_PAIRS = 200


def _no_vectors(text: str) -> Vectors:
    raise AssertionError("this metric must not ask the encoder")


def _no_likelihood(text: str) -> tuple[float, int]:
    raise AssertionError("this metric must not ask the chat model")


@pytest.fixture(scope="session")
def no_tools() -> MetricTools:
    """Tools that must not be used."""
    return MetricTools(embed_tokens=_no_vectors, embed_text=_no_vectors, log_likelihood=_no_likelihood)


@pytest.fixture(scope="session")
def summary_pairs(shared_data: Path) -> list[Pair]:
    """One person's summary of a dialogue judged by two others' (DialogSum)."""
    with gzip.open(shared_data / "dialogsum" / "test.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line, _ in zip(lines, range(REAL_PAIRS), strict=False)]
    assert len(records) == REAL_PAIRS
    return [
        Pair(
            prediction=one["summary1"],
            references=(one["summary2"], one["summary3"]),
            source=one["dialogue"],
        )
        for one in records
    ]


@pytest.fixture(scope="session")
def caption_pairs(shared_data: Path) -> list[Pair]:
    """Captions, each judged by the one that follows in the file (Multi30k): short and mostly unlike."""
    with gzip.open(shared_data / "multi30k" / "test_2016_flickr.en.gz", "rt", encoding="utf-8") as file:
        lines = file.read().splitlines()[: REAL_PAIRS + 1]
    return [Pair(prediction=one, references=(other,)) for one, other in itertools.pairwise(lines)]
