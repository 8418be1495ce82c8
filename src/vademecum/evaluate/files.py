"""Reports on disk: a JSON file that this program reads, and a page that anyone reads.

Use: `save_report(report, Path("reports"))` writes `NAME.report` and `NAME.html`.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

from vademecum.errors import InputError, LimitError
from vademecum.files import written_whole
from vademecum.values import Report

SUFFIX = ".report"


def save_report(report: Report, folder: Path, *, name: str = "") -> Path:
    """Write a report and its page, each at once or not at all, and return the report's path.

    Args:
        report: What was measured.
        folder: Where to; made when it is not there.
        name: File name without suffix; kind, data and time when empty.

    Raises:
        LimitError: The files cannot be written.
    """
    from vademecum.evaluate.page import render_page

    path = folder / f"{name or report_name(report)}{SUFFIX}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with written_whole(path) as stream:
            json.dump(report.to_dict(), stream, ensure_ascii=False, indent=1)
        with written_whole(path.with_suffix(".html")) as stream:
            stream.write(render_page(report))
    except OSError as error:
        raise LimitError(
            f"{path} cannot be written: {error}. Free some space or name another folder."
        ) from error
    return path


def load_report(path: str | Path) -> Report:
    """Read a report.

    Raises:
        InputError: There is none, it is damaged, or it is of another version.
    """
    try:
        return Report.from_dict(json.loads(Path(path).read_text("utf-8")))
    except OSError as error:
        raise InputError(
            f"{path} cannot be read: {error.strerror}. Name a report, a file NAME.report."
        ) from error
    except ValueError as error:
        raise InputError(f"{path} is not a report: {error}.") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def report_name(report: Report) -> str:
    """Return a file name that tells kind, data and time."""
    moment = re.sub(r"\D", "", str(report.manifest.get("time", "")))[:14]
    words = re.sub(r"[^\w.-]+", "-", f"{report.kind}-{report.name}").strip("-").lower()
    return f"{words}-{moment}" if moment else words
