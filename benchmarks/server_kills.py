"""SIGKILL a server in mid-upload and mid-answer, again and again; at the end conversations must be whole.

Use: python benchmarks/server_kills.py [--kills 50] [--work DIR]
Two clients talk and two upload while the server runs; after every kill the workspace is opened and checked,
and the next server goes on with the same conversations. What was acknowledged must be there.
"""

from __future__ import annotations

import argparse
import random
import shutil
import threading
import time
from collections import Counter
from pathlib import Path

import httpx
from kills import check_open, paragraph
from serving_process import Serving

import vademecum
from vademecum.assistants import Conversations

_QUESTION = "What does note {number} say of copper?"
_LONGEST_S = 6.0


class Clients:
    """Those who talk and upload, over all servers; they note what was acknowledged."""

    def __init__(self, chance: random.Random) -> None:
        self.chance = chance
        self.answered: dict[str, list[str]] = {}
        self.stored: set[str] = set()
        self.seen: Counter[str] = Counter()

    def talk(self, url: str, stop: threading.Event) -> None:
        """Go on with a conversation until the server is gone."""
        name = self.chance.choice([*self.answered, ""])
        with httpx.Client(base_url=url, timeout=60) as client:
            while not stop.is_set():
                asked = _QUESTION.format(number=self.chance.randrange(1_000))
                try:
                    reply = client.post("/v1/conversations", json={"text": asked, "conversation": name})
                except httpx.HTTPError:
                    return
                self.seen[f"talk {reply.status_code}"] += 1
                if reply.status_code == 200:
                    name = reply.json()["conversation"]
                    self.answered.setdefault(name, []).append(reply.json()["id"])

    def upload(self, url: str, stop: threading.Event) -> None:
        """Send files until the server is gone."""
        with httpx.Client(base_url=url, timeout=60) as client:
            while not stop.is_set():
                name = f"note-{self.chance.randrange(10**9):09d}.md"
                text = f"# {name}\n\n" + "\n\n".join(paragraph(self.chance) for _ in range(40))
                try:
                    reply = client.post("/v1/ingest", files={"files": (name, text.encode())})
                except httpx.HTTPError:
                    return
                self.seen[f"upload {reply.status_code}"] += 1
                if reply.status_code == 200 and not reply.json()["failed"]:
                    self.stored.add(name)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-server-kills"))
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    chance = random.Random(options.seed)
    (options.work / "source").mkdir(parents=True)
    (options.work / "source" / "start.md").write_text(f"# Start\n\n{paragraph(chance)}\n", "utf-8")
    workspace = options.work / "ws"
    with vademecum.open(workspace) as opened:
        opened.ingest(options.work / "source")
    clients = Clients(chance)
    for number in range(1, options.kills + 1):
        one_kill(workspace, clients, chance)
        check(workspace, clients)
        if number % 10 == 0:
            print(f"{number} kills, {dict(clients.seen)}", flush=True)
    turns = sum(map(len, clients.answered.values()))
    print(
        f"{options.kills} kills: {len(clients.stored)} acknowledged uploads and {turns} answered turns in"
        f" {len(clients.answered)} conversations are all there; {dict(clients.seen)}"
    )


def one_kill(workspace: Path, clients: Clients, chance: random.Random) -> None:
    """Start a server, let clients work, kill it at a random moment."""
    stop = threading.Event()
    works = [clients.talk, clients.talk, clients.upload, clients.upload]
    with Serving(workspace) as server:
        threads = [threading.Thread(target=work, args=(server.url, stop)) for work in works]
        for thread in threads:
            thread.start()
        time.sleep(chance.uniform(0.1, _LONGEST_S))
        server.kill()
    stop.set()
    for thread in threads:
        thread.join()


def check(folder: Path, clients: Clients) -> None:
    """Open the workspace; what was acknowledged is there, and every conversation is whole."""
    check_open(folder)
    with vademecum.open(folder) as workspace:
        names = {Path(row["source"]).name for row in workspace.document_rows()}
        assert clients.stored <= names, f"lost: {clients.stored - names}"
        talks = Conversations(workspace.seen_by())
        for talk in talks.list(limit=10_000):
            _, turns = talks.get(talk.id)
            assert [turn.place for turn in turns] == list(range(1, len(turns) + 1)), "turns are missing"
            answered = {turn.id for turn in turns if turn.answer is not None}
            assert set(clients.answered.get(talk.id, ())) <= answered, "an answer is lost"


if __name__ == "__main__":
    main()
