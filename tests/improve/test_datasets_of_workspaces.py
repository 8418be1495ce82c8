"""Datasets from files and from documents, kept in a real workspace."""

import json
from pathlib import Path

import pytest

import vademecum
from vademecum import improve
from vademecum.errors import InputError
from vademecum.improve.add_files import NO_PASSAGE
from vademecum.improve.passage_of import (
    MOST_CONTEXT_CHARS,
    NOT_LITERAL,
    SEVERAL_PASSAGES,
    SEVERAL_PLACES,
    Passages,
)
from vademecum.train.datasets import Datasets, Shares
from vademecum.values import Chunk, Document, Evidence, Hit, Location, PairExample, Question, QuestionExample
from vademecum.values.dataset import SPLITS

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "documents"


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory):
    """A workspace with two of the shipped documents."""
    with vademecum.open(tmp_path_factory.mktemp("improve") / "notes") as opened:
        opened.ingest(*(EXAMPLES / name for name in ("handbook.pdf", "contract.docx")))
        yield opened


def _rows(workspace, name: str) -> list:
    store = Datasets.of(workspace.folder)
    return [example for part in SPLITS for example in store.rows(name, part)]


def _claims(path: Path, *, first: int = 0, count: int = 30) -> Path:
    rows = [
        {"claim": f"Claim {row}.", "evidence": f"Evidence {row} " * 9, "label": "neither", "id": row}
        for row in range(first, first + count)
    ]
    path.write_text("\n".join(map(json.dumps, rows)))
    return path


def test_made_questions_have_their_passage_and_span(notes) -> None:
    card = improve.make_dataset(notes, name="own", questions=8, licence="own")
    rows = _rows(notes, "own")
    assert card.task == "questions" and card.origins == {"made": len(rows)} and len(rows) == 8
    assert card.made_by == "vade data make --from-documents --name own --questions 8 --seed 0"
    assert card.sources[0].startswith("2 documents (sha256 ")
    texts = [document.text for document in notes.all_documents()]
    for row in rows:
        assert isinstance(row, QuestionExample)
        assert 0 < len(row.context) <= MOST_CONTEXT_CHARS and any(row.context in text for text in texts)
        assert all(row.context[one.start : one.start + len(one.text)] == one.text for one in row.answers)
        assert str(EXAMPLES) not in json.dumps(row.to_dict())
    assert {row.group.partition("#")[0] for row in rows} <= {"handbook.pdf", "contract.docx"}


def test_the_same_seed_makes_the_same_version(notes) -> None:
    first = improve.make_dataset(notes, name="a", questions=6, seed=3)
    again = improve.make_dataset(notes, name="b", questions=6, seed=3)
    assert first.version == again.version
    pairs = improve.make_dataset(notes, name="pairs", questions=6, seed=3, task="pairs")
    rows = _rows(notes, "pairs")
    assert pairs.task == "pairs" and all(isinstance(row, PairExample) for row in rows)
    asked = {(row.question, row.context) for row in _rows(notes, "a") if row.answerable}
    assert {(row.query, row.positive) for row in rows} == asked


def test_a_workspace_without_documents_says_what_to_do(tmp_path: Path) -> None:
    with vademecum.open(tmp_path / "empty") as empty:
        with pytest.raises(InputError, match=r"has no documents\. Run `vade ingest FOLDER` first"):
            improve.make_dataset(empty, name="own")
        (tmp_path / "note.txt").write_text("Hm.")
        empty.ingest(tmp_path / "note.txt")
        with pytest.raises(InputError, match="The 1 documents give no question"):
            improve.make_dataset(empty, name="own", questions=2)


def test_files_become_a_dataset_and_grow(notes, tmp_path: Path) -> None:
    first = improve.add_dataset(
        notes,
        [_claims(tmp_path / "a.jsonl")],
        name="claims",
        licence="CC0",
        sources=["https://example.com"],
        shares=Shares(dev=0.2, test=0.2),
    )
    assert first.made_by == "vade data add a.jsonl --name claims --dev 0.2 --test 0.2 --seed 0"
    assert first.sources[0] == "https://example.com" and first.sources[1].startswith("a.jsonl (sha256 ")
    more = _claims(tmp_path / "b.jsonl", first=20, count=40)
    second = improve.add_dataset(notes, [more], name="claims", parent="claims", seed=5)
    assert second.parent == first.id and sum(second.counts.values()) == 60
    store = Datasets.of(notes.folder)
    for part in SPLITS:
        assert set(store.rows(first, part)) <= set(store.rows(second, part))


def test_questions_become_pairs(notes, tmp_path: Path) -> None:
    rows = [
        {"question": f"Fee {row}?", "context": f"Fee {row} is due.", "answers": [{"text": "due", "start": 9}]}
        for row in range(9)
    ]
    rows[0]["answers"] = []
    path = tmp_path / "q.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)))
    card = improve.add_dataset(notes, [path], name="asked", task="pairs")
    assert card.task == "pairs" and card.left_out == {NO_PASSAGE: 1} and card.made_by.endswith("--task pairs")
    with pytest.raises(InputError, match="The files hold questions, which cannot become claims"):
        improve.add_dataset(notes, [path], name="asked", task="claims")
    with pytest.raises(InputError, match=r"holds pairs, the files questions\. Leave --parent out"):
        improve.add_dataset(notes, [path], name="asked", parent="asked")


TEXT = (
    "Fees\n\nThe fee is 4\npounds. A late fee is 2 pounds, and 2 pounds more in May. "
    + "Filler words. " * 200
)
DOCUMENT = Document(source="fees.txt", title="Fees", text=TEXT)


def _passages(*cuts: tuple[int, int]) -> Passages:
    chunks = [
        Chunk(document_id=DOCUMENT.id, ordinal=row, start=start, end=end, text=TEXT[start:end])
        for row, (start, end) in enumerate(cuts)
    ]
    hit = Hit(
        id="1",
        document="fees.txt",
        title="Fees",
        score=1.0,
        text=TEXT,
        location=Location(),
        document_id=DOCUMENT.id,
        start=0,
        end=len(TEXT),
    )
    return Passages(
        {DOCUMENT.id: DOCUMENT},
        chunk=lambda _: chunks,
        search=lambda _: [hit],
        group_of=lambda window: window.document.source,
    )


def _asked(answer: str, *quotes: str) -> Question:
    evidence = tuple(
        Evidence(
            document="fees.txt",
            document_id=DOCUMENT.id,
            quote=quote,
            start=TEXT.index(quote),
            end=TEXT.index(quote) + len(quote),
        )
        for quote in quotes
    )
    return Question(text="What?", answers=(answer,), evidence=evidence)


def test_an_answer_is_found_across_a_line_break() -> None:
    found = _passages((0, 40), (40, len(TEXT))).example(_asked("4 pounds", "The fee is 4\npounds."))
    assert isinstance(found, QuestionExample)
    assert found.answers[0].text == "4\npounds" and found.answers[0].fits(found.context)
    assert found.context.startswith("Fees")


def test_a_long_passage_is_cut_around_the_evidence() -> None:
    found = _passages((0, len(TEXT))).example(_asked("4 pounds", "The fee is 4\npounds."))
    assert isinstance(found, QuestionExample) and len(found.context) <= MOST_CONTEXT_CHARS
    assert found.answers[0].fits(found.context) and not found.context[-1].isspace()
    unanswerable = _passages((0, 9)).example(Question(text="Who?", kind="unanswerable"))
    assert isinstance(unanswerable, QuestionExample)
    assert unanswerable.answers == () and 0 < len(unanswerable.context) <= MOST_CONTEXT_CHARS


def test_why_a_question_has_no_passage() -> None:
    late = "A late fee is 2 pounds, and 2 pounds more in May."
    apart = _passages((0, 27), (27, len(TEXT)))
    assert apart.example(_asked("4 pounds", "The fee is 4\npounds.", late)) == SEVERAL_PASSAGES
    assert apart.example(_asked("2 pounds", late)) == SEVERAL_PLACES
    assert apart.example(_asked("3 pounds", late)) == NOT_LITERAL
    assert apart.example(_asked("pound", late)) == NOT_LITERAL
