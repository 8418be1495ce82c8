"""`EndpointChat` against a real server on the loopback interface, well-behaved and not."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Generator, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from vademecum.errors import EndpointError
from vademecum.models.chat import Message, Spent
from vademecum.models.chat_endpoint import EndpointChat

Reply = Callable[[BaseHTTPRequestHandler], None]
ASK = [Message(role="user", content="How long?")]


class Server:
    """Serves one canned reply and remembers the last request.

    Attributes:
        url: Base URL of the server.
        request: Body of the last request.
        key: Its Authorization header.
    """

    def __init__(self, reply: Reply) -> None:
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.path = self.path
                outer.key = self.headers["Authorization"]
                outer.request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                reply(self)

            def log_message(self, *args: object) -> None:
                pass

        self.path, self.key, self.request = "", "", {}
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()
        self.url = f"http://127.0.0.1:{self._http.server_port}/v1"

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[Callable[[Reply], Server]]:
    servers: list[Server] = []

    def start(reply: Reply) -> Server:
        servers.append(Server(reply))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def plain(body: str, *, status: int = 200, kind: str = "text/event-stream") -> Reply:
    """Reply with one body."""

    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", kind)
        handler.send_header("Content-Length", str(len(body.encode())))
        handler.end_headers()
        handler.wfile.write(body.encode())

    return reply


def event(content: str | None) -> str:
    """One event of a well-formed stream."""
    delta = {} if content is None else {"content": content}
    chunk = {
        "id": "1",
        "object": "chat.completion.chunk",
        "created": 0,
        "model": "m",
        "choices": [{"index": 0, "delta": delta, "finish_reason": None}],
    }
    return f"data: {json.dumps(chunk)}\n\n"


GOOD = event(None) + event("Thirty ") + event("days.") + "data: [DONE]\n\n"


def ask(url: str, *, timeout_s: float = 5.0, max_tokens: int = 16) -> str:
    """Return the whole reply."""
    return "".join(EndpointChat(url, "m", timeout_s=timeout_s).stream(ASK, max_tokens=max_tokens))


def test_good_stream(serve: Callable[[Reply], Server], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MY_KEY", "sekret")
    server = serve(plain(GOOD))
    chat = EndpointChat(f"{server.url}/chat/completions", "m", api_key_env="MY_KEY")
    assert list(chat.stream(ASK, max_tokens=16, temperature=0.5)) == ["Thirty ", "days."]
    assert server.path == "/v1/chat/completions"
    assert server.key == "Bearer sekret"
    assert server.request["messages"] == [{"role": "user", "content": "How long?"}]
    assert (server.request["max_tokens"], server.request["temperature"]) == (16, 0.5)


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (plain("boom", status=500, kind="text/plain"), "answered 500"),
        (plain('{"error": "no"}', status=404, kind="application/json"), "usually ends in /v1"),
        (plain('{"error": "no"}', status=401, kind="application/json"), "OPENAI_API_KEY"),
        (plain("<html><body>Welcome!</body></html>", kind="text/html"), "text/html"),
        (plain("<html><body>Welcome!</body></html>"), "no text in it"),
        (plain("data: {broken\n\n"), "no chat completion"),
        (plain("data: [1, 2]\n\n"), "no chat completion"),
        (plain('data: {"choices": []}\n\ndata: [DONE]\n\n'), "no text in it"),
        (plain('data: {"choices": null}\n\n'), "no chat completion"),
        (plain('data: {"error": {"message": "out of memory"}}\n\n'), "out of memory"),
        (plain(""), "no text in it"),
        (plain('{"choices": []}', kind="application/json"), "application/json"),
    ],
)
def test_nonsense_is_named_with_the_url(serve: Callable[[Reply], Server], reply: Reply, said: str) -> None:
    server = serve(reply)
    with pytest.raises(EndpointError, match=said) as caught:
        ask(server.url)
    assert server.url in str(caught.value)


def test_down() -> None:
    with pytest.raises(EndpointError, match=r"127\.0\.0\.1:9/v1 .*cannot be reached.*Start the server"):
        ask("http://127.0.0.1:9/v1")


def test_not_a_url() -> None:
    with pytest.raises(EndpointError, match="'localhost' is not a URL"):
        EndpointChat("localhost", "m")


def test_silent_server_times_out(serve: Callable[[Reply], Server]) -> None:
    server = serve(lambda handler: time.sleep(0.6))
    with pytest.raises(EndpointError, match=r"longer than 0\.2 s"):
        ask(server.url, timeout_s=0.2)


def test_dripping_server_times_out(serve: Callable[[Reply], Server]) -> None:
    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.end_headers()
        for _ in range(20):
            try:
                handler.wfile.write(event("x").encode())
                handler.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    with pytest.raises(EndpointError, match=r"longer than 0\.3 s"):
        ask(serve(drip).url, timeout_s=0.3)


def test_cut_off_stream_is_an_endpoint_error(serve: Callable[[Reply], Server]) -> None:
    def cut(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", "text/event-stream")
        handler.send_header("Content-Length", "100000")
        handler.end_headers()
        handler.wfile.write(event("Thirty ").encode())

    server = serve(cut)
    with pytest.raises(EndpointError, match="broke off"):
        ask(server.url)


def test_endless_reply_is_cut(serve: Callable[[Reply], Server]) -> None:
    server = serve(plain(event("word " * 10) * 500))
    assert len(ask(server.url, max_tokens=4)) < 300


def whole(reply: Generator[str, None, Spent]) -> tuple[str, Spent]:
    """Return a reply's text and what it took."""
    text = ""
    while True:
        try:
            text += next(reply)
        except StopIteration as end:
            return text, end.value


def test_what_a_reply_took_is_asked_for_and_told(serve: Callable[[Reply], Server]) -> None:
    usage = {
        "prompt_tokens": 20,
        "completion_tokens": 3,
        "total_tokens": 23,
        "prompt_tokens_details": {"cached_tokens": 16},
    }
    last = event("days.").replace('"finish_reason": null', '"finish_reason": "length"')
    counts = json.loads(event(None).removeprefix("data: ")) | {"choices": [], "usage": usage}
    server = serve(plain(f"{event('Thirty ')}{last}data: {json.dumps(counts)}\n\ndata: [DONE]\n\n"))
    text, spent = whole(EndpointChat(server.url, "m").stream(ASK, max_tokens=16))
    assert server.request["stream_options"] == {"include_usage": True}
    assert text == "Thirty days."
    assert spent == Spent(finish="length", prompt_tokens=20, cached_tokens=16, written_tokens=3)


def test_servers_that_cannot_count_are_asked_once(serve: Callable[[Reply], Server]) -> None:
    asked = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        asked.append("stream_options" in server.request)
        if asked[-1]:
            refusal = '{"error": {"message": "unknown field stream_options"}}'
            plain(refusal, status=400, kind="application/json")(handler)
        else:
            plain(GOOD)(handler)

    server = serve(reply)
    chat = EndpointChat(server.url, "m")
    for _ in range(2):
        assert whole(chat.stream(ASK, max_tokens=16)) == ("Thirty days.", Spent())
    assert asked == [True, False, False]
