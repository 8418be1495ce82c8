"""Nobody gets to see what they may not read, by any door: random people, documents, permissions and doors."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from serving import listening

import vademecum
from vademecum.sharing import share
from vademecum.values import PUBLIC, Access, Answer, Step, Trace, Viewer
from vademecum.values.conversation import TraceRecord
from vademecum.workspace import Workspace

USERS = {"ana": ("sales",), "ben": ("sales", "law"), "cleo": ("law",), "dan": (), "eve": ()}
DOCUMENTS = 60
_BIRDS = ["heron", "wren", "kite", "swift", "crane", "stork", "finch", "robin", "plover", "tern"]
_PLACES = ["Lyon", "Nice", "Turin", "Basel", "Ghent", "Porto"]
_CHANGE_EVERY = 200


@dataclass
class Held:
    """One document: its secret words, its topic, and who may read it."""

    topic: str
    secrets: tuple[str, ...]
    path: Path
    access: Access
    id: str = ""


@dataclass
class House:
    """A server with keys over documents with random permissions."""

    workspace: Workspace
    url: str
    held: list[Held]
    clients: dict[str, httpx.Client]
    secrets: dict[str, str]

    def viewer(self, user: str) -> Viewer:
        return Viewer(user=user, groups=USERS[user])


def _secret(source: random.Random) -> str:
    return "".join(source.choices("bcdfghjklmnpqrstvwz", k=9))


def _access(source: random.Random) -> Access:
    readers = [f"user:{user}" for user in USERS] + ["group:sales", "group:law"]
    chosen = tuple(sorted(source.sample(readers, source.randrange(3))))
    return PUBLIC if source.random() < 0.1 else Access(owner=source.choice(["", *USERS]), readers=chosen)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("house")
    (folder / "documents").mkdir()
    source = random.Random(20261123)
    held = []
    for number in range(DOCUMENTS):
        topic = f"{_BIRDS[number % len(_BIRDS)]} project in {_PLACES[number // len(_BIRDS)]}"
        name, title, code = (_secret(source) for _ in range(3))
        text = (
            f"# {title.title()}\nThe code word of the {topic} is {code}. Its budget is {number + 11} euros.\n"
        )
        path = folder / "documents" / f"{name}.md"
        path.write_text(text, "utf-8")
        held.append(Held(topic=topic, secrets=(name, title, code), path=path, access=_access(source)))
    with vademecum.open(folder / "ws") as workspace:
        for one in held:
            workspace.ingest(one.path, access=one.access)
        ids = {row["path"]: row["id"] for row in workspace.document_rows()}
        for one in held:
            one.id = ids[str(one.path)]
        keys = {
            user: workspace.state().keys.add(user, role="reader", groups=groups)
            for user, groups in USERS.items()
        }
        with listening(workspace, ingest=False) as url:
            clients = {
                user: httpx.Client(base_url=url, headers={"Authorization": f"Bearer {key}"}, timeout=60)
                for user, key in keys.items()
            }
            yield House(workspace, url, held, clients, keys)
            for client in clients.values():
                client.close()


Door = Callable[[House, str, Held], str]


def _posted(path: str, body: Callable[[str], dict[str, Any]]) -> Door:
    return lambda house, user, one: house.clients[user].post(path, json=body(_question(one))).text


def _got(path: str) -> Door:
    return lambda house, user, one: house.clients[user].get(path.format(id=one.id)).text


def _question(one: Held) -> str:
    return f"What is the code word of the {one.topic}?"


def _goes_on(house: House, user: str, one: Held) -> str:
    """Ask, then read the conversation back."""
    turn = house.clients[user].post("/v1/conversations", json={"text": _question(one)}).json()
    return house.clients[user].get(f"/v1/conversations/{turn['conversation']}").text


def _mcp(house: House, user: str, one: Held) -> str:
    async def call() -> str:
        headers = {"Authorization": f"Bearer {house.secrets[user]}"}
        async with httpx.AsyncClient(headers=headers, timeout=60) as http:
            transport = streamable_http_client(f"{house.url}/mcp", http_client=http)
            async with Client(transport) as client:
                found = [
                    await client.call_tool("ask", {"question": _question(one)}),
                    await client.call_tool("search", {"query": one.topic}),
                    await client.call_tool("sources", {}),
                ]
        return "".join(str(one) for one in found)

    return asyncio.run(call())


def _changed(house: House, user: str, one: Held) -> str:
    """Try to share or delete what is somebody else's."""
    if house.viewer(user).user == one.access.owner:
        return ""
    client = house.clients[user]
    tried = client.patch(f"/v1/documents/{one.id}", json={"readers": ["everyone"]})
    gone = client.delete(f"/v1/documents/{one.id}")
    may = house.viewer(user).may_read(one.access)
    assert tried.status_code == gone.status_code == (403 if may else 404)
    return "" if may else (tried.text + gone.text).replace(one.id, "")  # they named the id themselves


DOORS: dict[str, Door] = {
    "search": _posted("/v1/search", lambda asked: {"query": asked}),
    "search where": _posted("/v1/search", lambda asked: {"query": asked, "where": ["title ~ *"]}),
    "ask": _posted("/v1/ask", lambda asked: {"question": asked}),
    "ask in pieces": _posted("/v1/ask", lambda asked: {"question": asked, "stream": True}),
    "chat": _posted(
        "/v1/chat/completions",
        lambda asked: {"model": "vademecum", "messages": [{"role": "user", "content": asked}]},
    ),
    "completion": _posted("/v1/completions", lambda asked: {"model": "vademecum", "prompt": asked}),
    "conversation": _goes_on,
    "conversations": _got("/v1/conversations"),
    "documents": _got("/v1/documents?limit=1000"),
    "document": lambda house, user, one: _got("/v1/documents/{id}")(house, user, one).replace(
        "" if house.viewer(user).may_read(one.access) else one.id, ""
    ),
    "neighbours": lambda house, user, one: _got("/v1/documents/{id}?start=0&end=9")(house, user, one).replace(
        "" if house.viewer(user).may_read(one.access) else one.id, ""
    ),
    "traces": lambda house, user, one: _got(f"/v1/traces?limit=100&offset={25 * house.held.index(one)}")(
        house, user, one
    ),
    "memory": _got("/v1/memory"),
    "feedback": _got("/v1/feedback"),
    "health": _got("/healthz"),
    "metrics": _got("/metrics"),
    "models": _got("/v1/models"),
    "change": _changed,
    "mcp": _mcp,
}
_TELLS = ("search", "ask", "documents", "document", "conversation", "mcp")
"""Doors through which who may read a document gets to see it."""


def check_triples(house: House, *, triples: int, seed: int) -> None:
    """Go through random doors; every so often somebody's rights change."""
    source = random.Random(seed)
    told = 0
    for number in range(triples):
        if number and number % _CHANGE_EVERY == 0:
            one = source.choice(house.held)
            readers = _access(source).readers
            share(house.workspace.seen_by(), one.id, readers)
            one.access = Access(owner=one.access.owner, readers=readers)
        user, one, door = source.choice(list(USERS)), source.choice(house.held), source.choice(list(DOORS))
        seen = DOORS[door](house, user, one).lower()
        viewer = house.viewer(user)
        for other in house.held:
            if not viewer.may_read(other.access):
                leaked = [word for word in (*other.secrets, other.id) if word in seen]
                assert not leaked, f"{user} saw {leaked} of {other.access} through {door}"
        if door == "health":
            readable = sum(viewer.may_read(other.access) for other in house.held)
            assert f'"documents":{readable},"chunks":{readable}' in seen.replace(" ", "")
        if door in _TELLS and viewer.may_read(one.access):
            told += 1
            assert any(secret in seen for secret in one.secrets), f"{user} missed {one} by {door}"
    assert told > triples / 30


def test_no_door_shows_what_one_may_not_read(house: House) -> None:
    check_triples(house, triples=250, seed=1)


@pytest.mark.slow
def test_no_door_of_ten_thousand_shows_what_one_may_not_read(house: House) -> None:
    check_triples(house, triples=10_000, seed=2)


@pytest.mark.parametrize("user", USERS)
def test_scores_are_those_of_a_workspace_without_the_rest(house: House, user: str, tmp_path: Path) -> None:
    viewer = house.viewer(user)
    readable = [one.path for one in house.held if viewer.may_read(one.access)]
    with vademecum.open(tmp_path / "alone") as alone:
        alone.ingest(*readable)
        for topic in (house.held[3].topic, house.held[41].topic, "budget code word", "swift"):
            here = house.workspace.seen_by(viewer).search(topic, top_k=100)
            there = alone.search(topic, top_k=100)
            assert [hit.document for hit in here] == [hit.document for hit in there]
            assert [hit.score for hit in here] == pytest.approx([hit.score for hit in there], abs=1e-5)
            assert len(here) == len(readable)


def test_what_was_answered_is_withheld_once_it_may_not_be_read(house: House) -> None:
    one = next(one for one in house.held if one.access.owner not in ("", "ana"))
    share(house.workspace.seen_by(), one.id, ("user:ana",))
    ana, code = house.clients["ana"], one.secrets[2]
    turn = ana.post("/v1/conversations", json={"text": _question(one)}).json()
    places = (f"/v1/conversations/{turn['conversation']}", f"/v1/traces/{turn['trace_id']}")
    assert code in turn["answer"]["text"] and all(code in ana.get(place).text for place in places)
    share(house.workspace.seen_by(), one.id, ())
    one.access = Access(owner=one.access.owner, readers=())
    for place in places:
        assert code not in ana.get(place).text and "may not read any more" in ana.get(place).text
    owner = Viewer(everything=True)
    kept = house.workspace.state().traces.get(turn["trace_id"]).answer
    assert kept is not None and house.workspace.seen_by(owner).seen(kept) == kept


def test_words_of_documents_leave_a_trace_with_them(house: House) -> None:
    view = house.workspace.seen_by(house.viewer("ana"))
    mine = next(one.id for one in house.held if view.viewer.may_read(one.access))
    hidden = next(one.id for one in house.held if not view.viewer.may_read(one.access))
    for document, added in ((mine, {"RD": "red dragon"}), (hidden, {})):
        told = [{"document": document, "start": 0, "end": 9, "kept": True}, {"kept": False, "why": "beside"}]
        steps = (
            Step(name="abbreviations", ms=1, detail={"added": {"RD": "red dragon"}}),
            Step(name="write", ms=1, detail={"told": told}),
        )
        record = TraceRecord(kind="ask", user="ana", conversation="", asked="?", trace=Trace(steps=steps))
        forms, claims = view.seen_record(record).trace.steps
        assert forms.detail["added"] == added
        assert claims.detail["told"] == (told if document == mine else told[1:])


def test_a_question_rewritten_from_a_withheld_answer_is_shown_as_asked(house: House) -> None:
    one = next(one for one in house.held if one.access.owner not in ("", "ana"))
    share(house.workspace.seen_by(), one.id, ("user:ana",))
    ana = house.clients["ana"]
    turn = ana.post("/v1/conversations", json={"text": _question(one)}).json()
    turns = house.workspace.state().conversations
    second = turns.begin_turn(turn["conversation"], asked="And its budget?", trace_id="0" * 32)
    turns.end_turn(replace(second, standing=f"What is the budget of {one.secrets[2]}?"))
    place = f"/v1/conversations/{turn['conversation']}"
    assert one.secrets[2] in ana.get(place).json()["turns"][1]["standing"]
    share(house.workspace.seen_by(), one.id, ())
    one.access = Access(owner=one.access.owner, readers=())
    assert ana.get(place).json()["turns"][1]["standing"] == "And its budget?"


def test_later_turns_give_a_withheld_answer_away_neither(house: House) -> None:
    one = next(one for one in house.held if one.access.owner not in ("", "ana"))
    share(house.workspace.seen_by(), one.id, ("user:ana",))
    ana, code = house.clients["ana"], one.secrets[2]
    turn = ana.post("/v1/conversations", json={"text": _question(one)}).json()
    talk = f"/v1/conversations/{turn['conversation']}"
    said = {"conversation": turn["conversation"]}
    again = ana.post("/v1/conversations", json=said | {"text": "What was your first answer?"}).json()
    after = ana.post("/v1/conversations", json=said | {"text": f"And who chose {code}?"}).json()
    traces = [f"/v1/traces/{one['trace_id']}" for one in (again, after)]
    assert code in again["answer"]["text"] and all(code in ana.get(place).text for place in traces)
    share(house.workspace.seen_by(), one.id, ())
    one.access = Access(owner=one.access.owner, readers=())
    first, second, third = ana.get(talk).json()["turns"]
    assert code not in str(first) + str(second) and third["standing"] == third["asked"]
    assert code not in ana.get(traces[0]).text
    steps = {step["name"]: step for step in ana.get(traces[1]).json()["steps"]}
    assert steps["history"]["cited"] == [] and "standing" not in steps["rewrite"]


def test_a_question_asked_back_goes_with_the_answers_its_readings_come_from(house: House) -> None:
    view = house.workspace.seen_by(house.viewer("ana"))
    mine = next(one.id for one in house.held if view.viewer.may_read(one.access))
    hidden = next(one.id for one in house.held if not view.viewer.may_read(one.access))
    for document, choices in ((mine, ("the heron", "the wren")), (hidden, ())):
        trace = Trace(
            steps=(Step(name="history", ms=1, detail={"turns": 1, "cited": [{"document": document}]}),)
        )
        back = Answer(
            text="Which?", answered=False, confidence=0.0, choices=("the heron", "the wren"), trace=trace
        )
        assert view.seen(back).choices == choices
