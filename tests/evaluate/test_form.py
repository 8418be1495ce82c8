"""Figures of form against hand-counted examples, papers and definitions."""

from __future__ import annotations

import math
from collections import Counter

import pytest

from vademecum.evaluate.metrics.form import moving_type_token_ratio, yules_k
from vademecum.evaluate.metrics.source import coverage, density, fragments
from vademecum.evaluate.metrics.words import words
from vademecum.evaluate.protocols import MetricTools, Pair
from vademecum.evaluate.score import score_texts

TEXTS = [Pair(prediction="a b a b", references=("a b",)), Pair(prediction="A c.", references=("x y z", "x"))]
FORM = ["distinct-1", "distinct-2", "distinct-3", "ttr", "mattr", "yules-k", "entropy"]


def test_words() -> None:
    assert words("It isn't far-off: 3.5 km, d'accord? Ünder_x") == [
        "it", "isn't", "far-off", "3", "5", "km", "d'accord", "ünder_x",
    ]  # fmt: skip


def test_hand_counted(no_tools: MetricTools) -> None:
    found = score_texts([*FORM, "length-ratio"], TEXTS, no_tools)
    assert found["distinct-1"].value == pytest.approx(3 / 6)
    assert found["distinct-1"].items == (0.5, 1)
    assert found["distinct-2"].value == pytest.approx(3 / 6)  # a b, b a, a c
    assert found["distinct-3"].value == pytest.approx(2 / 6)
    assert found["ttr"].value == pytest.approx(0.75)
    assert found["mattr"].items == (None, None) and found["mattr"].value is None
    assert found["yules-k"].value == pytest.approx(10_000 * (9 + 4 + 1 - 6) / 36)
    assert found["entropy"].items == (1, 1)
    assert found["entropy"].value == pytest.approx(0.5 + math.log2(3) / 3 + math.log2(6) / 6)
    assert found["length-ratio"].items == (2, 2)
    assert found["length-ratio"].value == 2


def test_texts_without_words_are_not_scored(no_tools: MetricTools) -> None:
    pairs = [Pair(prediction="...", references=("a",)), Pair(prediction="one two", references=("?",))]
    found = score_texts(FORM, pairs, no_tools)
    assert all(one.items[0] is None for one in found.values())
    assert found["ttr"].value == 1
    assert score_texts("length-ratio", pairs, no_tools)["length-ratio"].items == (0, None)


def test_mattr_by_definition() -> None:
    tokens = words("the cat saw the dog and the dog saw the cat and ran") * 7
    windows = [tokens[at : at + 50] for at in range(len(tokens) - 49)]
    wanted = sum(len(set(window)) / 50 for window in windows) / len(windows)
    assert moving_type_token_ratio(tokens) == pytest.approx(wanted, abs=1e-9)
    assert moving_type_token_ratio(tokens[:50]) == len(set(tokens[:50])) / 50
    assert moving_type_token_ratio(tokens[:49]) is None


def test_mattr_and_length_ratio_on_real_texts(summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    pairs = [Pair(prediction=pair.source, references=pair.references) for pair in summary_pairs]
    found = score_texts(["mattr", "length-ratio"], pairs, no_tools)
    near_total = 0
    for number, pair in enumerate(pairs):
        tokens = words(pair.prediction)
        windows = [tokens[at : at + 50] for at in range(len(tokens) - 49)]
        wanted = sum(len(set(window)) for window in windows) / 50 / len(windows) if windows else None
        assert found["mattr"].items[number] == (pytest.approx(wanted) if windows else None)
        near = min((len(words(one)) for one in pair.references), key=lambda n: abs(n - len(tokens)))
        assert found["length-ratio"].items[number] == pytest.approx(len(tokens) / near)
        near_total += near
    total = sum(len(words(pair.prediction)) for pair in pairs)
    assert found["length-ratio"].value == pytest.approx(total / near_total)


def test_yules_k_by_spectrum(summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    tokens = [token for pair in summary_pairs for token in words(pair.prediction)]
    spectrum = Counter(Counter(tokens).values())
    total = len(tokens)
    shares = sum(often * (times / total) ** 2 for times, often in spectrum.items())
    wanted = 10_000 * (shares - 1 / total)
    assert yules_k(tokens) == pytest.approx(wanted, abs=1e-4)
    assert score_texts("yules-k", summary_pairs, no_tools)["yules-k"].value == pytest.approx(wanted, abs=1e-4)


def test_fragments_are_greedy_and_longest() -> None:
    source = words("the quick brown fox jumps over the lazy dog")
    text = words("a lazy dog and the quick brown cat")
    assert fragments(source, text) == [2, 3]
    assert coverage(source, text) == pytest.approx(5 / 8)
    assert density(source, text) == pytest.approx((4 + 9) / 8)


def _fragments_of_the_paper(article: list[str], summary: list[str]) -> list[int]:
    """Figure 3 of Grusky et al. 2018, line by line."""
    found, i, j = [], 0, 0
    while i < len(summary):
        best = 0
        while j < len(article):
            if summary[i] == article[j]:
                i2, j2 = i, j
                while i2 < len(summary) and j2 < len(article) and summary[i2] == article[j2]:
                    i2, j2 = i2 + 1, j2 + 1
                best = max(best, i2 - i)
                j = j2
            else:
                j += 1
        i, j = i + max(best, 1), 0
        if best:
            found.append(best)
    return found


def test_source_figures_on_real_pairs(summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    found = score_texts(
        ["coverage", "density", "compression", "novelty-1", "novelty-2"], summary_pairs, no_tools
    )
    for number, pair in enumerate(summary_pairs):
        article, summary = words(pair.source), words(pair.prediction)
        lengths = _fragments_of_the_paper(article, summary)
        assert found["coverage"].items[number] == pytest.approx(sum(lengths) / len(summary))
        assert found["density"].items[number] == pytest.approx(sum(n * n for n in lengths) / len(summary))
        assert found["compression"].items[number] == pytest.approx(len(article) / len(summary))
        for n in (1, 2):
            known = {tuple(article[at : at + n]) for at in range(len(article))}
            own = {tuple(summary[at : at + n]) for at in range(len(summary) - n + 1)}
            new = sum(gram not in known for gram in own) / len(own)
            assert found[f"novelty-{n}"].items[number] == pytest.approx(new)


def test_a_pair_without_words_on_either_side(no_tools: MetricTools) -> None:
    pairs = [Pair(prediction="", source="one two"), Pair(prediction="one", source="?")]
    found = score_texts(["compression", "coverage", "novelty-1"], pairs, no_tools)
    assert all(one.items == (None, None) and one.value is None for one in found.values())


@pytest.mark.parametrize("name", ["distinct-1", "distinct-2", "distinct-3", "entropy", "ttr"])
def test_form_on_real_texts(name: str, summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    texts = [words(pair.prediction) for pair in summary_pairs]
    flat = [token for text in texts for token in text]
    if name == "ttr":
        wanted = sum(len(set(text)) / len(text) for text in texts) / len(texts)
    elif name == "entropy":
        wanted = math.log2(len(flat)) - sum(n * math.log2(n) for n in Counter(flat).values()) / len(flat)
    else:
        n = int(name[-1])
        grams = {tuple(text[at : at + n]) for text in texts for at in range(len(text) - n + 1)}
        wanted = len(grams) / len(flat)
    assert score_texts(name, summary_pairs, no_tools)[name].value == pytest.approx(wanted, abs=1e-4)
