"""Reads files in worker processes, so that no file can take the program down, hold it up or eat its memory.

Owns the processes: starting, feeding, timing, killing, replacing. Knows nothing of formats. Results come in
the order of the requests whatever order the workers finish in.

Use:
    with ParsePool(workers=2, timeout_s=60) as pool:
        for result in pool.parse(requests): ...
"""

from __future__ import annotations

import dataclasses
import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from vademecum.config import IngestConfig
from vademecum.errors import InternalError
from vademecum.ingest.parsers.limits import ParseLimits
from vademecum.ingest.parsers.protocol import ParseRequest, ParseResult

__all__ = ["ParsePool", "ParseRequest", "ParseResult"]

logger = logging.getLogger(__name__)

_LOOKAHEAD_PER_WORKER = 3
_SLOW_FACTOR = 20
_START_S = 60.0
_LAST_WORDS_BYTES = 65_536
_CLOSED = "The parse pool was closed while it was in use."
_OUT_OF_MEMORY = ("memory allocation", "bad_alloc", "MemoryError", "out of memory", "Cannot allocate")


class ParsePool:
    """A bounded number of worker processes, started when first needed.

    Args:
        workers: Processes at most; 0 takes one a core.
        timeout_s: Seconds a file may take without a sign of life (a page read by OCR, a member unpacked); in
        all
            it may take 20 times that.
        memory_mb: Memory one process may take, where the system can bound it.
        limits: What one file may cost.
        ocr: Read pictures and scanned pages.
    """

    def __init__(
        self,
        *,
        workers: int = 0,
        timeout_s: float = 120.0,
        memory_mb: int = 1_024,
        limits: ParseLimits | None = None,
        ocr: bool = True,
    ) -> None:
        self._count = workers or os.cpu_count() or 1
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._options = {"ocr": ocr, "limits": dataclasses.asdict(limits or ParseLimits())}
        self._threads = ThreadPoolExecutor(self._count, thread_name_prefix="vademecum-parse")
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._all: set[_Worker] = set()
        self._closed = False

    @classmethod
    def from_config(cls, config: IngestConfig) -> Self:
        """Return a pool with the workspace's limits."""
        return cls(
            workers=config.workers,
            timeout_s=config.timeout_s,
            memory_mb=config.worker_memory_mb,
            limits=ParseLimits(max_bytes=config.max_file_mb * 1_000_000, max_chars=config.max_chars),
            ocr=config.ocr,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Kill the workers at once and wait until they are gone; may be called twice."""
        with self._lock:
            self._closed = True
            workers = list(self._all)
        for worker in workers:
            worker.kill()
        self._threads.shutdown(wait=True, cancel_futures=True)
        for worker in workers:
            worker.close()
        self._all.clear()

    @property
    def pids(self) -> list[int]:
        """Process ids of the workers that exist now."""
        with self._lock:
            return [worker.pid for worker in self._all]

    def parse(self, requests: Iterable[ParseRequest]) -> Iterator[ParseResult]:
        """Yield the result of each request, in their order; a few are read ahead.

        Raises:
            InternalError: Workers cannot be started at all, or the pool was closed meanwhile.
        """
        waiting: deque[Future[ParseResult]] = deque()
        try:
            for request in requests:
                waiting.append(self._threads.submit(self._parse_one, request))
                if len(waiting) >= _LOOKAHEAD_PER_WORKER * self._count:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        except CancelledError as err:
            raise InternalError(_CLOSED) from err
        finally:
            for future in waiting:
                future.cancel()

    def _parse_one(self, request: ParseRequest) -> ParseResult:
        """Read one file; a worker that dies is given a second try when earlier files may have worn it out."""
        while True:
            worker = self._take()
            fresh = worker.served == 0
            asked = {"path": request.path, "source": request.source, **self._options}
            try:
                result = worker.serve(asked, request.source)
            except InternalError as error:  # a worker that was killed before it was ready
                if self._closed:
                    raise InternalError(_CLOSED) from error
                raise
            if worker.is_alive:
                with self._lock:
                    self._idle.append(worker)
            else:
                worker.close()
                with self._lock:
                    self._all.discard(worker)
            if self._closed:
                raise InternalError(_CLOSED)
            if fresh or result.code not in ("crash", "memory"):
                return result

    def _take(self) -> _Worker:
        with self._lock:
            if self._closed:
                raise InternalError(_CLOSED)
            if self._idle:
                return self._idle.pop()
            worker = _Worker(timeout_s=self._timeout_s, memory_mb=self._memory_mb)
            self._all.add(worker)
            return worker


class _Worker:
    """One process and the two pipes to it; used by one thread at a time.

    Attributes:
        served: Requests it has been given.
        is_alive: Whether it can take another request.
    """

    def __init__(self, *, timeout_s: float, memory_mb: int) -> None:
        self.served = 0
        self.is_alive = True
        self._timeout_s = timeout_s
        self._memory_mb = memory_mb
        self._timed_out = False
        self._stderr: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "vademecum.ingest.worker", "--memory-mb", str(memory_mb)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._stderr,
            env=_environment(),
            bufsize=1 << 20,
        )

    @property
    def pid(self) -> int:
        """Process id."""
        return self._process.pid

    def serve(self, request: dict[str, Any], source: str) -> ParseResult:
        """Return the result of one request; kills the process when it takes too long."""
        if self.served == 0 and self._answer(wait_s=max(self._timeout_s, _START_S)) is None:
            self._end()
            raise InternalError(f"A parser process cannot be started: {self._last_words()[-500:]}")
        self.served += 1
        try:
            stdin = self._process.stdin
            assert stdin is not None
            stdin.write(json.dumps(request).encode("ascii") + b"\n")
            stdin.flush()
            fields = self._result()
        except OSError:
            fields = None
        if fields is None:
            self._end()
            return self._death(source)
        if fields.pop("last"):
            self._end()
        result = ParseResult.from_dict(fields, source=source)
        return dataclasses.replace(result, reason=self._too_large()) if result.code == "memory" else result

    def _result(self) -> dict[str, Any] | None:
        """Wait for the result line; None when the process died or was killed for its slowness."""
        deadline = time.monotonic() + _SLOW_FACTOR * self._timeout_s
        while time.monotonic() < deadline:
            fields = self._answer(wait_s=self._timeout_s)
            if fields is None or "alive" not in fields:
                return fields
        self._stop()
        return None

    def _answer(self, *, wait_s: float) -> dict[str, Any] | None:
        """Return the next line from the process, or None when it is gone; kills it after `wait_s`."""
        timer = threading.Timer(wait_s, self._stop)
        timer.daemon = True
        timer.start()
        try:
            stdout = self._process.stdout
            assert stdout is not None
            line = stdout.readline()
        finally:
            timer.cancel()
        return json.loads(line) if line.endswith(b"\n") else None

    def _stop(self) -> None:
        self._timed_out = True
        self.kill()

    def kill(self) -> None:
        """End the process at once; safe from any thread."""
        self._process.kill()

    def _end(self) -> None:
        self.is_alive = False
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                logger.debug("a parser process had closed its pipe")
        try:
            self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def close(self) -> None:
        """Kill the process, collect it and give back what it held."""
        self.kill()
        self._end()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._stderr.close()

    def _death(self, source: str) -> ParseResult:
        """Say why the process is gone."""
        code = self._process.returncode
        if self._timed_out:
            return ParseResult(
                source=source, reason=f"took longer than {self._timeout_s:g} s", code="timeout"
            )
        last_words = self._last_words()
        if any(sign in last_words for sign in _OUT_OF_MEMORY):
            return ParseResult(source=source, reason=self._too_large(), code="memory")
        how = f"signal {-code}" if code < 0 else f"exit {code}"
        return ParseResult(source=source, reason=f"crashed the parser ({how})", code="crash")

    def _too_large(self) -> str:
        return f"needs more than {self._memory_mb} MB"

    def _last_words(self) -> str:
        size = self._stderr.seek(0, os.SEEK_END)
        self._stderr.seek(max(0, size - _LAST_WORDS_BYTES))
        return " ".join(self._stderr.read().decode("utf-8", "replace").split())


def _environment() -> dict[str, str]:
    """Return this process's environment, with this package importable and native thread pools kept small."""
    package_root = str(Path(__file__).resolve().parents[2])
    paths = [package_root, *filter(None, [os.environ.get("PYTHONPATH")])]
    one_thread = dict.fromkeys(("OMP_NUM_THREADS", "RAYON_NUM_THREADS", "TOKIO_WORKER_THREADS"), "1")
    return {**os.environ, **one_thread, "MALLOC_ARENA_MAX": "2", "PYTHONPATH": os.pathsep.join(paths)}
