"""Finds the search settings that suit a person's documents, and shows what each was worth."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import vademecum.workspace
from vademecum.config import RetrieveConfig
from vademecum.errors import InputError
from vademecum.evaluate.data import Judged, read_judged, read_questions
from vademecum.evaluate.ranking import DEPTH, score_rankings
from vademecum.evaluate.scores import mean_score
from vademecum.evaluate.tune import SEED, Settings, Trial, Tuned, halves, search_settings
from vademecum.ingest.run import OnProgress
from vademecum.measure.collection import overrides, own_questions
from vademecum.measure.manifest import make_manifest
from vademecum.measure.measure_retrieval import open_judged
from vademecum.models.embed import Vector
from vademecum.retrieve import RetrieveTools, retrieve
from vademecum.values import Record, Report, TraceRecorder
from vademecum.workspace import Workspace, import_workspace

FEWEST_QUESTIONS = 10
METRIC = "ndcg@10"
_OWN_NOTE = "Questions made from documents repeat their words: they favour search by words over meaning."
_TRIED_CHUNKS = 5_000  # chunks above which other sizes are not tried unasked: every one is embedded anew
KEYS = ("chunk.max_tokens", *(f"retrieve.{item.name}" for item in fields(RetrieveConfig)))


def tune(
    workspace: Workspace,
    data: str | Path | None = None,
    *,
    budget_ms: float = 200.0,
    chunk_sizes: Sequence[int] = (),
    seed: int = SEED,
    on_trial: Callable[[Trial], None] | None = None,
    on_ingest: OnProgress | None = None,
) -> tuple[Tuned, Report]:
    """Search for the settings that find the right documents best within a latency budget.

    Args:
        workspace: Whose documents and settings are tuned; nothing is changed here.
        data: A judged collection; None takes the workspace's own questions and their evidence.
        budget_ms: Slowest median search allowed.
        chunk_sizes: Tokens a chunk may have; empty tries the current size, and half of it where the
            collection is small.
        seed: Splits the questions into halves.
        on_trial: Told each configuration tried.
        on_ingest: Told how far embedding another size of chunk is.

    Returns:
        The outcome, and a report of the held-out half with every configuration in a table.

    Raises:
        InputError: The data cannot be read, or has fewer than ten questions.
    """
    began = time.monotonic()
    judged = read_judged(Path(data).expanduser().absolute()) if data else _own_questions(workspace)
    if len(judged.queries) < FEWEST_QUESTIONS:
        more = "Name data with more." if data else "Make more with: vade eval make --questions 100"
        raise InputError(
            f"{judged.path} has {len(judged.queries)} questions with evidence; tuning needs at least "
            f"{FEWEST_QUESTIONS}. {more}"
        )
    tuning, held_out = halves(list(judged.queries), seed=seed)
    own = {key.name: key.value for key in workspace.settings.values()}
    current = {name: own[name] for name in KEYS if name != "retrieve.top_k"}
    with ExitStack() as stack:
        bench = Bench(workspace, judged, stack, on_ingest)
        sizes = chunk_sizes or bench.usual_sizes(current["chunk.max_tokens"])
        tuned = search_settings(
            tuning,
            held_out,
            bench.run,
            current=current,
            chunk_sizes=sizes,
            budget_ms=budget_ms,
            on_trial=on_trial,
        )
        report = _report(judged, tuned, current, budget_ms=budget_ms)
        request = {
            "task": "tune",
            "data": str(judged.path) if data else None,
            "budget_ms": budget_ms,
            "chunk_sizes": list(sizes),
            "seed": seed,
        }
        facts = {"name": judged.name, "sha256": judged.sha256, "items": len(judged.queries)}
        held = bench.opened(current["chunk.max_tokens"])
        manifest = make_manifest(held, request=request, data=facts, seconds=time.monotonic() - began)
    notes = report.notes if data else (*report.notes, _OWN_NOTE)
    return tuned, replace(report, notes=notes, manifest=manifest)


class Bench:
    """Runs configurations on judged queries, remembering what models said and how long that took."""

    def __init__(
        self, workspace: Workspace, judged: Judged, stack: ExitStack, on_ingest: OnProgress | None
    ) -> None:
        self._workspace = workspace
        self._judged = judged
        self._stack = stack
        self._on_ingest = on_ingest
        self._open: dict[int, Workspace] = {}
        self._logits: dict[tuple[str, str], tuple[float, float]] = {}
        self._vectors: dict[str, tuple[Vector, float]] = {}

    def opened(self, chunk_size: int) -> Workspace:
        """Return the workspace whose chunks have this size."""
        if chunk_size not in self._open:
            config = {"chunk.max_tokens": chunk_size}
            held = (
                open_judged(self._workspace, self._judged, config=config, on_ingest=self._on_ingest)
                if self._judged.corpus or chunk_size == self._workspace.config.chunk.max_tokens
                else _cut_anew(self._workspace, config, self._on_ingest)
            )
            self._open[chunk_size] = self._stack.enter_context(held)
        return self._open[chunk_size]

    def usual_sizes(self, current: int) -> list[int]:
        """Return the current size, and half of it where that is soon embedded."""
        small = self.opened(current).index().mask(()).size <= _TRIED_CHUNKS
        return [current, max(current // 2, 32)] if small else [current]

    def run(self, settings: Settings, names: Sequence[str]) -> Trial:
        """Search with these settings; the time of a search is that of a first one, without memory."""
        opened = self.opened(settings["chunk.max_tokens"])
        changes = {
            name.removeprefix("retrieve."): value
            for name, value in settings.items()
            if name.startswith("retrieve.")
        }
        config = replace(opened.config.retrieve, **changes)
        rankings, times = {}, []
        for name in names:
            rankings[name], ms = self._search(opened, self._judged.queries[name], config)
            times.append(ms)
        scores = score_rankings(rankings, {name: self._judged.relevant[name] for name in names})
        return Trial(settings=settings, scores=scores[METRIC], ms=statistics.median(times))

    def _search(self, opened: Workspace, query: str, config: RetrieveConfig) -> tuple[list[str], float]:
        tools = opened.retrieve_tools()
        embed = tools.embed_query
        remembered = saved = 0.0

        def embed_query(text: str) -> Vector:
            nonlocal remembered, saved
            assert embed is not None
            began = time.perf_counter()
            if text not in self._vectors:
                vector = embed(text)
                self._vectors[text] = vector, time.perf_counter() - began
            saved += time.perf_counter() - began
            remembered += self._vectors[text][1]
            return self._vectors[text][0]

        def score_pairs(text: str, passages: Sequence[str]) -> list[float]:
            nonlocal remembered, saved
            began = time.perf_counter()
            absent = [passage for passage in passages if (text, passage) not in self._logits]
            if absent:
                logits = tools.score_pairs(text, absent)
                each = (time.perf_counter() - began) / len(absent)
                for passage, logit in zip(absent, logits, strict=True):
                    self._logits[text, passage] = logit, each
            found = [self._logits[text, passage] for passage in passages]
            saved += time.perf_counter() - began
            remembered += sum(seconds for _, seconds in found)
            return [logit for logit, _ in found]

        began = time.perf_counter()
        hits = retrieve(
            query,
            index=opened.index(),
            tools=RetrieveTools(
                embed_query=embed_query if embed else None, analyse=tools.analyse, score_pairs=score_pairs
            ),
            config=config,
            top_k=DEPTH,
            recorder=TraceRecorder(),
            by_document=True,
        )
        ms = (time.perf_counter() - began - saved + remembered) * 1000
        return [document for hit in hits for document in (hit.document, *hit.also_at)], ms


@contextmanager
def _cut_anew(
    workspace: Workspace, config: Mapping[str, Any], on_ingest: OnProgress | None
) -> Iterator[Workspace]:
    """Open a copy of a workspace whose documents are cut to another size."""
    with tempfile.TemporaryDirectory(prefix="vademecum-tune-") as scratch:
        archive = workspace.export(Path(scratch) / "copy.vade")
        import_workspace(archive, Path(scratch) / "copy").close()
        settings = overrides(workspace, config)
        with vademecum.workspace.open(Path(scratch) / "copy", config=settings) as opened:
            opened.ingest(on_progress=on_ingest)
            yield opened


def _own_questions(workspace: Workspace) -> Judged:
    """Return the workspace's own questions, judged by the documents of their evidence."""
    path = own_questions(workspace)
    found = read_questions(path)
    kept = [one for one in found.questions if one.evidence and one.status != "dropped"]
    return Judged(
        name=workspace.folder.name,
        path=path,
        queries={one.id: one.standing or one.text for one in kept},
        relevant={one.id: dict.fromkeys((item.document for item in one.evidence), 1) for one in kept},
        corpus=(),
        sha256=found.sha256,
        corpus_sha256="",
    )


def _report(judged: Judged, tuned: Tuned, current: Settings, *, budget_ms: float) -> Report:
    after, before = tuned.held_out.scores, tuned.held_out_current.scores
    records = tuple(
        Record(
            id=name,
            text=judged.queries[name],
            scores={METRIC: after[name], f"{METRIC} before": before[name]},
        )
        for name in after
    )
    changed = {name: value for name, value in tuned.chosen.items() if current[name] != value}
    words = ", ".join(f"{name} = {value}" for name, value in changed.items())
    notes = (
        f"Chosen: {words or 'no change'}; {tuned.reason}.",
        f"Held-out half: {tuned.held_out_current.mean:.4f} -> {tuned.held_out.mean:.4f} {METRIC} "
        f"(p = {tuned.test.p_value:.3f}, {tuned.test.count} questions).",
        f"Median search {tuned.held_out.ms:.1f} ms; the budget is {budget_ms:.0f} ms.",
    )
    rows = tuple(
        {
            **trial.settings,
            METRIC: round(trial.mean, 4),
            "ms": round(trial.ms, 1),
        }
        for trial in tuned.trials
    )
    return Report(
        kind="tune",
        name=judged.name,
        scores=(
            mean_score(METRIC, after.values(), better="higher"),
            mean_score(f"{METRIC} before", before.values(), better="higher"),
        ),
        records=records,
        tables={"Settings tried on the tuning half": rows},
        notes=notes,
    )
