"""The embedded encoder and cross-encoder: real weights."""

import numpy as np
import pytest

from vademecum.models.embed import Embedder
from vademecum.models.onnx import map_in_pool
from vademecum.models.rerank import CrossEncoder

TEXTS = [
    "The refund period is 30 days.",
    "Cats sleep.",
    "word " * 700,
    "x",
    "Returns are free within a month.",
]


@pytest.fixture(scope="module")
def embedder() -> Embedder:
    return Embedder.load("bge-small-en")


def test_vectors_are_unit_and_similar_texts_are_near(embedder: Embedder) -> None:
    vectors = np.stack([embedder.embed_passage(text) for text in TEXTS])
    assert vectors.shape == (5, embedder.dim) and vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    query = embedder.embed_query("How long can I return things?")
    assert (vectors @ query).argmax() in (0, 4)


def test_a_vector_does_not_depend_on_its_batch_mates(embedder: Embedder) -> None:
    alone = [embedder.embed_passage(text) for text in TEXTS]
    together = map_in_pool(embedder.embed_passage, TEXTS * 3)
    for number, vector in enumerate(together):
        np.testing.assert_array_equal(vector, alone[number % len(TEXTS)])


def test_tokens_are_counted_without_cutting(embedder: Embedder) -> None:
    assert embedder.count_tokens(["hello world", "", "word " * 700]) == [2, 0, 700]


def test_every_token_has_a_unit_vector(embedder: Embedder) -> None:
    for text, count in (("hello world", 2), ("", 0), ("word " * 700, 700)):
        vectors = embedder.embed_tokens(text)
        assert vectors.shape == (count, embedder.dim) and vectors.dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, rtol=1e-5)
    bank, river = embedder.embed_tokens("bank account")[0], embedder.embed_tokens("river bank")[1]
    assert 0.3 < bank @ river < 0.999  # the same word, seen in its context


def test_cross_encoder_tells_answers_from_noise() -> None:
    scorer = CrossEncoder.load("ms-marco-minilm")
    right, wrong = scorer.score("How long is the refund period?", TEXTS[:2])
    assert right > 2 and wrong < -5
    assert scorer.score("anything", []) == []
