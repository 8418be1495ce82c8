"""What one person sees of a workspace: every door to documents leads through here.

Owns that nothing a person may not read reaches them, neither itself nor by a trace of it; how searching and
answering work belongs to the stages.
Not covered: how long a search takes grows with all that is stored; above `index.memory_chunks` the weights of
words come from all documents.
Use: `workspace.seen_by(Viewer(user="ana")).ask("How long is the refund period?")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vademecum.generate import AnswerTools, answer_question, check_question
from vademecum.retrieve import put_right, retrieve
from vademecum.values import (
    Access,
    Answer,
    Document,
    Hit,
    Style,
    Trace,
    TraceRecorder,
    Viewer,
    parse_filters,
)
from vademecum.values.conversation import TraceRecord

if TYPE_CHECKING:
    from vademecum.workspace import Workspace

ANSWER_HITS = 8
"""Passages an answer may rest on."""
WITHHELD = "This answer rests on documents that are gone, or that you may not read any more."
Where = str | Sequence[str] | Mapping[str, Any] | None
"""Conditions on documents."""


class View:
    """A workspace as one person sees it.

    Attributes:
        workspace: What is seen.
        viewer: Who sees it.
    """

    def __init__(self, workspace: Workspace, viewer: Viewer) -> None:
        self.workspace = workspace
        self.viewer = viewer
        self._seen: _Seen | None = None

    def search(
        self,
        query: str,
        *,
        top_k: int | None = None,
        where: Where = None,
        by_document: bool = False,
        recorder: TraceRecorder | None = None,
    ) -> list[Hit]:
        """Return the passages that answer a query best; see `Workspace.search`."""
        recorder = recorder or TraceRecorder()
        top_k = self.workspace.config.retrieve.top_k if top_k is None else top_k
        query = self._meant(query, recorder)
        return self._retrieve(query, top_k=top_k, where=where, by_document=by_document, recorder=recorder)

    def ask(
        self,
        question: str,
        *,
        where: Where = None,
        on_text: Callable[[str], None] | None = None,
        recorder: TraceRecorder | None = None,
        style: Style | None = None,
        history: str = "",
    ) -> Answer:
        """Answer a question from the documents; see `Workspace.ask`.

        Args:
            question: What is asked; it stands by itself.
            where: Conditions on documents, as in `search`.
            on_text: Told each sentence of the answer as soon as it is verified.
            recorder: Collects the steps.
            style: How it is worded.
            history: What was said before, for a chat model.
        """
        workspace = self.workspace
        settings = workspace.config.answer
        recorder = recorder or TraceRecorder()
        question = self._meant(question, recorder)
        hits = self._retrieve(question, top_k=ANSWER_HITS, where=where, by_document=False, recorder=recorder)
        tools = AnswerTools(
            score_pairs=workspace.score_pairs,
            read_spans=workspace.reader().read,
            read_documents=self.documents,
            stream_chat=workspace.stream_chat(recorder) if settings.writes else None,
            check_claim=lambda claim, evidence: workspace.checker().check(claim, [evidence])[0],
        )
        return answer_question(
            question,
            hits,
            tools=tools,
            recorder=recorder,
            min_confidence=settings.min_confidence,
            on_text=on_text,
            style=style or Style(),
            history=history,
        )

    def _retrieve(
        self, query: str, *, top_k: int, where: Where, by_document: bool, recorder: TraceRecorder
    ) -> list[Hit]:
        with recorder.step("retrieve", top_k=top_k) as found:
            hits = retrieve(
                query,
                index=self.workspace.index().seen_by(self.viewer),
                tools=self.workspace.retrieve_tools(),
                config=self.workspace.config.retrieve,
                top_k=top_k,
                filters=parse_filters(where),
                by_document=by_document,
                recorder=recorder,
            )
            found["hits"] = len(hits)
        return hits

    def _meant(self, question: str, recorder: TraceRecorder) -> str:
        """Return a question, checked, with its misspelt words put right by what may be read."""
        config = self.workspace.config
        return put_right(
            check_question(question, max_chars=config.answer.max_question_chars),
            index=self.workspace.index().seen_by(self.viewer),
            tools=self.workspace.retrieve_tools(),
            config=config.retrieve,
            recorder=recorder,
        )

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return stored documents by id; ids that are not there to be seen are left out."""
        found = self.workspace.documents(ids)
        return {name: one for name, one in found.items() if self.viewer.may_read(one.access)}

    def rows(self) -> Sequence[Mapping[str, Any]]:
        """Return what is stored about each document, by source; see `Workspace.document_rows`."""
        return self._known().rows

    def list_documents(self, *, limit: int, offset: int = 0) -> tuple[list[dict[str, Any]], int]:
        """Return documents by source, and how many there are.

        Each with id, source, title, media type and owner; one's own also with who else may read them.

        Args:
            limit: At most this many.
            offset: How many to leave out at the beginning.
        """
        seen = self.rows()
        return [self._listed(row) for row in seen[offset : offset + limit]], len(seen)

    def _listed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        access: Access = row["access"]
        listed = {name: row[name] for name in ("id", "source", "title", "media_type")}
        own = self.viewer.everything or (access.owner and access.owner == self.viewer.user)
        return listed | {"owner": access.owner} | ({"readers": list(access.readers)} if own else {})

    def counts(self) -> tuple[int, int]:
        """Return how many documents and chunks there are."""
        index = self.workspace.index().seen_by(self.viewer)
        rows = np.flatnonzero(index.mask(()))
        return np.unique(index.documents(rows)).size, rows.size

    def seen(self, answer: Answer) -> Answer:
        """Return an answer that was given before, without what may not be seen (any more).

        The workspace's owner sees what was said also where its documents are gone.
        """
        if self.viewer.everything:
            return answer
        known = self._known()
        trace = self._seen_trace(answer.trace)
        if not known.holds_sources(answer):
            return Answer(text=WITHHELD, answered=False, confidence=0.0, trace=trace)
        nearest = tuple(hit for hit in answer.nearest if known.holds(hit.document_id, hit.document))
        whole = trace == answer.trace and nearest == answer.nearest
        return answer if whole else replace(answer, nearest=nearest, disputed=(), trace=trace)

    def seen_record(self, record: TraceRecord) -> TraceRecord:
        """Return what happened during a call, without what may not be seen (any more)."""
        answer = self.seen(record.answer) if record.answer else None
        return replace(record, answer=answer, trace=self._seen_trace(record.trace))

    def _seen_trace(self, trace: Trace) -> Trace:
        """Return a trace without the places in documents that may not be seen, and words taken from there."""
        if self.viewer.everything:
            return trace
        ids = self._known().ids

        def may(one: Any) -> bool:
            return not isinstance(one, Mapping) or "document" not in one or one["document"] in ids

        lists = [value for step in trace.steps for value in step.detail.values() if isinstance(value, list)]
        whole = all(may(one) for value in lists for one in value)

        def seen(value: Any) -> Any:
            if isinstance(value, Mapping):  # words that the documents gave for those of the question
                return value if whole else {}
            return [one for one in value if may(one)] if isinstance(value, list) else value

        steps = [
            replace(
                step,
                detail={
                    name: seen(value) for name, value in step.detail.items() if whole or name != "standing"
                },  # a question may have been completed from an answer
            )
            for step in trace.steps
        ]
        return replace(trace, steps=tuple(steps))

    def _known(self) -> _Seen:
        """Return the documents that may be seen now."""
        stored = self.workspace.document_rows()
        if self._seen is None or self._seen.of is not stored:
            rows = [row for row in stored if self.viewer.may_read(row["access"])]
            ids, sources = {row["id"] for row in rows}, {row["source"] for row in rows}
            self._seen = _Seen(of=stored, rows=rows, ids=ids, sources=sources)
        return self._seen


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    """What of the stored documents somebody may see."""

    of: Sequence[Mapping[str, Any]]
    rows: Sequence[Mapping[str, Any]]
    ids: Set[str]
    sources: Set[str]

    def holds(self, document_id: str, source: str) -> bool:
        """Say whether a document is among them, or another version of it."""
        return document_id in self.ids or source in self.sources

    def holds_sources(self, answer: Answer) -> bool:
        """Say whether what an answer rests on is among them: its citations, else those of earlier answers."""
        if answer.citations:
            return all(self.holds(one.document_id, one.document) for one in answer.citations)
        before = [step.detail["cited"] for step in answer.trace.steps if step.name == "history"]
        return all(one["document"] in self.ids for cited in before for one in cited)
