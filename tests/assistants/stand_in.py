"""A server of OpenAI's chat API on the loopback interface whose replies a test decides."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = Callable[[str, str], str]
"""The system's and the user's message to what the model writes."""


class StandIn:
    """Serves replies and keeps the prompts; use it in a `with` block.

    Attributes:
        url: Base URL.
        prompts: (system, user) of each request, in order.
    """

    def __init__(self, reply: Reply) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                messages = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["messages"]
                system, user = (message["content"] for message in messages)
                outer.prompts.append((system, user))
                body = _events(reply(system, user))
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.prompts: list[tuple[str, str]] = []
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def __enter__(self) -> StandIn:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


def _events(text: str) -> bytes:
    """Return a text as the event stream of a chat completion."""
    chunks: list[dict[str, Any]] = [{"content": text}, {}]
    events = [
        {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 0,
            "model": "m",
            "choices": [{"index": 0, "delta": delta, "finish_reason": None if delta else "stop"}],
        }
        for delta in chunks
    ]
    return "".join(f"data: {json.dumps(one)}\n\n" for one in [*events]).encode() + b"data: [DONE]\n\n"
