"""Re-makes every figure of the README's tables with their intervals, and writes the tables.

Use: python benchmarks/published.py --data ../shared/data --peers-python .venv-peers/bin/python
Ours come from `vademecum.measure`, what `vade eval` runs; the peers from `peers/run_peers.py`, on the
same weights, data and machine, one process after the other. Without --peers-python the peers'
figures of an earlier run in --work are taken.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

from collections_data import JUDGED
from held_out import held_out_file

import vademecum
from vademecum import measure
from vademecum.evaluate.files import save_report
from vademecum.evaluate.statistics import interval_of
from vademecum.models.catalog import find_model
from vademecum.models.pull import ensure_model
from vademecum.values import Report, Score
from vademecum.workspace import Workspace

ROOT = Path(__file__).resolve().parents[1]
PIPELINES = {
    "BM25": {"retrieve.dense": False, "retrieve.rerank": False},
    "dense": {"retrieve.lexical": False, "retrieve.rerank": False},
    "hybrid": {"retrieve.rerank": False},
    "reranked": {},
}
PEERS = {
    "vademecum": "Vademecum",
    "plain": "plain pipeline",
    "llamaindex": "LlamaIndex",
    "langchain": "LangChain",
    "haystack": "Haystack",
    "txtai": "txtai",
}
PEER_ROWS = {
    "ingest chunks/s": "ingest, chunks a second",
    "nDCG@10": "nDCG@10, 200 questions over 2,429 paragraphs, no rerank",
    "search p50 ms": "search, median ms",
    "searches/s, 4 clients": "searches a second, 4 clients",
    "answers with gold": "gold answer in the answer's text",
    "answers p50 s": "time of an answer, median s",
}
TABLES = ("peers", "retrieval", "answers")
EACH = {"nDCG@10": "each nDCG@10", "answers with gold": "each answer with gold"}
ANSWER_ROWS = (
    "contains",
    "quote-contains",
    "abstained",
    "citation-recall",
    "citation-precision",
    "faithfulness",
    "context-recall",
    "ece",
    "aurc",
    "latency-p50-ms",
    "latency-p95-ms",
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-bench"))
    parser.add_argument("--peers-python", type=Path, help="Python with peers/requirements.txt installed")
    parser.add_argument("--questions", type=int, default=30, help="asked of each peer's answers")
    parser.add_argument("--tables", nargs="*", default=TABLES, choices=TABLES, help="which to make anew")
    options = parser.parse_args()
    data = options.data.absolute()
    with vademecum.open(options.work / "published") as workspace:
        made = {
            "peers": lambda: peers_table(
                data, options.work / "peers", options.peers_python, options.questions
            ),
            "retrieval": lambda: retrieval_table(workspace, data),
            "answers": lambda: answers_table(workspace, data, options.work),
        }
        tables = {name: made[name]() for name in options.tables}
    for page in (ROOT / "README.md", ROOT / "benchmarks" / "README.md"):
        text = page.read_text("utf-8")
        for name, table in tables.items():
            text = replaced(text, name, table)
        page.write_text(text, "utf-8")
    print("\n\n".join(tables.values()))


def retrieval_table(workspace: Workspace, data: Path) -> str:
    """Return nDCG@10 of every pipeline on every judged set."""
    rows = []
    for name in [*JUDGED, "squad1_du/squad1.json.gz"]:
        cells = []
        for pipeline, config in PIPELINES.items():
            limit = 500 if "squad" in name else 0
            report = keep(
                workspace, measure.retrieval(workspace, data / name, limit=limit, config=config), pipeline
            )
            cells.append(shown(report.score("ndcg@10")))
        rows.append([f"{name.partition('/')[0]} ({report.score('ndcg@10').count})", *cells])
    return markdown(["nDCG@10", *PIPELINES], rows)


def answers_table(workspace: Workspace, data: Path, work: Path) -> str:
    """Return the figures of answers on articles the reader never saw, of SQuAD 1.1 and of SQuAD 2.0."""
    parts = (("squad1_du", 200, "squad1"), ("squad2_dev", 600, "squad2"))
    reports = [
        keep(workspace, measure.answers(workspace, held_out_file(data, work, source), limit=limit), name)
        for source, limit, name in parts
    ]
    rows = [[name, *(cell(report, name) for report in reports)] for name in ANSWER_ROWS]
    return markdown(["", "SQuAD 1.1, 200 questions", "SQuAD 2.0, 600 questions"], rows)


def peers_table(data: Path, out: Path, python: Path | None, questions: int) -> str:
    """Return ours beside the peers', all from one run."""
    if python is not None:
        for old in out.glob("*.json"):
            old.unlink()
        folder = ensure_model(find_model("smollm2-135m"))
        command = [python, ROOT / "benchmarks" / "peers" / "run_peers.py", "--data", data]
        command += ["--weights", ensure_model(find_model("bge-small-en")), "--out", out]
        command += ["--chat", next(folder.glob("*.gguf")), "--ours", sys.executable]
        command += ["--asked", held_out_file(data, out.parent, "squad1_du")]
        subprocess.run([*command, "--questions", str(questions)], check=True)
    found = {peer: json.loads((out / f"{peer}.json").read_text()) for peer in PEERS}
    rows = []
    for name, words in PEER_ROWS.items():
        cells = []
        for figures in found.values():
            each = figures.get(EACH.get(name, ""))
            low_high = interval_of(each) if each else None
            cells.append(f"{figures[name]:g}" if low_high is None else interval(figures[name], *low_high))
        rows.append([words, *cells])
    return markdown(["", *PEERS.values()], rows)


def keep(workspace: Workspace, report: Report, name: str) -> Report:
    """Keep a report beside the workspace, so that a figure can be looked into."""
    save_report(report, workspace.folder / "reports", name=f"{report.kind}-{report.name}-{name}")
    return report


def cell(report: Report, metric: str) -> str:
    """Return a metric of a report, or nothing where it has none."""
    return next((shown(score) for score in report.scores if score.metric == metric), "")


def shown(score: Score) -> str:
    """Return a figure with its interval, as short as it can be read."""
    if score.value is None:
        return ""
    if score.metric.endswith("-ms"):
        return f"{score.value:.0f} [{score.low:.0f}, {score.high:.0f}]"
    return interval(score.value, score.low, score.high)


def interval(value: float, low: float | None, high: float | None) -> str:
    """Return `.746 [.69, .80]`."""
    ends = "" if low is None or high is None else f" [{low:.2f}, {high:.2f}]"
    return f"{value:.3f}{ends}".replace("0.", ".")


def markdown(heads: list[str], rows: list[list[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def replaced(text: str, name: str, table: str) -> str:
    """Return a page with the table between its markers replaced, where it has them."""
    begin, end = f"<!-- {name}: benchmarks/published.py -->", "<!-- end -->"
    if begin not in text:
        return text
    before, _, rest = text.partition(begin)
    return f"{before}{begin}\n{table}\n{end}{rest.partition(end)[2]}"


if __name__ == "__main__":
    main()
