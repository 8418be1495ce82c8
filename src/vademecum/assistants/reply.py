"""One reply: what somebody says is understood, then answered from what they told or from the documents.

Where two readings are equally likely it asks back instead.

Use: `standing, answer = reply(view, "When does my office open?", recorder=TraceRecorder())`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from vademecum.assistants.about_me import (
    Wish,
    corrected_by,
    facts_meant,
    facts_over,
    is_about_me,
    read_wish,
    related,
)
from vademecum.assistants.choosing import ask_back
from vademecum.assistants.said_before import what_was_said
from vademecum.assistants.understanding import history_of, understood
from vademecum.assistants.wishes import Preference, read_preference, told_preferences
from vademecum.retrieve.understand import Earlier
from vademecum.values import Answer, Style, TraceRecorder
from vademecum.values.conversation import Fact
from vademecum.values.style import PREFERENCES
from vademecum.view import View, Where

_SURE = 0.5
_NOTHING = "You have told me nothing like that."


def reply(
    view: View,
    asked: str,
    *,
    turns: Sequence[Earlier] = (),
    where: Where = None,
    turn_id: str = "",
    recorder: TraceRecorder,
    on_text: Callable[[str], None] | None = None,
) -> tuple[str, Answer]:
    """Return the question as it was understood, and the answer to it.

    Args:
        view: What is asked, and by whom.
        asked: A question, or something to remember, show or forget.
        turns: What was said before, oldest first.
        where: Conditions on documents, as in `Workspace.search`.
        turn_id: The turn it is said in, kept with what is remembered.
        recorder: Collects the steps.
        on_text: Told each sentence of the answer as soon as it is verified.
    """

    def told(text: str, *, choices: tuple[str, ...] = ()) -> tuple[str, Answer]:
        if on_text is not None:
            on_text(text)
        sure = 0.0 if choices else 1.0
        return asked, Answer(
            text=text, answered=not choices, confidence=sure, choices=choices, trace=recorder.trace()
        )

    if (preference := read_preference(asked)) is not None:
        return told(prefer(view, preference))
    if (wish := read_wish(asked)) is not None:
        return told(_do(wish, view, turn_id))
    if turns:
        with recorder.step("history", turns=len(turns)) as found:
            cited = dict.fromkeys(name for turn in turns for name in turn.documents)
            found["cited"] = [{"document": name} for name in cited]
    if turns and (said := what_was_said(asked, turns)):
        return told(said)
    meant = understood(view, asked, turns, where=where, recorder=recorder)
    if meant.choices:
        return told(ask_back(meant.choices), choices=meant.choices)
    standing = meant.standing
    if is_about_me(standing):
        facts = view.workspace.state().memory.list(user=view.viewer.user)
        with recorder.step("memory") as found:
            fact = _fact_that_answers(standing, facts, view)
            used = [fact] if fact else related(standing, facts)
            found.update(facts=[one.id for one in used], answers=fact is not None)
        if fact is not None:
            return told(f"{_since(fact)}: “{fact.text}”")
        standing = " ".join([standing, *(one.text for one in used)])
    answer = view.ask(
        standing,
        where=where,
        on_text=on_text,
        recorder=recorder,
        style=Style.of(view.workspace.state().memory.preferences(view.viewer.user)),
        history=history_of(view, turns) if view.workspace.config.answer.engine != "embedded" else "",
    )
    return standing, answer


def prefer(view: View, preference: Preference) -> str:
    """Set, take back or show how somebody wants to be answered, and return what to say of it."""
    memory, user = view.workspace.state().memory, view.viewer.user
    if not preference.shown:
        for name in [preference.name] if preference.name else PREFERENCES:
            memory.prefer(user, name, "" if preference.value == "normal" else preference.value)
    return told_preferences(memory.preferences(user), writes=view.workspace.config.answer.writes)


def _fact_that_answers(question: str, facts: Sequence[Fact], view: View) -> Fact | None:
    """Return the fact that the reader finds the answer in; None where it finds none."""
    reading = view.workspace.reader().read(question, [fact.text for fact in facts]) if facts else None
    best = reading.spans[0] if reading and reading.spans else None
    return facts[best.passage] if best and best.share > _SURE else None


def _since(fact: Fact) -> str:
    """Return since when something is known, where that was not today."""
    day = fact.created_at[:10]
    return "You told me" if day == datetime.now(UTC).date().isoformat() else f"You told me on {day}"


def _do(wish: Wish, view: View, turn_id: str) -> str:
    """Remember, forget or show, and return what to say."""
    memory, user = view.workspace.state().memory, view.viewer.user
    facts = list(memory.list(user=user))
    if wish.action == "show":
        listed = [f"- {fact.created_at[:10]}: “{fact.text}”" for fact in facts]
        return "\n".join(["You told me:", *listed]) if facts else _NOTHING
    if wish.action == "remember":
        return "\n".join(_remember(text, view, turn_id) for text in wish.texts)
    if wish.action == "forget all":
        meant = facts
    elif wish.action == "no longer":
        meant = facts_over(wish.texts[0], facts)
    else:
        meant = facts_meant(wish.texts[0], facts)
    for fact in meant:
        memory.delete(fact.id, user=user)
    return "\n".join(f"I have forgotten “{fact.text}”" for fact in meant) or _NOTHING


def _remember(text: str, view: View, turn_id: str) -> str:
    memory, user = view.workspace.state().memory, view.viewer.user
    old = corrected_by(text, memory.list(user=user))
    if old is not None:
        memory.delete(old.id, user=user)
    memory.add(user=user, text=text, turn_id=turn_id)
    instead = f" instead of “{old.text}”" if old is not None and old.text != text else ""
    return f"I will remember “{text}”{instead}"
