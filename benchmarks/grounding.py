"""Does the faithfulness check agree with people? Summary sentences of QAGS, each judged by three.

Use: python benchmarks/grounding.py --data ../shared/data
"""

from __future__ import annotations

import argparse
from pathlib import Path

from vademecum.evaluate.statistics import wilson_interval
from vademecum.models.catalog import find_model
from vademecum.models.check import ClaimChecker
from vademecum.models.pull import ensure_model
from vademecum.text.rows import numbered_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    checker = ClaimChecker.open(ensure_model(find_model("checker-small")))
    judged: dict[str, list[tuple[bool, bool]]] = {}
    for _, row in numbered_rows(options.data / "qags" / "qags.jsonl.gz"):
        for sentence in row["summary_sentences"]:
            found = checker.supports(sentence["sentence"], row["article"])
            judged.setdefault(row["set"], []).append((sentence["consistent"], found))
    for name, pairs in judged.items():
        kept = [found for true, found in pairs if true]
        let = [found for true, found in pairs if not true]
        balanced = (share(kept) + 1 - share(let)) / 2
        print(f"{name}: {len(pairs)} sentences, {len(kept)} consistent; supported: {shown(kept)} of these,")
        print(f"  {shown(let)} of the others; balanced accuracy {balanced:.3f}")


def share(found: list[bool]) -> float:
    """Return the share of yes."""
    return sum(found) / len(found)


def shown(found: list[bool]) -> str:
    """Return the share of yes with its interval."""
    low, high = wilson_interval(sum(found), len(found))
    return f"{share(found):.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
