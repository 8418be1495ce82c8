"""The only place that knows all stages: opens a folder and builds the stages from its configuration.

Use:
    with vademecum.open("notes") as workspace:
        workspace.ingest("docs")
        hits = workspace.search("refund period", top_k=5)
        answer = workspace.ask("How long is the refund period?")
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from vademecum.config import FILE_NAME, Config, ResolvedConfig, load_config
from vademecum.errors import WorkspaceError
from vademecum.files import one_path
from vademecum.generate.protocols import StreamChat
from vademecum.ingest.embedding import EmbeddingQueue
from vademecum.ingest.forget import forget_owner
from vademecum.ingest.parsers.rows import RowFields
from vademecum.ingest.run import IngestTools, OnProgress, document_from_row, run_ingest
from vademecum.loaded import LoadedModels
from vademecum.models.chat import ChatModel, Message
from vademecum.models.check import ClaimChecker
from vademecum.models.embed import Embedder, Vector
from vademecum.models.onnx import model_pool
from vademecum.models.pull import Progress as PullProgress
from vademecum.models.read import Reader
from vademecum.monitor import Call, Calls, Watcher
from vademecum.release import Models
from vademecum.retrieve import RetrieveTools
from vademecum.stores.archive import load_archive, save_archive
from vademecum.stores.build import build_indexes
from vademecum.stores.index import open_index
from vademecum.stores.lock import writer_lock
from vademecum.stores.protocols import Index
from vademecum.stores.schema import CHUNKS, DOCUMENTS, PLACES, vectors_table
from vademecum.stores.snapshot import Snapshot, read_snapshot
from vademecum.stores.store import FOLDER_NAME, Store, sql_list
from vademecum.text.analyse import ANALYSER, analyse
from vademecum.text.parsed import Parsed
from vademecum.values import (
    OWNER,
    Access,
    Answer,
    Document,
    Hit,
    IngestSummary,
    ModelKind,
    TraceRecorder,
    Viewer,
)
from vademecum.values.conversation import ANYONE
from vademecum.view import View

if TYPE_CHECKING:
    from vademecum.stores.state import State

_DOCUMENT = ["source", "title", "media_type", "metadata", "text", "blocks", "access"]
"""Columns that make a document."""
_SETTINGS = """# Settings of this workspace; `vade config show --resolved` lists every key with its value.
"""
QUESTIONS_NAME = "questions.jsonl"
UPLOADS = "uploads"
"""Folder of files that came over the server, by user."""
_DOCUMENTS_KEPT = 256
_REFRESH_SHARE = 5  # while another process writes, refreshing may take a fifth of the time


def open(  # noqa: A001 - the field's word for it
    path: str | os.PathLike[str],
    *,
    config: Mapping[str, Any] | None = None,
    on_pull: PullProgress | None = None,
    models: Models | None = None,
) -> Workspace:
    """Open the workspace at `path`, making it when it is not there.

    Args:
        path: The workspace's folder.
        config: Keys for this session, such as {"retrieve.rerank": False}; they win over files.
        on_pull: Told how far a first download of model weights is.
        models: Trained models of another workspace to use; its own when None.

    Raises:
        WorkspaceError: `path` is a file, or a workspace of a newer version.
        ConfigError: A configuration key or value is wrong.
    """
    folder = one_path(Path(path))
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(f"{folder} is a file, not a workspace. Name a folder.")
    resolved = load_config(folder, overrides=config)
    try:
        store = Store.create(folder / FOLDER_NAME)
        if not (folder / FILE_NAME).exists():
            (folder / FILE_NAME).write_text(_SETTINGS, "utf-8")
    except OSError as error:
        raise WorkspaceError(f"{folder} cannot be made a workspace: {error}.") from error
    return Workspace(folder, store, resolved, models=models or Models.of(folder), on_pull=on_pull)


class Workspace:
    """A folder of knowledge: its documents, their index and its settings.

    Attributes:
        folder: Where it lies.
        settings: Its configuration, with the origin of each value.
        models: Its trained models.
        watchers: Told of each recorded call when it has ended.
        calls: Keeps and sends them.
    """

    def __init__(
        self,
        folder: Path,
        store: Store,
        settings: ResolvedConfig,
        *,
        models: Models,
        on_pull: PullProgress | None = None,
    ) -> None:
        self.folder = folder
        self.settings = settings
        self.models = models
        self._store = store
        self._on_pull = on_pull
        self._loaded = self._unloaded()
        self.watchers: list[Watcher] = []
        self.calls = Calls(self.config, state=self.state, watchers=self.watchers)
        self._state: State | None = None
        self._state_lock = threading.Lock()
        self._index: Index | None = None
        self._documents: dict[str, Document] = {}
        self._rows: tuple[Snapshot, Sequence[Mapping[str, Any]]] | None = None
        self._index_lock = threading.Lock()
        self._refresh_after = 0.0

    def _unloaded(self) -> LoadedModels:
        return LoadedModels(self.config, self.models, on_pull=self._on_pull)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def config(self) -> Config:
        """The configuration that holds."""
        return self.settings.config

    def close(self) -> None:
        """Let go of the index, the models and the state store; what is left to send is sent, for a moment."""
        self.calls.close()
        if self._state is not None:
            self._state.close()
            self._state = None
        self._index = None
        self._documents = {}
        self._loaded = self._unloaded()

    def ingest(
        self,
        *paths: str | os.PathLike[str],
        id_field: str = "",
        title_field: str = "",
        text_field: str = "",
        access: Access | None = None,
        on_progress: OnProgress | None = None,
    ) -> IngestSummary:
        """Read files and folders, and bring what was read from there before up to date.

        Args:
            paths: Files and folders; without any, every path that was ingested before.
            id_field: For JSONL and CSV files whose rows are documents: the column of their ids.
            title_field: The column of their titles.
            text_field: The column of their texts; naming it makes rows documents.
            access: Who may read what lies there, from now on; None leaves it as it is, and what is new to
                those who may read its folder: everyone, where nothing was said.
            on_progress: Told after each commit.

        Returns:
            What was read, unchanged, removed and failed, with reasons.

        Raises:
            SourceError: A path does not exist.
            BusyError: Another process is writing to this workspace.
            LimitError: The disk is full; what was committed before stays.
        """
        fields = (
            RowFields(text=text_field, id=id_field or None, title=title_field or None) if text_field else None
        )
        with writer_lock(self._store.folder):
            store = Store.open(self._store.folder)
            store.recover()
            embedder = self.embedder()
            queue = EmbeddingQueue(
                store, embedder.embed_passage, executor=model_pool(), space=embedder.space, dim=embedder.dim
            )
            tools = IngestTools(
                count_tokens=embedder.count_tokens,
                analyse=analyse,
                analyser=ANALYSER,
                queue=queue,
                space=embedder.space,
            )
            summary = run_ingest(
                store,
                [Path(path) for path in paths or self.roots()],
                tools=tools,
                config=self.config.ingest,
                chunk=self.config.chunk,
                fields=fields,
                access=access,
                homes=self._homes(),
                on_progress=on_progress,
            )
            build_indexes(store, memory_chunks=self.config.index.memory_chunks)
        self._changed()
        return summary

    def forget_owner(self, user: str) -> set[str]:
        """Take a user's documents out for good and return their ids; see `sharing.forget_user`.

        Raises:
            BusyError: Another process is writing to this workspace.
        """
        with writer_lock(self._store.folder):
            store = Store.open(self._store.folder)
            store.recover()
            ids = forget_owner(store, user)
        self._changed()
        return ids

    def uploads(self, user: str) -> Path:
        """Return the folder of a user's files, so that nobody replaces a file of somebody else."""
        return self.folder / UPLOADS / user

    def _homes(self) -> dict[str, Access]:
        """Return who may read what lies in the folders of uploads: whoever brought it."""
        folders = (self.folder / UPLOADS).glob("*/")
        return {str(folder): Access(owner=folder.name, readers=()) for folder in folders}

    def search(
        self,
        query: str,
        *,
        top_k: int | None = None,
        where: str | Sequence[str] | Mapping[str, Any] | None = None,
        by_document: bool = False,
        recorder: TraceRecorder | None = None,
    ) -> list[Hit]:
        """Return the passages that answer a query best, best first.

        Args:
            query: A question or key words.
            top_k: At most this many hits; `retrieve.top_k` when None.
            where: Conditions on documents, such as "author = Ana" or ["year >= 2020"].
            by_document: Return only the best passage of each document.
            recorder: Collects the steps with their times.

        Raises:
            QuestionError: The query is empty or too long.
            InputError: A condition cannot be read.
        """
        return self.seen_by().search(
            query, top_k=top_k, where=where, by_document=by_document, recorder=recorder
        )

    def ask(
        self,
        question: str,
        *,
        where: str | Sequence[str] | Mapping[str, Any] | None = None,
        on_text: Callable[[str], None] | None = None,
        recorder: TraceRecorder | None = None,
    ) -> Answer:
        """Answer a question from the documents, with verbatim quotes, or say that they do not tell.

        Args:
            question: What is asked.
            where: Conditions on documents, as in `search`.
            on_text: Told each sentence of the answer as soon as it is verified.
            recorder: Collects the steps with their times; they stand in the answer's trace too.

        Raises:
            QuestionError: The question is empty or too long.
            ConfigError: The engine is a server and no model is named.
        """
        return self.seen_by().ask(question, where=where, on_text=on_text, recorder=recorder)

    def seen_by(self, viewer: Viewer = OWNER) -> View:
        """Return the workspace as somebody sees it; without a name, as its owner does."""
        return View(self, viewer)

    @property
    def questions_path(self) -> Path:
        """Where the workspace's own questions lie, one JSON object a line."""
        return self.folder / QUESTIONS_NAME

    def documents(self, ids: Iterable[str]) -> dict[str, Document]:
        """Return stored documents by id; ids that are not stored are left out."""
        wanted = dict.fromkeys(ids)
        self.index()  # so that what was taken from somebody is not shown for as long as nobody searches
        with self._index_lock:
            store, kept = self._store, self._documents
        absent = [one for one in wanted if one not in kept]
        if absent:
            held = f"id IN ({sql_list(absent)})"
            rows = store.scan(DOCUMENTS, ["id", *_DOCUMENT], where=held).to_pylist()
            if len(kept) + len(rows) > _DOCUMENTS_KEPT:
                kept = {one: document for one, document in kept.items() if one in wanted}
            kept = kept | {row.pop("id"): document_from_row(row) for row in rows}
            with self._index_lock:
                if self._store is store:
                    self._documents = kept
        return {one: kept[one] for one in wanted if one in kept}

    def document_rows(self) -> Sequence[Mapping[str, Any]]:
        """Return id, path, source, title, media type and access of every document, by source."""
        with self._index_lock:
            store = Store.open(self._store.folder)
            if self._rows is None or self._rows[0] != store.snapshot:
                columns = ["id", "path", "source", "title", "media_type", "access"]
                rows = store.scan(DOCUMENTS, columns).to_pylist()
                named = [{**row, "access": Access.from_text(row["access"])} for row in rows]
                ordered = sorted(named, key=lambda row: (row["source"], row["id"]))
                self._rows = store.snapshot, tuple(ordered)
            return self._rows[1]

    def all_documents(self) -> Iterator[Document]:
        """Yield every stored document."""
        for row in Store.open(self._store.folder).scan(DOCUMENTS, _DOCUMENT).to_pylist():
            yield document_from_row(row)

    def roots(self) -> list[str]:
        """Return the paths that were ingested, sorted."""
        return sorted(set(Store.open(self._store.folder).scan(PLACES, ["root"])["root"].to_pylist()))

    def export(self, path: str | os.PathLike[str]) -> Path:
        """Write the whole workspace to one file and return its path.

        Raises:
            WorkspaceError: The file cannot be written.
        """
        target = Path(path).expanduser().absolute()
        save_archive(Store.open(self._store.folder), target)
        return target

    def status(self) -> dict[str, Any]:
        """Return what the workspace holds: counts, models, size in bytes, failures."""
        store = Store.open(self._store.folder)
        places = store.scan(PLACES, ["path", "reason"]).to_pylist()
        space = store.snapshot.space
        return {
            "folder": str(self.folder),
            "files": sum(not place["reason"] for place in places),
            "failed": [place for place in places if place["reason"]],
            "documents": store.count(DOCUMENTS),
            "chunks": store.count(CHUNKS),
            "vectors": store.count(vectors_table(space)) if space else 0,
            "embedding": space,
            "chunker": store.snapshot.chunker,
            "generation": store.snapshot.generation,
            "size_bytes": sum(file.stat().st_size for file in store.folder.rglob("*") if file.is_file()),
            "roots": self.roots(),
        }

    def model_name(self, kind: ModelKind, name: str) -> str:
        """Return which model of a kind works here: the trained one in use, else what the settings name.

        Settings that name a trained model themselves win.
        """
        return self._loaded.name(kind, name)

    def score_pairs(self, question: str, passages: Sequence[str]) -> list[float]:
        """Return how well each passage answers a question: the cross-encoder's logits."""
        return self._loaded.reranker.score(question, passages)

    def checker(self) -> ClaimChecker:
        """Return the claim checker that works here."""
        return self._loaded.checker

    def reader(self) -> Reader:
        """Return the reader that works here."""
        return self._loaded.reader

    def state(self) -> State:
        """Return what is kept beside the documents: conversations, traces, feedback, memory, keys.

        Raises:
            ConfigError: `state.url` cannot be used.
            ProviderError: The database does not answer.
        """
        from vademecum.stores.state import State

        with self._state_lock:
            if self._state is None:
                self._state = State.open(self.config.state.url, self._store.folder)
            return self._state

    def recorded(
        self, *, kind: str, asked: str, user: str = ANYONE, conversation: str = ""
    ) -> AbstractContextManager[Call]:
        """Record what happens in a block: kept, sent, told to `watchers`; see `monitor.Calls`."""
        return self.calls.recorded(kind=kind, asked=asked, user=user, conversation=conversation)

    def chat(self, recorder: TraceRecorder | None = None) -> ChatModel:
        """Return the chat model that works here; with a recorder, its replies become steps."""
        return self._loaded.recorded_chat(recorder) if recorder else self._loaded.chat

    def chat_name(self) -> str:
        """Return the name of the chat model that works here."""
        return self._loaded.chat_name

    def load_models(self) -> None:
        """Load every model that answers need, so that the first question is as fast as the others."""
        self._loaded.load()
        self.search("warm-up")
        self._loaded.load_beside()

    def stream_chat(self, recorder: TraceRecorder) -> StreamChat:
        """Return the chat model that works here, as the answer stage calls it; its replies become steps."""
        chat, max_tokens = self.chat(recorder), self.config.answer.max_tokens

        def stream(system: str, user: str) -> Iterator[str]:
            messages = [Message(role="system", content=system), Message(role="user", content=user)]
            return chat.stream(messages, max_tokens=max_tokens)

        return stream

    def _query_embedder(self) -> Callable[[str], Vector] | None:
        """Return the encoder of the space the index's vectors are in; None when it is not to be had."""
        space = self._store.snapshot.space
        if not space or not self.config.retrieve.dense:
            return None
        embedder = self._loaded.embedder(space.partition("@")[0])
        return embedder.embed_query if embedder.space == space else None

    def embedder(self, name: str = "") -> Embedder:
        """Return the embedding model in use, or the one of this name."""
        return self._loaded.embedder(name)

    def retrieve_tools(self) -> RetrieveTools:
        """Return the models and the analysis that searches use."""
        return RetrieveTools(
            embed_query=self._query_embedder(),
            embedder=self._store.snapshot.space.partition("@")[0],
            analyse=analyse,
            score_pairs=self.score_pairs,
            is_word=lambda word: self.embedder().count_tokens([word]) == [1],
        )

    def read_question(self, text: str) -> Parsed:
        """Return the grammar of a question."""
        return self._loaded.read_question(text)

    def index(self) -> Index:
        """Return the index of the current snapshot; an older one at most for a moment."""
        with self._index_lock:
            if self._index is not None and time.monotonic() < self._refresh_after:
                return self._index
            snapshot = read_snapshot(self._store.folder)
            if self._index is None or snapshot != self._store.snapshot:
                again, began = self._index is not None, time.monotonic()
                self._store = Store.open(self._store.folder)
                self._documents = {}
                self._index = open_index(self._store, memory_chunks=self.config.index.memory_chunks)
                now = time.monotonic()
                self._refresh_after = now + (now - began) * _REFRESH_SHARE if again else now
            return self._index

    def _changed(self) -> None:
        """Make the next search see what was just written here."""
        with self._index_lock:
            self._refresh_after = 0.0


def import_workspace(archive: str | os.PathLike[str], folder: str | os.PathLike[str]) -> Workspace:
    """Make a workspace in `folder` from a file that `Workspace.export` wrote, and open it.

    Raises:
        WorkspaceError: The file cannot be imported, or `folder` already is a workspace.
    """
    target = Path(folder).expanduser().absolute()
    load_archive(Path(archive).expanduser().absolute(), target)
    return open(target)
