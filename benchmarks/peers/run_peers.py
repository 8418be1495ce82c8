"""Runs every peer in a process of its own, one after the other, and prints one table.

Use: python run_peers.py --data DIR --weights DIR --chat FILE --out DIR --ours ../../.venv/bin/python
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

PEERS = ("vademecum", "plain", "llamaindex", "langchain", "haystack", "txtai")
HERE = Path(__file__).parent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("data", "weights", "chat", "asked", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--only", choices=PEERS)
    parser.add_argument("--questions", default="200")
    parser.add_argument("--ours", default=sys.executable, help="Python that has vademecum installed")
    options = parser.parse_args()
    for peer in [options.only] if options.only else PEERS:
        python = options.ours if peer == "vademecum" else sys.executable
        command = [python, HERE / f"{peer}_peer.py", "--questions", options.questions]
        command += ["--out", options.out / f"{peer}.json"]
        for name in ("data", "weights", "chat", "asked"):
            command += [f"--{name}", getattr(options, name)]
        subprocess.run(command, check=False)
    found = {path.stem: json.loads(path.read_text()) for path in sorted(options.out.glob("*.json"))}
    names = dict.fromkeys(
        name
        for figures in found.values()
        for name, value in figures.items()
        if isinstance(value, int | float)
    )
    print(f"{'':<24}" + "".join(f"{peer:>12}" for peer in found))
    for name in names:
        print(f"{name:<24}" + "".join(f"{figures.get(name, '-'):>12}" for figures in found.values()))


if __name__ == "__main__":
    main()
