"""The workspace as a person uses it from Python: ingest, sync, search, ask, export; real models."""

import json
import os
import stat
from pathlib import Path

import pytest

import vademecum
from vademecum.errors import BusyError, InputError, QuestionError, SourceError, WorkspaceError
from vademecum.health import check_health
from vademecum.stores.lock import writer_lock
from vademecum.values import TraceRecorder
from vademecum.workspace import import_workspace

REFUND = "The refund period is 30 days from the day of delivery."
PARCEL = "An express parcel costs 9.80 pounds and arrives the next working day."


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "returns.md").write_text(f"# Returns\n\n{REFUND}\n\n# Shipping\n\n{PARCEL}\n")
    (folder / "staff.txt").write_text("The office opens at eight.\n\nLunch is at noon in the canteen.\n")
    return folder


@pytest.fixture
def workspace(tmp_path: Path):
    with vademecum.open(tmp_path / "notes") as opened:
        yield opened


def found(workspace, query: str) -> list[str]:
    return [hit.text for hit in workspace.search(query, top_k=3)]


def test_ingest_search_and_ask(workspace, source: Path) -> None:
    summary = workspace.ingest(source)
    assert (summary.read, summary.documents, summary.failed) == (2, 2, ())
    hit = workspace.search("refund period")[0]
    assert hit.document == str(source / "returns.md")
    assert (hit.text, hit.location.line, hit.location.heading) == (REFUND, 3, ("Returns",))
    answer = workspace.ask("How long is the refund period?")
    assert answer.answered and "30 days" in answer.text
    (citation,) = answer.citations
    stored = workspace.documents([citation.document_id])[citation.document_id].text
    assert stored[citation.start : citation.end] == citation.quote == REFUND


def test_sync_follows_added_changed_and_removed_files(workspace, source: Path) -> None:
    workspace.ingest(source)
    assert workspace.ingest(source).unchanged == 2
    (source / "returns.md").write_text("# Returns\n\nThe refund period is now 45 days.\n")
    (source / "staff.txt").unlink()
    (source / "new.txt").write_text("The cellar holds 300 bottles of cider.")
    summary = workspace.ingest(source)
    assert (summary.read, summary.unchanged, summary.removed) == (2, 0, 1)
    assert found(workspace, "refund period")[0] == "The refund period is now 45 days."
    assert all("canteen" not in text for text in found(workspace, "lunch in the canteen"))
    assert workspace.status()["documents"] == 2


def test_touched_file_is_not_read_again(workspace, source: Path) -> None:
    workspace.ingest(source)
    os.utime(source / "staff.txt", (1, 1))
    assert (workspace.ingest(source).read, workspace.ingest(source).unchanged) == (0, 2)


def test_copies_are_stored_once_and_outlive_the_first(workspace, source: Path) -> None:
    (source / "z-copy.txt").write_text("THE OFFICE opens at eight.\n\n\nLunch is at noon in  the canteen.")
    summary = workspace.ingest(source)
    assert (summary.documents, summary.duplicates) == (2, 1)
    (hit,) = workspace.search("lunch canteen", top_k=1)
    assert hit.also_at == (str(source / "z-copy.txt"),)
    (source / "staff.txt").unlink()
    workspace.ingest(source)
    (hit,) = workspace.search("lunch canteen", top_k=1)
    assert (hit.document, hit.also_at) == (str(source / "z-copy.txt"), ())


def test_copy_of_a_file_that_changes_is_read_itself(workspace, source: Path) -> None:
    (source / "z-copy.txt").write_text((source / "staff.txt").read_text())
    workspace.ingest(source)
    (source / "staff.txt").write_text("Nobody eats here any more.")
    workspace.ingest(source)
    assert workspace.search("lunch canteen", top_k=1)[0].document == str(source / "z-copy.txt")
    assert workspace.status()["documents"] == 3


def test_failed_files_are_named_and_tried_again_only_when_changed(workspace, source: Path) -> None:
    (source / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
    (source / "empty.txt").write_bytes(b"")
    summary = workspace.ingest(source)
    reasons = {Path(failure.path).name: failure.reason for failure in summary.failed}
    assert set(reasons) == {"broken.pdf", "empty.txt"}
    assert "empty" in reasons["empty.txt"]
    again = workspace.ingest(source)
    assert (again.read, len(again.failed), again.unchanged) == (0, 2, 2)
    (source / "empty.txt").write_text("Now it says that the well is deep.")
    assert len(workspace.ingest(source).failed) == 1


def test_rows_are_documents(workspace, tmp_path: Path) -> None:
    rows = [
        {"_id": f"r{n}", "title": f"Row {n}", "text": f"Number {n} is about {w}."}
        for n, w in enumerate("abc")
    ]
    path = tmp_path / "rows.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)) + "\nnot json\n")
    summary = workspace.ingest(path, id_field="_id", title_field="title", text_field="text")
    assert (summary.documents, len(summary.failed)) == (3, 1)
    assert "line 4" in summary.failed[0].path
    assert workspace.search("Number 1", top_k=1)[0].document == "r1"
    rows[1]["text"] = "Number 1 is about zebras."
    path.write_text("\n".join(map(json.dumps, rows[1:])) + "\n")
    workspace.ingest(path, id_field="_id", title_field="title", text_field="text")
    assert sorted(hit.document for hit in workspace.search("number", top_k=9)) == ["r1", "r2"]
    assert workspace.search("zebras", top_k=1)[0].text == "Number 1 is about zebras."


def test_ingest_without_a_path_follows_what_was_ingested(workspace, source: Path) -> None:
    workspace.ingest(source)
    (source / "rows.jsonl").write_text('{"id": "r1", "words": "The attic is empty."}')
    workspace.ingest(source / "rows.jsonl", id_field="id", text_field="words")
    (source / "new.txt").write_text("The cellar holds 300 bottles of cider.")
    assert workspace.ingest().read == 1
    assert workspace.search("attic", top_k=1)[0].document == "r1", "rows stay rows"


def test_every_step_is_named_timed_and_can_be_switched_off(tmp_path: Path, source: Path) -> None:
    with vademecum.open(tmp_path / "notes") as workspace:
        workspace.ingest(source)
        recorder = TraceRecorder()
        workspace.search("lunch", where="document ~ *", by_document=True, recorder=recorder)
        names = [step.name for step in recorder.trace().steps]
        assert names == [
            "retrieve",
            "filter",
            "lexical",
            "embed",
            "dense",
            "fuse",
            "rerank",
            "collapse",
            "hits",
        ]
        assert all(step.ms >= 0 for step in recorder.trace().steps)
    off = {"retrieve.rerank": False, "retrieve.dense": False}
    with vademecum.open(tmp_path / "notes", config=off) as workspace:
        recorder = TraceRecorder()
        workspace.search("lunch", recorder=recorder)
        assert [step.name for step in recorder.trace().steps] == [
            "retrieve",
            "lexical",
            "fuse",
            "hits",
        ]


def test_the_trace_tells_where_each_passage_stood_without_its_words(workspace, source: Path) -> None:
    workspace.ingest(source)
    recorder = TraceRecorder()
    hits = workspace.search("refund lunch", top_k=1, recorder=recorder)
    *_, last = recorder.trace().steps
    told = last.detail["passages"]
    assert len(told) > 1 and [one["chunk"] for one in told if one["kept"]] == [hits[0].id]
    best = told[0]
    assert (best["document"], best["start"], best["end"]) == (hits[0].document_id, hits[0].start, hits[0].end)
    assert best["rank"] == 1 and best["score"] == pytest.approx(hits[0].score, abs=1e-3)
    assert {one["dense"][0] for one in told if one["dense"]} == set(range(1, len(told) + 1))
    assert all(set(one) == set(best) for one in told)
    words = {word.casefold() for hit in hits for word in hit.text.split() if len(word) > 5}
    assert not any(word in str(last.to_dict()).casefold() for word in words)


def test_filters_keep_and_leave_out(workspace, source: Path) -> None:
    workspace.ingest(source)
    hits = workspace.search("refund lunch", where="media_type = text/markdown")
    assert {Path(hit.document).name for hit in hits} == {"returns.md"}
    with pytest.raises(InputError, match="'year' is not a filter"):
        workspace.search("x", where="year")


def test_another_chunk_size_cuts_anew_without_reading(tmp_path: Path, source: Path) -> None:
    (source / "long.txt").write_text(
        "\n\n".join(f"Paragraph {n} tells of day {n} at sea." for n in range(60))
    )
    with vademecum.open(tmp_path / "notes") as workspace:
        before = workspace.ingest(source).chunks
        expected = workspace.status()["chunks"]
        assert before == expected
    with vademecum.open(tmp_path / "notes", config={"chunk.max_tokens": 64}) as workspace:
        summary = workspace.ingest(source)
        assert summary.read == 0
        assert workspace.status()["chunks"] > before
        assert summary.embedded < workspace.status()["chunks"], "unchanged chunks keep their vectors"
        assert found(workspace, "refund period")[0] == REFUND


def test_reader_in_another_workspace_object_sees_commits(tmp_path: Path, source: Path) -> None:
    with vademecum.open(tmp_path / "notes") as writer, vademecum.open(tmp_path / "notes") as reader:
        assert reader.search("refund") == []
        writer.ingest(source)
        assert "refund" in reader.search("refund")[0].text


def test_empty_workspace_answers_that_it_is_empty(workspace) -> None:
    assert workspace.search("anything") == []
    answer = workspace.ask("Is there anything?")
    assert not answer.answered and "vade ingest" in answer.text and answer.citations == ()


def test_bad_questions_are_refused(workspace) -> None:
    for bad in ("", "  \n "):
        with pytest.raises(QuestionError, match="empty"):
            workspace.ask(bad)
        with pytest.raises(QuestionError, match="empty"):
            workspace.search(bad)
    with pytest.raises(QuestionError, match="100000 characters"):
        workspace.ask("x" * 100_000)


def test_missing_path_and_second_writer_are_refused(workspace, source: Path) -> None:
    with pytest.raises(SourceError, match="nowhere does not exist"):
        workspace.ingest(source / "nowhere")
    with (
        writer_lock(workspace.folder / ".vade"),
        pytest.raises(BusyError, match=f"process {os.getpid()}"),
    ):
        workspace.ingest(source)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_folder_is_named_and_keeps_what_was_known(workspace, source: Path) -> None:
    (source / "inner").mkdir()
    (source / "inner" / "a.txt").write_text("The attic has a window to the east.")
    workspace.ingest(source)
    (source / "inner").chmod(0)
    try:
        summary = workspace.ingest(source)
        assert "no permission" in summary.failed[0].reason
        assert found(workspace, "attic window")
    finally:
        (source / "inner").chmod(stat.S_IRWXU)


def test_workspace_that_is_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(WorkspaceError, match="is a file, not a workspace"):
        vademecum.open(tmp_path / "file")


def test_export_and_import_bring_the_same_answers(workspace, source: Path, tmp_path: Path) -> None:
    workspace.ingest(source)
    workspace.export(tmp_path / "all.vade")
    with import_workspace(tmp_path / "all.vade", tmp_path / "copy") as copy:
        assert found(copy, "refund period") == found(workspace, "refund period")
        assert copy.ask("How long is the refund period?").answered


def test_health_names_what_is_wrong(workspace, source: Path) -> None:
    workspace.ingest(source)
    assert all(check.ok for check in check_health(workspace.folder))
    (workspace.folder / ".vade" / "CURRENT").write_text("{")
    assert {check.name for check in check_health(workspace.folder) if not check.ok} == {
        "store",
        "quotes",
        "vectors",
    }
