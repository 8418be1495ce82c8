"""An hour's worth of mixed traffic in a few minutes, and what the server did with it.

Each of 16 people sends something every 30 seconds for an hour; here the hour is five minutes long. Bounded in
count and time, on loopback.
Use: `report_load(server, questions, minutes=5, clients=16)`.
"""

from __future__ import annotations

import random
import statistics
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence

import httpx
from collections_data import SEED
from serving_process import Serving

PAUSE_S = 2.5
"""Between two requests of one person: 30 seconds of the hour."""
MOST_REQUESTS = 5_000
CHAT_TOKENS = 32
KEPT_PROMPTS = 100
"""Of 150 words each; more than the engine keeps."""
KINDS = {
    "ask": 24,
    "ask, streamed": 8,
    "search": 24,
    "conversation": 8,
    "follow-up": 8,
    "chat": 6,
    "chat, streamed": 6,
    "embeddings": 8,
    "documents": 3,
    "goes away": 4,
    "upload": 1,
}
"""Of a hundred requests."""
FOLLOW_UPS = ("Why was that?", "When did it happen?", "And who was it?", "Tell me more about it.")


class Load:
    """What the clients did and saw; several threads write to it.

    Args:
        server: The server.
        questions: Asked at random.
    """

    def __init__(self, server: Serving, questions: Sequence[str]) -> None:
        self._server, self._questions = server, questions
        self._lock = threading.Lock()
        self.times: defaultdict[str, list[float]] = defaultdict(list)
        self.seen: Counter[str] = Counter()
        self.sent = 0

    def client(self, number: int, ends: float) -> None:
        """Send one request after the other until the time is over, each a pause after the last began."""
        chance = random.Random(SEED + number)
        talk = ""
        time.sleep(chance.uniform(0, PAUSE_S))
        while time.monotonic() < ends and self.sent < MOST_REQUESTS:
            kind = chance.choices(list(KINDS), list(KINDS.values()))[0]
            began = time.monotonic()
            outcome = "error"
            try:
                talk = self._send(kind, chance, talk)
                outcome = "ok"
            except httpx.HTTPStatusError as error:
                outcome = str(error.response.status_code)
            except httpx.HTTPError as error:
                outcome = type(error).__name__
            took = time.monotonic() - began
            with self._lock:
                self.sent += 1
                self.seen[outcome] += 1
                if outcome == "ok":
                    self.times[kind].append(took)
            time.sleep(max(0.0, PAUSE_S - took))

    def _send(self, kind: str, chance: random.Random, talk: str) -> str:
        """Send one request and return the conversation that the next follow-up goes on with."""
        server, question = self._server, chance.choice(self._questions)
        ways: dict[str, Callable[[], object]] = {
            "ask": lambda: server.post("/v1/ask", {"question": question}),
            "ask, streamed": lambda: list(server.events("/v1/ask", {"question": question, "stream": True})),
            "search": lambda: server.post("/v1/search", {"query": question}),
            "chat": lambda: server.say(question, max_tokens=CHAT_TOKENS),
            "chat, streamed": lambda: list(
                server.events("/v1/chat/completions", server.chat_body(question, CHAT_TOKENS, stream=True))
            ),
            "embeddings": lambda: server.post(
                "/v1/embeddings",
                {"model": server.embedder_name, "input": chance.sample(list(self._questions), 4)},
            ),
            "documents": lambda: server.client.get("/v1/documents?limit=20").raise_for_status(),
            "goes away": lambda: self._leave(question, chance),
            "upload": lambda: server.client.post(
                "/v1/ingest",
                files={"files": (f"note-{chance.randrange(40)}.md", f"{question} Nobody knows.".encode())},
            ).raise_for_status(),
        }
        if kind in ("conversation", "follow-up"):
            said = {"text": question}
            if kind == "follow-up" and talk:
                said = {"text": chance.choice(FOLLOW_UPS), "conversation": talk}
            return str(server.post("/v1/conversations", said)["conversation"])
        ways[kind]()
        return talk

    def _leave(self, question: str, chance: random.Random) -> None:
        """Begin something long and hang up."""
        stream = chance.random() < 0.5
        body = self._server.chat_body(f"Write a long story: {question}", 400, stream=stream)
        try:
            url = f"{self._server.url}/v1/chat/completions"
            with httpx.stream("POST", url, json=body, timeout=chance.uniform(0.2, 2)) as reply:
                reply.raise_for_status()
                next(reply.iter_lines())
        except httpx.TimeoutException:
            pass


def fill_kept_prompts(server: Serving) -> None:
    """Talk until the engine keeps as many prompts as it may, as after some hours of use."""
    words = ("river", "garden", "school", "price", "table", "parcel", "delivery", "customer")
    for number in range(KEPT_PROMPTS):
        server.say(" ".join(random.Random(number).choices(words, k=150)), max_tokens=1)


def report_load(server: Serving, questions: Sequence[str], *, minutes: float, clients: int) -> None:
    """Send the traffic and print counts, times by kind, and memory by minute."""
    fill_kept_prompts(server)
    load = Load(server, questions)
    began = time.monotonic()
    ends = began + minutes * 60
    threads = [threading.Thread(target=load.client, args=(number, ends)) for number in range(clients)]
    for thread in threads:
        thread.start()
    held: defaultdict[int, list[int]] = defaultdict(list)
    while any(thread.is_alive() for thread in threads):
        held[int((time.monotonic() - began) / 60)].append(server.memory_bytes())
        time.sleep(0.5)
    print(f"{load.sent} requests of {clients} clients in {time.monotonic() - began:.0f} s: {dict(load.seen)}")
    for kind in KINDS:
        times = sorted(load.times[kind])
        if times:
            p99 = times[min(len(times) - 1, int(len(times) * 0.99))]
            print(f"{kind:<16}{len(times):>5}  p50 {statistics.median(times):6.2f} s  p99 {p99:6.2f} s")
    by_minute = [statistics.median(held[minute]) / 1e6 for minute in range(int(minutes)) if held[minute]]
    print("memory by minute, MB: " + ", ".join(f"{one:.0f}" for one in by_minute))
    if len(by_minute) > 2:
        print(f"last minute against the second: {by_minute[-1] / by_minute[1] - 1:+.1%}")
