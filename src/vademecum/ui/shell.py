"""The still parts of the page: bar, box for questions, search form.

Use: `bar_html()`.
"""

from __future__ import annotations

from vademecum.ui.html import Html, el, join
from vademecum.ui.icons import icon

_TYPES = {
    "": "Any type",
    "media_type = application/pdf": "PDF",
    "media_type ~ *word*": "Word",
    "media_type ~ *sheet*": "Tables",
    "media_type ~ *presentation*": "Slides",
    "media_type = message/rfc822": "Mail",
    "media_type = text/html": "Web pages",
    "media_type = text/markdown": "Markdown",
    "media_type = text/plain": "Plain text",
    "media_type ~ image/*": "Pictures",
}
_VIEWS = {"ask": "Ask", "search": "Search", "sources": "Sources"}


def bar_html() -> Html:
    """Return the bar: name, views, theme."""
    links = [
        el("a", words, href=f"#{name}", data_view=name, aria_current="page" if name == "ask" else None)
        for name, words in _VIEWS.items()
    ]
    return join(
        el("a", "To the content", href="#vm-skip", class_="vm-skip", data_do="skip"),
        el(
            "header",
            el(
                "a",
                el("span", "V", aria_hidden="true"),
                el("h1", "Vademecum"),
                href="#ask",
                class_="vm-brand",
            ),
            el("nav", links, aria_label="Views", class_="vm-views"),
            el(
                "button",
                icon("person"),
                type="button",
                class_="vm-quiet",
                data_do="yours",
                aria_label="Your settings",
            ),
            el(
                "button",
                icon("theme"),
                type="button",
                class_="vm-quiet",
                data_do="theme",
                aria_label="Light or dark",
            ),
            class_="vm-bar",
        ),
        el("div", id="vm-live", class_="vm-unseen", role="status", aria_live="polite"),
        el("div", id="vm-notice", role="alert"),
    )


def account_html(user: str, role: str, *, keyed: bool) -> Html:
    """Return who looks at the page, where people are told apart."""
    if not keyed:
        return el("div", class_="vm-account")
    return el(
        "div",
        el("span", user, title=role, class_="vm-user"),
        el("button", "Log out", type="button", class_="vm-link", data_do="logout"),
        class_="vm-account",
    )


def composer_html() -> Html:
    """Return the box for questions; on a phone it has a way to the conversations."""
    return el(
        "form",
        el(
            "button",
            icon("list"),
            type="button",
            class_="vm-tools",
            data_do="rail",
            aria_label="Conversations",
        ),
        el("label", "Ask a question", for_="vm-question", class_="vm-unseen"),
        el(
            "textarea",
            id="vm-question",
            name="text",
            rows=1,
            placeholder="Ask your documents",
            enterkeyhint="send",
            autocomplete="off",
        ),
        el("button", "Ask", type="submit", class_="vm-primary", id="vm-send"),
        el("button", icon("stop"), "Stop", type="button", class_="vm-primary", id="vm-stop", data_do="stop"),
        class_="vm-composer",
        data_form="ask",
    )


def search_html() -> Html:
    """Return the form of the search."""
    types = [el("option", words, value=value) for value, words in _TYPES.items()]
    return el(
        "form",
        el("label", "Search", for_="vm-query", class_="vm-unseen"),
        el(
            "div",
            el("input", type="search", id="vm-query", name="query", placeholder="Search the passages"),
            el("button", "Search", type="submit", class_="vm-primary"),
            class_="vm-row",
        ),
        el(
            "div",
            el("label", "Type ", el("select", types, name="type")),
            el("label", "File name has ", el("input", type="text", name="name", size=14, autocomplete="off")),
            el(
                "label",
                "Condition ",
                el(
                    "input",
                    type="text",
                    name="condition",
                    size=18,
                    placeholder="year >= 2020",
                    autocomplete="off",
                ),
            ),
            el("label", el("input", type="checkbox", name="each"), " one a document"),
            class_="vm-filters",
            role="group",
            aria_label="Filters",
        ),
        class_="vm-search",
        data_form="search",
        role="search",
    )


def names_form() -> Html:
    """Return the box that narrows the list of documents."""
    return el(
        "form",
        el("label", "Find by name ", el("input", type="search", name="asked", autocomplete="off")),
        class_="vm-filters",
        data_form="documents",
        role="search",
        aria_label="Documents by name",
    )
