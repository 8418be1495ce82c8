"""Steps are shown where they ran, in 80 columns."""

from __future__ import annotations

import pytest

from vademecum.cli.waterfall import print_steps
from vademecum.values import Step, Trace

STEPS = (
    Step(name="retrieve", ms=50, at_ms=0, number=1),
    Step(
        name="dense",
        ms=20,
        at_ms=10,
        number=2,
        within=1,
        detail={"hits": 7, "ids": ["a", "b"], "words": "w" * 200},
    ),
    Step(name="a-step-of-a-very-long-name", ms=1, at_ms=99.9, number=3, detail={"error": "endpoint"}),
)
WANTED = """\
  step                  at ms   took ms
  retrieve                0.0      50.0  ━━━━━━━━━━━━━━━━━━━━
    dense                10.0      20.0     ━━━━━━━━━
  a-step-of-a-very-l     99.9       1.0                                        ━
    error endpoint
"""


def test_a_bar_stands_where_the_step_ran(capsys: pytest.CaptureFixture[str]) -> None:
    print_steps(Trace(id="1", ms=100, steps=STEPS))
    assert capsys.readouterr().out == WANTED


def test_details_are_wrapped(capsys: pytest.CaptureFixture[str]) -> None:
    print_steps(Trace(id="1", ms=100, steps=STEPS), details=True)
    lines = capsys.readouterr().out.splitlines()
    assert lines[3].startswith("      hits 7, ids 2, words www") and max(map(len, lines)) <= 80


def test_steps_of_older_versions_have_no_bar(capsys: pytest.CaptureFixture[str]) -> None:
    print_steps(Trace(id="1", ms=100, steps=(Step(name="dense", ms=20),)))
    assert capsys.readouterr().out.splitlines()[1] == "  dense                     -      20.0"
