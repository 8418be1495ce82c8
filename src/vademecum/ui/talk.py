"""A conversation as HTML: questions, answers whose marks open their source, what people think of them.

Owns the looks of a turn; where turns come from belongs to `page.py`.
Use: `talk_html(turns, opinions={}, talk="c1")`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from vademecum.ui.html import Child, Html, el, join
from vademecum.ui.icons import icon
from vademecum.ui.words import confidence_words, count, file_name, percent
from vademecum.values import Answer, Citation, Hit
from vademecum.values.conversation import Conversation, Feedback, Turn

_MARK = re.compile(r"\s*\[(\d{1,3})\]")
_SEGMENTS = 10
_SNIPPET_CHARS = 260


def talk_html(
    turns: Sequence[Turn],
    *,
    talk: str,
    opinions: Mapping[str, Feedback],
    empty: Child = None,
) -> Html:
    """Return a conversation.

    Args:
        turns: Its turns in their order.
        talk: Its id; empty before it has one.
        opinions: What was thought of answers, by trace.
        empty: Shown where nothing was asked yet.
    """
    shown = [_turn(turn, opinions.get(turn.trace_id)) for turn in turns]
    return el("div", shown or empty, class_="vm-talk", data_talk=talk)


def talks_html(talks: Sequence[Conversation], *, current: str) -> Html:
    """Return the list of somebody's conversations, the latest first."""
    items = [
        el(
            "li",
            el(
                "button",
                talk.title or "Untitled",
                type="button",
                data_do="show",
                data_talk=talk.id,
                aria_current="true" if talk.id == current else None,
                title=talk.title,
            ),
            el(
                "button",
                icon("trash"),
                type="button",
                class_="vm-quiet",
                data_do="forget",
                data_talk=talk.id,
                aria_label=f"Forget the conversation “{talk.title}”",
            ),
        )
        for talk in talks
    ]
    return el(
        "nav",
        el("h2", "Conversations", class_="vm-small-title"),
        el(
            "button",
            icon("plus"),
            "New conversation",
            type="button",
            class_="vm-new",
            data_do="show",
            data_talk="",
        ),
        el("ul", items) if items else el("p", "What you ask is kept here.", class_="vm-muted"),
        class_="vm-rail",
        id="vm-rail",
        aria_label="Conversations",
    )


def _turn(turn: Turn, opinion: Feedback | None) -> Html:
    answer = turn.answer
    body = (
        [_answer(answer), _choices(answer), _below(turn, answer, opinion)]
        if answer
        else el("p", "This was stopped before it was answered.", class_="vm-muted")
    )
    return el("article", el("h2", turn.asked, class_="vm-asked"), _understood(turn), body, class_="vm-turn")


def _understood(turn: Turn) -> Html | None:
    """Say how a follow-up was understood, where that differs from how it was asked."""
    if not turn.standing or turn.standing == turn.asked:
        return None
    return el("p", "Understood as: ", el("q", turn.standing), class_="vm-understood")


def _answer(answer: Answer) -> Html:
    text = answer.text.partition("\n")[0] if answer.choices else answer.text  # choices become buttons
    said = el("p", _with_marks(text, answer.citations, bold=answer.short), class_="vm-said")
    if answer.answered:
        return join(said, _disputes(answer), _citations(answer.citations))
    return join(said, _nearest(answer.nearest))


def _with_marks(text: str, citations: Sequence[Citation], *, bold: str = "") -> Html:
    """Return an answer's text with its marks as buttons, and the words that answer in bold."""
    by_mark = {citation.mark: citation for citation in citations}
    pieces: list[Child] = []
    at = 0
    for found in _MARK.finditer(text):
        citation = by_mark.get(int(found[1]))
        pieces.append(_bold(text[at : found.start()], bold))
        pieces.append(_mark(citation) if citation else found[0])
        at = found.end()
    return join(pieces, _bold(text[at:], bold))


def _bold(text: str, words: str) -> Child:
    before, found, after = text.partition(words) if words else (text, "", "")
    return (before, el("strong", found), after) if found else text


def _mark(citation: Citation) -> Html:
    return el(
        "button",
        str(citation.mark),
        type="button",
        class_="vm-mark",
        aria_label=f"Source {citation.mark}: {_place(citation)}",
        title=_place(citation),
        **_opens(citation),
    )


def _opens(citation: Citation) -> dict[str, str | int]:
    """Return the attributes that open a citation's source at its quote."""
    first, last = citation.answer or (0, 0)
    return {
        "data_do": "open",
        "data_document": citation.document_id,
        "data_start": citation.start,
        "data_end": citation.end,
        "data_first": first,
        "data_last": last,
    }


def _place(citation: Citation) -> str:
    return ", ".join(filter(None, [file_name(citation.document), citation.location.label()]))


def _citations(citations: Sequence[Citation]) -> Html | None:
    if not citations:
        return None
    items = [
        el(
            "li",
            el(
                "button",
                el("span", str(citation.mark), class_="vm-number"),
                el("q", _quote(citation)),
                el("span", _place(citation), class_="vm-place"),
                type="button",
                class_="vm-citation",
                **_opens(citation),
            ),
        )
        for citation in citations
    ]
    return el("ol", items, class_="vm-citations", aria_label="Sources")


def _quote(citation: Citation) -> Child:
    """Return a quote with the words that answer marked."""
    if citation.answer is None:
        return citation.quote
    first, last = (at - citation.start for at in citation.answer)
    return (citation.quote[:first], el("mark", citation.quote[first:last]), citation.quote[last:])


def _disputes(answer: Answer) -> Html | None:
    if not answer.disputed:
        return None
    words = [el("q", one) for one in answer.disputed]
    return el("p", el("strong", "Another passage says something else: "), words, class_="vm-disputed")


def _nearest(hits: Sequence[Hit]) -> Html | None:
    """Show the nearest passages as what they are: not an answer."""
    if not hits:
        return None
    return join(
        el("p", "The nearest passages, which need not be about it:", class_="vm-muted"),
        el(
            "ol",
            [el("li", passage_button(hit)) for hit in hits],
            class_="vm-citations",
            aria_label="Nearest passages",
        ),
    )


def passage_button(hit: Hit, *details: Child) -> Html:
    """Return a passage that opens in its source."""
    text = " ".join(hit.text.split())
    shown = text if len(text) <= _SNIPPET_CHARS else f"{text[:_SNIPPET_CHARS].rsplit(' ', 1)[0]} …"
    return el(
        "button",
        el("span", file_name(hit.document), class_="vm-file"),
        el("span", hit.location.label(), class_="vm-place"),
        el("span", shown, class_="vm-snippet"),
        details,
        type="button",
        class_="vm-citation vm-passage",
        data_do="open",
        data_document=hit.document_id,
        data_start=hit.start,
        data_end=hit.end,
    )


def _choices(answer: Answer) -> Html | None:
    """Offer the readings of a question that has several."""
    if not answer.choices:
        return None
    buttons = [
        el("button", one, type="button", class_="vm-choice", data_do="ask", data_text=one)
        for one in answer.choices
    ]
    return el("div", buttons, class_="vm-choices", role="group", aria_label="What did you mean?")


def _below(turn: Turn, answer: Answer, opinion: Feedback | None) -> Html:
    return el(
        "div",
        _confidence(answer) if answer.citations or answer.nearest else None,
        el(
            "div",
            _thumb(turn, opinion, "up", 1, "Good answer"),
            _thumb(turn, opinion, "down", -1, "Bad answer"),
            el(
                "button",
                "How it came about",
                type="button",
                class_="vm-link",
                data_do="trace",
                data_trace=turn.trace_id,
            ),
            class_="vm-actions",
        ),
        _correction(turn, opinion),
        class_="vm-below",
    )


def _thumb(turn: Turn, opinion: Feedback | None, name: str, rating: int, label: str) -> Html:
    chosen = opinion is not None and opinion.rating == rating
    return el(
        "button",
        icon(name),
        type="button",
        class_="vm-quiet",
        aria_label=label,
        aria_pressed="true" if chosen else "false",
        data_do="rate",
        data_trace=turn.trace_id,
        data_rating=0 if chosen else rating,
        data_correction=opinion.correction if opinion else "",
    )


def _correction(turn: Turn, opinion: Feedback | None) -> Html:
    """Return the box in which somebody writes what the answer should have been."""
    given = opinion.correction if opinion else ""
    name = f"vm-correction-{turn.trace_id}"
    return el(
        "details",
        el("summary", "Corrected" if given else "Correct it"),
        el(
            "form",
            el("label", "What should the answer have been?", for_=name),
            el("textarea", given, id=name, name="correction", rows=2, maxlength=10_000),
            el("button", "Save the correction", type="submit"),
            data_form="rate",
            data_trace=turn.trace_id,
            data_rating=opinion.rating if opinion else 0,
        ),
        class_="vm-correct",
    )


def _confidence(answer: Answer) -> Html:
    """Return how sure the answer is, in words, as a number and as a bar."""
    if not answer.answered:
        words = f"Not answered: only {percent(answer.confidence)} likely to be right"
        return el("p", words, class_="vm-confidence vm-muted")
    filled = round(answer.confidence * _SEGMENTS)
    bar = [el("i", class_="vm-on" if place < filled else None) for place in range(_SEGMENTS)]
    return el(
        "p",
        el("span", bar, class_="vm-bar-meter", aria_hidden="true"),
        f"{confidence_words(answer.confidence).capitalize()}, {percent(answer.confidence)}",
        class_="vm-confidence",
    )


def empty_talk(documents: int, chunks: int, *, may_add: bool) -> Html:
    """Say what can be asked, or how to get documents in."""
    if documents:
        held = f"{count(documents, 'document')} with {count(chunks, 'passage')}"
        return _empty(
            "Ask your documents",
            f"{held}. Each answer quotes its sources word for word; its marks open them at the quote.",
        )
    add: list[Child] = (
        [el("a", "Add some here", href="#sources"), ", or run ", el("code", "vade ingest PATH"), "."]
        if may_add
        else ["Ask who runs this server to add some."]
    )
    return _empty("No documents yet", "There is nothing to answer from. ", *add)


def _empty(title: str, *words: Child) -> Html:
    return el("div", el("h2", title), el("p", *words), class_="vm-empty")
