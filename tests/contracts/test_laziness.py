"""Importing the package and asking for help load nothing heavy and take little time."""

import json
import resource
import subprocess
import sys

import pytest

HEAVY = {
    "lancedb",
    "pyarrow",
    "onnxruntime",
    "tokenizers",
    "kreuzberg",
    "rapidocr",
    "numpy",
    "openai",
    "xllamacpp",
    "nltk",
    "opentelemetry",
    "prometheus_client",
    "rapidfuzz",
    "rouge_score",
    "sacrebleu",
    "scipy",
    "sklearn",
}
LISTING = "from vademecum.registry import list_parts; assert list_parts('metric')"
HELP_CPU_S = 0.25
HELP_SHARE = 2
"""Of what the help's own library takes, on a machine where that alone takes long."""


def _modules_after(code: str) -> set[str]:
    program = (
        f"{code}\nimport json, sys; print(json.dumps(sorted({{name.split('.')[0] for name in sys.modules}})))"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    return set(json.loads(out.splitlines()[-1]))


@pytest.mark.parametrize(
    "code", ["import vademecum", "import vademecum.cli.app", "import vademecum.values", LISTING]
)
def test_import_loads_nothing_heavy(code: str) -> None:
    assert not _modules_after(code) & HEAVY


def _cpu_s(*arguments: str) -> float:
    """Return the least CPU time of three fresh processes."""
    used = []
    for _ in range(3):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, *arguments], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        used.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return min(used)


def test_help_is_quick() -> None:
    slow_machine = HELP_SHARE * _cpu_s("-c", "import typer.rich_utils")
    assert _cpu_s("-m", "vademecum", "--help") <= max(HELP_CPU_S, slow_machine)
