"""Does the check behind faithfulness and citations agree with people? Five sets of claims they judged.

Use: python benchmarks/grounding.py --data ../shared/data
"""

from __future__ import annotations

import argparse
from pathlib import Path

from checker_data import SETS, load_set

from vademecum.evaluate.statistics import wilson_interval
from vademecum.models.catalog import find_model
from vademecum.models.check import ClaimChecker
from vademecum.models.pull import ensure_model


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    checker = ClaimChecker.open(ensure_model(find_model("checker-small")))
    for name in SETS:
        pairs = [
            (item.label == "supported", checker.supports(item.claim, item.evidence))
            for item in load_set(name, options.data)
        ]
        kept = [found for true, found in pairs if true]
        let = [found for true, found in pairs if not true]
        balanced = (share(kept) + 1 - share(let)) / 2
        print(f"{name}: {len(pairs)} claims, {len(kept)} supported; taken as such: {shown(kept)} of these,")
        print(f"  {shown(let)} of the others; balanced accuracy {balanced:.3f}", flush=True)


def share(found: list[bool]) -> float:
    """Return the share of yes."""
    return sum(found) / len(found)


def shown(found: list[bool]) -> str:
    """Return the share of yes with its interval."""
    low, high = wilson_interval(sum(found), len(found))
    return f"{share(found):.3f} [{low:.3f}, {high:.3f}]"


if __name__ == "__main__":
    main()
