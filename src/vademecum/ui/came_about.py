"""How an answer came about, as HTML: steps with their times, what was found, read, kept, dropped, and why.

A trace holds ids, offsets and scores; texts are read through the view of who looks, so that nobody sees here
what they may not read. Traces of older versions tell less and are shown with what they have.
Use: `trace_html(record, view=view)`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import Any

from vademecum.ui.html import Child, Html, el
from vademecum.ui.words import count, file_name, milliseconds, percent
from vademecum.values import Document, Step, Trace
from vademecum.values.conversation import TraceRecord
from vademecum.view import View

Detail = Mapping[str, Any]
_TEXT_CHARS = 160
_PLAIN = (str, int, float)
_NONE = "\N{EN DASH}"
_HIDDEN = "a passage that is gone, or that you may not read"

_STEPS: dict[str, tuple[str, Callable[[Detail], str]]] = {
    "history": ("Looked at what was said before", lambda d: count(d["turns"], "turn")),
    "rewrite": ("Understood the follow-up", lambda d: f"“{d['standing']}”, by {d['by']}"),
    "choose": ("Compared what it may mean", lambda d: "asked back" if d["asks"] else "one is likeliest"),
    "memory": ("Looked up what you told", lambda d: count(len(d.get("facts", ())), "fact") + " used"),
    "spelling": ("Put the spelling right", lambda d: _instead(d["instead"])),
    "retrieve": ("Searched", lambda d: f"up to {count(d['top_k'], 'passage')} wanted"),
    "filter": ("Applied the filter", lambda d: f"{count(d['chunks'], 'passage')} pass"),
    "embed": ("Turned the question into a vector", lambda _: ""),
    "dense": ("Searched by meaning", lambda d: count(d["hits"], "passage")),
    "lexical": ("Searched by words", lambda d: count(d["hits"], "passage")),
    "abbreviations": (
        "Looked for short and long forms",
        lambda d: _instead(d["added"]) if d["added"] else "none to add",
    ),
    "fuse": ("Merged both rankings", lambda d: count(d["hits"], "passage")),
    "rerank": (
        "Reranked the best",
        lambda d: f"{count(d['pairs'], 'passage')} read; the first is ahead by {percent(d['best_share'])}",
    ),
    "collapse": ("Kept one passage a document", lambda d: count(d["documents"], "document")),
    "hits": ("Fetched the passages", lambda _: ""),
    "read": ("Fetched the stored texts", lambda d: count(d["documents"], "document")),
    "spans": (
        "Looked for the words that answer",
        lambda d: f"{count(d['spans'], 'place')}; {percent(d['no_answer'])} that no passage answers",
    ),
    "evidence": (
        "Compared the sentences",
        lambda d: f"{count(d['sentences'], 'sentence')}, {d['scored']} of them read closely",
    ),
    "confidence": (
        "Judged how sure it is",
        lambda d: f"{percent(d['confidence'])}; an answer takes {percent(d['least'])}",
    ),
    "write": (
        "Wrote the answer",
        lambda d: f"{count(d['claims'], 'sentence')} {_by(d['writer'])}, {d['dropped']} dropped",
    ),
    "translate": ("Translated the answer", lambda d: f"into {d['language']}"),
    "chat": ("The model wrote", lambda _: ""),
}
_WHY = {
    "best": "the answer",
    "close": "close to the best",
    "far": "rated too low",
    "rival": "says something else",
    "enough": "the others are enough",
    "unread": "shares too few words with the question",
    "unsupported": "no passage says it",
    "contradicted": "a passage says otherwise",
    "beside": "does not say what the passages answer",
    "gone": "its source is gone",
}
_FEATURES = {
    "span": "score of the words that answer",
    "support": "share of all readings that agree",
    "logit": "what the cross-encoder says",
    "names_missing": "names of the question that are missing",
    "denied": "the question denies, the answer does not",
    "off_type": "another kind of answer than asked for",
}


def trace_html(record: TraceRecord, *, view: View) -> Html:
    """Return how a call came about, as somebody sees it."""
    trace = record.trace
    passages, sentences = _told(trace, "passages", "hits"), _told(trace, "told", "evidence")
    documents = view.documents({one["document"] for one in [*passages, *sentences]})
    read = {one["chunk"] for one in _told(trace, "chunks", "read")}
    return el(
        "div",
        el("p", el("q", record.asked), class_="vm-understood"),
        el("p", f"{record.error or 'Done'} in {milliseconds(trace.ms)}, {_when(trace)}.", class_="vm-muted"),
        steps_html(trace),
        passages_html(passages, documents, read=read),
        _sentences(sentences, documents),
        _claims(trace, view),
        _features(trace),
        class_="vm-trace",
    )


def steps_html(trace: Trace) -> Html:
    """Return the steps in their order, each with its time as a bar."""
    total = max(trace.ms, sum(step.ms for step in trace.steps if not step.within), 0.001)
    rows, passed = [], 0.0
    for step in trace.steps:
        label, words = _in_words(step)
        began = passed if step.at_ms is None else step.at_ms  # older traces tell how long, not when
        bar = el("i", style=f"left:{100 * began / total:.1f}%;width:{max(100 * step.ms / total, 0.5):.1f}%")
        rows.append(
            el(
                "tr",
                el("th", label, el("small", words) if words else None, scope="row"),
                el("td", milliseconds(step.ms), class_="vm-figure"),
                el("td", el("div", bar, class_="vm-time"), aria_hidden="true"),
                class_="vm-within" if step.within else None,
            )
        )
        passed += step.ms
    return _table("Steps", ("What was done", "Time", ""), rows)


def passages_html(
    told: Sequence[Detail], documents: Mapping[str, Document], *, read: Collection[str] | None = None
) -> Html | None:
    """Return where each passage stood after every step.

    Args:
        told: Passages as a trace tells them.
        documents: Stored documents by id, those that may be seen.
        read: Ids of the passages an answer was looked for in; None for a search.
    """
    if not told:
        return None
    heads = ("Passage", "By meaning", "By words", "Together", "Reranker", "Place", "Then")
    rows = [
        el(
            "tr",
            _source_cell(one, documents),
            _cell(_standing(one["dense"])),
            _cell(_standing(one["lexical"])),
            _cell(_standing(one["fused"])),
            _cell("not read" if one["logit"] is None else f"{one['logit']:.1f}"),
            _cell(_NONE if one["rank"] is None else str(one["rank"])),
            el("td", _fate(one, read)),
            class_="vm-kept" if one["kept"] else "vm-dropped",
        )
        for one in told
    ]
    return _table("Passages", heads, rows)


def _sentences(told: Sequence[Detail], documents: Mapping[str, Document]) -> Html | None:
    if not told:
        return None
    heads = ("Sentence", "Passage", "Words that answer", "Shared words", "Cross-encoder", "Rating", "Then")
    rows = [
        el(
            "tr",
            _source_cell(one, documents),
            _cell(str(one["passage"])),
            _cell(_figure(one["span"])),
            _cell(percent(one["coverage"])),
            _cell(_figure(one["logit"])),
            _cell(_figure(one["rating"])),
            el("td", f"{'kept' if one['kept'] else 'dropped'}: {_WHY.get(one['why'], one['why'])}"),
            class_="vm-kept" if one["kept"] else "vm-dropped",
        )
        for one in told
    ]
    return _table("Sentences", heads, rows)


def _claims(trace: Trace, view: View) -> Html | None:
    """Return what became of the sentences a model wrote; quoted ones need no judgement."""
    claims = [
        one
        for step in trace.steps
        if step.name == "write" and step.detail.get("writer") != "extract"
        for one in step.detail.get("told", ())
    ]
    if not claims:
        return None
    documents = view.documents({one["document"] for one in claims if "document" in one})
    rows = []
    for number, one in enumerate(claims, 1):
        rows.append(
            el(
                "tr",
                _cell(str(number)),
                _source_cell(one, documents) if "document" in one else el("td", "none"),
                el("td", "kept" if one["kept"] else f"dropped: {_WHY.get(one['why'], one['why'])}"),
                class_="vm-kept" if one["kept"] else "vm-dropped",
            )
        )
    return _table("Written sentences", ("Sentence", "Its quote", "Then"), rows)


def _features(trace: Trace) -> Html | None:
    step = next((step for step in trace.steps if step.name == "confidence"), None)
    if step is None:
        return None
    rows = [
        el("tr", el("th", words, scope="row"), _cell(f"{step.detail[name]:g}"))
        for name, words in _FEATURES.items()
        if name in step.detail
    ]
    return _table("What the confidence rests on", ("Figure", "Value"), rows) if rows else None


def _table(title: str, heads: Iterable[str], rows: Sequence[Child]) -> Html:
    """Return a table that scrolls by itself where it is wider than the screen."""
    return el(
        "section",
        el("h3", title),
        el(
            "div",
            el(
                "table",
                el("thead", el("tr", [el("th", one, scope="col") if one else el("td") for one in heads])),
                el("tbody", rows),
            ),
            class_="vm-wide",
            role="region",
            aria_label=title,
            tabindex=0,
        ),
    )


def _source_cell(place: Detail, documents: Mapping[str, Document]) -> Html:
    """Return the text of a place, which opens its source; or that it may not be seen."""
    document = documents.get(place["document"])
    if document is None:
        return el("th", _HIDDEN, scope="row", class_="vm-muted")
    start, end = place["start"], place["end"]
    text = " ".join(document.text[start:end].split())
    shown = text if len(text) <= _TEXT_CHARS else f"{text[:_TEXT_CHARS].rsplit(' ', 1)[0]} …"
    named = ", ".join(filter(None, [file_name(document.source), document.locate(start, end).label()]))
    return el(
        "th",
        el(
            "button",
            el("span", shown, class_="vm-snippet"),
            el("span", named, class_="vm-place"),
            type="button",
            class_="vm-passage",
            data_do="open",
            data_document=place["document"],
            data_start=start,
            data_end=end,
        ),
        scope="row",
    )


def _cell(words: str) -> Html:
    return el("td", words, class_="vm-figure")


def _standing(standing: Sequence[float] | None) -> str:
    return _NONE if standing is None else f"#{standing[0]} ({standing[1]:.2f})"


def _figure(value: float | None) -> str:
    return _NONE if value is None else f"{value:.1f}"


def _fate(one: Detail, read: Collection[str] | None) -> str:
    if not one["kept"]:
        return "dropped: ranked too low"
    if read is None:
        return "shown"
    return "read for the answer" if one["chunk"] in read else "kept, not needed"


def _by(writer: str) -> str:
    return "quoted" if writer == "extract" else f"by the {writer} model"


def _in_words(step: Step) -> tuple[str, str]:
    """Return what a step is called and what it found; of one that is not known, its figures."""
    label, words = _STEPS.get(step.name, (step.name, None))
    failed = step.detail.get("error", "")
    try:
        told = words(step.detail) if words else _plain(step.detail)
    except (KeyError, TypeError, ValueError):
        told = _plain(step.detail)
    return label, f"{told}; {failed}" if failed else told


def _plain(detail: Detail) -> str:
    return ", ".join(
        f"{name.replace('_', ' ')} {value}"
        for name, value in detail.items()
        if isinstance(value, str | int | float)
    )


def _instead(words: Mapping[str, str]) -> str:
    return ", ".join(f"“{one}”: “{other}”" for one, other in words.items())


def _told(trace: Trace, name: str, step: str) -> list[Detail]:
    told = [one for found in trace.steps if found.name == step for one in found.detail.get(name, ())]
    return [one for one in told if isinstance(one, Mapping)]


def _when(trace: Trace) -> str:
    return f"{trace.began_at[:10]} {trace.began_at[11:16]} UTC"
