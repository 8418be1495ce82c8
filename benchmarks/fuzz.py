"""Throw whatever the API's description allows, and what it does not, at a server: no 5xx, no hang.

Use: python benchmarks/fuzz.py [--minutes 10] [--schemathesis PATH]
The program `schemathesis` (pip install schemathesis, in an environment of its own) reads /openapi.json of a
server over the example documents and makes requests until the time is up.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

from serving_process import Serving

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
    with Serving(options.work) as server:
        fuzz = [options.schemathesis, "run", f"{server.url}/openapi.json", "--workers", "2"]
        fuzz += ["--max-time", str(int(options.minutes * 60)), "--checks", "not_a_server_error"]
        fuzz += ["--request-timeout", str(_HANG_S), "--continue-on-failure", "--warnings", "off"]
        code = subprocess.run(fuzz, cwd=options.work, check=False).returncode
        assert server.client.get("/healthz").status_code == 200
    print(f"schemathesis ended with {code}; the server answered to the end and stopped cleanly")
    sys.exit(code)


if __name__ == "__main__":
    main()
