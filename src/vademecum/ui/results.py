"""What a search found, as HTML, with scores and how they came about.

Use: `results_html(hits, trace, documents=view.documents(ids))`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from vademecum.ui.came_about import passages_html, steps_html
from vademecum.ui.html import Html, el
from vademecum.ui.talk import passage_button
from vademecum.ui.words import count, milliseconds
from vademecum.values import Document, Hit, Trace

_NOTHING = "Nothing matches. Try fewer or other words, or another filter."


def results_html(hits: Sequence[Hit], trace: Trace, *, documents: Mapping[str, Document]) -> Html:
    """Return hits, best first.

    Args:
        hits: What was found.
        trace: How.
        documents: Stored documents by id, for the passages that were looked at.
    """
    told = passages_told(trace)
    by_chunk = {one["chunk"]: one for one in told}
    best = max((hit.score for hit in hits), default=0.0)
    items = [
        el("li", passage_button(hit, _scores(hit, by_chunk.get(hit.id), best)), value=rank)
        for rank, hit in enumerate(hits, 1)
    ]
    return el(
        "div",
        el("h2", f"{count(len(hits), 'passage')} in {milliseconds(trace.ms)}", class_="vm-small-title"),
        el("ol", items, class_="vm-results") if items else el("p", _NOTHING),
        el(
            "details",
            el("summary", "How these were found"),
            el("div", steps_html(trace), passages_html(told, documents), class_="vm-trace"),
        ),
        class_="vm-found",
    )


def passages_told(trace: Trace) -> list[Mapping[str, Any]]:
    """Return the passages a search looked at, as its trace tells them."""
    return [one for step in trace.steps for one in step.detail.get("passages", ())]


def _scores(hit: Hit, told: Mapping[str, Any] | None, best: float) -> Html:
    """Return a hit's score as a bar and in figures, with what each way of searching said."""
    share = max(0.0, min(1.0, hit.score / best)) if best > 0 else 0.0
    parts = [f"score {hit.score:.2f}"]
    for name, words in (("dense", "meaning"), ("lexical", "words")):
        if told and told[name]:
            parts.append(f"{words} #{told[name][0]} ({told[name][1]:.2f})")
    if told and told["logit"] is not None:
        parts.append(f"reranker {told['logit']:.1f}")
    bar = el("span", el("i", style=f"width:{share * 100:.0f}%"), class_="vm-score", aria_hidden="true")
    return el("span", bar, " · ".join(parts), class_="vm-scores")
