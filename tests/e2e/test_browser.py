"""The page in a real browser: asked, opened at the quote, rated, searched, by keyboard and on a phone."""

from __future__ import annotations

import json
import re
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from browsing import EXAMPLES, Site, Visit, ask, opened, ready

import vademecum

pytestmark = pytest.mark.browser
QUESTION = "How long is the refund period for garden tools?"
SLIDE = "When does the Heron pruner go on sale?"


def test_a_pdf_is_uploaded_asked_and_opened_at_the_quote(chromium: Any, visit: Visit, tmp_path: Path) -> None:
    empty = Site(tmp_path / "ws")
    try:
        page = visit(empty)
        ready(page)
        assert "vade ingest" in page.inner_text(".vm-empty")
        page.click("text=Add some here")
        page.set_input_files("#vm-files", EXAMPLES / "handbook.pdf")
        page.wait_for_selector("text=1 document(s) added")
        page.wait_for_selector(".vm-documents >> text=handbook.pdf")
        page.click("a[data-view=ask]")
        turn = ask(page, QUESTION)
        assert "30 days" in turn.locator(".vm-said strong").inner_text()
        panel = opened(page, turn.locator(".vm-mark"))
        assert panel.locator("h2").inner_text() == "handbook.pdf"
        picture, box = panel.locator("img").bounding_box(), panel.locator(".vm-box").first.bounding_box()
        assert panel.locator("img").evaluate("image => image.complete && image.naturalWidth > 800")
        # The sentence stands at 19% of the page's height and is as wide as half of it.
        assert (box["y"] - picture["y"]) / picture["height"] == pytest.approx(0.195, abs=0.01)
        assert box["width"] / picture["width"] == pytest.approx(0.59, abs=0.03)
        assert panel.locator(".vm-box-answer").count() == 1
        page.click("text=The text of this page")
        assert panel.locator("blockquote mark").all_inner_texts()[1] == "30 days"
    finally:
        empty.close()


def test_a_follow_up_stays_in_its_conversation_and_comes_back(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    ask(page, QUESTION)
    ask(page, SLIDE)
    assert page.locator(".vm-turn h2").all_inner_texts() == [QUESTION, SLIDE]
    page.reload()
    page.wait_for_selector(".vm-turn")
    assert page.locator(".vm-turn h2").all_inner_texts() == [QUESTION, SLIDE]
    page.click(".vm-new")
    page.wait_for_selector(".vm-empty")
    page.locator(".vm-rail li button").first.click()
    page.wait_for_selector(".vm-turn")
    assert page.locator(".vm-turn").count() == 2


def test_a_follow_up_is_understood_and_settings_are_kept(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    ask(page, QUESTION)
    turn = ask(page, "And for live plants?")
    assert "14 days" in turn.locator(".vm-said").inner_text()
    assert "refund period for live plants" in turn.locator(".vm-understood").inner_text()
    ask(page, "Remember that my garden is in Hartmere.")
    panel = opened(page, page.get_by_label("Your settings"))
    with page.expect_response("**/v1/preferences/length"):
        panel.get_by_label("Length").select_option("short")
    panel.get_by_label("What you told").fill("my garden is in Larkmoor")
    panel.get_by_text("Save", exact=True).click()
    page.wait_for_selector(".vm-facts input[value='my garden is in Larkmoor']")
    assert panel.get_by_label("Length").input_value() == "short"
    with page.expect_response("**/v1/preferences/length"):
        panel.get_by_label("Length").select_option("normal")
    panel.get_by_label("Forget “").click()
    page.wait_for_function("!document.querySelector('.vm-facts')")


def test_thumbs_and_correction_are_kept_with_the_trace(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    turn = ask(page, SLIDE)
    turn.get_by_label("Bad answer").click()
    page.wait_for_selector(".vm-turn [aria-label='Bad answer'][aria-pressed=true]")
    turn.locator("summary").click()
    turn.locator("textarea").fill("On 3 March 2026")
    turn.get_by_text("Save the correction").click()
    turn.locator("summary", has_text="Corrected").wait_for()
    trace = turn.locator("[data-do=trace]").get_attribute("data-trace")
    with vademecum.open(site.workspace) as workspace:
        (given,) = workspace.state().feedback.list(trace_id=trace)
        assert (given.rating, given.correction) == (-1, "On 3 March 2026")
        assert workspace.state().traces.get(trace).asked == SLIDE


def test_how_an_answer_came_about(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    turn = ask(page, QUESTION)
    panel = opened(page, turn.locator("[data-do=trace]"))
    titles = panel.locator("h3").all_inner_texts()
    assert titles == ["Steps", "Passages", "Sentences", "What the confidence rests on"]
    assert panel.locator(".vm-time i").count() >= 8
    kept = panel.locator("section", has_text="Sentences").last.locator("tr.vm-kept")
    assert "30 days" in kept.first.inner_text() and "the answer" in kept.first.inner_text()
    assert "dropped: rated too low" in panel.inner_text()
    opened(page, kept.first.locator("button"))
    assert page.locator(".vm-panel h2").inner_text() == "handbook.pdf"


def test_search_with_a_filter_and_scores(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    page.click("a[data-view=search]")
    page.fill("#vm-query", "terracotta")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vm-results")
    assert "supplier-mail.eml" in page.inner_text(".vm-results li >> nth=0")
    assert re.search(r"score \d+\.\d\d · meaning #1 \(0\.\d\d\)", page.inner_text(".vm-results"))
    page.select_option("[name=type]", label="PDF")
    page.click(".vm-search button")
    page.wait_for_function("!document.querySelector('.vm-results').innerText.includes('.eml')")
    assert "handbook.pdf" in page.inner_text(".vm-results")
    page.fill("[name=condition]", "nonsense")
    page.click(".vm-search button")
    page.wait_for_selector(".vm-error:has-text('is not a filter')")


def test_sheets_slides_and_text_open_at_the_quote(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    turn = ask(page, "What is the price of the copper watering can?")
    panel = opened(page, turn.locator(".vm-mark"))
    assert panel.locator(".vm-cited th").inner_text() == "23"
    assert panel.locator("mark.vm-answer").inner_text() == "79.5"
    assert panel.locator("thead th").all_inner_texts()[:2] == ["B", "C"]
    turn = ask(page, SLIDE)
    panel = opened(page, turn.locator(".vm-mark"))
    assert panel.locator(".vm-place").first.inner_text() == "slide 4"
    assert panel.locator("mark.vm-answer").inner_text() == "3 March 2026"
    turn = ask(page, "How much water does the rain tank behind the glasshouse hold?")
    panel = opened(page, turn.locator(".vm-mark"))
    assert panel.locator("mark").count() >= 1 and "line" in panel.locator(".vm-place").first.inner_text()


def test_an_unanswered_question_shows_what_is_near(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    turn = ask(page, "What is the monthly salary of a packer?")
    assert "do not seem to answer" in turn.inner_text() and "need not be about it" in turn.inner_text()
    assert "Not answered: only" in turn.inner_text() and turn.locator(".vm-mark").count() == 0
    assert opened(page, turn.locator(".vm-passage").first).locator("h2").inner_text()


def test_a_changed_file_is_shown_as_it_was_read(chromium: Any, visit: Visit, tmp_path: Path) -> None:
    documents = tmp_path / "documents"
    documents.mkdir()
    copy = documents / "handbook.pdf"
    copy.write_bytes((EXAMPLES / "handbook.pdf").read_bytes())
    with vademecum.open(tmp_path / "ws") as workspace:
        workspace.ingest(documents)
    copy.write_bytes((EXAMPLES / "delivery-note-scan.pdf").read_bytes())
    changed = Site(tmp_path / "ws")
    try:
        page = visit(changed)
        ready(page)
        turn = ask(page, QUESTION)
        panel = opened(page, turn.locator(".vm-mark"))
        assert "The file has changed since it was read" in panel.inner_text()
        assert panel.locator("img").count() == 0 and "30 days" in panel.locator("mark").all_inner_texts()
        copy.unlink()
        assert "is not there any more" in opened(page, turn.locator(".vm-mark")).inner_text()
    finally:
        changed.close()


def test_everything_by_keyboard(visit: Visit, site: Site) -> None:
    page = visit(site)
    ready(page)
    page.wait_for_function("document.activeElement.id === 'vm-question'")
    page.keyboard.type(QUESTION)
    page.keyboard.press("Shift+Enter")
    assert page.locator(".vm-turn").count() == 0
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vm-mark")
    page.wait_for_function("!document.body.dataset.busy")
    reached = reach(page, "vm-mark", back=True)
    assert reached.startswith("Source 1: handbook.pdf")
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'vm-panel-title'")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Close"
    outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid", "focus is seen"
    page.keyboard.press("Escape")
    assert not page.locator(".vm-panel").is_visible()
    assert "vm-mark" in page.evaluate("document.activeElement.className"), "focus returns to the mark"
    page.evaluate("document.querySelector('.vm-skip').focus()")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "vm-ask"


def reach(page: Any, name: str, *, back: bool = False) -> str:
    """Press Tab until an element of a class has the focus, and return its label."""
    for _ in range(40):
        if name in page.evaluate("document.activeElement.className"):
            return str(page.evaluate("document.activeElement.ariaLabel"))
        page.keyboard.press("Shift+Tab" if back else "Tab")
    raise AssertionError(f"nothing of the class {name} can be reached")


def test_a_phone_of_360_pixels(visit: Visit, site: Site) -> None:
    page = visit(site, viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    ready(page)
    turn = ask(page, QUESTION)
    assert no_sideways(page)
    panel = opened(page, turn.locator(".vm-mark"))
    assert panel.bounding_box()["width"] == 360 and no_sideways(page)
    page.get_by_label("Close").click()
    opened(page, turn.locator("[data-do=trace]"))
    assert no_sideways(page)
    page.get_by_label("Close").click()
    page.click(".vm-tools")
    assert page.locator(".vm-rail li").first.is_visible()
    for view in ("search", "sources"):
        page.click(f"a[data-view={view}]")
        page.wait_for_selector(f"#vm-{view} form >> visible=true")
        assert no_sideways(page), view


def no_sideways(page: Any) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def test_dark_by_the_system_and_by_the_switch(visit: Visit, site: Site) -> None:
    page = visit(site, color_scheme="dark")
    ready(page)
    assert brightness(page) < 60
    page.get_by_label("Light or dark").click()
    assert brightness(page) > 200
    page.reload()
    ready(page)
    assert brightness(page) > 200, "the choice is kept"


def brightness(page: Any) -> float:
    colour = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return sum(map(int, re.findall(r"\d+", colour)[:3])) / 3


class _Slow(BaseHTTPRequestHandler):
    """A chat model that never comes to its end."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        piece = {"choices": [{"index": 0, "delta": {"content": "Well, "}}]}
        with suppress(OSError):
            while True:
                self.wfile.write(f"data: {json.dumps(piece)}\n\n".encode())
                self.wfile.flush()
                time.sleep(0.1)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_an_answer_is_stopped(chromium: Any, visit: Visit, tmp_path: Path) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Slow) as slow:
        threading.Thread(target=slow.serve_forever, daemon=True).start()
        with vademecum.open(tmp_path / "ws") as workspace:
            workspace.ingest(EXAMPLES / "handbook.pdf")
        engine = f"http://127.0.0.1:{slow.server_port}/v1"
        site = Site(tmp_path / "ws", VADE_ANSWER_ENGINE=engine, VADE_ANSWER_MODEL="slow")
        try:
            page = visit(site)
            ready(page)
            page.fill("#vm-question", QUESTION)
            page.keyboard.press("Enter")
            page.wait_for_selector("#vm-stop >> visible=true")
            assert "Looking it up" in page.evaluate(
                "getComputedStyle(document.querySelector('.vm-dots'), '::after').content"
            )
            page.wait_for_timeout(1_500)
            page.click("#vm-stop")
            page.wait_for_selector("text=This was stopped before it was answered.")
            page.wait_for_selector("#vm-send >> visible=true")
            assert page.locator(".vm-rail li").count() == 1
        finally:
            site.close()
            slow.shutdown()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_axe_finds_nothing_serious(visit: Visit, site: Site, scheme: str, width: int) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    page = visit(site, color_scheme=scheme, viewport={"width": width, "height": 800})
    ready(page)

    def check(place: str) -> None:
        found = axe.run(page).response["violations"]
        grave = {
            one["id"]: [node["html"][:200] for node in one["nodes"]]
            for one in found
            if one["impact"] in ("serious", "critical")
        }
        assert not grave, f"{place}: {grave}"

    check("empty")
    turn = ask(page, QUESTION)
    turn.locator("summary").click()
    check("answer")
    ask(page, "What is the monthly salary of a packer?")
    check("no answer")
    opened(page, turn.locator(".vm-mark"))
    check("page of a PDF")
    page.keyboard.press("Escape")
    opened(page, turn.locator("[data-do=trace]"))
    check("trace")
    page.keyboard.press("Escape")
    opened(page, page.get_by_label("Your settings"))
    check("settings")
    page.keyboard.press("Escape")
    page.click("a[data-view=search]")
    page.fill("#vm-query", "terracotta")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vm-results")
    page.click("text=How these were found")
    check("search")
    page.click("a[data-view=sources]")
    page.wait_for_selector(".vm-documents")
    check("sources")
