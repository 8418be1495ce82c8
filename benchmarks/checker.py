"""How well claims are checked: the checker, the cross-encoder alone, and the words alone.

Use: python benchmarks/checker.py --data ../shared/data [--model FOLDER] [--out figures.json]
Every set is cut into two halves by article; the threshold of each score is the one that is best on the
other half, so no figure is measured on what chose its threshold. The words need none.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from checker_data import SETS, Item, load_set
from numpy.typing import NDArray

from vademecum.evaluate.statistics import bootstrap_of
from vademecum.generate.claims import (
    LEAST_COVERAGE,
    SAME_MEANING_LOGIT,
    SURE_COVERAGE,
    Reading,
    coverage,
)
from vademecum.models.catalog import find_model
from vademecum.models.check import ClaimChecker
from vademecum.models.pull import ensure_model
from vademecum.models.rerank import CrossEncoder
from vademecum.text.sentences import split_sentences

Floats = NDArray[np.float64]
Score = Callable[[Item], float]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, help="folder of a checker; the shipped one when left out")
    parser.add_argument("--sets", nargs="*", default=list(SETS), choices=list(SETS))
    parser.add_argument(
        "--scores", type=Path, help="where scores of earlier runs are kept, so that none is read twice"
    )
    parser.add_argument("--out", type=Path, help="where the figures go as JSON")
    options = parser.parse_args()
    model = options.model or ensure_model(find_model("checker-small"))
    figures = {}
    for name in options.sets:
        items = load_set(name, options.data)
        found = scores_of(name, items, model, options.scores)
        figures[name] = compare(items, found)
        print(table(name, items, figures[name]), flush=True)
    if options.out is not None:
        options.out.write_text(json.dumps(figures, indent=1))


def scores_of(name: str, items: Sequence[Item], model: Path, kept: Path | None) -> dict[str, list[float]]:
    """Return how far each system says "supported", higher for more."""
    encoder = CrossEncoder.load("ms-marco-minilm")
    checker = ClaimChecker.open(model)
    systems: dict[str, Score] = {
        "words": lambda item: float(by_words(item, encoder)),
        "cross-encoder": lambda item: max(encoder.score(item.claim, passages(item.evidence))),
        "checker": lambda item: checker.check(item.claim, [item.evidence])[0].supported,
    }
    found = {}
    for system, score in systems.items():
        file = kept / f"{name}-{system}.json" if kept is not None and system != "checker" else None
        if file is not None and file.exists():
            found[system] = json.loads(file.read_text())
            continue
        found[system] = [score(item) for item in items]
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(found[system]))
    return found


def by_words(item: Item, encoder: CrossEncoder) -> bool:
    """Say whether evidence shares enough words with a claim, as quotes for written sentences are found."""
    nothing, claim = Reading(""), Reading(item.claim)
    parts = [item.evidence[start:end] for start, end in split_sentences(item.evidence)]
    parts = [*parts, item.evidence] if len(parts) > 1 else parts
    shares = [coverage(claim, Reading(part), around=nothing, asked=nothing) for part in parts]
    if max(shares, default=0.0) >= SURE_COVERAGE:
        return True
    close = [part for share, part in zip(shares, parts, strict=True) if share >= LEAST_COVERAGE]
    return bool(close) and max(encoder.score(item.claim, close)) >= SAME_MEANING_LOGIT


def passages(evidence: str) -> list[str]:
    """Return what the cross-encoder reads of evidence: each sentence, each three in a row, and the whole."""
    spans = split_sentences(evidence)
    parts = [evidence[start:end] for start, end in spans]
    parts += [evidence[first[0] : last[1]] for first, last in zip(spans, spans[2:], strict=False)]
    return [*parts, evidence] if len(spans) > 1 else [evidence]


def compare(items: Sequence[Item], found: dict[str, list[float]]) -> dict[str, dict[str, list[float]]]:
    """Return balanced accuracy and AUROC of every system, each as value, low and high."""
    truth = np.asarray([item.label == "supported" for item in items], dtype=np.float64)
    halves = np.asarray([int(hashlib.sha256(item.group.encode()).hexdigest(), 16) % 2 for item in items])
    figures: dict[str, dict[str, list[float]]] = {}
    said = {}
    for system, scores in found.items():
        values = np.asarray(scores, dtype=np.float64)
        said[system] = cross_fitted(values, truth, halves)
        rows = np.column_stack([truth, said[system], values])  # [items, 3]
        figures[system] = {
            "balanced-accuracy": measured(lambda part: balanced(part[:, 0], part[:, 1]), rows),
            "auroc": measured(lambda part: auroc(part[:, 0], part[:, 2]), rows),
        }
    for other in ("words", "cross-encoder"):
        if "checker" not in found:
            continue
        rows = np.column_stack([truth, said["checker"], said[other], found["checker"], found[other]])
        figures[f"checker - {other}"] = {
            "balanced-accuracy": measured(
                lambda part: balanced(part[:, 0], part[:, 1]) - balanced(part[:, 0], part[:, 2]), rows
            ),
            "auroc": measured(
                lambda part: auroc(part[:, 0], part[:, 3]) - auroc(part[:, 0], part[:, 4]), rows
            ),
        }
    return figures


def measured(statistic: Callable[[Floats], float], rows: Floats) -> list[float]:
    """Return a figure with its bootstrap interval."""
    return [statistic(rows), *bootstrap_of(statistic, rows)]


def cross_fitted(values: Floats, truth: Floats, halves: NDArray[np.int_]) -> Floats:
    """Return what is said of each item at the threshold that is best on the other half."""
    said = np.zeros_like(values)
    for half in (0, 1):
        other = halves != half
        said[~other] = values[~other] >= best_threshold(values[other], truth[other])
    return said


def best_threshold(values: Floats, truth: Floats) -> float:
    """Return the least score that counts as supported, where balanced accuracy is highest."""
    tried = np.unique(values)
    cuts = np.concatenate([tried[:1], (tried[1:] + tried[:-1]) / 2])
    return float(max(cuts, key=lambda cut: balanced(truth, values >= cut)))


def balanced(truth: Floats, said: NDArray[np.bool_] | Floats) -> float:
    """Return the mean of the shares found right among the supported and among the others."""
    kept, let = said[truth == 1], said[truth == 0]
    return float(np.mean(kept) + 1 - np.mean(let)) / 2 if len(kept) and len(let) else 0.5


def auroc(truth: Floats, values: Floats) -> float:
    """Return how often a supported claim scores above another one."""
    from sklearn.metrics import roc_auc_score

    return float(roc_auc_score(truth, values)) if 0 < truth.sum() < len(truth) else 0.5


def table(name: str, items: Sequence[Item], figures: dict[str, dict[str, list[float]]]) -> str:
    """Return the figures of a set as lines."""
    supported = sum(item.label == "supported" for item in items)
    lines = [f"{name}: {len(items)} claims, {supported} supported"]
    for system, row in figures.items():
        cells = [f"{key} {value:.3f} [{low:.3f}, {high:.3f}]" for key, (value, low, high) in row.items()]
        lines.append(f"  {system:24}{'   '.join(cells)}")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
