"""Made claims: what is supported stands in the evidence, what is changed does not."""

import random
from collections.abc import Iterable

import pytest

from vademecum.models.parse import EnglishParser
from vademecum.text.parsed import Parsed
from vademecum.train.datasets.claims.compose import Asked, from_questions, from_sentences, window
from vademecum.train.datasets.claims.forms import Verbs, forms, fused
from vademecum.train.datasets.claims.paragraphs import Paragraph, Told, read_sentences
from vademecum.train.datasets.claims.statements import state
from vademecum.train.datasets.claims.swaps import (
    Pool,
    contradict,
    negate,
    oppose,
    swap_name,
    swap_number,
    swap_roles,
)
from vademecum.values.dataset import ClaimExample

PARAGRAPHS = (
    "Ana Bell is a British chemist. She founded Fern Chemicals in Bristol in 1987. In 1998 Fern Chemicals"
    " bought Oak Limited for 30 million pounds. The company employs 4,200 people in Bristol and Leeds.",
    "Carl Stone was a German engineer who lived in Hamburg. He built the first bridge over the Elbe in 1903."
    " Carl Stone admired Otto Lang. Lang, a painter from Munich, died in March 1911 after a long illness.",
    "The harbour of Hamburg was opened in 1866. Its northern basin holds 60 ships. In 1921 a fire destroyed"
    " the largest hall, and Otto Lang saved nine workers.",
)


@pytest.fixture(scope="module")
def parser() -> EnglishParser:
    return EnglishParser.load("en-core-web-sm")


@pytest.fixture(scope="module")
def told(parser: EnglishParser) -> list[Told]:
    titles = ("Ana Bell", "Carl Stone", "Carl Stone")
    made = [
        Paragraph(id=str(number), group=title.casefold(), title=title, text=text)
        for number, (title, text) in enumerate(zip(titles, PARAGRAPHS, strict=True))
    ]
    return list(read_sentences(made, parse=parser.parse))


@pytest.fixture(scope="module")
def verbs(told: list[Told]) -> Verbs:
    return Verbs(sentence for one in told for sentence in one.sentences)


def parsed(parser: EnglishParser, text: str) -> Parsed:
    return next(parser.parse([text]))


def made(told: list[Told], verbs: Verbs, parser: EnglishParser, seeds: Iterable[int]) -> list[ClaimExample]:
    pool = Pool(told)
    return [
        one
        for seed in seeds
        for one in from_sentences(told, pool, verbs, parse=parser.parse, each=4, seed=seed)
    ]


def test_sentences_are_the_paragraphs_own(told: list[Told]) -> None:
    for one, text in zip(told, PARAGRAPHS, strict=True):
        assert " ".join(sentence.text for sentence in one.sentences) == text
    assert [one.about for one in told] == ["Ana Bell", "Carl Stone", ""]


def test_words_of_a_supported_claim_stand_in_its_evidence(
    told: list[Told], verbs: Verbs, parser: EnglishParser
) -> None:
    supported = [one for one in made(told, verbs, parser, range(6)) if one.label == "supported"]
    assert len({one.claim for one in supported}) > 10
    for one in supported:
        paragraph = next(other.paragraph for other in told if one.id.startswith(f"{other.paragraph.id}/"))
        assert one.evidence in paragraph.text
        known = {*words(one.evidence), *words(paragraph.title), "is", "was", "were", "by", "a", "and"}
        assert set(words(one.claim)) <= known, one


def words(text: str) -> list[str]:
    return [word.strip(".,").removesuffix("'s").casefold() for word in text.split()]


def test_a_contradicted_claim_is_not_in_its_evidence(
    told: list[Told], verbs: Verbs, parser: EnglishParser
) -> None:
    examples = made(told, verbs, parser, range(6))
    ways = {one.id.rpartition("/")[2] for one in examples if one.label == "contradicted"}
    assert ways == {"name", "number", "negation", "opposite", "roles"}
    supported = {one.claim for one in examples if one.label == "supported"}
    for one in examples:
        if one.label == "contradicted":
            assert one.claim not in one.evidence and one.claim not in supported


def test_an_open_claim_names_what_its_evidence_lacks(
    told: list[Told], verbs: Verbs, parser: EnglishParser
) -> None:
    neither = [one for one in made(told, verbs, parser, range(6)) if one.label == "neither"]
    assert neither
    assert all(set(words(one.claim)) - set(words(one.evidence)) for one in neither)


def test_the_same_seed_makes_the_same_claims(told: list[Told], verbs: Verbs, parser: EnglishParser) -> None:
    assert made(told, verbs, parser, [3]) == made(told, verbs, parser, [3])
    assert made(told, verbs, parser, [3]) != made(told, verbs, parser, [4])


@pytest.mark.parametrize("seed", range(20))
def test_a_changed_number_differs_from_every_number_of_the_claim(
    seed: int, told: list[Told], parser: EnglishParser
) -> None:
    claim = parsed(parser, "Fern Chemicals bought Oak Limited for 30 million pounds.")
    text = swap_number(claim, told[0], Pool(told), random.Random(seed))
    assert text.startswith("Fern Chemicals bought Oak Limited for ") and " 30 " not in text


def test_each_change(told: list[Told], parser: EnglishParser) -> None:
    chance, pool = random.Random(0), Pool(told)
    assert (
        negate(parsed(parser, "Ana Bell is a chemist."), told[0], pool, chance)
        == "Ana Bell is not a chemist."
    )
    assert negate(parsed(parser, "She founded Fern."), told[0], pool, chance) == "She did not found Fern."
    assert (
        negate(parsed(parser, "She did not leave Bristol."), told[0], pool, chance)
        == "She did leave Bristol."
    )
    assert (
        oppose(parsed(parser, "He saw the first bridge."), told[1], pool, chance) == "He saw the last bridge."
    )
    roles = swap_roles(parsed(parser, "Carl Stone admired Otto Lang."), told[1], pool, chance)
    assert roles == "Otto Lang admired Carl Stone."
    assert swap_roles(parsed(parser, "Carl Stone married Ana Bell."), told[1], pool, chance) == ""
    name = swap_name(parsed(parser, "Ana Bell founded Fern in Bristol."), told[0], pool, chance)
    assert name in {f"{who} founded Fern in Bristol." for who in ("Carl Stone", "Otto Lang")} | {
        f"Ana Bell founded Fern in {where}." for where in ("Leeds", "Hamburg", "Munich")
    }


def test_nothing_to_change_gives_nothing(told: list[Told], parser: EnglishParser) -> None:
    assert contradict(parsed(parser, "Rain over hills."), told[0], Pool(told), random.Random(0)) is None


def test_forms_say_no_more_than_the_sentence(parser: EnglishParser, verbs: Verbs) -> None:
    chance = random.Random(0)
    lang = parsed(parser, "Otto Lang, a painter from Munich, died in March 1911.")
    assert "Otto Lang was a painter from Munich." in forms(lang, about="", verbs=verbs, chance=chance)
    fern = parsed(parser, "Fern Chemicals founded the club in 1987.")
    assert "The club was founded by Fern Chemicals in 1987." in forms(
        fern, about="", verbs=verbs, chance=chance
    )
    she = parsed(parser, "She lived in Bristol.")
    assert list(forms(she, about="Ana Bell", verbs=verbs, chance=chance))[-1] == "Ana Bell lived in Bristol."
    denied = parsed(parser, "Otto Lang, a painter from Munich, never died in March 1911.")
    assert list(forms(denied, about="", verbs=verbs, chance=chance)) == [denied.text]


def test_two_sentences_about_the_same_become_one_claim(parser: EnglishParser) -> None:
    first, second = parsed(parser, "Ana Bell is a chemist."), parsed(parser, "She founded Fern in 1987.")
    assert fused(first, second, about="Ana Bell") == "Ana Bell is a chemist and founded Fern in 1987."
    assert fused(first, parsed(parser, "Fern grew."), about="Ana Bell") == ""


@pytest.mark.parametrize(
    ("question", "answer", "statement"),
    [
        ("Who founded Fern Chemicals?", "Ana Bell", "Ana Bell founded Fern Chemicals."),
        ("When did Fern buy Oak Limited?", "1998", "Fern bought Oak Limited in 1998."),
        ("Where is the harbour located?", "Hamburg", "The harbour is located in Hamburg."),
        ("What is the capital of France?", "Paris", "The capital of France is Paris."),
        ("How many people work for Fern?", "4,200", "4,200 people work for Fern."),
        ("In what year was the harbour opened?", "1866", "The harbour was opened in 1866."),
        ("Which company bought Oak Limited?", "Fern", "Fern bought Oak Limited."),
        ("Why?", "rain", ""),
        ("How tall is the tower of the town?", "60 metres", ""),
    ],
)
def test_statements(question: str, answer: str, statement: str, parser: EnglishParser, verbs: Verbs) -> None:
    assert state(parsed(parser, question), answer, verbs) == statement


def test_questions_become_claims_of_all_three_kinds(
    told: list[Told], verbs: Verbs, parser: EnglishParser
) -> None:
    asked = [
        asking(told[0], "Who founded Fern Chemicals?", "Ana Bell"),
        asking(told[1], "When was the first bridge built?", "1903"),
        asking(told[2], "When was the harbour of Hamburg opened?", "1866"),
        asking(told[2], "Who sold the harbour of Hamburg?", "Otto Lang", answerable=False),
    ]
    pool = Pool(told)
    examples = [
        one for seed in range(8) for one in from_questions(asked, pool, verbs, parse=parser.parse, seed=seed)
    ]
    assert {one.label for one in examples} == {"supported", "contradicted", "neither"}
    for one in examples:
        if one.id.endswith("/said"):
            assert any(
                answer in one.claim and answer in one.evidence
                for answer in ("Ana Bell", "1903", "1866", "Ana")
            )
        if one.claim.startswith("Otto Lang sold"):
            assert one.label == "neither"
        if one.id.endswith("/open"):
            assert "1866" not in one.evidence or "1866" not in one.claim


def asking(told: Told, question: str, answer: str, *, answerable: bool = True) -> Asked:
    return Asked(
        told=told,
        question=question,
        answer=answer,
        start=max(told.paragraph.text.find(answer), 0),
        answerable=answerable,
    )


@pytest.mark.parametrize("seed", range(10))
def test_a_window_holds_its_sentence_and_stands_in_the_paragraph(seed: int, told: list[Told]) -> None:
    for one in told:
        for at, sentence in enumerate(one.sentences):
            text = window(one, (at, at), random.Random(seed))
            assert sentence.text in text and text in one.paragraph.text


def test_every_claim_has_an_id_of_its_own(told: list[Told], verbs: Verbs, parser: EnglishParser) -> None:
    asked = [asking(told[0], "Who founded Fern Chemicals?", "Ana Bell")] * 3
    pool = Pool(told)
    examples = [
        *from_questions(asked, pool, verbs, parse=parser.parse),
        *from_sentences(told, pool, verbs, parse=parser.parse, each=4),
    ]
    assert len({one.id for one in examples}) == len(examples)
