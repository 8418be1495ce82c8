"""Every layout becomes examples; what cannot be used is counted, named, and refused when it is much."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vademecum.errors import InputError, SourceError
from vademecum.train.datasets import read_examples
from vademecum.train.datasets.found import EMPTY, MISPLACED, NO_DOCUMENT, UNANSWERED, WRONG, fitting
from vademecum.train.datasets.read import SAME_CONTENT, SAME_ID
from vademecum.values import ClaimExample, InstructionExample, PairExample, QuestionExample, Span

CONTEXT = "The fee is 4 pounds and is due in May."


def _item(name: str, question: str, *answers: tuple[str, int], **more: Any) -> dict[str, Any]:
    spans = [{"text": text, "answer_start": start} for text, start in answers]
    return {"id": name, "question": question, "answers": spans, **more}


def test_squad_with_unanswerable_questions(write_squad) -> None:
    items = [
        _item("a", " What is the fee? ", ("4 pounds", 11), ("4 pounds", 11), ("The fee is 4 pounds", 0)),
        _item("b", "Who pays?", is_impossible=True),
    ]
    found = read_examples([write_squad("squad.json", {"Garden_fees": (CONTEXT, items)})])
    first, second = found.examples
    assert isinstance(first, QuestionExample) and isinstance(second, QuestionExample)
    assert (first.question, first.group, first.title) == ("What is the fee?", "Garden fees", "Garden fees")
    assert [span.text for span in first.answers] == ["4 pounds", "The fee is 4 pounds"]
    assert second.answers == () and found.left_out == {}
    assert re.fullmatch(r"squad\.json \(sha256 [0-9a-f]{12}\)", found.sources[0])


def test_wrong_spans_are_counted_and_left_out(write_squad) -> None:
    items = [_item(f"r{row}", f"What is fee {row}?", ("4 pounds", 11)) for row in range(18)]
    items += [_item("w", "When is it due?", ("May", 30)), _item("n", "Who pays?")]
    path = write_squad("squad.json", {"Fees": (CONTEXT, items)})
    found = read_examples([path])
    assert len(found.examples) == 18
    assert found.left_out == {MISPLACED: 1, UNANSWERED: 1}
    with pytest.raises(InputError) as refused:
        read_examples([path], max_bad_share=0.05)
    text = str(refused.value)
    assert "2 of 20 rows cannot be used" in text and "allowed are 5%" in text
    assert "question 'w': 'May' does not stand at 30, there is ' in'" in text and "--max-bad" in text


def test_one_right_span_of_several_is_kept(write_squad) -> None:
    items = [_item("a", "What is the fee?", ("5 pounds", 11), ("4 pounds", 11))]
    (example,) = read_examples([write_squad("squad.json", {"Fees": (CONTEXT, items)})]).examples
    assert isinstance(example, QuestionExample)
    assert [span.text for span in example.answers] == ["4 pounds"]


def test_data_without_answers_is_refused(write_squad) -> None:
    items = [_item("a", "What is the fee?", is_impossible=True)]
    with pytest.raises(InputError, match="none of 1 questions has an answer"):
        read_examples([write_squad("squad.json", {"Fees": (CONTEXT, items)})])
    with pytest.raises(InputError, match=r"1 of 1 rows cannot be used.*not marked as unanswerable: 1"):
        read_examples([write_squad("squad.json", {"Fees": (CONTEXT, [_item("a", "What?")])})])


def test_duplicates_across_files_are_counted(write_squad) -> None:
    fee = _item("a", "What is the fee?", ("4 pounds", 11))
    due = _item("a", "When is it due?", ("May", 34))
    again = _item("c", "What is the  fee?", ("4 pounds", 11))
    first = write_squad("one.json", {"Fees": (CONTEXT, [fee])})
    second = write_squad("two.json", {"Fees": (CONTEXT, [due, again])})
    found = read_examples([first, second])
    assert [example.id for example in found.examples] == ["a"]
    assert found.left_out == {SAME_ID: 1, SAME_CONTENT: 1}


ROWS: list[tuple[dict[str, Any], Any]] = [
    (
        {
            "question": "Fee?",
            "context": CONTEXT,
            "answers": [{"text": "4 pounds", "start": 11}],
            "group": "g",
        },
        (QuestionExample, "g"),
    ),
    (
        {"question": "Fee?", "context": CONTEXT, "answers": {"text": ["4 pounds"], "answer_start": [11]}},
        (QuestionExample, None),
    ),
    ({"claim": "It costs.", "evidence": ["A fee.", "Paid."], "label": "SUPPORTS"}, (ClaimExample, None)),
    ({"query": "fee", "positive": CONTEXT, "negatives": ["no"]}, (PairExample, None)),
    ({"instruction": "Add.", "input": "1 and 2", "output": "3"}, (InstructionExample, None)),
    (
        {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": "ho"}]},
        (InstructionExample, None),
    ),
    (
        {
            "conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "ho"}],
            "system": "Be brief.",
        },
        (InstructionExample, None),
    ),
]


@pytest.mark.parametrize("name", ["rows.jsonl", "rows.jsonl.gz", "rows.json"])
@pytest.mark.parametrize(("row", "wanted"), ROWS)
def test_row_layouts(write, name: str, row: dict[str, Any], wanted: Any) -> None:
    (example,) = read_examples([write(name, [row])]).examples
    kind, group = wanted
    assert isinstance(example, kind) and example.id
    assert example.group == group or group is None


def test_what_claims_and_chats_become(write) -> None:
    rows = [
        {"claim": "It costs.", "evidence": "A fee.", "label": label}
        for label in ("REFUTES", "NOT_ENOUGH_INFO", "entailment")
    ]
    rows = [{**row, "claim": f"{row['claim']} {number}"} for number, row in enumerate(rows)]
    claims = read_examples([write("claims.jsonl", rows)]).examples
    assert [one.label for one in claims if isinstance(one, ClaimExample)] == [
        "contradicted",
        "neither",
        "supported",
    ]
    (alpaca,) = read_examples([write("a.jsonl", [ROWS[4][0]])]).examples
    assert isinstance(alpaca, InstructionExample)
    assert alpaca.messages == (("user", "Add.\n\n1 and 2"), ("assistant", "3"))
    (chat,) = read_examples([write("c.jsonl", [ROWS[6][0]])]).examples
    assert isinstance(chat, InstructionExample)
    assert chat.messages == (("system", "Be brief."), ("user", "hi"), ("assistant", "ho"))


def test_our_own_rows_come_back(write, questions) -> None:
    found = read_examples([write("own.jsonl", [one.to_dict() for one in questions])])
    assert list(found.examples) == questions and found.task == "questions"


def test_a_split_in_the_rows_is_read(write) -> None:
    rows = [
        {"query": f"q{part}", "positive": part, "split": part, "id": part} for part in ("train", "validation")
    ]
    assert read_examples([write("rows.jsonl", rows)]).given == {"train": "train", "validation": "dev"}


def test_beir_folder(write, tmp_path: Path) -> None:
    documents = [{"_id": "d1", "title": "One", "text": "first"}, {"_id": "d2", "title": "", "text": "second"}]
    write("beir/corpus.jsonl.gz", documents)
    write("beir/queries.jsonl", [{"_id": f"q{row}", "text": f"first {row}?"} for row in range(12)])
    judged = [f"q{row}\td1\t1" for row in range(11)] + ["q11\td9\t1", "q0\td2\t0"]
    (tmp_path / "beir" / "qrels").mkdir()
    (tmp_path / "beir" / "qrels" / "test.tsv").write_text("query-id\tcorpus-id\tscore\n" + "\n".join(judged))
    found = read_examples([tmp_path / "beir"])
    first = found.examples[0]
    assert isinstance(first, PairExample)
    assert (first.query, first.positive, first.negatives) == ("first 0?", "One\nfirst", ("second",))
    assert first.group == "d1" and set(found.given.values()) == {"test"}
    assert found.left_out == {NO_DOCUMENT: 1}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"question": "", "context": CONTEXT, "answers": []}, EMPTY),
        ({"question": "a", "context": CONTEXT, "answers": [{"text": "4"}]}, WRONG),
        ({"question": "a", "context": CONTEXT}, UNANSWERED),
        ({"question": "a", "context": 3, "answers": []}, WRONG),
        ({"question": "a", "context": CONTEXT, "answers": [{"text": "5", "start": 0}]}, MISPLACED),
    ],
)
def test_rows_that_cannot_be_used(write, row: dict[str, Any], reason: str) -> None:
    good = [{**ROWS[0][0], "question": f"Fee {number}?"} for number in range(9)]
    assert read_examples([write("rows.jsonl", [*good, row])]).left_out == {reason: 1}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "a.jsonl",
            '{"colour": "red"}',
            r"a\.jsonl, line 1 has the fields colour\. A row needs one of: question",
        ),
        ("a.jsonl", "{", r"a\.jsonl, line 1 is not JSON"),
        ("a.jsonl", "", "holds no row"),
        ("a.json", "{}", "holds .*Known are SQuAD's `data`"),
        ("a.json", "{", "is not JSON.*need the ending .jsonl"),
        ("a.json", '{"data": [{"title": "x"}]}', "not in SQuAD's layout.*paragraphs"),
        ("a.jsonl.gz", "plain", "cannot be read: Not a gzipped file"),
        ("a.jsonl", "\udcff", "cannot be read: .*utf-8"),
        (
            "a.jsonl",
            '{"claim": "a", "evidence": "b", "label": "maybe"}',
            "1 of 1 rows.*`label` is 'maybe', allowed is one of supported",
        ),
        (
            "a.jsonl",
            '{"conversations": [{"from": "human", "value": "hi"}]}',
            "no turn of an assistant: 1.*the roles are user",
        ),
    ],
)
def test_what_cannot_be_read_is_named(tmp_path: Path, name: str, text: str, message: str) -> None:
    (tmp_path / name).write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=message):
        read_examples([tmp_path / name])


def test_missing_files_and_mixed_tasks(write, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"none\.json cannot be read"):
        read_examples([tmp_path / "none.json"])
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match=r"folder is a folder without queries\.jsonl"):
        read_examples([tmp_path / "folder"])
    with pytest.raises(InputError, match=r"hold questions and pairs\. Name files with rows of one task"):
        read_examples([write("q.jsonl", [ROWS[0][0]]), write("p.jsonl", [ROWS[3][0]])])


@given(st.text(max_size=30), st.lists(st.tuples(st.text(max_size=5), st.integers(-3, 40)), max_size=5))
def test_kept_spans_are_the_text_at_their_place(context: str, answers: list[tuple[str, int]]) -> None:
    spans = [Span(text=text, start=start) for text, start in answers]
    kept, wrong = fitting(spans, context)
    assert all(context[span.start : span.start + len(span.text)] == span.text for span in kept)
    assert bool(wrong) == any(not span.fits(context) for span in spans)


def test_public_sets(shared_data: Path) -> None:
    names = ("squad1_du/squad1.json.gz", "squad2_dev/dev.json.gz", "xquad/xquad.en.json.gz")
    found = read_examples([shared_data / name for name in names])
    assert len(found.examples) + sum(found.left_out.values()) == 5939 + 3039 + 595
    for example in found.examples:
        assert isinstance(example, QuestionExample)
        for span in example.answers:
            assert example.context[span.start : span.start + len(span.text)] == span.text
    unanswerable = [one for one in found.examples if isinstance(one, QuestionExample) and not one.answers]
    assert len(unanswerable) == 1599  # two of the 1,601 are repeated


def test_public_chats_and_judged_collections(shared_data: Path) -> None:
    demo = shared_data / "finetune_demo"
    files = [demo / f"{name}_en_demo.jsonl.gz" for name in ("alpaca", "glaive_toolcall")]
    chats = read_examples(files)
    assert chats.task == "instructions" and len(chats.examples) > 100
    with pytest.raises(InputError, match="no turn of an assistant"):
        read_examples([demo / "dpo_en_demo.jsonl.gz"])
    cranfield = read_examples([shared_data / "cranfield"])
    assert cranfield.task == "pairs"
    assert json.dumps([one.to_dict() for one in cranfield.examples[:3]])
