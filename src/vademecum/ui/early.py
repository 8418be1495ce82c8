"""What is shown without Gradio: that the page is starting, and the question for a key.

Use: `login_page(nonce)`.
"""

from __future__ import annotations

from functools import cache
from importlib import resources
from urllib.parse import quote

from vademecum.ui.html import Html, el, join

_ICON = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
    '<rect width="32" height="32" rx="6" fill="#0b5d4e"/>'
    '<path d="M9 8l7 17 7-17" fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"'
    ' stroke-linejoin="round"/></svg>'
)
_THEME = """
try {
  const theme = localStorage.getItem('vm-theme');
  if (theme) document.documentElement.dataset.theme = theme;
} catch { /* the system's theme holds */ }
"""
_AGAIN = "setTimeout(() => location.reload(), 1000)"
_LOGIN = """
document.querySelector('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  const said = document.querySelector('#vm-said');
  said.textContent = '';
  const reply = await fetch('/v1/login', {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ key: event.target.elements.key.value.trim() }),
  });
  if (reply.ok) location.reload();
  else said.textContent = (await reply.json()).error?.message ?? 'That did not work.';
});
"""
_REFUSED = """
const fetched = window.fetch.bind(window);
window.fetch = async (...asked) => {
  const reply = await fetched(...asked);
  if (reply.status === 401) location.reload();
  return reply;
};
"""
"""A key that was taken back brings the question for one."""


@cache
def asset(name: str) -> str:
    """Return the text of one of the page's files."""
    return (resources.files("vademecum.ui") / name).read_text("utf-8")


def icon() -> str:
    """Return the page's icon as SVG."""
    return _ICON


def head(nonce: str, *, script: str = _REFUSED) -> Html:
    """Return what every page has in its head: theme, styles, icon.

    Args:
        nonce: Lets the scripts run, and no others.
        script: Run at once.
    """
    return join(
        el("title", "Vademecum"),
        el("meta", name="color-scheme", content="light dark"),
        el("link", rel="icon", href=f"data:image/svg+xml,{quote(_ICON)}"),
        el("style", Html(asset("tokens.css") + asset("page.css"))),
        el("script", Html(_THEME + script), nonce=nonce),
    )


def starting_page(nonce: str, *, failed: str = "") -> Html:
    """Return what is shown until the page is there, which asks again every second; or why it will not be."""
    words = "The page is starting. This takes a few seconds."
    if failed:
        words = f"The page cannot be shown ({failed}); the server's log says more. The API works."
    return _page(nonce, "" if failed else _AGAIN, el("h1", "Vademecum"), el("p", words, role="status"))


def login_page(nonce: str) -> Html:
    """Return the question for a key; it goes into a cookie that scripts cannot read."""
    form = el(
        "form",
        el("label", "Your key", for_="vm-key"),
        el("input", type="password", id="vm-key", name="key", autocomplete="current-password", required=True),
        el("button", "Log in", type="submit", class_="vm-primary"),
    )
    return join(
        _page(
            nonce,
            "",
            el("h1", "Vademecum"),
            form,
            el("p", id="vm-said", role="alert", class_="vm-muted"),
            after=el("script", Html(_LOGIN), nonce=nonce),
        )
    )


def _page(nonce: str, script: str, *body: Html, after: Html | None = None) -> Html:
    return join(
        Html('<!doctype html><html lang="en"><head><meta charset="utf-8">'),
        el("meta", name="viewport", content="width=device-width, initial-scale=1"),
        head(nonce, script=script),
        Html("</head>"),
        el("body", el("main", el("div", *body, class_="vm-early")), after, class_="vm-door"),
        Html("</html>"),
    )
