"""Which files are read, and which are named instead."""

import os
from pathlib import Path

from vademecum.ingest.sync import plan_sync


def test_only_regular_files_are_read_and_strange_names_are_named(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("a")
    (tmp_path / ".hidden.txt").write_text("h")
    os.mkfifo(tmp_path / "pipe.txt")
    (tmp_path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (tmp_path / "zero.txt").symlink_to("/dev/zero")
    (tmp_path / "loop").symlink_to(tmp_path)
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.txt")).write_text("e")
    plan = plan_sync(tmp_path, {})
    assert [Path(place.path).name for place in plan.to_read] == ["a.txt"]
    (failure,) = plan.unreadable
    assert failure.path.endswith("caf\\udce9.txt") and "not valid UTF-8" in failure.reason
    assert len(plan_sync(tmp_path, {}, hidden=True).to_read) == 2


def test_known_files_below_another_root_are_left_alone(tmp_path: Path) -> None:
    for name in ("one", "one-more"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "a.txt").write_text(name)
    known = {place.path: place for place in plan_sync(tmp_path, {}).to_read}
    (tmp_path / "one" / "a.txt").unlink()
    (tmp_path / "one-more" / "a.txt").unlink()
    plan = plan_sync(tmp_path / "one", known)
    assert [place.path for place in plan.removed] == [str(tmp_path / "one" / "a.txt")]
