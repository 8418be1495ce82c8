"""Conversations are kept before and after the work; what people say of themselves is used and forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

import vademecum
from vademecum.assistants import Conversations
from vademecum.errors import InputError, QuestionError
from vademecum.values import Viewer
from vademecum.workspace import Workspace

TEXTS = {
    "returns.md": "# Returns\nGoods can be returned within 30 days of delivery. The buyer pays postage.\n",
    "offices.md": (
        "# Offices\nThe Lyon office opens at 8 in the morning. The Nice office opens at 9 in the morning.\n"
    ),
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("talks")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    with vademecum.open(folder / "ws") as workspace:
        workspace.ingest(folder)
        yield workspace


def of(workspace: Workspace, user: str) -> Conversations:
    return Conversations(workspace.seen_by(Viewer(user=user)))


@pytest.fixture
def talks(filled: Workspace) -> Iterator[Conversations]:
    """Ana's conversations."""
    yield of(filled, "ana")
    filled.state().forget_user("ana")
    filled.state().forget_user("ben")


def test_a_turn_is_answered_from_the_documents_and_kept_with_its_trace(
    filled: Workspace, talks: Conversations
) -> None:
    said: list[str] = []
    turn = talks.say("How long can goods be returned?", on_text=said.append)
    assert turn.answer is not None and turn.answer.short == "within 30 days"
    assert "".join(said) == turn.answer.text
    talk, turns = talks.get(turn.conversation)
    assert talk.title == "How long can goods be returned?"
    assert [one.asked for one in turns] == ["How long can goods be returned?"]
    assert turns[0].answer is not None and turns[0].answer.citations == turn.answer.citations
    record = filled.state().traces.get(turn.trace_id, user="ana")
    assert record.conversation == talk.id and record.answer is not None
    assert {"dense", "evidence"} <= {step.name for step in record.trace.steps}


def test_what_is_said_of_oneself_is_used_corrected_shown_and_forgotten(
    filled: Workspace, talks: Conversations
) -> None:
    def answer(text: str, user: str = "ana") -> str:
        reply = of(filled, user).say(text).answer
        assert reply is not None
        return reply.text

    assert "Lyon" in answer("Remember that I work in the Lyon office.")
    assert answer("Where do I work?") == "You told me: “I work in the Lyon office.”"
    assert "8 in the morning" in answer("When does my office open?")
    assert "instead of “I work in the Lyon office.”" in answer("I work in the Nice office.")
    assert "9 in the morning" in answer("When does my office open?")
    assert "30 days" in answer("How many days do I have to return goods?")
    shown = answer("What do you know about me?")
    assert re.fullmatch(r"You told me:\n- 20\d\d-\d\d-\d\d: “I work in the Nice office.”", shown)
    assert answer("What do you know about me?", user="ben") == "You have told me nothing like that."
    assert answer("Forget where I work") == "I have forgotten “I work in the Nice office.”"
    assert answer("What do you know about me?") == "You have told me nothing like that."


def test_a_fact_of_last_week_is_used_today_and_says_when_it_was_told(
    talks: Conversations, filled: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as last_week:
        last_week.setattr("vademecum.stores.state.memory.now", lambda: "2026-01-02T03:04:05.000+00:00")
        told = talks.say("I work in the Lyon office.")
    asked = talks.say("Where do I work?")
    assert asked.conversation != told.conversation and asked.answer is not None
    assert asked.answer.text == "You told me on 2026-01-02: “I work in the Lyon office.”"
    opens = talks.say("When does my office open?").answer
    assert opens is not None and "8 in the morning" in opens.text
    (fact,) = filled.state().memory.list(user="ana")
    assert (fact.turn_id, fact.created_at[:10]) == (told.id, "2026-01-02")


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Actually, I work in the Nice office.", ["I work in the Nice office."]),
        ("That's wrong, I work in Paris.", ["I work in Paris."]),
        ("I no longer work in the Lyon office.", []),
        ("I don't work in Paris any more", ["I work in the Lyon office."]),
        ("Forget where I work", []),
        ("What happened in World War I?", ["I work in the Lyon office."]),
    ],
)
def test_what_was_told_can_be_corrected_and_taken_back_in_words(
    talks: Conversations, filled: Workspace, text: str, left: list[str]
) -> None:
    talks.say("I work in the Lyon office.")
    talks.say(text)
    assert [fact.text for fact in filled.state().memory.list(user="ana")] == left


def test_a_fact_tells_the_turn_it_comes_from(filled: Workspace, talks: Conversations) -> None:
    turn = talks.say("My name is Ana.")
    (fact,) = filled.state().memory.list(user="ana")
    assert (fact.text, fact.turn_id) == ("My name is Ana.", turn.id)


@pytest.mark.parametrize(
    "text",
    [
        "Do you remember the returns policy?",
        "How do I return goods?",
        "I want to return goods. How long do I have?",
        "What is my name?",
    ],
)
def test_questions_are_not_remembered(filled: Workspace, talks: Conversations, text: str) -> None:
    talks.say(text)
    assert filled.state().memory.list(user="ana") == []


def test_nobody_reads_or_goes_on_with_the_conversation_of_another(
    filled: Workspace, talks: Conversations
) -> None:
    turn = talks.say("How long can goods be returned?")
    bens = of(filled, "ben")
    for act in (
        lambda: bens.get(turn.conversation),
        lambda: bens.delete(turn.conversation),
        lambda: bens.say("And who pays?", conversation=turn.conversation),
    ):
        with pytest.raises(InputError, match=turn.conversation):
            act()
    assert bens.list() == []
    talks.delete(turn.conversation)
    assert talks.list() == []


def test_work_that_does_not_end_leaves_the_question_and_a_trace_that_says_so(
    filled: Workspace, talks: Conversations
) -> None:
    def stop(text: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        talks.say("How long can goods be returned?", on_text=stop)
    (talk,) = talks.list()
    (turn,) = talks.get(talk.id)[1]
    assert turn.answer is None and turn.asked == "How long can goods be returned?"
    record = filled.state().traces.get(turn.trace_id)
    assert record.error == "KeyboardInterrupt" and record.answer is None


def test_nothing_is_kept_of_an_empty_question(talks: Conversations) -> None:
    with pytest.raises(QuestionError):
        talks.say("  ")
    assert talks.list() == []
