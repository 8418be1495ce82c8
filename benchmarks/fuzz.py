"""Throw whatever the API's description allows, and what it does not, at a server: no 5xx, no hang.

Use: python benchmarks/fuzz.py [--minutes 10] [--schemathesis PATH]
The program `schemathesis` (pip install schemathesis, in an environment of its own) reads /openapi.json of a
server over the example documents and makes requests until the time is up.
"""

from __future__ import annotations

import argparse
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from server_kills import wait_until_ready

import vademecum

_EXAMPLES = Path(__file__).resolve().parents[1] / "examples" / "documents"
_HANG_S = 30


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--schemathesis", default="schemathesis")
    parser.add_argument("--work", type=Path, default=Path("/tmp/vademecum-fuzz"))
    options = parser.parse_args()
    shutil.rmtree(options.work, ignore_errors=True)
    with vademecum.open(options.work) as workspace:
        workspace.ingest(_EXAMPLES)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    command = [
        sys.executable,
        "-m",
        "vademecum",
        "serve",
        "--port",
        str(port),
        "--workspace",
        str(options.work),
    ]
    with (options.work / "serve.log").open("wb") as log:
        server = subprocess.Popen(command, stderr=log)
    try:
        wait_until_ready(url, server)
        fuzz = [options.schemathesis, "run", f"{url}/openapi.json", "--workers", "2"]
        fuzz += ["--max-time", str(int(options.minutes * 60)), "--checks", "not_a_server_error"]
        fuzz += ["--request-timeout", str(_HANG_S), "--continue-on-failure", "--warnings", "off"]
        code = subprocess.run(fuzz, cwd=options.work, check=False).returncode
        wait_until_ready(url, server)
    finally:
        server.terminate()
        server.wait()
    print(
        f"schemathesis ended with {code}; the server answered to the end and stopped with {server.returncode}"
    )
    sys.exit(code)


if __name__ == "__main__":
    main()
