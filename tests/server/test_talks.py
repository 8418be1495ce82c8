"""Whole talks over HTTP with the real models: follow-ups, choices, settings, OpenAI's history of messages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import openai
import pytest
from serving import listening

import vademecum

TEXTS = {
    "offices.md": (
        "# Offices\nThe Lyon office opens at 8 in the morning. The Nice office opens at 9 in the morning.\n"
        "The Lyon office has 40 desks. The Nice office has 25 desks.\n"
    ),
    "founder.md": "# Founder\nAcme Seeds was founded in 1987 by Ada Berg. Ada Berg was born in Oslo.\n",
}
FIRST = "Do the Lyon office and the Nice office have desks?"


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("talks")
    documents = folder / "documents"
    documents.mkdir()
    for name, text in TEXTS.items():
        (documents / name).write_text(text, "utf-8")
    with vademecum.open(folder / "ws") as workspace, listening(workspace) as url:
        yield url


def say(url: str, text: str, conversation: str = "") -> dict[str, Any]:
    body = {"text": text, "conversation": conversation}
    reply = httpx.post(f"{url}/v1/conversations", json=body, timeout=60)
    assert reply.status_code == 200, reply.text
    return dict(reply.json())


def chat(url: str, *messages: tuple[str, str]) -> Any:
    client = openai.OpenAI(base_url=f"{url}/v1", api_key="none", max_retries=0)
    given: Any = [{"role": role, "content": content} for role, content in messages]
    return client.chat.completions.create(model="vademecum", messages=given)


def test_a_talk_with_follow_ups_a_choice_and_its_trace(url: str) -> None:
    first = say(url, "Who founded Acme Seeds?")
    born = say(url, "Where was she born?", first["conversation"])
    assert born["standing"] == "Where was Ada Berg born?" and born["answer"]["short"] == "Oslo"
    say(url, FIRST, first["conversation"])
    back = say(url, "When does it open?", first["conversation"])
    choices = back["answer"]["choices"]
    assert back["answer"]["answered"] is False and len(choices) == 2
    assert back["answer"]["text"].splitlines()[1] == f"1. {choices[0]}"
    picked = say(url, "Nice", first["conversation"])
    assert picked["standing"] == "When does the Nice office open?"
    assert "9 in the morning" in picked["answer"]["text"]
    kept = httpx.get(f"{url}/v1/conversations/{first['conversation']}").json()["turns"]
    assert [turn["answer"]["choices"] for turn in kept] == [[], [], [], choices, []]
    steps = httpx.get(f"{url}/v1/traces/{back['trace_id']}").json()["steps"]
    assert [step["name"] for step in steps] == ["history", "rewrite", "choose"]


def test_openai_messages_are_the_history_of_the_last_one(url: str) -> None:
    reply = chat(
        url,
        ("system", "You are helpful."),
        ("user", "Who founded Acme Seeds?"),
        ("assistant", "Acme Seeds was founded in 1987 by Ada Berg. [1]"),
        ("user", "Where was she born?"),
    )
    assert "Oslo" in reply.choices[0].message.content
    alone = chat(url, ("user", "Where was she born?"))
    steps = [step["name"] for step in alone.model_extra["vademecum"]["trace"]["steps"]]
    assert "rewrite" not in steps


def test_an_openai_client_is_asked_back_and_picks(url: str) -> None:
    said = [("user", FIRST), ("assistant", "They do."), ("user", "When does it open?")]
    back = chat(url, *said)
    text = back.choices[0].message.content
    choices = back.model_extra["vademecum"]["choices"]
    assert text.startswith("Which do you mean?\n1. ") and len(choices) == 2
    picked = chat(url, *said, ("assistant", text), ("user", "Nice"))
    assert "9 in the morning" in picked.choices[0].message.content


def test_settings_are_set_shown_and_taken_back(url: str) -> None:
    address = f"{url}/v1/preferences"
    assert httpx.put(f"{address}/length", json={"value": "Short"}).json() == {
        "name": "length",
        "value": "short",
    }
    found = httpx.get(address).json()
    assert found["preferences"] == {"length": "short"} and "German" in found["allowed"]["language"]
    assert "length: short" in say(url, "What are my settings?")["answer"]["text"]
    httpx.put(f"{address}/length", json={"value": ""})
    assert httpx.get(address).json()["preferences"] == {}
    wrong = httpx.put(f"{address}/length", json={"value": "tiny"})
    assert wrong.status_code == 400 and "short, normal, long" in wrong.json()["error"]["message"]
    assert httpx.put(f"{address}/colour", json={"value": "red"}).status_code == 400


def test_what_was_told_in_one_talk_is_used_in_another_shown_and_forgotten(url: str) -> None:
    told = say(url, "Remember that I work in the Nice office.")
    opens = say(url, "When does my office open?")
    assert opens["conversation"] != told["conversation"] and "9 in the morning" in opens["answer"]["text"]
    (fact,) = httpx.get(f"{url}/v1/memory").json()["facts"]
    assert fact["turn_id"] == told["id"]
    httpx.patch(f"{url}/v1/memory/{fact['id']}", json={"text": "I work in the Lyon office."})
    assert "8 in the morning" in say(url, "When does my office open?")["answer"]["text"]
    say(url, "Forget everything about me.")
    assert httpx.get(f"{url}/v1/memory").json()["facts"] == []
