"""Figures over arrays: labels, confidence, vectors."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn import metrics as sklearn_metrics

from vademecum.errors import InputError
from vademecum.evaluate.metrics import calibration, classification, embedding
from vademecum.evaluate.protocols import MetricTools, Pair
from vademecum.evaluate.score import score_texts

TRUTH = ["cat", "cat", "dog", "fox"]
GUESSED = ["cat", "dog", "dog", "dog"]
SURE = [0.95, 0.85, 0.85, 0.3]
RIGHT = [True, True, False, False]


def test_labels_by_hand() -> None:
    assert classification.accuracy(TRUTH, GUESSED) == 0.5
    assert classification.f1_micro(TRUTH, GUESSED) == 0.5
    assert classification.f1_macro(TRUTH, GUESSED) == pytest.approx((2 / 3 + 1 / 2 + 0) / 3)
    assert classification.iou(TRUTH, GUESSED) == pytest.approx((1 / 2 + 1 / 3 + 0) / 3)
    table = classification.confusion(TRUTH, GUESSED)
    assert table.labels == ("cat", "dog", "fox")
    np.testing.assert_array_equal(table.counts, [[1, 1, 0], [0, 1, 0], [0, 1, 0]])


def test_labels_that_do_not_fit() -> None:
    with pytest.raises(InputError, match="4 true and 1 guessed labels"):
        classification.accuracy(TRUTH, ["cat"])
    with pytest.raises(InputError, match="0 true and 0 guessed"):
        classification.confusion([], [])
    with pytest.raises(InputError, match="mix texts and numbers"):
        classification.accuracy(["cat", 1], ["cat", "cat"])


def test_calibration_by_hand() -> None:
    # bins: (0.9, 1] one case, gap 0.05; (0.8, 0.9] two cases, mean 0.85, half right; (0.2, 0.3] gap 0.3
    assert calibration.ece(SURE, RIGHT) == pytest.approx(0.25 * 0.05 + 0.5 * 0.35 + 0.25 * 0.3)
    curve = calibration.risk_coverage(SURE, RIGHT)
    np.testing.assert_allclose(curve.coverage, [0.25, 0.75, 1])
    np.testing.assert_allclose(curve.risk, [0, 1 / 3, 1 / 2])
    np.testing.assert_allclose(curve.threshold, [0.95, 0.85, 0.3])
    assert calibration.aurc(SURE, RIGHT) == pytest.approx((0 + 0.25 + 1 / 3 + 1 / 2) / 4)
    assert calibration.coverage_at_risk(SURE, RIGHT, 0.4) == 0.75
    assert calibration.coverage_at_risk([0.9, 0.1], [False, True], 0.2) == 0


def test_edges_of_bins() -> None:
    assert calibration.ece([0.0, 1.0], [False, True]) == 0
    assert calibration.ece([0.1], [False]) == pytest.approx(0.1)
    assert calibration.ece([0.6, 0.7], [True, False]) == pytest.approx(0.55)  # 0.7 ends (0.6, 0.7]


def test_calibration_on_random_cases() -> None:
    random = np.random.default_rng(5)
    sure = random.random(2_000)
    right = random.random(2_000) < sure
    assert calibration.brier(sure, right) == pytest.approx(sklearn_metrics.brier_score_loss(right, sure))
    order = np.argsort(-sure)
    risks = np.cumsum(~right[order]) / np.arange(1, 2_001)
    assert calibration.aurc(sure, right) == pytest.approx(risks.mean())
    shuffled = random.permutation(2_000)
    coarse = sure.round(1)
    assert calibration.aurc(coarse, right) == pytest.approx(
        calibration.aurc(coarse[shuffled], right[shuffled])
    )


@pytest.mark.parametrize(
    ("sure", "right", "message"),
    [
        ([0.5], [True, False], r"shape \(1,\) and correct \(2,\)"),
        ([], [], r"at least one"),
        ([1.5], [True], "from 1.5 to 1.5"),
        ([float("nan")], [True], "must lie within 0 and 1"),
        ([0.5], [2], "something else than true and false"),
    ],
)
def test_calibration_refusals(sure: list[float], right: list[bool], message: str) -> None:
    with pytest.raises(InputError, match=message):
        calibration.brier(sure, right)


def _points(*degrees: float) -> embedding.Vectors:
    turns = np.radians(degrees)
    return np.stack([np.cos(turns), np.sin(turns)], axis=1).astype(np.float32)


def test_sts_correlation() -> None:
    left, right = _points(0, 0, 0, 0), _points(10, 30, 80, 60)
    found = embedding.sts_correlation(left, right * 3, [5, 4, 1, 2])
    assert found.spearman == pytest.approx(1)
    assert 0.9 < found.pearson < 1
    assert embedding.sts_correlation(left, right, [5, 4, 2, 1]).spearman == pytest.approx(0.8)
    with pytest.raises(InputError, match="3 scores"):
        embedding.sts_correlation(left, right, [1, 2, 3])
    with pytest.raises(InputError, match="no correlation"):
        embedding.sts_correlation(left, right, [1, 1, 1, 1])


def test_groups_of_vectors() -> None:
    vectors, labels = _points(0, 2, 90, 92), ["a", "a", "b", "b"]
    assert embedding.silhouette(vectors, labels) > 0.99
    assert embedding.davies_bouldin(vectors, labels) == pytest.approx(
        sklearn_metrics.davies_bouldin_score(vectors, labels)
    )
    assert embedding.davies_bouldin(vectors, labels) < embedding.davies_bouldin(vectors, ["a", "b", "a", "b"])
    with pytest.raises(InputError, match="4 vectors, 4 labels and 1 groups"):
        embedding.silhouette(vectors, ["a"] * 4)


def test_alignment_and_uniformity_by_definition() -> None:
    left, right = _points(0, 90), _points(180, 90)
    assert embedding.alignment(left, right) == pytest.approx((4 + 0) / 2, abs=1e-6)
    assert embedding.alignment(left, right, alpha=1) == pytest.approx(1, abs=1e-6)
    vectors = _points(0, 90, 180)
    squares = [2, 2, 4]
    wanted = np.log(np.mean([np.exp(-2 * square) for square in squares]))
    assert embedding.uniformity(vectors * 5) == pytest.approx(wanted, abs=1e-5)
    with pytest.raises(InputError, match="There are 1 vectors"):
        embedding.uniformity(vectors[:1])
    with pytest.raises(InputError, match="must be equal"):
        embedding.alignment(left, vectors)


def test_labels_are_metrics_of_texts_too(no_tools: MetricTools) -> None:
    said, true = ["ham", "spam", "ham", "ham"], ["ham", "spam", "spam", "ham"]
    pairs = [Pair(prediction=one, references=(other,)) for one, other in zip(said, true, strict=True)]
    found = score_texts(["accuracy", "macro-f1", "micro-f1", "iou"], pairs, no_tools)
    assert found["accuracy"].value == 0.75 and found["accuracy"].items == (1.0, 1.0, 0.0, 1.0)
    assert found["macro-f1"].value == pytest.approx((4 / 5 + 2 / 3) / 2)
    assert found["micro-f1"].value == 0.75
    assert found["iou"].value == pytest.approx((2 / 3 + 1 / 2) / 2)
