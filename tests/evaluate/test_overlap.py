"""BLEU, chrF, TER, ROUGE, METEOR and CIDEr against the libraries and papers that define them."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
import sacrebleu
from nltk.stem.porter import PorterStemmer
from nltk.tokenize import wordpunct_tokenize
from nltk.translate.meteor_score import meteor_score
from rouge_score.rouge_scorer import RougeScorer

from vademecum.evaluate.metrics import meteor
from vademecum.evaluate.metrics.cider import cider_d
from vademecum.evaluate.metrics.rouge import skip_bigram_f1
from vademecum.evaluate.metrics.words import words
from vademecum.evaluate.protocols import MetricTools, Pair
from vademecum.evaluate.score import score_texts

SACREBLEU = {
    "bleu": (sacrebleu.metrics.BLEU(), sacrebleu.metrics.BLEU(effective_order=True)),
    "chrf": (sacrebleu.metrics.CHRF(), sacrebleu.metrics.CHRF()),
    "ter": (sacrebleu.metrics.TER(), sacrebleu.metrics.TER()),
}
UNEVEN = [
    Pair(prediction="The cat sat on the mat.", references=("The cat sat on the mat.", "A cat sat on a mat.")),
    Pair(prediction="Dogs bark at night.", references=("At night dogs bark.",)),
    Pair(prediction="", references=("Something.",)),
    Pair(prediction="Something.", references=("", " ")),
]


@pytest.mark.parametrize("name", SACREBLEU)
def test_sacrebleu_on_real_pairs(name: str, summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    whole, single = SACREBLEU[name]
    found = score_texts(name, summary_pairs, no_tools)[name]
    streams = [[pair.references[at] for pair in summary_pairs] for at in (0, 1)]
    wanted = whole.corpus_score([pair.prediction for pair in summary_pairs], streams).score
    assert found.value == pytest.approx(wanted, abs=1e-4)
    items = [single.sentence_score(pair.prediction, list(pair.references)).score for pair in summary_pairs]
    assert found.items == pytest.approx(items, abs=1e-4)


@pytest.mark.parametrize("name", SACREBLEU)
def test_pairs_may_have_different_numbers_of_references(name: str, no_tools: MetricTools) -> None:
    found = score_texts(name, UNEVEN, no_tools)[name]
    assert found.items[0] == pytest.approx(0 if name == "ter" else 100)
    assert found.items[2] == pytest.approx(100 if name == "ter" else 0)
    assert found.items[3] is None and found.failed == 1
    alone = score_texts(name, UNEVEN[:3], no_tools)[name]
    assert found.value == alone.value


def test_bleu_of_the_paper() -> None:
    """Papineni et al. 2002, example 2: seven times "the" has a clipped unigram precision of 2/7."""
    score = sacrebleu.metrics.BLEU(max_ngram_order=1, effective_order=True).sentence_score(
        "the the the the the the the", ["The cat is on the mat", "There is a cat on the mat"]
    )
    assert score.precisions[0] == pytest.approx(100 / 7)  # cased: "The" is another word


@pytest.mark.parametrize("name", ["rouge-1", "rouge-2", "rouge-l"])
def test_rouge_on_real_pairs(name: str, summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    kind = name.replace("-", "").replace("l", "L")
    scorer = RougeScorer([kind], use_stemmer=True)
    wanted = [scorer.score_multi(pair.references, pair.prediction)[kind].fmeasure for pair in summary_pairs]
    found = score_texts(name, summary_pairs, no_tools)[name]
    assert found.items == pytest.approx(wanted, abs=1e-4)
    assert found.value == pytest.approx(np.mean(wanted), abs=1e-4)


def test_rouge_says_what_it_cannot_read(no_tools: MetricTools) -> None:
    pairs = [
        Pair(prediction="Πολύ καλά", references=("Πολύ καλά",)),
        Pair(prediction="All is well", references=("All is well",)),
    ]
    found = score_texts("rouge-1", pairs, no_tools)["rouge-1"]
    assert found.items == (None, 1)
    assert found.value == 1 and found.note.startswith("1 pairs hold characters")


def test_rouge_s_of_the_paper() -> None:
    """Lin 2004, section 5."""
    reference = ["police", "killed", "the", "gunman"]
    found = [
        skip_bigram_f1(text.split(), reference, max_skip=None)
        for text in ("police kill the gunman", "the gunman kill police", "the gunman police killed")
    ]
    assert found == pytest.approx([0.5, 1 / 6, 1 / 3])


def test_rouge_s_on_real_pairs(caption_pairs: list[Pair], no_tools: MetricTools) -> None:
    def grams(text: str) -> Counter[tuple[str, str]]:
        tokens = [*enumerate("".join(ch if ch.isalnum() else " " for ch in text.lower()).split())]
        near = ((one, two) for one, two in itertools.combinations(tokens, 2) if two[0] - one[0] <= 5)
        return Counter((one[1], two[1]) for one, two in near)

    wanted = []
    for pair in caption_pairs:
        own, other = grams(pair.prediction), grams(pair.references[0])
        same = (own & other).total()
        precision, recall = same / own.total(), same / other.total()
        wanted.append(2 * precision * recall / (precision + recall) if same else 0)
    assert score_texts("rouge-s", caption_pairs, no_tools)["rouge-s"].items == pytest.approx(wanted, abs=1e-4)


class _NoWords:
    def synsets(self, word: str) -> list[Any]:
        return []


def test_meteor_without_wordnet_on_real_pairs(
    summary_pairs: list[Pair], no_tools: MetricTools, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(meteor, "find_wordnet", lambda: None)
    wanted = [
        meteor_score(
            [wordpunct_tokenize(one) for one in pair.references],
            wordpunct_tokenize(pair.prediction),
            stemmer=PorterStemmer(),
            wordnet=_NoWords(),
        )
        for pair in summary_pairs
    ]
    found = score_texts("meteor", summary_pairs, no_tools)["meteor"]
    assert found.items == pytest.approx(wanted, abs=1e-4)
    assert "not installed" in found.note


def test_meteor_with_wordnet(no_tools: MetricTools) -> None:
    """The worked example of NLTK's documentation, and a synonym."""
    if meteor.find_wordnet() is None:
        pytest.skip("NLTK finds no WordNet: python -m nltk.downloader wordnet")
    example = Pair(
        prediction="It is a guide to action which ensures that the military always obeys the commands of "
        "the party",
        references=(
            "It is a guide to action that ensures that the military will forever heed Party commands",
            "It is the guiding principle which guarantees the military forces always being under the "
            "command of the Party",
            "It is the practical guide for the army always to heed the directions of the party",
        ),
    )
    synonym = Pair(prediction="the car", references=("the auto",))
    found = score_texts("meteor", [example, synonym], no_tools)["meteor"]
    assert found.items == pytest.approx((0.6944, 0.9375), abs=1e-4)
    assert found.note.startswith("With WordNet")


def _dense_cider(predictions: list[list[str]], references: list[list[list[str]]]) -> list[float]:
    """CIDEr-D as the paper writes it, with dense vectors over all n-grams."""

    def grams(tokens: list[str], n: int) -> list[tuple[str, ...]]:
        return [tuple(tokens[at : at + n]) for at in range(len(tokens) - n + 1)]

    scores = np.zeros(len(predictions))
    for n in (1, 2, 3, 4):
        known = sorted({gram for given in references for one in given for gram in grams(one, n)})
        place = {gram: at for at, gram in enumerate(known)}
        held = np.zeros(len(known))
        for given in references:
            held[[place[gram] for gram in {gram for one in given for gram in grams(one, n)}]] += 1
        idf = np.log(len(references) / held)
        for number, (tokens, given) in enumerate(zip(predictions, references, strict=True)):
            own, strange = np.zeros(len(known)), Counter[tuple[str, ...]]()
            for gram in grams(tokens, n):
                if gram in place:
                    own[place[gram]] += 1
                else:
                    strange[gram] += 1
            unseen = sum((count * math.log(len(references))) ** 2 for count in strange.values())
            own_norm = math.sqrt(((own * idf) ** 2).sum() + unseen)
            for one in given:
                other = np.zeros(len(known))
                for gram in grams(one, n):
                    other[place[gram]] += 1
                norm = own_norm * np.linalg.norm(other * idf)
                cosine = (np.minimum(own, other) * idf * other * idf).sum() / norm if norm else 0
                penalty = math.exp(-((len(tokens) - len(one)) ** 2) / (2 * 36))
                scores[number] += 10 / 4 * penalty * cosine / len(given)
    return list(scores)


def test_cider_on_real_pairs(summary_pairs: list[Pair], no_tools: MetricTools) -> None:
    predictions = [words(pair.prediction) for pair in summary_pairs]
    references = [[words(one) for one in pair.references] for pair in summary_pairs]
    wanted = _dense_cider(predictions, references)
    assert cider_d(predictions, references) == pytest.approx(wanted, abs=1e-4)
    found = score_texts("cider", summary_pairs, no_tools)["cider"]
    assert found.value == pytest.approx(np.mean(wanted), abs=1e-4)


def test_cider_equals_pycocoevalcap(summary_pairs: list[Pair]) -> None:
    module = pytest.importorskip("pycocoevalcap.cider.cider_scorer")
    predictions = [words(pair.prediction) for pair in summary_pairs]
    references = [[words(one) for one in pair.references] for pair in summary_pairs]
    scorer = module.CiderScorer(n=4, sigma=6.0)
    for tokens, given in zip(predictions, references, strict=True):
        scorer += (" ".join(tokens), [" ".join(one) for one in given])
    _, wanted = scorer.compute_score()
    assert cider_d(predictions, references) == pytest.approx(list(wanted), abs=1e-4)


def test_cider_needs_two_pairs(no_tools: MetricTools) -> None:
    found = score_texts("cider", [Pair(prediction="a dog", references=("a dog",))], no_tools)["cider"]
    assert found.value is None and found.items == (None,) and "needs two" in found.note


def test_self_bleu_on_real_texts(caption_pairs: list[Pair], no_tools: MetricTools) -> None:
    texts = [pair.prediction for pair in caption_pairs]
    single = sacrebleu.metrics.BLEU(effective_order=True)
    wanted = [
        single.sentence_score(text, texts[:at] + texts[at + 1 :]).score for at, text in enumerate(texts)
    ]
    found = score_texts("self-bleu", caption_pairs, no_tools)["self-bleu"]
    assert found.items == pytest.approx(wanted, abs=1e-4)


def test_self_bleu_of_equal_and_single_texts(no_tools: MetricTools) -> None:
    same = [Pair(prediction="the cat sat on the mat")] * 2
    assert score_texts("self-bleu", same, no_tools)["self-bleu"].value == pytest.approx(100)
    alone = score_texts("self-bleu", same[:1], no_tools)["self-bleu"]
    assert alone.value is None and alone.failed == 1
