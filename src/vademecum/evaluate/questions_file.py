"""The questions of a workspace on disk: one JSON object a line, written whole or not at all.

Use: `save_questions(path, questions)`, then `load_questions(path)`.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from vademecum.errors import InputError
from vademecum.values import Question


def load_questions(path: str | os.PathLike[str]) -> list[Question]:
    """Return the questions of a file, in its order; none when there is no such file.

    Raises:
        InputError: A line is not a question; its number is named.
    """
    path = Path(path)
    if not path.exists():
        return []
    found = []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        if line.strip():
            found.append(_read(line, where=f"{path}, line {number}"))
    return found


def save_questions(path: str | os.PathLike[str], questions: Iterable[Question]) -> None:
    """Write questions to a file, in place of what it held; other readers see the old or the new.

    Raises:
        OSError: The folder cannot be written to.
    """
    path = Path(path)
    lines = "".join(json.dumps(question.to_dict(), ensure_ascii=False) + "\n" for question in questions)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as stream:
            stream.write(lines)
            stream.flush()
            os.fsync(stream.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _read(line: bytes, *, where: str) -> Question:
    try:
        row = json.loads(line)
        if not isinstance(row, dict):
            raise TypeError("a JSON object is needed")
        return Question.from_dict(row)
    except KeyError as error:
        raise InputError(f"{where} is not a question: it has no {error}. Mend or delete the line.") from error
    except (TypeError, ValueError) as error:
        raise InputError(f"{where} is not a question: {error}. Mend or delete the line.") from error
