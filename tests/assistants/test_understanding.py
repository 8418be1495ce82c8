"""Talks over real models: follow-ups, choices, fifty turns, settings, a server that rewrites and writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from stand_in import StandIn

import vademecum
from vademecum.assistants import Conversations
from vademecum.assistants.choosing import ask_back, choices_in
from vademecum.errors import InputError
from vademecum.monitor.metrics import outcome_of
from vademecum.values import Viewer
from vademecum.values.conversation import Turn
from vademecum.workspace import Workspace

TEXTS = {
    "returns.md": (
        "# Returns\nGoods can be returned within 30 days of delivery. The buyer pays postage.\n"
        "Opened seeds cannot be returned. Returned goods are checked in the Nice office.\n"
    ),
    "offices.md": (
        "# Offices\nThe Lyon office opens at 8 in the morning. The Nice office opens at 9 in the morning.\n"
        "The Lyon office has 40 desks. The Nice office has 25 desks.\n"
    ),
    "founder.md": (
        "# Founder\nAcme Seeds was founded in 1987 by Ada Berg. Ada Berg was born in Oslo.\n"
        "Ada Berg studied law in Bergen.\n"
    ),
}
LONG_TALK = [
    ("Who founded Acme Seeds?", "Ada Berg"),
    ("When does the Lyon office open?", "8"),
    ("How long can goods be returned?", "30 days"),
    ("Who pays postage?", "buyer"),
    ("How many desks does the Nice office have?", "25"),
    ("When does it open?", "9"),
]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("understood")
    for name, text in TEXTS.items():
        (folder / name).write_text(text, "utf-8")
    with vademecum.open(folder / "ws") as workspace:
        workspace.ingest(folder)
    return folder / "ws"


@contextmanager
def talking(
    folder: Path, *, user: str = "ana", config: Mapping[str, Any] | None = None
) -> Iterator[tuple[Conversations, Workspace]]:
    with vademecum.open(folder, config=config) as workspace:
        yield Conversations(workspace.seen_by(Viewer(user=user, everything=True))), workspace
        workspace.state().forget_user(user)


def said(turn: Turn) -> str:
    assert turn.answer is not None
    return turn.answer.text


def test_follow_ups_are_answered_and_kept_as_they_were_understood(documents: Path) -> None:
    with talking(documents) as (talks, workspace):
        first = talks.say("Who founded Acme Seeds?")
        second = talks.say("Where was she born?", conversation=first.conversation)
        third = talks.say("And what did she study?", conversation=first.conversation)
        assert second.standing == "Where was Ada Berg born?" and "Oslo" in said(second)
        assert third.answer is not None and third.answer.short.startswith("law")
        kept = talks.get(first.conversation)[1]
        assert [turn.standing for turn in kept] == [first.asked, second.standing, third.standing]
        steps = workspace.state().traces.get(second.trace_id).trace.steps
        assert "rewrite" in {step.name for step in steps}


def test_it_asks_which_is_meant_and_goes_on_with_what_is_picked(documents: Path) -> None:
    with talking(documents) as (talks, workspace):
        first = talks.say("Do the Lyon office and the Nice office have desks?")
        told: list[str] = []
        back = talks.say("When does it open?", conversation=first.conversation, on_text=told.append)
        assert back.answer is not None and not back.answer.answered
        assert set(back.answer.choices) == {
            "When does the Lyon office open?",
            "When does the Nice office open?",
        }
        assert "".join(told) == said(back) == ask_back(back.answer.choices)
        assert choices_in(said(back)) == back.answer.choices
        picked = talks.say("Nice", conversation=first.conversation)
        assert picked.standing == "When does the Nice office open?" and "9 in the morning" in said(picked)
        kept = talks.get(first.conversation)[1][1].answer
        assert kept is not None and kept.choices == back.answer.choices
        assert outcome_of(workspace.state().traces.get(back.trace_id)) == "asked_back"


def test_fifty_turns_stay_coherent_in_a_window_of_4096_tokens(documents: Path) -> None:
    """The model of the endpoint rewrites nothing that counts, so that the rules do, and quotes a passage."""

    def reply(system: str, user: str) -> str:
        if "rewrite" in system:
            return "I do not know."
        return user.partition("<passage>")[2].partition("</passage>")[0].strip().splitlines()[-1]

    with StandIn(reply) as server:
        config = {"answer.engine": server.url, "answer.model": "m", "understand.history_tokens": 600}
        with talking(documents, config=config) as (talks, workspace):
            conversation = ""
            for number in range(48):
                question, wanted = LONG_TALK[number % len(LONG_TALK)]
                turn = talks.say(question, conversation=conversation)
                conversation = turn.conversation
                assert turn.answer is not None and wanted in f"{turn.answer.short} {turn.answer.text}"
            first = talks.say("What was the first thing I asked?", conversation=conversation)
            assert said(first) == "You asked: “Who founded Acme Seeds?”"
            late = talks.say("When was the first thing I asked about founded?", conversation=conversation)
            assert late.standing == "When was Acme Seeds founded?"
            assert late.answer is not None and late.answer.short == "1987"
            assert len(talks.get(conversation)[1]) == 50
            longest = max(workspace.embedder().count_tokens(["\n".join(one) for one in server.prompts]))
            assert longest > 600 and longest + workspace.config.answer.max_tokens <= 4_096
            told = [user for system, user in server.prompts if "rewrite" in system][-1]
            assert (
                "Before: Who founded Acme Seeds? -> Ada Berg" in told and "User: When does it open?" in told
            )


def test_an_endpoint_rewrites_and_what_it_makes_up_is_not_used(documents: Path) -> None:
    rewritten = {
        "Where was she born?": "Where was Ada Berg born?",
        "And why?": "Why was Carl Berg born in 1940?",
    }

    def reply(system: str, user: str) -> str:
        question = user.rpartition("Question: ")[2]
        if "rewrite" in system:
            return rewritten.get(question, "I do not know.")
        return "Acme Seeds was founded in 1987 by Ada Berg."

    with StandIn(reply) as server:
        config = {"answer.engine": server.url, "answer.model": "m"}
        with talking(documents, config=config) as (talks, workspace):
            first = talks.say("Who founded Acme Seeds?")
            born = talks.say("Where was she born?", conversation=first.conversation)
            assert born.standing == "Where was Ada Berg born?"
            why = talks.say("And why?", conversation=first.conversation)
            assert "Carl" not in why.standing and why.standing.startswith("Why")
            steps = workspace.state().traces.get(why.trace_id).trace.steps
            assert [step.detail["by"] for step in steps if step.name == "rewrite"] == ["chat", "rules"]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Answer briefly, please.", "Your settings: length: short."),
        ("From now on answer in more detail", "Your settings: length: long."),
        ("Please answer in german.", "Your settings: language: German. No chat model writes here"),
        ("Be more friendly!", "Your settings: tone: friendly. No chat model writes here"),
        ("What are my settings?", "You have no settings"),
        ("Answer normally again", "You have no settings"),
    ],
)
def test_settings_are_said_in_words(documents: Path, text: str, told: str) -> None:
    with talking(documents) as (talks, _):
        assert said(talks.say(text)).startswith(told)


def test_length_is_real_without_a_chat_model(documents: Path) -> None:
    question = "What about returned goods?"
    with talking(documents) as (talks, workspace):
        sentences = {}
        for length in ("short", "long"):
            workspace.state().memory.prefer("ana", "length", length)
            answer = talks.say(question).answer
            assert answer is not None and answer.answered
            sentences[length] = len(answer.citations)
        assert sentences["short"] == 1 < sentences["long"]


def test_a_setting_is_no_turn_that_a_follow_up_leans_on(documents: Path) -> None:
    with talking(documents) as (talks, _):
        first = talks.say("When does the Lyon office open?")
        talks.say("Answer briefly.", conversation=first.conversation)
        after = talks.say("And the Nice office?", conversation=first.conversation)
        assert after.standing == "When does the Nice office open?"
        talks.say("Forget my settings", conversation=first.conversation)
        shown = talks.say("Show me my settings", conversation=first.conversation)
        assert said(shown).startswith("You have no settings")


def test_tone_length_and_language_reach_the_model_and_numbers_stay(documents: Path) -> None:
    german = {"The buyer pays postage.": "Der Käufer zahlt das Porto."}

    def reply(system: str, user: str) -> str:
        if system.startswith("You translate into German"):
            return german.get(user, "In 31 Tagen.")
        return "The buyer pays postage. Goods can be returned within 30 days of delivery."

    with StandIn(reply) as server:
        config = {"answer.engine": server.url, "answer.model": "m", "answer.min_confidence": 0.0}
        with talking(documents, config=config) as (talks, _):
            for wish in ("Please answer in German", "Answer in detail", "Be friendly"):
                assert "No chat model" not in said(talks.say(wish))
            answer = talks.say("Who pays postage?").answer
        assert answer is not None
        text = answer.text
        assert "Der Käufer zahlt das Porto." in text and "31" not in text
        assert answer.citations[0].quote == "The buyer pays postage."
        system = next(system for system, _ in server.prompts if system.startswith("You answer"))
        assert "four to eight sentences" in system and "The tone is friendly" in system


def test_settings_that_cannot_be_name_what_can() -> None:
    from vademecum.assistants.wishes import checked_preference

    with pytest.raises(
        InputError, match=r"there is no preference 'colour'\. There are: length, tone, language"
    ):
        checked_preference("colour", "red")
    with pytest.raises(InputError, match="length = 'tiny': allowed is one of short, normal, long"):
        checked_preference("length", "tiny")
    assert checked_preference("language", "german") == "German" and checked_preference("tone", "") == ""
