"""Is what `vade tune` chooses at least as good as the best fixed pipeline, on questions it never saw?

Use: python benchmarks/tune.py --data ../shared/data [--seeds 1 2] [--budget-ms 300]
Each seed halves the questions anew. "best fixed" is the best of the four pipelines of
`retrieval.py` over all questions of the set, which no one could know beforehand.
"""

from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from retrieval import RUNS

import vademecum
from vademecum import measure

SETS = ("scifact", "cranfield", "npl_vaswani", "medline")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--budget-ms", type=float, default=300.0)
    parser.add_argument("--sets", nargs="*", default=SETS)
    options = parser.parse_args()
    print(f"{'set':<14}{'seed':>5}{'current':>9}{'best fixed':>22}{'tuned':>9}{'ms':>7}  chosen")
    with vademecum.open(options.work / "ws-tune") as workspace:
        for name in options.sets:
            fixed = {
                run: measure.retrieval(workspace, options.data / name, config=config).records
                for run, config in RUNS.items()
            }
            figures = {
                run: {record.id: record.scores["ndcg@10"] or 0.0 for record in records}
                for run, records in fixed.items()
            }
            best = max(figures, key=lambda run: statistics.fmean(figures[run].values()))
            for seed in options.seeds:
                tuned, report = measure.tune(
                    workspace, options.data / name, budget_ms=options.budget_ms, seed=seed
                )
                on_half = statistics.fmean(figures[best][record.id] for record in report.records)
                print(
                    f"{name:<14}{seed:>5}{tuned.held_out_current.mean:>9.4f}{best:>14}{on_half:>8.4f}"
                    f"{tuned.held_out.mean:>9.4f}{tuned.held_out.ms:>7.0f}  {report.notes[0]}",
                    flush=True,
                )


if __name__ == "__main__":
    main()
