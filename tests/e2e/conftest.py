"""A real `vade serve` and a real browser; tests skip where there is no Chromium."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from browsing import EXAMPLES, Site

import vademecum

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WAIT_MS = 60_000


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no Chromium: apt-get install chromium")
    playwright = pytest.importorskip("playwright.sync_api", reason="pip install 'vademecum[browser]'")
    with playwright.sync_playwright() as running:
        browser = running.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The example documents without keys."""
    folder = tmp_path_factory.mktemp("site") / "ws"
    with vademecum.open(folder) as workspace:
        workspace.ingest(EXAMPLES)
    served = Site(folder)
    yield served
    served.close()


@pytest.fixture
def visit(chromium: Any) -> Iterator[Callable[..., Any]]:
    """Open a page of a site; nothing may then be asked of elsewhere, and no script may fail."""
    contexts, asked, problems = [], [], []

    def open_page(site: Site, **options: Any) -> Any:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **options})
        context.set_default_timeout(WAIT_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("request", lambda request: asked.append((site.url, request.url)))
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("dialog", lambda dialog: (problems.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: problems.append(said.text) if said.type == "error" else None)
        page.goto(site.url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert [url for own, url in asked if not url.startswith((own, "data:"))] == []
    assert problems == []
