"""Workspace configuration: every knob with its default, its help and where its value came from.

Owns `vade.toml`. Precedence, lowest first: defaults, the user's file, the workspace's file,
environment variables (`VADE_RETRIEVE_TOP_K=20`), options of the call.
Use: `load_config(workspace_folder).config.retrieve.top_k`.
"""

from __future__ import annotations

import difflib
import os
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from vademecum.errors import ConfigError, LimitError
from vademecum.files import written_whole

FILE_NAME = "vade.toml"


def _key(
    default: Any,
    help_text: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """Declare one configuration key with its help and what is allowed."""
    return field(default=default, metadata={"help": help_text, "low": low, "high": high, "choices": choices})


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsConfig:
    """Which models do the work."""

    embed: str = _key("bge-small-en", "Catalog name of the embedding model.")
    rerank: str = _key("ms-marco-minilm", "Catalog name of the cross-encoder.")
    read: str = _key("reader-small", "Catalog name of the reader, which finds the words that answer.")
    check: str = _key("checker-small", "Catalog name of the checker, which judges what a model wrote.")
    chat: str = _key("smollm2-135m", "Catalog name of the embedded chat model.")
    parse: str = _key("en-core-web-sm", "Catalog name of what reads the grammar of questions.")
    chat_slots: int = _key(
        4, "Conversations the embedded chat model writes at once; each takes 94 MB.", low=1, high=64
    )
    threads: int = _key(0, "Threads for the models; 0 takes one a core.", low=0, high=256)


@dataclass(frozen=True, slots=True, kw_only=True)
class IngestConfig:
    """How sources are read."""

    workers: int = _key(0, "Parser processes; 0 takes one a core.", low=0, high=64)
    timeout_s: float = _key(120.0, "Seconds one file may take.", low=1, high=86_400)
    max_file_mb: int = _key(200, "Largest file that is read, in megabytes.", low=1, high=4_096)
    max_chars: int = _key(20_000_000, "Most characters one file may yield.", low=1_000)
    worker_memory_mb: int = _key(640, "Memory one parser process may take, in megabytes.", low=256)
    ocr: bool = _key(True, "Read pictures and scanned pages.")
    hidden: bool = _key(False, "Read files and folders whose names start with a dot.")
    commit_s: float = _key(2.0, "Seconds of work between two commits.", low=0.1, high=600)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkConfig:
    """How documents are cut."""

    max_tokens: int = _key(256, "Tokens of the embedding model a chunk may have.", low=32, high=512)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexConfig:
    """How chunks are searched."""

    memory_chunks: int = _key(200_000, "Up to this many chunks the index is exact and in memory.", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RetrieveConfig:
    """How a question becomes hits."""

    top_k: int = _key(10, "Hits a search returns.", low=1, high=1_000)
    depth: int = _key(200, "Candidates each leg brings.", low=1, high=10_000)
    spelling: bool = _key(True, "Put misspelt words right by the words of the documents.")
    abbreviations: bool = _key(
        False, "Search for short and long forms that the documents give for one another."
    )
    dense: bool = _key(True, "Search by meaning.")
    lexical: bool = _key(True, "Search by words.")
    dense_weight: float = _key(0.5, "Share of meaning in the fused score; the rest is words.", low=0, high=1)
    rerank: bool = _key(True, "Let the cross-encoder read the best candidates.")
    rerank_pairs: int = _key(
        8, "Most candidates it reads; half of them when one stands out.", low=2, high=200
    )
    rerank_words: int = _key(
        70, "Words of a candidate it reads, those nearest to the question.", low=8, high=400
    )
    rerank_weight: float = _key(
        8.0, "Most a candidate can gain by it, in deviations of the fused scores.", low=0, high=100
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderstandConfig:
    """How a question is understood before anything is searched for."""

    rewrite: bool = _key(True, "Make a follow-up stand by itself.")
    rewriter: str = _key(
        "auto",
        "'rules' rewrites without a chat model, 'chat' lets one, 'auto' where it is not the embedded one.",
        choices=("auto", "rules", "chat"),
    )
    look_up: bool = _key(True, "Let the documents tell which of several readings is meant.")
    ask_back: bool = _key(True, "Ask which is meant where two readings are equally likely.")
    history_tokens: int = _key(
        1_500, "Most tokens of earlier turns that a chat model is told.", low=100, high=1_000_000
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerConfig:
    """How hits become an answer."""

    engine: str = _key("embedded", "'embedded', or the base URL of an OpenAI-compatible server.")
    model: str = _key("", "Model name to ask the server for.")
    api_key_env: str = _key("OPENAI_API_KEY", "Environment variable that holds the server's key.")
    writer: str = _key(
        "auto",
        "'extract' quotes only, 'chat' lets a model write, 'auto' picks by engine.",
        choices=("auto", "extract", "chat"),
    )
    min_confidence: float = _key(
        0.3, "Below this probability of being right there is no answer.", low=0, high=1
    )
    max_tokens: int = _key(512, "Most tokens a chat model may write.", low=1, high=100_000)
    timeout_s: float = _key(60.0, "Seconds the server may take.", low=1, high=3_600)
    max_question_chars: int = _key(8_000, "Longest question accepted, in characters.", low=1)

    @property
    def writes(self) -> bool:
        """Whether a chat model writes; the small embedded one only when it is asked to."""
        return self.writer == "chat" or (self.writer == "auto" and self.engine != "embedded")


@dataclass(frozen=True, slots=True, kw_only=True)
class StateConfig:
    """Where conversations, traces, feedback, memory and keys are kept."""

    url: str = _key("", "URL of a PostgreSQL database; empty for a file in the workspace.")
    traces: bool = _key(True, "Keep what happened during each question, for `vade traces` and the page.")
    traces_days: int = _key(
        30, "Days a trace is kept, longer where somebody rated it; 0 for ever.", low=0, high=36_500
    )
    traces_most: int = _key(100_000, "Most traces that are kept, rated ones too; 0 for any number.", low=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorConfig:
    """What others are told of calls."""

    otlp_url: str = _key("", "Base URL of an OTLP/HTTP endpoint that gets every call; empty sends nothing.")
    contents: bool = _key(False, "Send questions, answers, quotes and names of users and documents too.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """All sections."""

    models: ModelsConfig = field(default_factory=ModelsConfig)
    ingest: IngestConfig = field(default_factory=IngestConfig)
    chunk: ChunkConfig = field(default_factory=ChunkConfig)
    index: IndexConfig = field(default_factory=IndexConfig)
    retrieve: RetrieveConfig = field(default_factory=RetrieveConfig)
    answer: AnswerConfig = field(default_factory=AnswerConfig)
    understand: UnderstandConfig = field(default_factory=UnderstandConfig)
    state: StateConfig = field(default_factory=StateConfig)
    monitor: MonitorConfig = field(default_factory=MonitorConfig)


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedKey:
    """One key as `vade config show --resolved` prints it."""

    name: str
    value: Any
    origin: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolvedConfig:
    """A configuration and the origin of each of its values."""

    config: Config
    origins: Mapping[str, str]

    def values(self) -> Iterator[ResolvedKey]:
        """Yield every key with its value and where it came from."""
        for section in fields(self.config):
            values = getattr(self.config, section.name)
            for item in fields(values):
                name = f"{section.name}.{item.name}"
                yield ResolvedKey(
                    name=name,
                    value=getattr(values, item.name),
                    origin=self.origins.get(name, "default"),
                    help=item.metadata["help"],
                )


def load_config(
    folder: Path | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] | None = None,
) -> ResolvedConfig:
    """Read the configuration that holds for a workspace.

    Args:
        folder: Workspace folder whose `vade.toml` is read; None reads the user's file alone.
        overrides: Dotted keys of this call, such as {"retrieve.top_k": 20}; they win.
        environ: Environment variables; the process's own when None.

    Returns:
        The configuration and the origin of each value.

    Raises:
        ConfigError: A file does not parse, a key is unknown or a value is out of its range;
            all mistakes are named together.
    """
    environ = os.environ if environ is None else environ
    home = Path(environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    layers = [(str(path), _read(path)) for path in (home / "vademecum" / FILE_NAME,)]
    if folder is not None:
        layers.append((str(folder / FILE_NAME), _read(folder / FILE_NAME)))
    layers.append(("environment", _from_environment(environ)))
    layers.append(("option", dict(overrides or {})))

    known = {key.name: key for key in ResolvedConfig(config=Config(), origins={}).values()}
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}
    mistakes: list[str] = []
    for origin, layer in layers:
        for name, raw in layer.items():
            try:
                values[name] = _checked(name, raw, known=known)
                origins[name] = origin
            except ConfigError as error:
                mistakes.append(f"{origin}: {error}")
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    return ResolvedConfig(config=_build(values), origins=origins)


def save_settings(folder: Path, values: Mapping[str, Any]) -> None:
    """Write keys into a workspace's `vade.toml`; comments and other keys stay.

    Args:
        folder: Workspace folder.
        values: Dotted keys, such as {"retrieve.depth": 200}.

    Raises:
        ConfigError: A key is unknown, a value out of its range, or the file does not parse.
        LimitError: The file cannot be written.
    """
    import tomlkit

    load_config(folder, overrides=values)
    path = folder / FILE_NAME
    document = tomlkit.parse(path.read_text("utf-8") if path.exists() else "")
    for name, value in values.items():
        section, _, key = name.partition(".")
        table: Any = document.setdefault(section, tomlkit.table())
        table[key] = value
    try:
        with written_whole(path) as stream:
            stream.write(tomlkit.dumps(document))
    except OSError as error:
        raise LimitError(
            f"{path} cannot be written: {error}. Nothing was changed; free some space."
        ) from error


def _read(path: Path) -> dict[str, Any]:
    """Return a file's keys in dotted form; empty when the file is not there."""
    try:
        tables = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, OSError) as error:
        raise ConfigError(f"{path} cannot be read: {error}. Mend the file or remove it.") from error
    flat: dict[str, Any] = {}
    for section, table in tables.items():
        if isinstance(table, dict):
            flat.update({f"{section}.{name}": value for name, value in table.items()})
        else:
            flat[section] = table
    return flat


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return the keys set by variables such as VADE_RETRIEVE_TOP_K."""
    names = {f"VADE_{key.name.replace('.', '_').upper()}": key.name for key in _all_keys()}
    return {name: environ[variable] for variable, name in names.items() if variable in environ}


def _all_keys() -> list[ResolvedKey]:
    return list(ResolvedConfig(config=Config(), origins={}).values())


def _checked(name: str, raw: Any, *, known: Mapping[str, ResolvedKey]) -> Any:
    """Return `raw` as the type its key has, or say what is wrong with it."""
    if name not in known:
        near = difflib.get_close_matches(name, known, n=1)
        hint = f" Did you mean '{near[0]}'?" if near else " See `vade config show --resolved`."
        raise ConfigError(f"unknown key '{name}'.{hint}")
    kind = type(known[name].value)
    value = _parsed(raw, kind) if isinstance(raw, str) else raw
    if kind is float and type(value) is int:
        value = float(value)
    if type(value) is not kind:
        raise ConfigError(f"{name} = {raw!r}: a {kind.__name__} is needed, such as {known[name].value!r}.")
    section, _, key = name.partition(".")
    allowed = {item.name: item.metadata for item in fields(getattr(Config(), section))}[key]
    if allowed["choices"] and value not in allowed["choices"]:
        raise ConfigError(f"{name} = {value!r}: allowed is one of {', '.join(allowed['choices'])}.")
    low, high = allowed["low"], allowed["high"]
    if (low is not None and value < low) or (high is not None and value > high):
        raise ConfigError(f"{name} = {value}: allowed is {low} to {'any' if high is None else high}.")
    return value


def _parsed(raw: str, kind: type) -> Any:
    """Read a value written as text, as environment variables are."""
    if kind is bool:
        return {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}.get(
            raw.lower(), raw
        )
    if kind in (int, float):
        try:
            return kind(raw)
        except ValueError:
            return raw
    return raw


def _build(values: Mapping[str, Any]) -> Config:
    """Lay dotted values over the defaults."""
    config = Config()
    for name, value in values.items():
        section, _, key = name.partition(".")
        config = replace(config, **{section: replace(getattr(config, section), **{key: value})})
    return config
