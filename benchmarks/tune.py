"""Is what `vade tune` chooses at least as good as the best fixed pipeline, on questions it never saw?

Use: python benchmarks/tune.py --data ../shared/data [--seeds 1 2] [--budget-ms 300] [--halves 300]
Each seed halves the questions anew. "best fixed" is the best of the four pipelines of
`retrieval.py` over all questions of the set, which no one could know beforehand. With --halves every
configuration runs once on all questions, and the same rule chooses on so many random halves of them: a mean
over these resolves differences that a single half cannot.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from retrieval import RUNS

import vademecum
from vademecum import measure
from vademecum.evaluate.data import read_judged
from vademecum.evaluate.tune import Trial, choose, halves, search_settings
from vademecum.measure.tune_settings import KEYS, Bench
from vademecum.workspace import Workspace

SETS = ("scifact", "cranfield", "npl_vaswani", "medline")
Figures = Mapping[str, float]
"""nDCG@10 by question."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--seeds", type=int, nargs="*", default=[1, 2])
    parser.add_argument("--budget-ms", type=float, default=300.0)
    parser.add_argument("--sets", nargs="*", default=SETS)
    parser.add_argument("--halves", type=int, default=0, help="random halves to choose on; 0: none")
    options = parser.parse_args()
    print(f"{'set':<14}{'seed':>5}{'current':>9}{'best fixed':>22}{'tuned':>9}{'ms':>7}  chosen")
    with vademecum.open(options.work / "ws-tune") as workspace:
        for name in options.sets:
            data = (options.data / name).absolute()
            best, figures = best_fixed(workspace, data)
            for seed in options.seeds:
                tuned, report = measure.tune(workspace, data, budget_ms=options.budget_ms, seed=seed)
                on_half = statistics.fmean(figures[record.id] for record in report.records)
                print(
                    f"{name:<14}{seed:>5}{tuned.held_out_current.mean:>9.4f}{best:>14}{on_half:>8.4f}"
                    f"{tuned.held_out.mean:>9.4f}{tuned.held_out.ms:>7.0f}  {report.notes[0]}",
                    flush=True,
                )
            if options.halves:
                trials, now = every_trial(workspace, data, budget_ms=options.budget_ms)
                means = over_halves(trials, now, figures, count=options.halves, budget_ms=options.budget_ms)
                print(
                    f"{name:<14}over {options.halves} halves: tuned {means[0]:.4f}, {best} {means[1]:.4f}",
                    flush=True,
                )


def best_fixed(workspace: Workspace, data: Path) -> tuple[str, Figures]:
    """Return the pipeline that is best over all questions, and its figures."""
    figures = {}
    for run, config in RUNS.items():
        records = measure.retrieval(workspace, data, config=config).records
        figures[run] = {record.id: record.scores["ndcg@10"] or 0.0 for record in records}
    best = max(figures, key=lambda run: statistics.fmean(figures[run].values()))
    return best, figures[best]


def every_trial(workspace: Workspace, data: Path, *, budget_ms: float) -> tuple[list[Trial], Trial]:
    """Return every configuration run on all questions, and the current one among them."""
    judged = read_judged(data)
    own = {key.name: key.value for key in workspace.settings.values()}
    current = {name: own[name] for name in KEYS if name != "retrieve.top_k"}
    with ExitStack() as stack:
        bench = Bench(workspace, judged, stack, None)
        names = list(judged.queries)
        sizes = bench.usual_sizes(current["chunk.max_tokens"])
        tuned = search_settings(
            names, names, bench.run, current=current, chunk_sizes=sizes, budget_ms=budget_ms
        )
    return list(tuned.trials), next(one for one in tuned.trials if one.settings == current)


def over_halves(
    trials: Sequence[Trial], now: Trial, fixed: Figures, *, count: int, budget_ms: float
) -> tuple[float, float]:
    """Return the mean on the unseen halves of what the rule chooses, and of the fixed pipeline."""
    place = trials.index(now)
    tuned, best = [], []
    for seed in range(count):
        tuning, held_out = halves(list(now.scores), seed=seed)
        seen = [replace(one, scores={name: one.scores[name] for name in tuning}) for one in trials]
        chosen, _ = choose(seen, seen[place], budget_ms=budget_ms)
        after = statistics.fmean(trials[seen.index(chosen)].scores[name] for name in held_out)
        before = statistics.fmean(now.scores[name] for name in held_out)
        tuned.append(max(after, before))
        best.append(statistics.fmean(fixed[name] for name in held_out))
    return statistics.fmean(tuned), statistics.fmean(best)


if __name__ == "__main__":
    main()
