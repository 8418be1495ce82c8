"""A process that reads files one after the other: `python -m vademecum.ingest.worker --memory-mb 1024`.

One JSON request a line comes in on stdin; for each, "alive" lines and at last one result line go out on what
was stdout when it started. It bounds its own memory where the system can (RLIMIT_DATA on Linux; not on macOS
and Windows), ends when stdin closes, and on Linux when its parent dies. It is no sandbox: a file that takes
over the parser acts with the user's rights.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO, Any

from vademecum.errors import ParseError
from vademecum.ingest.bounds import bound_memory, die_with_parent
from vademecum.ingest.parsers.limits import ParseLimits
from vademecum.ingest.parsers.parse import parse_file
from vademecum.ingest.parsers.protocol import ParseResult

_MAX_FILES = 200
_RETIRE_SHARE = 0.7


def main() -> None:
    """Serve requests until stdin ends, or until this process has served enough."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    parser = argparse.ArgumentParser(description="Reads files for the ingest; started by it.")
    parser.add_argument("--memory-mb", type=int, required=True)
    memory_mb = parser.parse_args().memory_mb
    answers = _private_stdout()
    die_with_parent()
    bound_memory(memory_mb)
    _send(answers, {"ready": True})
    for number, line in enumerate(sys.stdin.buffer, 1):
        fields = _serve(json.loads(line), answers)
        worn_out = number >= _MAX_FILES or _resident_mb() > _RETIRE_SHARE * memory_mb or _is_shaken(fields)
        _send(answers, {**fields, "last": worn_out})
        if worn_out:
            break


def _serve(request: Mapping[str, Any], answers: IO[bytes]) -> dict[str, Any]:
    """Return the fields of the result of one request, whatever happens."""
    source = request["source"]
    try:
        parsed = parse_file(
            request["path"],
            source=source,
            limits=ParseLimits(**request["limits"]),
            ocr=request["ocr"],
            alive=lambda: _send(answers, {"alive": True}),
        )
        result = ParseResult(source=source, documents=parsed.documents, failures=parsed.failures)
    except ParseError as err:
        result = ParseResult(source=source, reason=str(err), code="parse")
    except MemoryError:
        result = ParseResult(source=source, reason="memory", code="memory")
    except OSError as err:
        result = ParseResult(source=source, reason=f"cannot be opened: {err.strerror or err}", code="parse")
    except RecursionError:
        result = ParseResult(source=source, reason="nested too deeply", code="parse")
    except BaseException as err:  # a panic of native code is no Exception; each is this one file's failure
        words = " ".join(str(err).split())[:200]
        result = ParseResult(
            source=source, reason=f"the parser failed: {type(err).__name__}: {words}", code="internal"
        )
    return result.to_dict()


def _is_shaken(fields: Mapping[str, Any]) -> bool:
    """Say whether the last request may have left this process in a bad state."""
    return fields.get("error", {}).get("kind") in ("memory", "internal")


def _send(answers: IO[bytes], fields: Mapping[str, Any]) -> None:
    answers.write(json.dumps(fields, ensure_ascii=True).encode("ascii") + b"\n")
    answers.flush()


def _private_stdout() -> IO[bytes]:
    """Keep stdout for answers alone; what libraries print goes to stderr."""
    private = os.dup(1)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return os.fdopen(private, "wb")


def _resident_mb() -> float:
    """Return the memory this process holds now, in megabytes; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return 0.0
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


if __name__ == "__main__":
    main()
