"""Whose documents are whose: kept through syncs, shared, removed, forgotten down to the bytes on disk."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import lancedb
import pytest

import vademecum
from vademecum.errors import DeniedError, InputError, NotFoundError, SourceError
from vademecum.sharing import forget_user, remove, share
from vademecum.values import OWNER, PUBLIC, Access, Viewer, parse_readers
from vademecum.values.conversation import Feedback
from vademecum.view import WITHHELD
from vademecum.workspace import Workspace

ANA, BEN = Viewer(user="ana"), Viewer(user="ben", groups=("sales",))
PRIVATE = Access(owner="ana", readers=())


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Workspace]:
    (tmp_path / "docs").mkdir()
    with vademecum.open(tmp_path / "ws") as workspace:
        yield workspace


def write(notes: Workspace, name: str, text: str) -> Path:
    path = notes.folder.parent / "docs" / name
    path.write_text(text, "utf-8")
    return path


def seen(notes: Workspace, viewer: Viewer) -> list[str]:
    return [Path(row["source"]).name for row in notes.seen_by(viewer).rows()]


def test_a_folder_keeps_its_readers_also_for_what_comes_later(notes: Workspace) -> None:
    first = write(notes, "a.md", "The heron has long legs.")
    notes.ingest(first.parent, access=Access(owner="ana", readers=("group:sales",)))
    write(notes, "b.md", "The kite circles above.")
    first.write_text("The heron has very long legs.", "utf-8")
    notes.ingest()
    assert seen(notes, ANA) == seen(notes, BEN) == ["a.md", "b.md"]
    assert seen(notes, Viewer(user="cleo")) == []
    (first.parent / "below").mkdir()
    write(notes, "below/c.md", "The wren is small.")
    notes.ingest(first.parent / ".." / "docs" / "below")
    assert seen(notes, Viewer(user="cleo")) == []
    notes.ingest(first.parent, access=PUBLIC)
    assert len(seen(notes, Viewer(user="cleo"))) == 3


def test_an_upload_that_was_not_read_yet_is_nobody_elses_when_it_is(notes: Workspace) -> None:
    path = notes.uploads("ana") / "plan.md"
    path.parent.mkdir(parents=True)
    path.write_text("The plan is to leave at dawn.", "utf-8")
    notes.ingest(notes.folder / "uploads")
    assert seen(notes, ANA) == seen(notes, OWNER) == ["plan.md"] and seen(notes, BEN) == []


def test_equal_content_of_different_people_is_kept_apart(notes: Workspace) -> None:
    text = "The vault opens with the number 4711."
    first, second = write(notes, "a.md", text), write(notes, "b.md", text)
    notes.ingest(first, access=PRIVATE)
    summary = notes.ingest(second, access=Access(owner="ben", readers=()))
    assert (summary.duplicates, summary.documents, summary.embedded) == (0, 1, 1)
    (hit,) = notes.seen_by(ANA).search("vault number")
    assert Path(hit.document).name == "a.md" and hit.also_at == ()
    third = notes.ingest(write(notes, "c.md", text), access=PRIVATE)
    assert third.duplicates == 1
    (hit,) = notes.seen_by(ANA).search("vault number")
    assert [Path(one).name for one in hit.also_at] == ["c.md"]
    share(notes.seen_by(ANA), hit.document_id, ("user:ben",))
    found = notes.seen_by(BEN).search("vault number")
    assert sorted(Path(one.document).name for one in found) == ["a.md", "b.md"]
    assert all(one.also_at == () for one in found)
    assert sorted(seen(notes, ANA)) == ["a.md", "c.md"]


def test_rows_of_a_file_share_its_readers(notes: Workspace) -> None:
    rows = [{"id": name, "text": f"The {name} is a bird."} for name in ("heron", "kite")]
    path = write(notes, "birds.jsonl", "\n".join(json.dumps(row) for row in rows))
    notes.ingest(path, text_field="text", id_field="id", access=PRIVATE)
    assert seen(notes, ANA) == ["heron", "kite"] and seen(notes, BEN) == []
    assert share(notes.seen_by(ANA), "kite", ("group:sales",)) == str(path)
    assert seen(notes, BEN) == ["heron", "kite"]
    again = write(notes, "again.jsonl", path.read_text("utf-8"))
    (failed,) = notes.ingest(again, text_field="text", id_field="id", access=PRIVATE).failed
    assert "is also in" in failed.reason and "same readers" in failed.reason
    notes.ingest(again, text_field="text", id_field="id", access=Access(owner="ben", readers=()))
    assert seen(notes, BEN).count("kite") == 2 and seen(notes, ANA).count("kite") == 1


def test_only_who_owns_a_document_does_with_it_as_they_like(notes: Workspace) -> None:
    path = write(notes, "a.md", "The heron has long legs.")
    notes.ingest(path, access=Access(owner="ana", readers=("user:ben",)))
    with pytest.raises(DeniedError, match=r"a.md' is not yours. Ask ana"):
        share(notes.seen_by(BEN), str(path), ())
    with pytest.raises(NotFoundError, match="no document 'nothing'"):
        share(notes.seen_by(ANA), "nothing", ())
    share(notes.seen_by(ANA), str(path), ())
    with pytest.raises(NotFoundError, match=r"no document .*a.md"):
        share(notes.seen_by(BEN), str(path), ())
    with pytest.raises(DeniedError, match="was not uploaded"):
        remove(notes.seen_by(ANA), str(path))
    path.unlink()
    with pytest.raises(SourceError, match="does not exist"):
        share(notes.seen_by(ANA), str(path), ("everyone",))


def test_an_upload_is_removed_with_its_file(notes: Workspace) -> None:
    path = notes.uploads("ana") / "plan.md"
    path.parent.mkdir(parents=True)
    path.write_text("The plan is to leave at dawn.", "utf-8")
    notes.ingest(path)
    assert remove(notes.seen_by(ANA), str(path)) == str(path)
    assert not path.exists() and seen(notes, OWNER) == []


def test_a_person_is_forgotten_down_to_the_bytes(notes: Workspace) -> None:
    uploaded = notes.uploads("ana") / "vault.md"
    uploaded.parent.mkdir(parents=True)
    uploaded.write_text("The vault opens with the word zyxwvutsr.", "utf-8")
    notes.ingest(uploaded)
    elsewhere = write(notes, "elsewhere.md", "The cellar opens with the word qponmlkji.")
    write(notes, "bens.md", "The attic opens with a key.")
    notes.ingest(elsewhere.parent)
    notes.ingest(elsewhere, access=Access(owner="ana", readers=("user:ben",)))
    notes.ingest(elsewhere.parent / "bens.md", access=Access(owner="ben", readers=("user:ana",)))
    (hit,) = notes.seen_by(BEN).search("cellar", top_k=1)
    state = notes.state()
    for viewer, question in ((BEN, "With which word does the cellar open?"), (ANA, "What opens the attic?")):
        with notes.recorded(kind="ask", asked=question, user=viewer.user) as call:
            call.answer = notes.seen_by(viewer).ask(question, recorder=call.recorder)
        state.feedback.add(Feedback(trace_id=call.recorder.id, user=viewer.user, rating=1))
    state.memory.add(user="ana", text="I like the word hgfedcbaz.")
    state.keys.add("ana", role="editor")

    removed = forget_user(notes, "ana")

    assert removed["documents"] == 2 and removed["answers of others"] == 1
    assert removed["traces"] == removed["facts"] == removed["keys"] == 1
    assert seen(notes, OWNER) == ["bens.md"] and not uploaded.parent.exists() and elsewhere.exists()
    (trace,) = state.traces.list()
    assert trace.user == "ben" and trace.answer is not None and trace.answer.text == WITHHELD
    assert [access_of(notes, "bens.md")] == [Access(owner="ben", readers=())]
    assert notes.documents([hit.document_id]) == {}
    notes.close()
    for file in notes.folder.rglob("*"):
        if file.is_file():
            held = [word for word in (b"zyxwvutsr", b"qponmlkji", b"hgfedcbaz") if word in file.read_bytes()]
            assert not held, f"{file} still holds {held}"
    notes.ingest(elsewhere.parent)
    assert seen(notes, OWNER) == ["bens.md"]
    elsewhere.write_text("The cellar is empty.", "utf-8")
    notes.ingest(elsewhere.parent)
    assert seen(notes, OWNER) == ["bens.md", "elsewhere.md"] and seen(notes, BEN) == ["bens.md"]


def access_of(notes: Workspace, name: str) -> Access:
    (found,) = [row["access"] for row in notes.document_rows() if Path(row["source"]).name == name]
    assert isinstance(found, Access)
    return found


def test_a_workspace_of_an_older_version_goes_on(notes: Workspace) -> None:
    notes.ingest(write(notes, "a.md", "The heron has long legs."))
    current = notes.folder / ".vade" / "CURRENT"
    snapshot = json.loads(current.read_text("utf-8"))
    tables = lancedb.connect(str(notes.folder / ".vade" / "tables"))
    for name in ("documents", "places"):
        table = tables.open_table(name)
        table.drop_columns(["access"])
        snapshot["tables"][name] = table.version
    current.write_text(json.dumps(snapshot | {"format": 1}), "utf-8")
    with vademecum.open(notes.folder) as old:
        assert seen(old, BEN) == ["a.md"]
        assert old.seen_by(BEN).ask("What has the heron?").citations[0].quote
        summary = old.ingest(write(old, "b.md", "The kite circles above."), access=PRIVATE)
        assert summary.documents == 1
        assert seen(old, BEN) == ["a.md"] and seen(old, ANA) == ["a.md", "b.md"]
        assert old.ingest(notes.folder.parent / "docs").unchanged == 2
    assert json.loads(current.read_text("utf-8"))["format"] == 2


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["sales"], "reader = 'sales': allowed is everyone, nobody, group:NAME or user:NAME"),
        (["group:"], "reader = 'group:'"),
        (["nobody", "user:ana"], "'nobody' stands by itself"),
    ],
)
def test_readers_that_are_none_are_named(given: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_readers(given)
    assert parse_readers(["user:ana", "group:law", "user:ana"]) == ("group:law", "user:ana")
    assert parse_readers(["nobody"]) == ()
