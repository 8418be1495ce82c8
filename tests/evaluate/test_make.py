"""Questions from documents: every kind keeps its contract, on text, tables and the example documents."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import vademecum
from vademecum import measure
from vademecum.errors import InputError
from vademecum.evaluate.data import read_questions, save_questions
from vademecum.evaluate.make import SHARES, MadeQuestions
from vademecum.evaluate.make.amounts import ask_how_many
from vademecum.evaluate.make.clause import read_clause
from vademecum.evaluate.make.factual import ask_facts
from vademecum.evaluate.make.hops import gerund
from vademecum.evaluate.make.passage import Passage
from vademecum.evaluate.make.tables import plural, spoken
from vademecum.models.parse import EnglishParser
from vademecum.values import Document, Question
from vademecum.values.question import KINDS
from vademecum.workspace import Workspace

EXAMPLES = Path(__file__).parents[2] / "examples" / "documents"
COUNT = 60

LIVES = """# Lives

Ada Thornbury founded the Larkhill Observatory in 1911. Ada Thornbury moved to Lisbon in 1926. She
photographed comets from a tower above the harbour.

Henrik Vassal designed the Kestrel telescope in 1934. The mirror of the Kestrel telescope was polished by
Oona Brandt. Henrik Vassal sold 14 telescopes to Portugal in 1938. Henrik Vassal received letters from
Ada Thornbury. Ada Thornbury wrote to Oona Brandt about the mirror, and she kept the answers. Oona Brandt
lived in Bergen, and her letters are kept there. Oona Brandt polished lenses for Henrik Vassal.
"""
PRICES = """# Workshop prices

| Instrument | Price (EUR) | Maker | Stock |
|---|---|---|---|
| Brass sextant | 240 | Brandt | 1400 |
| Pocket compass | 35 | Brandt | 2100 |
| Star globe | 410 | Vassal | 1205 |
| Tide clock | 150 | Brandt | 1010 |
| Total | 835 | | 5715 |
"""


@pytest.fixture(scope="module")
def parser() -> EnglishParser:
    return EnglishParser.load("en-core-web-sm")


@pytest.fixture(scope="module")
def examples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    """A workspace of the example documents, a text and a table."""
    folder = tmp_path_factory.mktemp("made")
    (folder / "lives.md").write_text(LIVES, "utf-8")
    (folder / "prices.md").write_text(PRICES, "utf-8")
    with vademecum.open(folder / "workspace") as workspace:
        workspace.ingest(EXAMPLES, folder / "lives.md", folder / "prices.md")
        yield workspace


@pytest.fixture(scope="module")
def made(examples: Workspace) -> MadeQuestions:
    return measure.make_questions(examples, count=COUNT)


def _of(made: MadeQuestions, kind: str) -> list[Question]:
    return [question for question in made.questions if question.kind == kind]


def _ask(parser: EnglishParser, sentence: str) -> dict[str, str]:
    parsed = next(iter(parser.parse([sentence])))
    document = Document(source="text", text=sentence)
    passage = Passage(document=document, start=0, end=len(sentence), parsed=parsed, order=0)
    return {candidate.text: candidate.answer for candidate in ask_facts(passage)}


def test_every_quote_is_stored_text(examples: Workspace, made: MadeQuestions) -> None:
    quotes = [evidence for question in made.questions for evidence in question.evidence]
    stored = examples.documents(evidence.document_id for evidence in quotes)
    assert len(quotes) > COUNT
    for evidence in quotes:
        document = stored[evidence.document_id]
        assert document.text[evidence.start : evidence.end] == evidence.quote
        assert evidence.document == document.source


def test_there_are_questions_of_every_kind(made: MadeQuestions) -> None:
    assert len(made.questions) == COUNT
    assert {question.kind for question in made.questions} == set(KINDS) == set(SHARES)
    texts = [(question.history, question.text) for question in made.questions]
    assert len(set(texts)) == len(texts)
    assert all(re.fullmatch(r"[A-Z].*[^ ?]\?", question.text) for question in made.questions)


@pytest.mark.parametrize("kind", ["factual", "table", "follow-up"])
def test_answers_stand_in_their_evidence(made: MadeQuestions, kind: str) -> None:
    for question in _of(made, kind):
        assert question.answers
        quoted = " ".join(" ".join(evidence.quote.split()) for evidence in question.evidence)
        assert question.answers[0] in quoted
        assert question.answers[0].casefold() not in question.text.casefold()


def test_unanswerable_questions_have_neither_answer_nor_evidence(made: MadeQuestions) -> None:
    for question in _of(made, "unanswerable"):
        assert not question.answerable
        assert not question.evidence


def test_counts_count_their_evidence(made: MadeQuestions) -> None:
    for question in _of(made, "count"):
        assert question.answers == (str(len(question.evidence)),)
        assert len(set(question.evidence)) == len(question.evidence)


def test_several_hops_need_two_places(made: MadeQuestions) -> None:
    for question in _of(made, "several-hop"):
        assert len({(evidence.document_id, evidence.start) for evidence in question.evidence}) >= 2


def test_follow_ups_stand_by_themselves(made: MadeQuestions) -> None:
    for question in _of(made, "follow-up"):
        assert question.history
        assert question.standing
        assert question.standing != question.text


def test_the_same_seed_makes_the_same_questions(examples: Workspace, made: MadeQuestions) -> None:
    assert measure.make_questions(examples, count=COUNT) == made
    assert measure.make_questions(examples, count=COUNT, seed=1) != made


def test_what_the_documents_cannot_give_is_said(tmp_path: Path) -> None:
    (tmp_path / "lives.md").write_text(LIVES, "utf-8")
    with vademecum.open(tmp_path / "workspace") as workspace:
        workspace.ingest(tmp_path / "lives.md")
        made = measure.make_questions(workspace, count=50)
    assert any(note.startswith("table: 0 of ") for note in made.notes)
    assert made.notes[-1] == f"{len(made.questions)} of 50 questions in all."
    assert {question.kind for question in made.questions} >= {"factual"}


def test_an_empty_workspace_gives_no_question(tmp_path: Path) -> None:
    with vademecum.open(tmp_path) as workspace:
        made = measure.make_questions(workspace, count=10)
    assert made.questions == ()
    assert made.notes[-1] == "0 of 10 questions in all."


def test_only_the_kinds_asked_for_are_made(examples: Workspace) -> None:
    made = measure.make_questions(examples, count=6, kinds=["table", "count"])
    assert {question.kind for question in made.questions} == {"table", "count"}


@pytest.mark.parametrize(
    ("sentence", "question", "answer"),
    [
        (
            "Robert Redford founded the Sundance Institute in 1981.",
            "When did Robert Redford found the Sundance Institute?",
            "1981",
        ),
        (
            "Robert Redford founded the Sundance Institute in 1981.",
            "Who founded the Sundance Institute in 1981?",
            "Robert Redford",
        ),
        (
            "In 1816 the University of Warsaw was established by the Russian government.",
            "When was the University of Warsaw established by the Russian government?",
            "1816",
        ),
        (
            "Cadbury Schweppes employs more than 50,000 people.",
            "How many people does Cadbury Schweppes employ?",
            "more than 50,000",
        ),
        (
            "The refund period for live plants is 14 days.",
            "What is the refund period for live plants?",
            "14 days",
        ),
        (
            "Spare handles are kept in stock for 15 years.",
            "For how long are spare handles kept in stock?",
            "15 years",
        ),
    ],
)
def test_word_order(parser: EnglishParser, sentence: str, question: str, answer: str) -> None:
    asked = _ask(parser, sentence)
    assert asked[question] == answer


@pytest.mark.parametrize(
    "sentence",
    [
        "Robert Redford did not found the Sundance Institute in 1981.",
        "Analysts said that Robert Redford founded the institute in 1981.",
        "If it rains in 2020, nobody will found an institute in 1981.",
        "Why it was founded in 1981.",
    ],
)
def test_shapes_that_are_not_known_are_refused(parser: EnglishParser, sentence: str) -> None:
    assert _ask(parser, sentence) == {}


def test_numbers_keep_the_words_around_them(parser: EnglishParser) -> None:
    clause = read_clause(next(iter(parser.parse(["Mara Quill wrote at least 40 letters to London."]))))
    assert clause is not None
    assert [answer for _, answer, _ in ask_how_many(clause)] == ["at least 40"]


def test_columns_as_they_are_spoken_of() -> None:
    assert spoken("Price (GBP)") == "price in GBP"
    assert spoken("FTE Teachers") == "FTE teachers"
    assert spoken("#") == spoken("College/junior team") == spoken("Students (K-12)") == ""
    assert [plural(noun) for noun in ("school name", "church", "category", "divisions")] == [
        "schools",
        "churches",
        "categories",
        "divisions",
    ]


@pytest.mark.parametrize(
    ("lemma", "form"), [("win", "winning"), ("found", "founding"), ("leave", "leaving"), ("die", "dying")]
)
def test_gerunds(lemma: str, form: str) -> None:
    assert gerund(lemma) == form


def test_questions_survive_the_file(tmp_path: Path, made: MadeQuestions) -> None:
    path = tmp_path / "questions.jsonl"
    save_questions(made.questions, path)
    read = list(read_questions(path).questions)
    assert [replace(question, name="") for question in read] == list(made.questions)
    assert [question.id for question in read] == [question.id for question in made.questions]
    save_questions(read[:1], path)
    assert list(read_questions(path).questions) == read[:1]
    assert [file.name for file in tmp_path.iterdir()] == ["questions.jsonl"]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "line 2 is not JSON"),
        ("[]", "line 2 is not an object"),
        ('{"answers": []}', "line 2 is not a question: 'question'"),
        ('{"question": "Why?", "kind": "odd"}', "line 2 is not a question: kind 'odd'"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, words: str) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text(f'{{"question": "Who?", "answers": ["Ada"]}}\n{line}\n', "utf-8")
    with pytest.raises(InputError, match=re.escape(words)):
        read_questions(path)
