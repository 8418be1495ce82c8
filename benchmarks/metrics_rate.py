"""How long do all reference-based metrics take on 1,000 texts?

Use: python benchmarks/metrics_rate.py --data ../shared/data
DialogSum: one person's summary of each of 500 dialogues against two others', each taken twice.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from vademecum import measure
from vademecum.config import ModelsConfig
from vademecum.evaluate.protocols import Pair
from vademecum.evaluate.score import score_texts
from vademecum.registry import list_parts, load_part
from vademecum.text.rows import numbered_rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    options = parser.parse_args()
    rows = [row for _, row in numbered_rows(options.data / "dialogsum" / "test.jsonl.gz")]
    pairs = [
        Pair(prediction=row[said], references=tuple(row[one] for one in judged), source=row["dialogue"])
        for said, *judged in (("summary1", "summary2", "summary3"), ("summary2", "summary3", "summary1"))
        for row in rows
    ]
    tools = measure.metric_tools(ModelsConfig())
    tools.embed_text("what loads the model")
    names = [name for name in list_parts("metric") if load_part("metric", name).references]
    whole = 0.0
    for name in names:
        began = time.perf_counter()
        (measured,) = score_texts(name, pairs, tools).values()
        seconds = time.perf_counter() - began
        whole += seconds
        print(f"{name:<14} {measured.value:8.4f} {measured.failed:>4} failed {seconds:7.1f} s", flush=True)
    print(f"{len(pairs)} texts, {len(names)} metrics: {whole:.1f} s")


if __name__ == "__main__":
    main()
