"""SIGKILL an ingest at random moments, again and again; at the end nothing may be lost or doubled.

Use: python benchmarks/kills.py [--kills 200] [--files 500] [--work DIR]
After every kill the workspace is opened, searched and its quotes checked; after the last one the
ingest runs to its end and every table is compared with an undisturbed run.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import vademecum
from vademecum.stores.schema import CHUNKS, DOCUMENTS, PLACES, vectors_table
from vademecum.stores.store import FOLDER_NAME, Store

_WORDS = ("river", "market", "engine", "garden", "letter", "bridge", "winter", "signal", "copper", "harbour")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--files", type=int, default=500)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-kills"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    chance = random.Random(options.seed)
    source = options.work / "source"
    write_files(source, options.files, chance)

    calm, disturbed = options.work / "calm", options.work / "disturbed"
    began = time.monotonic()
    ingest(calm, source).wait()
    calm_s = time.monotonic() - began
    expected = contents(calm)

    kills = whole = 0
    while kills < options.kills or whole < 2:
        process = ingest(disturbed, source)
        try:
            process.wait(timeout=chance.uniform(0.2, calm_s * 0.6) if kills < options.kills else None)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            kills += 1
            check_open(disturbed)
            if kills % 20 == 0:
                print(f"{kills} kills, {whole} ingests came to their end", flush=True)
            continue
        assert process.returncode == 0
        compare(contents(disturbed), expected)
        whole += 1
        if whole % 2:  # next a sync of changed files is disturbed, then a fresh ingest again
            touch_some(source, chance)
            ingest(calm, source).wait()
            expected = contents(calm)
        else:
            shutil.rmtree(disturbed)
    sizes = {name: len(rows) for name, rows in expected.items()}
    print(f"{kills} kills, {whole} ends identical to undisturbed runs ({calm_s:.1f} s calm): {sizes}")


def compare(found: dict[str, list[str]], expected: dict[str, list[str]]) -> None:
    """Fail when a table of a disturbed run differs from that of an undisturbed one."""
    for name, rows in expected.items():
        assert found[name] == rows, f"{name} differs: {set(found[name]) ^ set(rows)}"


def write_files(folder: Path, count: int, chance: random.Random) -> None:
    """Write text and Markdown files with distinct content, some of them copies."""
    folder.mkdir(parents=True)
    for number in range(count):
        text = "\n\n".join(paragraph(chance) for _ in range(chance.randint(1, 5)))
        (folder / f"{number:04d}.{'md' if number % 2 else 'txt'}").write_text(f"# File {number}\n\n{text}\n")
    for number in range(0, count, 50):
        shutil.copy(folder / f"{number:04d}.txt", folder / f"copy-{number:04d}.txt")


def paragraph(chance: random.Random) -> str:
    """Return a paragraph of random words."""
    return " ".join(chance.choice(_WORDS) for _ in range(chance.randint(20, 60))).capitalize() + "."


def touch_some(folder: Path, chance: random.Random) -> None:
    """Change, remove and add some files, so that the next run has work to do."""
    files = sorted(folder.iterdir())
    for path in chance.sample(files, min(60, len(files))):
        path.write_text(f"# Changed\n\n{paragraph(chance)}\n")
    for path in chance.sample(files, 5):
        path.unlink()
        (folder / f"new-{chance.randrange(10**9):09d}.txt").write_text(paragraph(chance))


def ingest(workspace: Path, source: Path) -> subprocess.Popen[bytes]:
    """Start an ingest in a process of its own."""
    program = (
        "import sys, vademecum\n"
        "with vademecum.open(sys.argv[1], config={'ingest.commit_s': 0.3}) as w: w.ingest(sys.argv[2])"
    )
    return subprocess.Popen([sys.executable, "-c", program, str(workspace), str(source)])


def check_open(folder: Path) -> None:
    """Open, search and compare every chunk with its document."""
    with vademecum.open(folder, config={"retrieve.rerank": False}) as workspace:
        hits = workspace.search("copper harbour", top_k=5)
        documents = workspace.documents(hit.document_id for hit in hits)
        for hit in hits:
            assert documents[hit.document_id].text[hit.start : hit.end] == hit.text
    store = Store.open(folder / FOLDER_NAME)
    texts = {row["id"]: row["text"] for row in store.scan(DOCUMENTS, ["id", "text"]).to_pylist()}
    chunks = store.scan(CHUNKS, ["id", "document_id", "start", "end", "text"]).to_pylist()
    assert len({row["id"] for row in chunks}) == len(chunks), "a chunk is doubled"
    assert all(texts[row["document_id"]][row["start"] : row["end"]] == row["text"] for row in chunks)
    assert {row["document_id"] for row in chunks} == set(texts), "a document is half visible"


def contents(folder: Path) -> dict[str, list[str]]:
    """Return every row of every table as text, sorted, the order of insertion left out."""
    store = Store.open(folder / FOLDER_NAME)
    names = [PLACES, DOCUMENTS, CHUNKS, "duplicates"]
    found = {}
    for name in names:
        table = store.table(name)
        rows = store.scan(name, table.schema.names).to_pylist() if table is not None else []
        for row in rows:
            row.pop("mtime_ns", None)
        found[name] = sorted(json.dumps(row) for row in rows)
    chunk_keys = {json.loads(row)["key"] for row in found[CHUNKS]}
    vectors = store.scan(vectors_table(store.snapshot.space), ["key", "vector"]).to_pylist()
    found["vectors"] = sorted(json.dumps(row) for row in vectors if row["key"] in chunk_keys)
    assert len(found["vectors"]) == len(chunk_keys), "a vector is missing or doubled"
    return found


if __name__ == "__main__":
    main()
