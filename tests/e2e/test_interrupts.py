"""What a person does to a running ingest: Ctrl-C, kill -9, a full disk, a change while it watches."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import vademecum
from vademecum.health import check_health

ROOT = Path(__file__).resolve().parents[2]


def start(*arguments: str | Path, cwd: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "vademecum", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "VADE_INGEST_COMMIT_S": "0.2", "NO_COLOR": "1"},
    )


def run(*arguments: str | Path, cwd: Path) -> tuple[int, str]:
    process = start(*arguments, cwd=cwd)
    _, said = process.communicate(timeout=120)
    return process.returncode, said


def rows(path: Path, count: int) -> Path:
    lines = (
        json.dumps({"id": str(n), "text": f"Entry {n} of the log tells of day {n} at sea."})
        for n in range(count)
    )
    path.write_text("\n".join(lines))
    return path


@pytest.fixture
def notes(tmp_path: Path) -> Path:
    vademecum.open(tmp_path / "notes").close()
    return tmp_path / "notes"


def wait_for_chunks(notes: Path, count: int) -> None:
    deadline = time.monotonic() + 60
    with vademecum.open(notes) as workspace:
        while workspace.status()["vectors"] < count:
            assert time.monotonic() < deadline
            time.sleep(0.05)


@pytest.mark.parametrize("blow", [signal.SIGINT, signal.SIGKILL])
def test_interrupted_ingest_continues(notes: Path, tmp_path: Path, blow: signal.Signals) -> None:
    source = rows(tmp_path / "log.jsonl", 3_000)
    process = start("ingest", source, cwd=notes)
    wait_for_chunks(notes, 50)
    process.send_signal(blow)
    _, said = process.communicate(timeout=30)
    if blow is signal.SIGINT:
        assert process.returncode == 130
        assert "the same command continues from there" in said and "Traceback" not in said
    with vademecum.open(notes, config={"retrieve.rerank": False}) as workspace:
        before = workspace.status()["vectors"]
        assert 50 <= before < 3_000
        assert workspace.search("log of day 7 at sea")
        summary = workspace.ingest(source)
        assert summary.embedded == 3_000 - workspace.status()["vectors"] + summary.embedded <= 3_000 - before
        assert workspace.status()["documents"] == workspace.status()["vectors"] == 3_000
    assert all(check.ok for check in check_health(notes) if check.name != "disk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "small"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("a disk to fill needs the right to mount")
    yield folder
    subprocess.run(["umount", folder], check=True)


def test_full_disk_is_named_and_loses_nothing(small_disk: Path, tmp_path: Path) -> None:
    source = rows(tmp_path / "log.jsonl", 3_000)
    assert run("init", "notes", cwd=small_disk)[0] == 0
    code, said = run("ingest", source, cwd=small_disk / "notes")
    assert code == 1
    assert "no space left on the disk" in said and "Traceback" not in said
    with vademecum.open(small_disk / "notes", config={"retrieve.rerank": False}) as workspace:
        assert workspace.search("log of day 7 at sea")
    subprocess.run(["mount", "-o", "remount,size=60m", small_disk], check=True)
    assert run("ingest", source, cwd=small_disk / "notes")[0] == 0
    with vademecum.open(small_disk / "notes") as workspace:
        assert workspace.status()["vectors"] == 3_000


def test_watch_follows_changes(notes: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "a.txt").write_text("The harbour closes at dusk.")
    process = start("ingest", source, "--watch", cwd=notes)
    try:
        wait_for_chunks(notes, 1)
        (source / "b.txt").write_text("The lighthouse keeper is called Ines.")
        wait_for_chunks(notes, 2)
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=30)
    assert process.returncode == 130


@pytest.mark.slow
def test_many_kills_end_like_an_undisturbed_run(tmp_path: Path) -> None:
    script = ROOT / "benchmarks" / "kills.py"
    command = [sys.executable, script, "--kills", "20", "--files", "200", "--work", tmp_path / "kills"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "identical to undisturbed runs" in done.stdout
