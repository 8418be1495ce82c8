"""What watching costs a call: the time a call of thirteen empty steps takes, by who is told of it.

python benchmarks/observation.py
"""

from __future__ import annotations

import argparse
import socket
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from statistics import median, quantiles

import vademecum
from vademecum.monitor.metrics import Metrics
from vademecum.values import Answer

STEPS = 13
ROUNDS = 5


class Sink(BaseHTTPRequestHandler):
    """Takes everything."""

    def do_POST(self) -> None:
        """Read the body and say yes."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def call_us(workspace: vademecum.Workspace, calls: int) -> list[float]:
    """Return how long each call took, in microseconds."""
    took = []
    for _ in range(calls):
        began = time.perf_counter()
        with workspace.recorded(kind="ask", asked="How long is the refund period?") as call:
            for number in range(STEPS):
                with call.recorder.step(f"step-{number % 7}", hits=number):
                    pass
            call.answer = Answer(text="30 days", answered=True, confidence=0.9, trace=call.recorder.trace())
        took.append((time.perf_counter() - began) * 1e6)
        time.sleep(0.002)
    return took


def main() -> None:
    """Print a line a setting."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--calls", type=int, default=200)
    calls = parser.parse_args().calls
    sink = ThreadingHTTPServer(("127.0.0.1", 0), Sink)
    threading.Thread(target=sink.serve_forever, daemon=True).start()
    with socket.socket() as nobody, tempfile.TemporaryDirectory() as folder:
        nobody.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        there, gone = (f"http://127.0.0.1:{one}" for one in (sink.server_port, nobody.getsockname()[1]))
        alone = {"state.traces": False}
        settings = {
            "nobody": alone,
            "metrics": alone,
            "a collector": {**alone, "monitor.otlp_url": there},
            "a collector that is down": {**alone, "monitor.otlp_url": gone},
            "the state store": {},
        }
        took: dict[str, list[float]] = {name: [] for name in settings}
        for _ in range(ROUNDS):  # in turn, as the machine may be busy with something else
            for name, config in settings.items():
                with vademecum.open(Path(folder) / "ws", config=config) as workspace:
                    if name == "metrics":
                        workspace.watchers.append(Metrics(read=list).watch)
                    call_us(workspace, 50)
                    took[name] += call_us(workspace, calls)
        for name, times in took.items():
            print(f"{name}: median {median(times):.0f} us, p95 {quantiles(times, n=20)[-1]:.0f} us")


if __name__ == "__main__":
    main()
