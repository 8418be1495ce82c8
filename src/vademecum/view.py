"""What one person sees of a workspace: every door to documents leads through here.

Owns that nothing a person may not read reaches them, neither itself nor by a trace of it; how searching and
answering work belongs to the stages.
Not covered: how long a search takes grows with all that is stored; above `index.memory_chunks` the weights of
words come from all documents.
Use: `workspace.seen_by(Viewer(user="ana")).ask("How long is the refund period?")`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from vademecum.generate import AnswerTools, answer_question, check_question
from vademecum.retrieve import put_right, retrieve
from vademecum.values import Access, Answer, Document, Hit, Style, TraceRecorder, Viewer, parse_filters

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
        config = self.workspace.config
        top_k = config.retrieve.top_k if top_k is None else top_k
        recorder = recorder or TraceRecorder()
        query = self._meant(query, recorder)
        with recorder.step("retrieve", top_k=top_k) as found:
            hits = retrieve(
                query,
                index=self.workspace.index().seen_by(self.viewer),
                tools=self.workspace.retrieve_tools(),
                config=config.retrieve,
                top_k=top_k,
                filters=parse_filters(where),
                by_document=by_document,
                recorder=recorder,
            )
            found["hits"] = len(hits)
        return hits

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
        hits = self.search(question, top_k=ANSWER_HITS, where=where, recorder=recorder)
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

    def rows(self) -> list[dict[str, Any]]:
        """Return what is stored about each document, by source; see `Workspace.document_rows`."""
        return [row for row in self.workspace.document_rows() if self.viewer.may_read(row["access"])]

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
        named = {citation.document_id: citation.document for citation in answer.citations}
        named |= {hit.document_id: hit.document for hit in answer.nearest}
        known = set(self.documents(named))
        if gone := named.keys() - known:
            sources = {row["source"] for row in self.rows()}
            known |= {one for one in gone if named[one] in sources}  # another version of it is there
        if any(citation.document_id not in known for citation in answer.citations):
            return Answer(text=WITHHELD, answered=False, confidence=0.0)
        nearest = tuple(hit for hit in answer.nearest if hit.document_id in known)
        return answer if len(known) == len(named) else replace(answer, nearest=nearest, disputed=())
