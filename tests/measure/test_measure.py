"""Whole measurements with the real models on the shipped handbook."""

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
    coverage = [point[0] for point in report.curves["risk-coverage"]]
    assert coverage == sorted(coverage) and coverage[-1] == 1.0


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


def test_what_is_missing_is_said_before_any_work(workspace) -> None:
    with pytest.raises(InputError, match=r"has no questions yet\. Make some with: vade eval make"):
        measure.answers(workspace)
    with pytest.raises(InputError, match="no metric 'rogue-l': did you mean 'rouge-l'"):
        measure.answers(workspace, HANDBOOK, metrics=["rogue-l"])
    with pytest.raises(InputError, match="does not exist"):
        measure.retrieval(workspace, "nowhere")
