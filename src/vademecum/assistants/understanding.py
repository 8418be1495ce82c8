"""What somebody means: their earlier turns, the documents and a chat model brought to `understand`.

Use: `understood(view, "And in Lyon?", [earlier(turn)], recorder=TraceRecorder()).standing`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from vademecum.assistants.about_me import read_wish
from vademecum.assistants.choosing import choices_in
from vademecum.assistants.wishes import read_preference
from vademecum.retrieve.understand import (
    ChatRewriter,
    Earlier,
    Found,
    UnderstandTools,
    Understood,
    told,
    understand,
)
from vademecum.values import TraceRecorder
from vademecum.values.conversation import Turn
from vademecum.view import View, Where

_MARK = re.compile(r"\s*\[\d+\]")
_PASSAGES = 3
"""Best passages that a reading is looked up in."""
_NOTHING = Found(logit=-12.0, score=-12.0, answer="")


def understood(
    view: View, asked: str, turns: Sequence[Earlier], *, where: Where = None, recorder: TraceRecorder
) -> Understood:
    """Return what a question means after earlier turns; see `understand`."""
    workspace = view.workspace
    settings = workspace.config.understand
    tools = UnderstandTools(
        read=workspace.read_question,
        look_up=(lambda reading: _look_up(view, reading, where)) if settings.look_up else None,
        rewrite=_rewriter(view, recorder),
    )
    return understand(asked, turns, tools=tools, config=settings, recorder=recorder)


def is_spoken_of(asked: str) -> bool:
    """Say whether later questions may lean on something that was said, which no setting is."""
    wish = read_wish(asked)
    return read_preference(asked) is None and (wish is None or wish.action == "remember")


def earlier(turn: Turn) -> Earlier:
    """Return a kept turn as it is understood from."""
    answer = turn.answer
    return Earlier(
        asked=turn.asked,
        standing=turn.standing,
        answer=_MARK.sub("", answer.text) if answer and answer.answered else "",
        short=answer.short if answer else "",
        titles=tuple(dict.fromkeys(one.document for one in answer.citations)) if answer else (),
        documents=tuple(dict.fromkeys(one.document_id for one in answer.citations)) if answer else (),
        choices=answer.choices if answer else (),
    )


def earlier_in(view: View, messages: Sequence[tuple[str, str]]) -> list[Earlier]:
    """Return the turns of a conversation that a client sends along, each understood by its words alone.

    Args:
        view: Who sends it.
        messages: (role, text), oldest first; others than "user" and "assistant" are passed over.
    """
    workspace = view.workspace
    tools = UnderstandTools(read=workspace.read_question)
    turns: list[Earlier] = []
    for role, text in messages:
        if role == "user":
            standing = understand(
                text, turns, tools=tools, config=workspace.config.understand, recorder=TraceRecorder()
            ).standing
            turns.append(Earlier(asked=text, standing=standing))
        elif role == "assistant" and turns:
            last = turns.pop()
            choices = choices_in(text)
            said = "" if choices else _MARK.sub("", text)
            turns.append(Earlier(asked=last.asked, standing=last.standing, answer=said, choices=choices))
    return [turn for turn in turns if is_spoken_of(turn.asked)]


def history_of(view: View, turns: Sequence[Earlier]) -> str:
    """Return earlier turns as a chat model is told of them."""
    workspace = view.workspace
    return told(
        turns,
        max_tokens=workspace.config.understand.history_tokens,
        count_tokens=workspace.embedder().count_tokens,
    )


def _look_up(view: View, reading: str, where: Where) -> Found:
    """Return what the documents hold for a reading."""
    workspace = view.workspace
    hits = view.search(reading, top_k=_PASSAGES, where=where)
    if not hits:
        return _NOTHING
    passages = [hit.text for hit in hits]
    logit = max(workspace.score_pairs(reading, passages))
    spans = workspace.reader().read(reading, passages, titles=[hit.context for hit in hits]).spans
    return Found(
        logit=logit,
        score=spans[0].score if spans else _NOTHING.score,
        answer=spans[0].text if spans else "",
    )


def _rewriter(view: View, recorder: TraceRecorder) -> Callable[[str, Sequence[Earlier]], str] | None:
    """Return the chat model that rewrites, where one does."""
    workspace = view.workspace
    settings = workspace.config.understand
    embedded = workspace.config.answer.engine == "embedded"
    if settings.rewriter == "rules" or (settings.rewriter == "auto" and embedded):
        return None
    return ChatRewriter(
        workspace.stream_chat(recorder),
        max_tokens=settings.history_tokens,
        count_tokens=workspace.embedder().count_tokens,
    ).rewrite
