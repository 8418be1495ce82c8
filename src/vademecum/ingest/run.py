"""The ingest stage: sources -> parsed documents -> chunks -> lexical index -> vectors.

Parsing runs in worker processes, embedding on the model pool, writing here, all at the same
time. Commits make finished files visible every few seconds; whatever is interrupted, the next run
continues from the last commit.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from vademecum.config import ChunkConfig, IngestConfig
from vademecum.errors import ParseError
from vademecum.files import one_path
from vademecum.ingest.chunk import CHUNKER, CountTokens
from vademecum.ingest.embedding import EmbeddingQueue
from vademecum.ingest.parsers.rows import RowFields, guess_fields, read_rows
from vademecum.ingest.pool import ParsePool, ParseRequest
from vademecum.ingest.sync import Place, Plan, plan_sync
from vademecum.ingest.writer import Analyse, IndexWriter
from vademecum.stores.schema import CHUNKS, DOCUMENTS, vectors_table
from vademecum.stores.store import Store
from vademecum.values import Access, Document, Failure, IngestSummary, Progress

logger = logging.getLogger(__name__)

_COMMIT_ROWS = 5_000
_ROW_SUFFIXES = {".jsonl", ".ndjson"}
_NO_TEXT = "no text in it"

OnProgress = Callable[[Progress], None]
Outcome = str | Iterable[Document | Failure]
"""Why a file could not be read, or what is in it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestTools:
    """What the stage receives from above.

    Attributes:
        count_tokens: Token counter of the embedding model.
        analyse: Makes the terms of lexical search.
        analyser: Its name and version.
        queue: Where passages go to be embedded.
        space: Embedding space of that queue.
    """

    count_tokens: CountTokens
    analyse: Analyse
    analyser: str
    queue: EmbeddingQueue
    space: str


def run_ingest(
    store: Store,
    paths: Sequence[Path],
    *,
    tools: IngestTools,
    config: IngestConfig,
    chunk: ChunkConfig,
    fields: RowFields | None = None,
    access: Access | None = None,
    homes: Mapping[str, Access] | None = None,
    on_progress: OnProgress | None = None,
) -> IngestSummary:
    """Bring the store in line with what lies at `paths`.

    Args:
        store: Opened and locked for writing; recovered here.
        paths: Files and folders; what was ingested below them before and is gone is removed.
        tools: Models and analysis from the floors below.
        config: Limits and workers.
        chunk: How documents are cut.
        fields: Column names when files are rows of documents (JSONL, CSV).
        access: Who may read what lies at `paths`, now and from now on; None leaves what is known as it is,
            and new files to those who may read the folder.
        homes: Who may read new files below a path when nothing else was said of it.
        on_progress: Told after each file and each commit.

    Raises:
        SourceError: A path does not exist.
        LimitError: The disk is full; what was committed stays.
    """
    run = _Run(store, tools=tools, config=config, chunk=chunk, fields=fields, on_progress=on_progress)
    return run.run(paths, access=access, homes=homes or {})


@dataclass(slots=True)
class _Counts:
    """Figures of the summary while they grow."""

    read: int = 0
    unchanged: int = 0
    removed: int = 0
    duplicates: int = 0
    documents: int = 0
    chunks: int = 0
    failed: list[Failure] = field(default_factory=list)


class _Run:
    """One ingest: its tools, its figures, and when it last committed."""

    def __init__(
        self,
        store: Store,
        *,
        tools: IngestTools,
        config: IngestConfig,
        chunk: ChunkConfig,
        fields: RowFields | None,
        on_progress: OnProgress | None,
    ) -> None:
        self._store = store
        self._tools = tools
        self._config = config
        self._fields = fields
        self._tell = on_progress or (lambda progress: None)
        self._progress = Progress()
        self._counts = _Counts()
        self._committed_at = time.monotonic()
        self._chunker = f"{CHUNKER}:{chunk.max_tokens}+{tools.analyser}"
        self._writer = IndexWriter(
            store, count_tokens=tools.count_tokens, analyse=tools.analyse, max_tokens=chunk.max_tokens
        )

    def run(
        self, paths: Sequence[Path], *, access: Access | None, homes: Mapping[str, Access]
    ) -> IngestSummary:
        began = time.monotonic()
        known = self._writer.places()
        plans = self._plans(paths, known, access, homes)
        if self._store.snapshot.chunker not in ("", self._chunker):
            self._rechunk()
        self._tools.queue.put_missing()
        to_read = self._remove(plans, known)
        self._progress = replace(
            self._progress, files_total=len(to_read), chunks_total=self._tools.queue.waiting
        )
        try:
            self._read(to_read, known)
            self._commit()
            self._embed_rest()
        finally:
            self._tools.queue.cancel()
        return IngestSummary(
            read=self._counts.read,
            unchanged=self._counts.unchanged,
            removed=self._counts.removed,
            failed=tuple(self._counts.failed),
            duplicates=self._counts.duplicates,
            documents=self._counts.documents,
            chunks=self._counts.chunks,
            embedded=self._tools.queue.embedded,
            seconds=time.monotonic() - began,
        )

    def _plans(
        self,
        paths: Sequence[Path],
        known: Mapping[str, Place],
        access: Access | None,
        homes: Mapping[str, Access],
    ) -> list[Plan]:
        """Compare every path with what is known, and note who may read what lies there."""
        options = json.dumps(self._fields.to_dict()) if self._fields else ""
        told = None if access is None else access.to_text()
        roots = {path: home.to_text() for path, home in homes.items()} | self._writer.roots()

        def inherited(path: str) -> str:
            above = (str(folder) for folder in Path(path).parents)
            return next((roots[folder] for folder in above if folder in roots), "")

        plans = []
        for path in paths:
            root = one_path(path)
            hidden = self._config.hidden
            plans.append(
                plan_sync(root, known, options=options, access=told, inherited=inherited, hidden=hidden)
            )
            if told is not None and root.is_dir():
                self._writer.add_root(str(root), told)
        return plans

    def _remove(self, plans: Sequence[Plan], known: dict[str, Place]) -> list[Place]:
        """Take out what is gone and return what has to be read, each file once."""
        to_read = {place.path: place for plan in plans for place in plan.to_read}
        removed = {place.path for plan in plans for place in plan.removed}
        # A copy whose stored twin goes away or changes has to be read itself from now on.
        # Its place goes with the same commit, so that an interrupted run reads it next time.
        orphaned = self._writer.waiting_on(removed | to_read.keys()) - removed
        to_read.update({path: known[path] for path in orphaned if path in known and path not in to_read})
        for path in removed | orphaned:
            self._writer.remove_file(path)
        self._counts.removed = len(removed)
        for plan in plans:
            self._counts.failed += plan.unreadable
            for place in plan.touched:
                self._writer.add_place(place)
            for place in plan.unchanged + plan.touched:
                if place.reason:
                    self._counts.failed.append(Failure(path=place.path, reason=place.reason))
                elif place.path not in to_read:
                    self._counts.unchanged += 1
        return [_with_fields(place) for place in sorted(to_read.values(), key=lambda place: place.path)]

    def _read(self, places: Sequence[Place], known: Mapping[str, Place]) -> None:
        for place, outcome in self._outcomes(places):
            stored = self._store_file(place, outcome, before=known.get(place.path))
            self._progress = replace(
                self._progress, files_done=self._progress.files_done + 1, current=place.path
            )
            if stored:
                self._counts.read += 1
            self._step()

    def _outcomes(self, places: Sequence[Place]) -> Iterator[tuple[Place, Outcome]]:
        """Yield each file with its documents, or with the reason why there are none, in order."""
        requests = (ParseRequest(path=place.path, source=place.path) for place in places if not place.options)
        with ParsePool.from_config(self._config) as pool:
            results = pool.parse(requests)
            for place in places:
                if place.options:
                    yield place, read_rows(place.path, fields=RowFields(**json.loads(place.options)))
                else:
                    result = next(results)
                    yield place, result.reason or (*result.documents, *result.failures)

    def _store_file(self, place: Place, outcome: Outcome, *, before: Place | None) -> bool:
        """Bring one file's documents into the store in place of what it held before."""
        old = self._writer.ids_of(place.path)
        if isinstance(outcome, str):
            return self._fail(place, outcome)
        rows = bool(place.options)  # a file of rows may be long: it is brought in piece by piece
        if before is not None and (not rows or before.access != place.access):
            self._writer.remove_file(place.path)
            old = set()
        new: set[str] = set()
        try:
            for item in outcome:
                if isinstance(item, Failure):
                    self._counts.failed.append(item)
                    continue
                document = replace(item, access=Access.from_text(place.access))
                new.add(document.id)
                if document.id not in old:
                    self._add(document, place.path, titled=rows)
                if rows:
                    self._step(atomic=before is not None)
        except (ParseError, OSError) as error:
            return self._fail(place, str(error))
        if not new:
            return self._fail(place, _NO_TEXT)
        self._writer.remove_documents(place.path, old - new)
        self._writer.add_place(place)
        return True

    def _fail(self, place: Place, reason: str) -> bool:
        """Note a file as failed; what an earlier version of it held is gone with that version."""
        self._writer.remove_file(place.path)
        self._writer.add_place(replace(place, reason=reason))
        self._counts.failed.append(Failure(path=place.path, reason=reason))
        return False

    def _add(self, document: Document, path: str, *, titled: bool) -> None:
        chunks = self._writer.add(document, path=path, titled=titled)
        if chunks is None:
            self._counts.duplicates += 1
            return
        self._counts.documents += 1
        self._counts.chunks += len(chunks)
        for chunk in chunks:
            self._tools.queue.put(chunk.key, chunk.passage)

    def _step(self, *, atomic: bool = False) -> None:
        """Commit when it is time; inside a file that replaces another only vectors are committed."""
        waited = time.monotonic() - self._committed_at
        if waited < self._config.commit_s and self._writer.pending_rows < _COMMIT_ROWS:
            return
        if atomic:
            self._writer.flush()
            self._tools.queue.flush()
            self._store.commit_vectors(self._tools.space)
            self._after_commit()
        else:
            self._commit()

    def _commit(self, *, space: str | None = None) -> None:
        self._writer.flush()
        self._tools.queue.flush()
        first = self._tools.space if not self._store.snapshot.space else None
        self._store.commit(space=space or first, chunker=self._chunker)
        self._after_commit()

    def _after_commit(self) -> None:
        self._committed_at = time.monotonic()
        queue = self._tools.queue
        self._progress = replace(
            self._progress, chunks_done=queue.embedded, chunks_total=queue.embedded + queue.waiting
        )
        self._tell(self._progress)

    def _embed_rest(self) -> None:
        """Wait for the vectors that are still due, then let dense search use this space."""
        queue = self._tools.queue
        while queue.waiting:
            queue.flush(wait_for=min(queue.waiting, 64))
            if time.monotonic() - self._committed_at >= self._config.commit_s:
                self._store.commit_vectors(self._tools.space)
                self._after_commit()
        old = self._store.snapshot.space
        queue.drop_orphans(self._store.scan(CHUNKS, ["key"])["key"].to_pylist())
        if old and old != self._tools.space:
            self._store.drop(vectors_table(old))
        self._commit(space=self._tools.space)

    def _rechunk(self) -> None:
        """Cut every stored document anew; their files need not be read for that."""
        logger.info("cutting all documents anew: %s -> %s", self._store.snapshot.chunker, self._chunker)
        ids = self._store.scan(DOCUMENTS, ["id"])["id"].to_pylist()
        self._store.delete(CHUNKS, "document_id", ids)
        columns = ["source", "title", "media_type", "metadata", "text", "blocks", "access"]
        for batch in self._store.scan(DOCUMENTS, columns).to_batches(max_chunksize=100):
            for row in batch.to_pylist():
                self._writer.add_chunks(document_from_row(row))
            self._writer.flush()
        self._commit()


def _with_fields(place: Place) -> Place:
    """Return a file of rows with the names of its columns, where they are the usual ones."""
    if place.options or Path(place.path.removesuffix(".gz")).suffix not in _ROW_SUFFIXES:
        return place
    fields = guess_fields(place.path)
    return replace(place, options=json.dumps(fields.to_dict())) if fields else place


def document_from_row(row: dict[str, Any]) -> Document:
    """Return the document a row of the store's table holds."""
    return Document.from_dict(
        {**row, "metadata": json.loads(row["metadata"]), "blocks": json.loads(row["blocks"])}
    )
