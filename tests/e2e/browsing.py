"""A real `vade serve` for the browser to visit, and what a visitor does there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

import vademecum

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "documents"
START_S = 120
Visit = Callable[..., Any]


class Site:
    """A served workspace.

    Args:
        folder: The workspace; made where it is not there.
        settings: Environment variables of the server.

    Attributes:
        url: Where it listens, with a slash at the end.
        workspace: Its folder.
    """

    def __init__(self, folder: Path, **settings: str) -> None:
        self.workspace = folder
        vademecum.open(folder).close()
        command = [sys.executable, "-m", "vademecum", "serve", "--port", "0", "--workspace", str(folder)]
        self._process = subprocess.Popen(
            command, stderr=subprocess.PIPE, text=True, env={**os.environ, **settings}
        )
        try:
            self.url = self._started()
        except BaseException:
            self.close()
            raise

    def _started(self) -> str:
        """Return where the server listens, once its page is there."""
        assert self._process.stderr is not None
        line = self._process.stderr.readline()
        found = re.match(r"http://\S+", line)
        assert found, line
        deadline = time.monotonic() + START_S
        while "gradio_config" not in self._page(found[0]):
            assert time.monotonic() < deadline and self._process.poll() is None
            time.sleep(0.2)
        return f"{found[0]}/"

    def _page(self, url: str) -> str:
        """Return the page, or nothing before the server listens; a server with keys shows a form instead."""
        try:
            text = httpx.get(url, timeout=10).text
        except httpx.TransportError:
            return ""
        return "gradio_config" if 'id="vm-key"' in text else text

    def close(self) -> None:
        self._process.terminate()
        self._process.communicate(timeout=60)


def ready(page: Any) -> None:
    page.wait_for_selector(".vm-empty, .vm-turn")


def ask(page: Any, question: str) -> Any:
    """Ask, wait for the answer and return its turn."""
    before = page.locator(".vm-turn").count()
    page.fill("#vm-question", question)
    page.keyboard.press("Enter")
    page.wait_for_function(
        f"document.querySelectorAll('.vm-turn').length > {before} && !document.body.dataset.busy"
    )
    return page.locator(".vm-turn").nth(before)


def opened(page: Any, button: Any) -> Any:
    """Press what opens the panel and return the panel once it shows something."""
    before = page.get_attribute(".vm-panel", "data-shown") or ""
    button.click()
    page.wait_for_function(
        "before => (document.querySelector('.vm-panel').dataset.shown ?? '') !== before", arg=before
    )
    return page.locator(".vm-panel")
