"""Who goes away takes their place in the queue along and frees the engine, whatever was being done."""

from __future__ import annotations

import json
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from typing import Any

import anyio
import httpx
import pytest
from serving import listening
from starlette.types import Message as Sent

import vademecum
from vademecum.models.chat_embedded import EmbeddedChat
from vademecum.server.errors import FullError
from vademecum.server.gate import Gate
from vademecum.server.streaming import event_stream, told_by
from vademecum.stopping import raise_if_given_up
from vademecum.view import View
from vademecum.workspace import Workspace

STORY = "Write a very long story about a river, a garden and a school."
LONG = " ".join(random.Random(3).choices(("river", "garden", "school", "price", "table", "parcel"), k=3_000))
SOON_S = 20
"""On a busy machine; replies and prompts to their end take far longer there."""


class Room:
    """A server whose answers the chat model writes.

    Attributes:
        url: Where it listens.
        gate: Its queue.
        chat: The engine.
    """

    def __init__(self, url: str, gate: Gate, workspace: Workspace) -> None:
        self.url, self.gate, self.workspace = url, gate, workspace
        chat = workspace.chat()
        assert isinstance(chat, EmbeddedChat)
        self.chat = chat

    def post(self, path: str, body: Mapping[str, Any], *, leave_after_s: float) -> None:
        """Send a request and hang up."""
        with pytest.raises(httpx.TimeoutException):
            httpx.post(f"{self.url}{path}", json=body, timeout=httpx.Timeout(5, read=leave_after_s))

    def idle_after_s(self) -> float:
        """Return how long it takes until nobody is inside and every slot is free."""
        began = time.monotonic()
        until(lambda: self.gate.inside == 0 and self.chat._free._value == self.chat._slots)
        until(lambda: not any(slot["is_processing"] for slot in self.slots()))
        return time.monotonic() - began

    def slots(self) -> list[dict[str, Any]]:
        """Return what the engine itself says of its slots."""
        headers = {"Authorization": f"Bearer {self.chat._key}"}
        found: list[dict[str, Any]] = httpx.get(
            f"{self.chat._server.listening_address}/slots", headers=headers, timeout=60
        ).json()
        return found


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SOON_S
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.01)


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Room]:
    folder = tmp_path_factory.mktemp("gone")
    (folder / "documents").mkdir()
    (folder / "documents" / "bell.md").write_text(
        "The bell of the old school rings at noon. It was cast by Ada Berg in 1911.\n", "utf-8"
    )
    settings = {"answer.writer": "chat", "answer.min_confidence": 0.0}
    with vademecum.open(folder / "ws", config=settings) as workspace:
        server = listening(workspace, running=2, waiting=2)
        with server as url:
            yield Room(url, server.gate, workspace)


def asked(room: Room, content: str, *, stream: bool) -> dict[str, Any]:
    messages = [{"role": "user", "content": content}]
    return {
        "model": room.workspace.chat_name(),
        "messages": messages,
        "max_tokens": 2_000,
        "stream": stream,
    }


def test_while_it_is_written_in_pieces(room: Room) -> None:
    body = asked(room, STORY, stream=True)
    with httpx.stream("POST", f"{room.url}/v1/chat/completions", json=body, timeout=60) as reply:
        for line in reply.iter_lines():
            if '"content": "' in line and json.loads(line[6:])["choices"][0]["delta"]["content"]:
                break
        assert room.gate.inside == 1
    assert room.idle_after_s() < SOON_S


def test_while_it_is_written_as_a_whole(room: Room) -> None:
    room.post("/v1/chat/completions", asked(room, STORY, stream=False), leave_after_s=1)
    assert room.idle_after_s() < SOON_S


@pytest.mark.parametrize("stream", [True, False])
def test_while_the_prompt_is_read(room: Room, stream: bool) -> None:
    prompt = f"{stream} {LONG}"
    if stream:
        body = asked(room, prompt, stream=True)
        with httpx.stream("POST", f"{room.url}/v1/chat/completions", json=body, timeout=60) as reply:
            next(reply.iter_lines())  # the role, before anything is read
    else:
        room.post("/v1/chat/completions", asked(room, prompt, stream=False), leave_after_s=0.1)
    assert room.idle_after_s() < SOON_S
    body = asked(room, prompt[:6_500], stream=False) | {"max_tokens": 1}
    used = httpx.post(f"{room.url}/v1/chat/completions", json=body, timeout=300).json()["usage"]
    assert used["prompt_tokens"] > 1_000, "its third part"
    assert used["prompt_tokens_details"]["cached_tokens"] < 900, "not even that was read"


@pytest.mark.parametrize("stream", [True, False])
def test_while_an_answer_from_the_documents_is_written(room: Room, stream: bool) -> None:
    stream_chat = room.chat.stream
    begun = threading.Event()

    def watched(*given: Any, **named: Any) -> Any:
        begun.set()
        return stream_chat(*given, **named)

    room.chat.stream = watched  # type: ignore[method-assign]
    try:
        body = {"question": "When does the bell of the school ring, and why?", "stream": stream}
        with httpx.Client(timeout=60) as client:
            request = threading.Thread(target=lambda: _swallow(client, room, body))
            request.start()
            assert begun.wait(60)
            client.close()
            assert room.idle_after_s() < SOON_S
            request.join()
    finally:
        room.chat.stream = stream_chat  # type: ignore[method-assign]


def _swallow(client: httpx.Client, room: Room, body: Mapping[str, Any]) -> None:
    with suppress(httpx.TransportError, RuntimeError, OSError):
        client.post(f"{room.url}/v1/ask", json=body)


def test_while_waiting(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two are worked on and two wait; the place of one who leaves is free for the next."""
    going = threading.Semaphore(0)
    may_end = threading.Event()
    search = View.search

    def slow(*given: Any, **named: Any) -> Any:
        going.release()
        may_end.wait(60)
        return search(*given, **named)

    monkeypatch.setattr(View, "search", slow)
    try:
        held = [
            threading.Thread(
                target=httpx.post,
                args=(f"{room.url}/v1/search",),
                kwargs={"json": {"query": "bell"}, "timeout": 60},
            )
            for _ in range(2)
        ]
        for thread in held:
            thread.start()
        assert all(going.acquire(timeout=30) for _ in held)
        for stream in (True, False):
            room.post("/v1/chat/completions", asked(room, STORY, stream=stream), leave_after_s=0.3)
            until(lambda: room.gate.inside == 2)
        assert all(not slot["is_processing"] for slot in room.slots()), "the engine was never asked"
    finally:
        may_end.set()
        for thread in held:
            thread.join()
    assert room.idle_after_s() < SOON_S


def test_places_are_kept_right_whoever_leaves_whenever() -> None:
    """Three hundred clients; some leave while they wait, some while they are served, some never."""
    gate = Gate(running=4, waiting=300)
    chance = random.Random(5)
    working = most = 0
    lock = threading.Lock()

    def work(tell: Callable[[str], None]) -> int:
        nonlocal working, most
        with lock:
            working += 1
            most = max(most, working)
        try:
            for turn in range(5):
                raise_if_given_up()
                tell(str(turn))
                time.sleep(0.001)
            if chance.random() < 0.1:
                raise ZeroDivisionError
            return 5
        finally:
            with lock:
                working -= 1

    def events() -> Iterator[str]:
        for told in told_by(work):
            yield str(told)

    async def client(patience_s: float) -> None:
        async def receive() -> Sent:
            await anyio.sleep(patience_s)
            return {"type": "http.disconnect"}

        async def send(message: Sent) -> None:
            await anyio.sleep(0)

        with suppress(ZeroDivisionError):
            await event_stream(events, gate)({"type": "http"}, receive, send)

    async def all_of_them() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(300):
                group.start_soon(client, chance.choice((0.0, 0.01, 0.1, 60.0)))

    anyio.run(all_of_them)
    assert (gate.inside, working) == (0, 0)
    assert 1 < most <= 4, "no more than may were worked on at once, those that were given up included"


def test_what_fails_before_the_first_event_leaves_its_place() -> None:
    gate = Gate(running=1, waiting=0)

    def events() -> Iterator[str]:
        raise ZeroDivisionError

    async def ask() -> None:
        async def receive() -> Sent:
            await anyio.sleep_forever()
            raise AssertionError

        async def send(message: Sent) -> None:
            pass

        response = event_stream(events, gate)
        assert gate.inside == 0, "no place is taken by a response that may never be sent"
        with pytest.raises(ZeroDivisionError):
            await response({"type": "http"}, receive, send)

    anyio.run(ask)
    assert gate.inside == 0


def test_a_full_queue_names_how_many_are_inside() -> None:
    async def fill() -> None:
        gate = Gate(running=1, waiting=0)
        async with gate:
            with pytest.raises(FullError, match="1 requests are being worked on or wait"):
                event_stream(lambda: iter(()), gate)
            with pytest.raises(FullError):
                async with gate:
                    pass
        assert gate.inside == 0

    anyio.run(fill)


def test_work_that_goes_on_to_its_end_is_not_given_up() -> None:
    """An upload that has begun is read in, also when nobody listens."""
    ended = threading.Event()

    def work(tell: Callable[[int], None]) -> int:
        for turn in range(10):
            tell(turn)
            raise_if_given_up()
            time.sleep(0.01)
        ended.set()
        return 10

    told = told_by(work, to_its_end=True)
    assert next(told) == 0
    told.close()  # type: ignore[attr-defined]
    assert ended.wait(10)


def test_closing_what_is_told_waits_until_the_work_has_ended() -> None:
    ended = threading.Event()

    def work(tell: Callable[[int], None]) -> None:
        try:
            for turn in range(10**9):
                tell(turn)
                time.sleep(0.001)
        finally:
            time.sleep(0.05)
            ended.set()

    told = told_by(work)
    assert next(told) == 0
    told.close()  # type: ignore[attr-defined]
    assert ended.is_set()
