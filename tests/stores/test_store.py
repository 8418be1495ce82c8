"""Commits are all or nothing, recovery drops what was not committed, one writer at a time."""

import json
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pytest

from vademecum.errors import BusyError, WorkspaceError
from vademecum.stores.archive import load_archive, save_archive
from vademecum.stores.lock import writer_lock
from vademecum.stores.schema import DUPLICATES, SCHEMAS
from vademecum.stores.store import FOLDER_NAME, Store


def _rows(*sources: str) -> pa.Table:
    columns = [list(sources), ["p"] * len(sources), ["d"] * len(sources)]
    return pa.table(columns, schema=SCHEMAS[DUPLICATES])


def _sources(folder: Path) -> list[str]:
    return sorted(Store.open(folder).scan(DUPLICATES, ["source"])["source"].to_pylist())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    Store.create(tmp_path / FOLDER_NAME)
    return tmp_path / FOLDER_NAME


def _writer(folder: Path) -> Store:
    store = Store.open(folder)
    store.recover()
    return store


def test_rows_are_invisible_until_commit(folder: Path) -> None:
    store = _writer(folder)
    store.add(DUPLICATES, _rows("a", "b"))
    assert _sources(folder) == []
    store.commit()
    assert _sources(folder) == ["a", "b"]


def test_open_reader_keeps_its_snapshot(folder: Path) -> None:
    store = _writer(folder)
    store.add(DUPLICATES, _rows("a"))
    store.commit()
    reader = Store.open(folder)
    store.delete(DUPLICATES, "source", ["a"])
    store.add(DUPLICATES, _rows("b"))
    store.commit()
    assert reader.scan(DUPLICATES, ["source"])["source"].to_pylist() == ["a"]
    assert _sources(folder) == ["b"]


def test_recover_drops_what_was_not_committed(folder: Path) -> None:
    store = _writer(folder)
    store.add(DUPLICATES, _rows("a"))
    store.commit()
    store.add(DUPLICATES, _rows("lost"))
    store.delete(DUPLICATES, "source", ["a"])
    again = _writer(folder)
    assert again.scan(DUPLICATES, ["source"])["source"].to_pylist() == ["a"]
    again.add(DUPLICATES, _rows("b"))
    again.commit()
    assert _sources(folder) == ["a", "b"]


def test_recover_drops_tables_nobody_names(folder: Path) -> None:
    _writer(folder).add(DUPLICATES, _rows("lost"))
    store = _writer(folder)
    assert store.count(DUPLICATES) == 0
    store.add(DUPLICATES, _rows("kept"))
    store.commit()
    assert _sources(folder) == ["kept"]


def test_many_commits_are_compacted_and_keep_every_row(folder: Path) -> None:
    store = _writer(folder)
    for number in range(130):
        store.add(DUPLICATES, _rows(f"{number:03d}"))
        store.commit()
    assert _sources(folder) == [f"{number:03d}" for number in range(130)]
    table = store.table(DUPLICATES)
    assert table is not None and table.stats()["fragment_stats"]["num_fragments"] < 70


def test_quotes_in_values_are_only_characters(folder: Path) -> None:
    store = _writer(folder)
    store.add(DUPLICATES, _rows("it's", "x' OR '1'='1"))
    store.delete(DUPLICATES, "source", ["x' OR '1'='1"])
    store.commit()
    assert _sources(folder) == ["it's"]


def test_second_writer_is_refused_with_the_first_ones_id(folder: Path) -> None:
    with writer_lock(folder):
        program = (
            "import sys; from pathlib import Path; from vademecum.stores.lock import writer_lock\n"
            "with writer_lock(Path(sys.argv[1])): pass"
        )
        second = subprocess.run([sys.executable, "-c", program, str(folder)], capture_output=True, text=True)
        assert "BusyError" in second.stderr
        with pytest.raises(BusyError, match="is being written by process"), writer_lock(folder):
            pass
    with writer_lock(folder):
        pass


def test_newer_format_is_refused(folder: Path) -> None:
    path = folder / "CURRENT"
    path.write_text(json.dumps({**json.loads(path.read_text()), "format": 99, "new_field": 1}))
    with pytest.raises(WorkspaceError, match="store format 99; this version reads up to 2"):
        Store.open(folder)


@pytest.mark.parametrize("content", ["", "not json", "[]", "{}"])
def test_damaged_current_is_named(folder: Path, content: str) -> None:
    (folder / "CURRENT").write_text(content)
    with pytest.raises(WorkspaceError, match="CURRENT"):
        Store.open(folder)


def test_no_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(WorkspaceError, match="vade init"):
        Store.open(tmp_path / FOLDER_NAME)


def test_archive_brings_everything_back(folder: Path, tmp_path: Path) -> None:
    store = _writer(folder)
    store.add(DUPLICATES, _rows("a", "b"))
    store.commit(chunker="c", space="s")
    save_archive(Store.open(folder), tmp_path / "all.vade")
    load_archive(tmp_path / "all.vade", tmp_path / "copy")
    assert _sources(tmp_path / "copy" / FOLDER_NAME) == ["a", "b"]
    assert Store.open(tmp_path / "copy" / FOLDER_NAME).snapshot.space == "s"
    with pytest.raises(WorkspaceError, match="already is a workspace"):
        load_archive(tmp_path / "all.vade", tmp_path / "copy")


def test_file_that_is_no_archive_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.vade").write_text("nothing")
    with pytest.raises(WorkspaceError, match=r"x\.vade cannot be imported"):
        load_archive(tmp_path / "x.vade", tmp_path / "copy")
