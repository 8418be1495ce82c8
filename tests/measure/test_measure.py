"""Whole measurements with the real models on the shipped handbook."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

import vademecum
from vademecum import measure
from vademecum.errors import InputError
from vademecum.evaluate.compare import manifest_changes
from vademecum.evaluate.data import read_judged, save_questions
from vademecum.evaluate.suite import read_suite
from vademecum.values import Evidence, Question

HANDBOOK = read_suite("ci").runs[0].data


@pytest.fixture(scope="module", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory):
    """Keep the workspaces of measurements out of the person's cache."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setattr("vademecum.measure.collection.cache_folder", lambda: folder)
        yield folder


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory):
    with vademecum.open(tmp_path_factory.mktemp("own") / "notes") as opened:
        yield opened


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory):
    """A workspace whose own documents are the handbook's, with questions of its own."""
    folder = tmp_path_factory.mktemp("own")
    judged = read_judged(HANDBOOK)
    source = folder / "source"
    source.mkdir()
    for row in judged.documents():
        (source / f"{row['_id'].replace('#', '-')}.txt").write_text(row["text"])
    with vademecum.open(folder / "notes") as opened:
        opened.ingest(source)
        questions = [
            Question(
                text=judged.queries[name],
                answers=("any",),
                evidence=(Evidence(document=str(source / f"{next(iter(relevant)).replace('#', '-')}.txt")),),
            )
            for name, relevant in list(judged.relevant.items())[:21]
        ]
        questions[0] = replace(questions[0], status="dropped")
        save_questions(questions, opened.questions_path)
        yield opened


def test_retrieval_is_measured_and_reproduced(workspace) -> None:
    told = []
    report = measure.retrieval(workspace, HANDBOOK, limit=20, on_progress=lambda *done: told.append(done))
    assert told[-1] == (20, 20)
    assert report.score("ndcg@10").value > 0.9
    assert report.score("ndcg@10").count == 20
    assert {"short queries", "long queries"} == set(report.slices)
    manifest = report.manifest
    assert manifest["data"]["items"] == 20 and len(manifest["data"]["sha256"]) == 64
    assert manifest["config"]["retrieve.depth"] == 200 and "numpy" in manifest["versions"]
    assert all(len(value) == 64 for files in manifest["weights"].values() for value in files.values())
    again = measure.again(workspace, report)
    assert [record.scores for record in again.records] == [record.scores for record in report.records]
    assert manifest_changes(manifest, again.manifest) == {}


def test_a_worse_configuration_measures_worse_and_says_what_changed(workspace) -> None:
    good = measure.retrieval(workspace, HANDBOOK)
    poor = measure.retrieval(
        workspace, HANDBOOK, config={"retrieve.rerank": False, "retrieve.lexical": False, "retrieve.depth": 1}
    )
    assert poor.score("recall@10").value < good.score("recall@10").value
    changed = manifest_changes(good.manifest, poor.manifest)
    assert changed["config.retrieve.depth"] == (200, 1)


def test_answers_are_measured_on_every_side(workspace) -> None:
    report = measure.answers(workspace, HANDBOOK, limit=24, metrics=["rouge-l"])
    scores = {score.metric: score for score in report.scores}
    assert scores["contains"].value > 0.6 and scores["faithfulness"].value == 1.0
    assert scores["contains"].count + scores["abstained"].count == 24
    assert {"f1", "exact-match", "rouge-l", "ece", "aurc", "latency-p95-ms", "citation-recall"} <= set(scores)
    assert {"factual", "unanswerable"} <= set(report.slices)
    short = [record for record in report.records if record.detail["short"] and record.detail["given"]]
    assert all(record.detail["short"] in record.detail["answer"] for record in short)
    exact = [record for record in short if record.detail["short"] in record.detail["gold"]]
    assert len(exact) > 5 and all(record.scores["exact-match"] == 1.0 for record in exact)
    assert all(record.scores["rouge-l"] < 1.0 for record in exact), "further metrics are of the whole text"
    assert set(report.manifest["weights"]) == {"embed", "rerank", "read", "check"}
    coverage = [point[0] for point in report.curves["risk-coverage"]]
    assert coverage == sorted(coverage) and coverage[-1] == 1.0


def test_rows_of_a_table_are_supported_under_their_header(workspace, tmp_path: Path) -> None:
    rows = ("Crop | Depth | Distance", "---|---|---", "Carrot | 1 cm | 25 cm", "Beetroot | 2 cm | 30 cm")
    (tmp_path / "sowing.md").write_text("# Sowing\n\n" + "".join(f"| {row} |\n" for row in rows))
    data = tmp_path / "asked.jsonl"
    data.write_text('{"question": "What is the depth for Beetroot?", "answers": ["2 cm"]}\n')
    with vademecum.open(tmp_path / "notes") as notes:
        notes.ingest(tmp_path / "sowing.md")
        report = measure.answers(notes, data)
    assert report.score("contains").value == 1.0
    assert report.score("citation-recall").value == 1.0


def test_what_writes_is_in_the_manifest(workspace) -> None:
    config = {"answer.writer": "chat"}
    report = measure.answers(workspace, HANDBOOK, limit=2, config=config)
    assert set(report.manifest["weights"]) == {"embed", "rerank", "read", "check", "chat"}


def test_the_embedding_model_is_measured_again(workspace, tmp_path: Path) -> None:
    data = tmp_path / "pairs.jsonl"
    rows = [("A cat.", "A cat.", 5), ("A cat.", "One kitten.", 4), ("A cat.", "Shares fell.", 0)]
    data.write_text(
        "".join(json.dumps({"sentence1": a, "sentence2": b, "score": c}) + "\n" for a, b, c in rows)
    )
    report = measure.embeddings(workspace, data)
    assert report.score("spearman").value == pytest.approx(1.0)
    assert report.score("spearman").low <= 1.0 and report.score("spearman").count == 3
    assert measure.again(workspace, report).scores == report.scores
    for row, message in (
        ('{"sentence1": "a", "score": 1}', "line 4: there is no `sentence2`"),
        ('{"sentence1": "a", "sentence2": "b", "score": "x"}', "line 4: `score` is 'x', needed is a number"),
    ):
        other = tmp_path / "other.jsonl"
        other.write_text(data.read_text() + row + "\n")
        with pytest.raises(InputError, match=message):
            measure.embeddings(workspace, other)
    same = tmp_path / "same.jsonl"
    same.write_text('{"sentence1": "a", "sentence2": "b", "score": 1}\n' * 3)
    with pytest.raises(InputError, match="no correlation"):
        measure.embeddings(workspace, same)


def test_a_threshold_of_one_answers_nothing(workspace) -> None:
    report = measure.answers(workspace, HANDBOOK, limit=12, seed=1, config={"answer.min_confidence": 1.0})
    assert report.score("answered").value == 0.0
    assert report.manifest["config"]["answer.min_confidence"] == 1.0
    assert report.score("abstained").value == 1.0
    assert report.score("brier").count == 12


def test_gate_names_what_fails(workspace, tmp_path: Path) -> None:
    suite = tmp_path / "own.toml"
    suite.write_text(
        f'[[run]]\ntask = "retrieval"\ndata = "{HANDBOOK}"\nlimit = 10\n'
        '[run.thresholds]\n"ndcg@10" = { at_least = 0.5 }\nmap = { at_least = 1.01 }\n'
    )
    reports, verdicts = measure.gate(workspace, suite)
    assert [verdict.passed for verdict in verdicts] == [True, False]
    assert "map" in str(verdicts[1])
    assert len(reports) == 1
    suite.write_text('[[run]]\ntask = "answers"\nmetrics = ["rouge-x"]\n')
    with pytest.raises(InputError, match=r"no metric 'rouge-x': did you mean 'rouge-\w'"):
        measure.gate(workspace, suite)


def test_mistakes_of_a_later_run_are_found_before_the_first(workspace, tmp_path: Path) -> None:
    began = []
    suite = tmp_path / "own.toml"
    first = f'[[run]]\ntask = "retrieval"\ndata = "{HANDBOOK}"\n'
    for second, message in (
        (
            f'[[run]]\ntask = "answers"\ndata = "{HANDBOOK}"\n[run.config]\nretrieve.depht = 3\n',
            "retrieve.depth",
        ),
        ('[[run]]\ntask = "answers"\n', "has no questions yet"),
    ):
        suite.write_text(first + second)
        with pytest.raises(InputError, match=message):
            measure.gate(workspace, suite, on_run=began.append)
    assert began == []


def test_judgements_of_unknown_documents_are_refused(own, tmp_path: Path) -> None:
    data = tmp_path / "own.jsonl"
    data.write_text('{"query": "How long is a refund?", "relevant": ["handbok.pdf"]}\n')
    with pytest.raises(
        InputError, match=r"none of the 1 documents it judges is known, the first is 'handbok"
    ):
        measure.retrieval(own, data)


def test_own_questions_are_asked_and_tuned(own) -> None:
    report = measure.answers(own, limit=3)
    assert report.manifest["data"]["items"] == 3
    trials = []
    tuned, found = measure.tune(own, budget_ms=5_000, chunk_sizes=[256, 64], on_trial=trials.append)
    assert {trial.settings["chunk.max_tokens"] for trial in trials} == {256, 64}
    assert tuned.held_out.mean >= tuned.held_out_current.mean
    assert len(found.records) == len(tuned.held_out.scores) == 10
    assert set(tuned.trials[0].scores).isdisjoint(tuned.held_out.scores)
    assert len(found.tables["Settings tried on the tuning half"]) == len(trials)
    again = measure.again(own, found)
    assert again.kind == "tune" and again.scores == found.scores
    with pytest.raises(InputError, match=r"a report of train; .* made by: vade train reader"):
        measure.again(
            own, replace(found, kind="train", manifest={"request": {"command": "vade train reader"}})
        )


def test_what_is_missing_is_said_before_any_work(workspace) -> None:
    with pytest.raises(InputError, match=r"has no questions yet\. Make some with: vade eval make"):
        measure.answers(workspace)
    with pytest.raises(InputError, match="no metric 'rogue-l': did you mean 'rouge-l'"):
        measure.answers(workspace, HANDBOOK, metrics=["rogue-l"])
    with pytest.raises(InputError, match="does not exist"):
        measure.retrieval(workspace, "nowhere")
