"""No file takes the program down, holds it up, or eats its memory; results keep their order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import pytest

from vademecum.errors import InternalError
from vademecum.ingest.pool import ParsePool, ParseRequest


def requests(*paths: Path) -> list[ParseRequest]:
    return [ParseRequest(path=str(path), source=path.name) for path in paths]


def crash(pool: ParsePool) -> None:
    for pid in pool.pids:
        os.kill(pid, signal.SIGSEGV)


@pytest.fixture
def slow_file(tmp_path: Path) -> Path:
    """A file that takes many seconds to read."""
    path = tmp_path / "slow.md"
    path.write_text("> - *a*\n\n" * 400_000)
    return path


def test_results_keep_the_order_of_the_requests(tmp_path: Path) -> None:
    paths = [tmp_path / f"{number:02d}.txt" for number in range(30)]
    for number, path in enumerate(paths):
        path.write_text("word " * (20_000 if number % 5 == 0 else 1) + str(number))
    with ParsePool(workers=2, timeout_s=60) as pool:
        results = list(pool.parse(requests(*paths)))
        assert [result.source for result in results] == [path.name for path in paths]
        assert all(result.documents[0].text.endswith(str(n)) for n, result in enumerate(results))


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.txt").write_text("duck")
    with ParsePool(workers=1, timeout_s=60) as pool:
        paths = [tmp_path / name for name in ("empty.txt", "gone.txt", "good.txt")]
        empty, gone, good = pool.parse(requests(*paths))
    assert (empty.reason, empty.code) == ("empty", "parse")
    assert gone.reason == "cannot be opened: No such file or directory"
    assert not good.reason


def test_a_slow_file_is_given_up_and_the_rest_goes_on(tmp_path: Path, slow_file: Path) -> None:
    (tmp_path / "good.txt").write_text("duck")
    with ParsePool(workers=1, timeout_s=0.5) as pool:
        slow, good = pool.parse(requests(slow_file, tmp_path / "good.txt"))
    assert (slow.reason, slow.code) == ("took longer than 0.5 s", "timeout")
    assert good.documents[0].text == "duck"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_a_file_that_eats_memory_is_given_up(tmp_path: Path) -> None:
    large, good = tmp_path / "large.txt", tmp_path / "good.txt"
    large.write_text("word " * 20_000_000)
    good.write_text("duck")
    with ParsePool(workers=1, timeout_s=60, memory_mb=200) as pool:
        results = list(pool.parse(requests(good, large, good)))
    assert [result.reason for result in results] == ["", "needs more than 200 MB", ""]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process")
def test_an_abort_for_lack_of_memory_is_named_so(tmp_path: Path) -> None:
    """Two cells at the far corners of a sheet make the reader ask for all cells between them."""
    path = tmp_path / "sparse.xlsx"
    office = "http://schemas.openxmlformats.org"
    relations = f"{office}/officeDocument/2006/relationships"
    relation = f'<Relationships xmlns="{office}/package/2006/relationships">'
    relation += f'<Relationship Id="r1" Type="{relations}/{{}}" Target="{{}}"/></Relationships>'
    main = f'xmlns="{office}/spreadsheetml/2006/main" xmlns:r="{relations}"'
    sheet = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    named = '<sheet name="S" sheetId="1" r:id="r1"/>'
    members = {
        "[Content_Types].xml": f'<Types xmlns="{office}/package/2006/content-types"/>',
        "_rels/.rels": relation.format("officeDocument", "xl/workbook.xml"),
        "xl/_rels/workbook.xml.rels": relation.format("worksheet", "worksheets/s.xml"),
        "xl/workbook.xml": f"<workbook {main}><sheets>{named}</sheets></workbook>",
        "xl/worksheets/s.xml": f"<worksheet {main}><sheetData>{sheet}</sheetData></worksheet>",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, f'<?xml version="1.0"?>{content}')
    with ParsePool(workers=1, timeout_s=60) as pool:
        (result,) = pool.parse(requests(path))
    assert (result.reason, result.code) == ("needs more than 1024 MB", "memory")


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
def test_a_crash_is_that_files_failure(tmp_path: Path, slow_file: Path) -> None:
    (tmp_path / "good.txt").write_text("duck")
    with ParsePool(workers=1, timeout_s=60) as pool:
        killer = threading.Timer(1.5, lambda: crash(pool))
        killer.start()
        crashed, good = pool.parse(requests(slow_file, tmp_path / "good.txt"))
        killer.join()
    assert (crashed.reason, crashed.code) == ("crashed the parser (signal 11)", "crash")
    assert good.documents[0].text == "duck"


def test_closing_kills_at_once(slow_file: Path) -> None:
    pool = ParsePool(workers=2, timeout_s=60)
    results = pool.parse(requests(slow_file, slow_file, slow_file))
    threading.Timer(1.0, pool.close).start()
    began = time.monotonic()
    with pytest.raises(InternalError, match="closed"):
        list(results)
    pool.close()
    assert time.monotonic() - began < 10
    assert pool.pids == []


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_workers_die_with_the_program(tmp_path: Path, slow_file: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import sys, threading\n"
        "from vademecum.ingest.pool import ParsePool, ParseRequest\n"
        "pool = ParsePool(workers=1, timeout_s=60)\n"
        f"results = pool.parse([ParseRequest(path={str(slow_file)!r}, source='a')])\n"
        "threading.Timer(1.0, lambda: print(*pool.pids, flush=True)).start()\n"
        "next(results)\n"
    )
    program = subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True)
    assert program.stdout is not None
    (pid,) = program.stdout.readline().split()
    program.kill()
    program.wait()
    program.stdout.close()
    until = time.monotonic() + 5
    while Path(f"/proc/{pid}").exists() and time.monotonic() < until:
        time.sleep(0.05)
    assert not Path(f"/proc/{pid}").exists()
