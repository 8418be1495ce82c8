"""The README tells the truth: its code prints what it says, its commands run, its tree is the tree."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = re.findall(r"```(\w*)\n(.*?)```", README, flags=re.DOTALL)


def _blocks(language: str) -> list[str]:
    return [body for kind, body in BLOCKS if kind == language]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    return tmp_path


def test_python_blocks_print_what_stands_below_them(place: Path) -> None:
    programs, outputs = _blocks("python"), _blocks("text")
    assert len(programs) == len(outputs) == 1
    for program, output in zip(programs, outputs, strict=True):
        done = subprocess.run([sys.executable, "-c", program], cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert done.stdout == output


def test_code_with_output_comes_early() -> None:
    assert README[: README.index("```python")].count("\n") <= 30


def test_commands_run(place: Path) -> None:
    lines = [line.removeprefix("$ ") for line in "".join(_blocks("console")).splitlines()]
    assert len(lines) >= 14
    folder = place
    for line in lines:
        words = shlex.split(line)
        if words[0] == "cd":
            folder = folder / words[1]
            continue
        assert words[0] == "vade"
        done = subprocess.run(
            [sys.executable, "-m", "vademecum", *words[1:]],
            cwd=folder,
            capture_output=True,
            text=True,
            env={**os.environ, "NO_COLOR": "1"},
        )
        assert done.returncode == 0, f"{line}: {done.stderr}"


def test_tree_is_the_tree() -> None:
    (tree,) = [body for body in _blocks("") if body.startswith("src/vademecum/")]
    named = set(re.findall(r"^  ([\w.]+?)/?\s", tree, flags=re.MULTILINE))
    package = ROOT / "src" / "vademecum"
    hidden = {"__init__.py", "__main__.py", "__pycache__", "py.typed"}
    assert named == {path.name for path in package.iterdir()} - hidden
    for folder in re.findall(r"^(\w+)/\s", tree, flags=re.MULTILINE):
        assert (ROOT / folder).is_dir()


def test_make_targets_of_the_readme_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"^make (\w+)", README, flags=re.MULTILINE):
        assert f"\n{target}:" in makefile
