"""The page in a real browser, kept shut: markup only shown, keys, what each person sees and takes back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from browsing import EXAMPLES, Site, Visit, ask, opened, ready

import vademecum

pytestmark = pytest.mark.browser
HOSTILE = '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>${window.pwned=1}{{7*7}}`'
QUESTION = "How long is the refund period for garden tools?"


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Documents whose text, name and title are markup and scripts."""
    root = tmp_path_factory.mktemp("hostile")
    documents = root / "documents"
    documents.mkdir()
    named = documents / "<img src=x onerror=window.pwned=1>${window.pwned=1}.md"
    named.write_text(f"# {HOSTILE}\nThe moon garden {HOSTILE} has 7 gates.\n", "utf-8")
    table = f"| Gate | Colour |\n| --- | --- |\n| North {HOSTILE} | violet |\n| South | red |\n"
    (documents / "table.md").write_text(f"# Gates\n\n{table}", "utf-8")
    with vademecum.open(root / "ws") as workspace:
        workspace.ingest(documents)
    served = Site(root / "ws")
    yield served
    served.close()


def test_markup_in_documents_names_and_questions_is_only_shown(visit: Visit, hostile: Site) -> None:
    page = visit(hostile)
    ready(page)
    turn = ask(page, f"How many gates has the moon garden {HOSTILE}?")
    assert "{{7*7}}" in turn.locator("h2").inner_text()
    assert HOSTILE.split(">")[0] in turn.inner_text()
    buttons = turn.locator(".vm-citation")
    assert buttons.count() >= 1
    opened(page, buttons.first)
    assert "onerror" in page.locator(".vm-panel").inner_text()
    opened(page, turn.locator("[data-do=trace]"))
    page.keyboard.press("Escape")
    page.click("a[data-view=search]")
    page.fill("#vm-query", "gates")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vm-results")
    page.fill("#vm-query", "violet")
    page.keyboard.press("Enter")
    page.wait_for_selector(".vm-results >> text=violet")
    page.click("a[data-view=sources]")
    page.wait_for_selector(".vm-documents >> text=onerror")
    assert page.evaluate("window.pwned") is None
    own = "document.querySelectorAll('.vm-talk img, .vm-found img, .vm-panel img, .vm-rail img').length"
    assert page.evaluate(own) == 0


def test_scripts_put_into_the_page_do_not_run(chromium: Any, hostile: Site) -> None:
    page = chromium.new_page()
    page.goto(hostile.url)
    ready(page)
    page.evaluate(
        """() => {
          document.body.insertAdjacentHTML('beforeend', '<img src="data:," onerror="window.pwned = 1">');
          const script = document.createElement('script');
          script.textContent = 'window.pwned = 2';
          document.body.append(script);
        }"""
    )
    page.wait_for_timeout(500)
    assert page.evaluate("window.pwned") is None, "the policy refuses what has no nonce"
    page.close()


@pytest.fixture(scope="module")
def keyed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Site, dict[str, str]]]:
    """A server with keys: Ed may add files, Rita may read."""
    folder = tmp_path_factory.mktemp("keyed") / "ws"
    with vademecum.open(folder) as workspace:
        workspace.ingest(EXAMPLES / "opening-hours.txt")
        add = workspace.state().keys.add
        secrets = {"ed": add("ed", role="editor", groups=("shop",)), "rita": add("rita", role="reader")}
    served = Site(folder)
    yield served, secrets
    served.close()


def login(page: Any, secret: str) -> None:
    page.fill("#vm-key", secret)
    page.keyboard.press("Enter")
    ready(page)


def test_a_key_is_asked_for_and_kept_where_scripts_cannot_read_it(
    chromium: Any, keyed: tuple[Site, dict[str, str]]
) -> None:
    site, secrets = keyed
    page = chromium.new_page()
    page.goto(site.url)
    page.fill("#vm-key", "wrong")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=the key opens nothing here")
    login(page, secrets["rita"])
    assert "rita" in page.inner_text(".vm-account")
    assert secrets["rita"] not in page.content()
    assert secrets["rita"] not in page.evaluate("document.cookie + JSON.stringify(localStorage)")
    page.click("text=Log out")
    page.wait_for_selector("#vm-key")
    page.close()


def test_a_reader_cannot_upload_and_sees_only_what_is_shared(
    chromium: Any, visit: Visit, keyed: tuple[Site, dict[str, str]]
) -> None:
    site, secrets = keyed
    ed = visit(site)
    login(ed, secrets["ed"])
    ed.click("a[data-view=sources]")
    assert ed.locator("[name=readers] option").all_inner_texts() == ["only me", "everyone", "group shop"]
    ed.set_input_files("#vm-files", EXAMPLES / "garden-notes.md")
    ed.wait_for_selector(".vm-documents >> text=garden-notes.md")

    rita = chromium.new_page()  # she is refused things, which the browser writes down as errors
    rita.goto(site.url)
    login(rita, secrets["rita"])
    rita.click("a[data-view=sources]")
    rita.wait_for_selector(".vm-documents >> text=opening-hours.txt")
    assert "takes the role editor" in rita.inner_text("#vm-sources")
    assert rita.locator("#vm-files").count() == 0
    assert rita.locator("text=garden-notes.md").count() == 0
    refused = rita.evaluate(
        """async () => {
          const data = new FormData();
          data.append('files', new Blob(['x']), 'x.md');
          const replies = [];
          for (const path of ['/v1/ingest', '/gradio_api/upload', '/upload'])
            replies.push((await fetch(path, { method: 'POST', body: data })).status);
          return replies;
        }"""
    )
    assert refused == [403, 404, 404]

    ed.get_by_label("Who may read garden-notes.md").select_option("everyone")
    ed.wait_for_selector(
        "[aria-label='Who may read garden-notes.md'] option[value=everyone][selected]", state="attached"
    )
    rita.reload()
    rita.wait_for_selector(".vm-documents >> text=garden-notes.md")
    rita.close()


def test_a_key_that_is_taken_back_ends_the_visit(chromium: Any, keyed: tuple[Site, dict[str, str]]) -> None:
    site, _ = keyed
    with vademecum.open(site.workspace) as workspace:
        keys = workspace.state().keys
        secret = keys.add("tom", role="reader")
        page = chromium.new_page()
        page.goto(site.url)
        login(page, secret)
        keys.delete(next(key.number for key in keys.list() if key.user == "tom"))
    page.click("a[data-view=sources]")
    page.wait_for_selector("#vm-key")
    page.close()


def test_files_and_conversations_are_taken_back(chromium: Any, keyed: tuple[Site, dict[str, str]]) -> None:
    site, secrets = keyed
    page = chromium.new_page()
    page.on("dialog", lambda dialog: dialog.accept())
    page.goto(site.url)
    login(page, secrets["ed"])
    ask(page, "When does the shop open on Sunday?")
    page.get_by_label("Forget the conversation").click()
    page.wait_for_selector(".vm-empty")
    assert page.locator(".vm-rail li").count() == 0
    page.click("a[data-view=sources]")
    page.set_input_files("#vm-files", EXAMPLES / "faq.html")
    page.get_by_label("Delete faq.html").click()
    page.wait_for_function("!document.querySelector('.vm-documents').innerText.includes('faq.html')")
    page.close()
