"""The command line in processes of its own: outputs, JSON shapes, exit codes, messages."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def vade(*arguments: str | Path, cwd: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "vademecum", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "NO_COLOR": "1", "COLUMNS": "120", **environ},
    )


@pytest.fixture(scope="module")
def notes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    base = tmp_path_factory.mktemp("cli")
    (base / "docs").mkdir()
    (base / "docs" / "returns.md").write_text("# Returns\n\nThe refund period is 30 days from delivery.\n")
    (base / "docs" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing here")
    assert vade("init", "notes", cwd=base).returncode == 0
    done = vade("ingest", base / "docs", cwd=base / "notes")
    assert done.returncode == 0, done.stderr
    assert "1 read, 0 unchanged, 0 removed, 1 failed" in done.stdout
    assert "broken.pdf: " in done.stdout
    return base / "notes"


def test_search_prints_place_and_score(notes: Path) -> None:
    done = vade("search", "refund period", cwd=notes)
    assert done.returncode == 0
    assert "returns.md, line 3" in done.stdout and "score" in done.stdout


def test_search_json(notes: Path) -> None:
    done = vade("search", "refund period", "--json", "-k", "1", cwd=notes)
    (hit,) = json.loads(done.stdout)["hits"]
    assert {"id", "document", "title", "score", "text", "location"} <= set(hit)
    assert hit["document"].endswith("returns.md") and hit["location"]["line"] == 3


def test_ask_prints_quotes_with_places(notes: Path) -> None:
    done = vade("ask", "How long is the refund period?", cwd=notes)
    assert done.returncode == 0
    assert 'returns.md, line 3: "The refund period is 30 days from delivery."' in done.stdout


def test_ask_json(notes: Path) -> None:
    answer = json.loads(vade("ask", "How long is the refund period?", "--json", cwd=notes).stdout)
    assert answer["answered"] is True and 0 <= answer["confidence"] <= 1
    (citation,) = answer["citations"]
    assert set(citation) == {"mark", "document", "document_id", "quote", "start", "end", "location", "answer"}
    assert citation["mark"] == 1 and "[1]" in answer["text"]
    assert all({"name", "ms"} <= set(step) for step in answer["trace"]["steps"])


def test_unanswerable_question_shows_the_nearest(notes: Path) -> None:
    answer = json.loads(vade("ask", "Who painted the ceiling of the chapel?", "--json", cwd=notes).stdout)
    assert answer["answered"] is False and answer["citations"] == [] and answer["nearest"]


def test_commands_find_the_workspace_above(notes: Path) -> None:
    (notes / "deep" / "er").mkdir(parents=True, exist_ok=True)
    assert json.loads(vade("status", "--json", cwd=notes / "deep" / "er").stdout)["documents"] == 1


def test_status_names_what_failed(notes: Path) -> None:
    assert "broken.pdf" in vade("status", cwd=notes).stdout


def test_outside_a_workspace_says_how_to_make_one(tmp_path: Path) -> None:
    done = vade("search", "x", cwd=tmp_path)
    assert done.returncode == 2
    assert "is not a workspace" in done.stderr and "vade init" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", ""], "the question is empty"),
        (["ask", "x" * 100_000], "100000 characters"),
        (["ingest", "nowhere"], "nowhere does not exist"),
        (["search", "x", "--where", "year"], "is not a filter"),
        (["models", "path", "bge-smal"], "Did you mean 'bge-small-en'"),
        (["ask", "Who?", "--engine", "http://127.0.0.1:9/v1"], "needs a model name"),
        (["import", "nothing.vade", "copy"], "nothing.vade cannot be imported"),
    ],
)
def test_bad_input_is_exit_2_with_a_message(notes: Path, arguments: list[str], message: str) -> None:
    done = vade(*arguments, cwd=notes)
    assert done.returncode == 2
    assert message in done.stderr and "Traceback" not in done.stderr


def test_server_that_is_down_falls_back_to_the_evidence_and_says_so(notes: Path) -> None:
    done = vade(
        "ask",
        "How long is the refund period?",
        "--engine",
        "http://127.0.0.1:9/v1",
        "--model",
        "m",
        cwd=notes,
    )
    assert "30 days" in done.stdout
    assert "http://127.0.0.1:9/v1" in done.stderr


def test_wrong_setting_is_named(notes: Path) -> None:
    done = vade("status", cwd=notes, VADE_RETRIEVE_TOP_K="many")
    assert done.returncode == 2 and "retrieve.top_k = 'many'" in done.stderr


def test_config_show_and_doctor(notes: Path) -> None:
    shown = json.loads(vade("config", "show", "--resolved", "--json", cwd=notes).stdout)
    assert shown["retrieve.top_k"]["value"] == 10 and shown["retrieve.top_k"]["origin"] == "default"
    done = vade("doctor", cwd=notes)
    assert done.returncode == 0 and "BAD" not in done.stdout


def test_export_import(notes: Path, tmp_path: Path) -> None:
    assert vade("export", tmp_path / "all.vade", cwd=notes).returncode == 0
    assert vade("import", tmp_path / "all.vade", tmp_path / "copy", cwd=tmp_path).returncode == 0
    answer = json.loads(vade("ask", "How long is the refund period?", "--json", cwd=tmp_path / "copy").stdout)
    assert answer["answered"]


def test_models_list_json(tmp_path: Path) -> None:
    rows = json.loads(vade("models", "list", "--json", cwd=tmp_path).stdout)
    assert {"bge-small-en", "ms-marco-minilm", "smollm2-135m", "whisper-tiny"} <= {
        row["name"] for row in rows
    }
    assert all(row["size_bytes"] > 0 and row["licence"] for row in rows)


@pytest.mark.parametrize(
    "command", ["init", "ingest", "search", "ask", "status", "doctor", "export", "import"]
)
def test_help_ends_in_an_example(command: str, tmp_path: Path) -> None:
    done = vade(command, "--help", cwd=tmp_path)
    assert done.returncode == 0
    assert f"vade {command}" in done.stdout and "Example" in done.stdout


def test_close_command_is_suggested(tmp_path: Path) -> None:
    done = vade("serach", "x", cwd=tmp_path)
    assert done.returncode == 2 and "search" in done.stderr
