"""1,000 damaged and hostile files: none may crash, hang or bloat the program, each failure is named.

Use: python benchmarks/mutate.py --data ../shared/data [--files 1000] [--limit-mb 1500]
Ingests them into a fresh workspace in a process of its own and samples the memory of its whole
process tree. Exit 1 when a check fails.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import shutil
import subprocess
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import vademecum
from vademecum.health import check_health

SEED = 20261123
_PICTURES = {".png", ".jpg", ".jpeg", ".tiff", ".bmp", ".heic", ".webp"}
_SLOW_SHARE = 20  # one in so many mutated files is a picture: OCR takes seconds
_ENDINGS = (
    ".pdf",
    ".docx",
    ".txt",
    ".html",
    ".xlsx",
    ".eml",
    ".md",
    ".json",
    ".zip",
    ".csv",
    ".pptx",
    ".bin",
    "",
)
_SAMPLE_S = 0.2


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--files", type=int, default=1_000)
    parser.add_argument("--limit-mb", type=int, default=1_500)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-mutate"))
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    source = options.work / "source"
    source.mkdir(parents=True)
    make_bombs(source)
    make_oddities(source)
    mutate(options.data / "documents", source, options.files - len(list(source.iterdir())))
    names = {
        entry.name.encode("utf-8", "backslashreplace").decode()
        for entry in os.scandir(source)
        if entry.is_file()
    }

    began = time.monotonic()
    summary, peak_mb = ingest(options.work / "notes", source)
    seconds = time.monotonic() - began
    failed = {Path(failure["path"]).name: failure["reason"] for failure in summary["failed"]}
    kinds = Counter(" ".join(reason.split()[:4]) for reason in failed.values())
    print(f"{len(names)} files in {seconds:.0f} s: {summary['read']} read, {len(failed)} failures named")
    for kind, count in kinds.most_common(40):
        print(f"  {count:>5}  {kind} ...")
    print(f"peak memory of the process tree {peak_mb:.0f} MB")

    checks = {
        "every file is read or named": summary["read"] + len(failed.keys() & names) >= len(names),
        "memory within the limit": peak_mb <= options.limit_mb,
        "no reason is empty": all(failed.values()),
        "nothing failed inside the program": not any(
            "internal" in reason.lower() for reason in failed.values()
        ),
        "the workspace is sound": all(check.ok for check in check_health(options.work / "notes")),
    }
    with vademecum.open(options.work / "notes") as workspace:
        checks["search works"] = bool(workspace.search("document"))
    for name, right in checks.items():
        print(f"{'ok ' if right else 'BAD'} {name}")
    sys.exit(0 if all(checks.values()) else 1)


def mutate(documents: Path, target: Path, count: int) -> None:
    """Write damaged copies of real files: cut, flipped bits, other endings, two files spliced."""
    chance = random.Random(SEED)
    found = sorted(path for path in documents.rglob("*.*") if path.is_file() and "expected" not in path.parts)
    pictures = [path for path in found if path.suffix in _PICTURES]
    others = [path for path in found if path.suffix not in _PICTURES]
    ways: tuple[Callable[[bytes, random.Random], bytes], ...] = (cut, flip, flip, blank, lambda data, _: data)
    for number in range(count):
        path = chance.choice(pictures if number % _SLOW_SHARE == 0 else others)
        data = path.read_bytes()
        way = chance.choice(ways)
        data = way(data, chance) if number % 9 else splice(data, chance.choice(others).read_bytes(), chance)
        ending = path.suffix if chance.random() < 0.7 else chance.choice(_ENDINGS)
        (target / f"m{number:04d}{ending}").write_bytes(data)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Return the beginning of a file."""
    return data[: chance.randrange(len(data) + 1)]


def flip(data: bytes, chance: random.Random) -> bytes:
    """Return a file with some bits turned over."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 8, 64, 512)) if changed else 0):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def blank(data: bytes, chance: random.Random) -> bytes:
    """Return a file with a stretch of zeros."""
    start = chance.randrange(len(data) + 1)
    length = min(chance.randrange(1, 4_096), len(data) - start)
    return data[:start] + bytes(length) + data[start + length :]


def splice(data: bytes, other: bytes, chance: random.Random) -> bytes:
    """Return the beginning of one file followed by the end of another."""
    return data[: chance.randrange(len(data) + 1)] + other[chance.randrange(len(other) + 1) :]


def make_bombs(target: Path) -> None:
    """Write files that are small and want to be large, and files that are large."""
    zeros = bytes(300_000_000)
    for name, member in (
        ("flat.zip", "zeros.txt"),
        ("flat.docx", "word/document.xml"),
        ("flat.xlsx", "xl/a.xml"),
    ):
        with zipfile.ZipFile(target / name, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(member, zeros)
    inner = (target / "flat.zip").read_bytes()
    for depth in range(6):
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for copy in range(8):
                archive.writestr(f"{depth}-{copy}.zip", inner)
        inner = stream.getvalue()
    (target / "nested.zip").write_bytes(inner)
    with zipfile.ZipFile(target / "many.zip", "w") as archive:
        for number in range(20_000):
            archive.writestr(f"{number}.txt", "x")
    entities = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10 if n else "ha" * 10}">' for n in range(10))
    laughs = f'<?xml version="1.0"?><!DOCTYPE r [{entities}]><r>&a9;</r>'
    for name in ("laughs.xml", "laughs.svg", "laughs.html"):
        (target / name).write_text(laughs)
    with zipfile.ZipFile(target / "laughs.docx", "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", laughs)
    for ending in ("txt", "csv", "json", "md", "html"):
        with (target / f"line.{ending}").open("wb") as stream_out:
            for _ in range(100):
                stream_out.write(b"word, " * 170_000)
    (target / "deep.json").write_text("[" * 200_000 + "]" * 200_000)
    (target / "deep.html").write_text("<div>" * 100_000 + "x")
    (target / "deep.xml").write_text("<a>" * 100_000 + "</a>" * 100_000)
    (target / "deep.md").write_text("> " * 50_000 + "x\n" + "- " * 50_000)


def make_oddities(target: Path) -> None:
    """Write wrong encodings, strange names, and things that are no regular files."""
    text = "Grüße aus Köln, naïve façade, 日本語のテキスト"
    for name, data in {
        "utf16-no-bom.txt": text.encode("utf-16-le"),
        "utf7.txt": text.encode("utf-7"),
        "cp932.csv": "名前,値\n東京,1\n".encode("cp932") * 50,
        "latin.html": "<p>Grüße aus Köln</p>".encode("latin-1"),
        "broken-utf8.md": b"# Title\n\n\xff\xfe\xfa text \xc3\x28 more\n" * 30,
        "nuls.txt": b"a\0b\0c\0" * 1_000,
        "surrogates.json": b'{"a": "\\ud800 and \\udfff", "b": 1}',
        "surrogates.jsonl": b'{"id": "\\ud800", "text": "a lone \\udfff surrogate"}\n',
        "numbers.json": b"[" + b"1e999, " * 1_000 + b"NaN]",
        "new\nline.txt": b"The name has two lines.",
        "emoji \U0001f600.txt": b"The name smiles.",
        "x" * 240 + ".txt": b"The name is long.",
        "quote' OR '1'='1.txt": b"The name is SQL.",
    }.items():
        (target / name).write_bytes(data)
    Path(os.fsdecode(bytes(target) + b"/caf\xe9.txt")).write_bytes(b"The name is not UTF-8.")
    os.mkfifo(target / "pipe.txt")
    (target / "dangling.txt").symlink_to(target / "nowhere.txt")
    (target / "loop").symlink_to(target)
    (target / "zero.txt").symlink_to("/dev/zero")


def ingest(workspace: Path, source: Path) -> tuple[dict[str, object], float]:
    """Ingest in a child process; return its summary and the peak memory of its tree in MB."""
    vademecum.open(workspace).close()
    command = [sys.executable, "-m", "vademecum", "ingest", source, "--json", "--workspace", workspace]
    with (workspace.parent / "out.json").open("w+") as out:
        process = subprocess.Popen(command, stdout=out)
        peak = 0.0
        while process.poll() is None:
            peak = max(peak, sum(map(memory_mb, tree(process.pid))))
            time.sleep(_SAMPLE_S)
        assert process.returncode == 0, f"the ingest ended with {process.returncode}"
        out.seek(0)
        return json.load(out), peak


def tree(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                yield from tree(int(child))
    except OSError:
        return


def memory_mb(pid: int) -> float:
    """Return the memory of a process, pages that several share counted in parts (PSS)."""
    try:
        rows = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(row.split()[1]) * 1024 / 1e6 for row in rows if row.startswith("Pss:"))


if __name__ == "__main__":
    main()
