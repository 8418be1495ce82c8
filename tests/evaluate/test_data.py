"""Judged collections and question sets in every layout, and what is wrong with the others in words."""

import gzip
import json
from pathlib import Path

import pytest

from vademecum.errors import InputError, LimitError, SourceError
from vademecum.evaluate.data import read_judged, read_questions, save_questions
from vademecum.values import Question

DOCUMENTS = [{"_id": "d1", "title": "One", "text": "first"}, {"_id": "d2", "title": "", "text": "second"}]


def write_lines(path: Path, rows: list[dict]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)
    return path


def test_beir_folder(tmp_path: Path) -> None:
    write_lines(tmp_path / "corpus.jsonl.gz", DOCUMENTS)
    write_lines(tmp_path / "queries.jsonl", [{"_id": "q1", "text": "first?"}, {"_id": "q2", "text": "none?"}])
    (tmp_path / "qrels").mkdir()
    (tmp_path / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\nq1\td1\t2\nq1\td2\t0\n")
    judged = read_judged(tmp_path)
    assert dict(judged.queries) == {"q1": "first?"}
    assert judged.relevant == {"q1": {"d1": 2, "d2": 0}}
    assert judged.skipped == 1
    assert list(judged.documents()) == DOCUMENTS


def test_trec_folder(tmp_path: Path) -> None:
    (tmp_path / "topics.301-302").write_text(
        "<top>\n<num> Number: 301\n<title> International Organized Crime\n<desc> Description:\nwho</top>\n"
        "<top>\n<num> Number: 302\n<title> Poliomyelitis\n</top>\n"
    )
    (tmp_path / "qrels.txt").write_text("301 0 FT911-1 1\n302 0 FT911-2 0\n")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "ft911").write_text(
        "<DOC>\n<DOCNO>FT911-1</DOCNO>\n<HEADLINE>Crime</HEADLINE>\n<TEXT>\nA gang.\n</TEXT>\n</DOC>\n"
        "<DOC>\n<DOCNO> FT911-2 </DOCNO>\n<TEXT>Polio.</TEXT>\n</DOC>\n"
    )
    judged = read_judged(tmp_path)
    assert dict(judged.queries) == {"301": "International Organized Crime"}
    assert [row["_id"] for row in judged.documents()] == ["FT911-1", "FT911-2"]
    assert next(iter(judged.documents())) == {"_id": "FT911-1", "title": "Crime", "text": "A gang."}


def test_jsonl_asks_the_workspaces_own_documents(tmp_path: Path) -> None:
    rows = [{"query": "a", "relevant": ["x"]}, {"id": "two", "query": "b", "relevant": {"y": 3}}]
    judged = read_judged(write_lines(tmp_path / "own.jsonl", rows))
    assert judged.relevant == {"1": {"x": 1}, "two": {"y": 3}}
    assert judged.corpus == ()


def squad(path: Path) -> Path:
    paragraph = {
        "context": "The fee is 4 pounds.",
        "qas": [
            {
                "id": "a",
                "question": "What is the fee?",
                "answers": [{"text": "4 pounds", "answer_start": 11}],
            },
            {"id": "b", "question": "Who pays?", "answers": [], "is_impossible": True},
        ],
    }
    path.write_text(json.dumps({"data": [{"title": "Fees", "paragraphs": [paragraph]}]}))
    return path


def test_squad_is_a_question_set_and_a_known_item_collection(tmp_path: Path) -> None:
    found = read_questions(squad(tmp_path / "squad.json"))
    assert [question.answerable for question in found.questions] == [True, False]
    assert found.passages == {"Fees#0": "The fee is 4 pounds."}
    judged = read_judged(tmp_path / "squad.json")
    assert judged.relevant == {"a": {"Fees#0": 1}}
    assert [row["_id"] for row in judged.documents()] == ["Fees#0"]


def test_questions_as_rows(tmp_path: Path) -> None:
    rows = [{"question": "How long?", "answer": "30 days"}, {"question": "Who?", "answers": []}]
    found = read_questions(write_lines(tmp_path / "own.jsonl", rows))
    assert [(one.text, one.answers, one.kind) for one in found.questions] == [
        ("How long?", ("30 days",), "factual"),
        ("Who?", (), "unanswerable"),
    ]


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "is not a judged collection: it needs queries.jsonl"),
        (
            {"queries.jsonl": '{"_id": "1", "text": "a"}', "qrels.tsv": ""},
            "none in common with a grade above 0",
        ),
        (
            {"queries.jsonl": '{"_id": "1"}', "qrels.tsv": "1\td\t1"},
            "queries.jsonl, line 1: there is no `text`",
        ),
        ({"queries.jsonl": "{", "qrels.tsv": "1\td\t1"}, "queries.jsonl, line 1 is not JSON"),
        (
            {"queries.jsonl": "", "qrels.tsv": "h\th\th\n1\td\tgood"},
            "line 2: the last column is a grade, not 'good'",
        ),
        ({"queries.jsonl": "", "qrels.tsv": "1\td"}, "three or four columns are needed, not 2"),
    ],
)
def test_damaged_collections_are_named(tmp_path: Path, files: dict[str, str], message: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        read_judged(tmp_path)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.jsonl.gz", b"plain text", "Not a gzipped file"),
        ("a.json.gz", gzip.compress(b"{" * 999, mtime=0)[:-12], "end-of-stream marker"),
        ("a.jsonl", b"\xff\xfe\x00", "can't decode byte 0xff"),
        ("a.json", b"\xff\xfe\x00", "can't decode byte 0xff"),
    ],
)
def test_files_that_are_no_text_are_named(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    for read in (read_questions, read_judged):
        with pytest.raises(SourceError, match=rf"{name} cannot be read: .*{message}") as caught:
            read(path)
        assert len(str(caught.value)) < 500


def test_a_full_disk_keeps_the_questions_there_were(tmp_path: Path, full_disk) -> None:
    path = tmp_path / "questions.jsonl"
    save_questions([Question(text="How long?", answers=("30 days",))], path)
    with (
        full_disk(),
        pytest.raises(LimitError, match=r"questions\.jsonl cannot be written: .*Free some space"),
    ):
        save_questions([Question(text="Who?")] * 9, path)
    assert [one.text for one in read_questions(path).questions] == ["How long?"]
    assert list(tmp_path.iterdir()) == [path]


def test_damaged_question_sets_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a file"):
        read_questions(tmp_path / "none.json")
    (tmp_path / "bad.json").write_text('{"data": [{}]}')
    with pytest.raises(InputError, match="not in SQuAD's layout"):
        read_questions(tmp_path / "bad.json")
    with pytest.raises(InputError, match="line 1 is not a question: 'question'"):
        read_questions(write_lines(tmp_path / "bad.jsonl", [{"ask": "?"}]))
    (tmp_path / "empty.jsonl").write_text("\n")
    with pytest.raises(InputError, match="holds no question"):
        read_questions(tmp_path / "empty.jsonl")
