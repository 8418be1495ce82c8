"""Ingest the example documents into a temporary workspace and ask four questions.

Use: python examples/demo.py, or `make demo`, which installs first.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
import tomllib
from pathlib import Path

import vademecum
from vademecum.cli.output import print_evidence, print_summary
from vademecum.cli.progress import ingest_bars

HERE = Path(__file__).parent


def main() -> None:
    """Run the demonstration; exit 1 when an answer is not what the documents say."""
    began = time.monotonic()
    questions = tomllib.loads((HERE / "questions.toml").read_text("utf-8"))["question"]
    wrong = 0
    with tempfile.TemporaryDirectory() as folder, vademecum.open(folder) as workspace:
        with ingest_bars() as show:
            print_summary(workspace.ingest(HERE / "documents", on_progress=show))
        for question in questions:
            if question.get("demo"):
                wrong += not ask(workspace, question)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"\n{time.monotonic() - began:.1f} s, peak memory {peak_mb:.0f} MB")
    sys.exit(1 if wrong else 0)


def ask(workspace: vademecum.Workspace, question: dict[str, object]) -> bool:
    """Print a question with its answer and say whether it is the expected one."""
    print(f"\n? {question['ask']}\n")
    answer = workspace.ask(str(question["ask"]), on_text=lambda text: print(text, end="", flush=True))
    print()
    print_evidence(answer)
    expected = question["answers"]
    assert isinstance(expected, list)
    return any(text in answer.text for text in expected) if expected else not answer.answered


if __name__ == "__main__":
    main()
