"""How somebody wants to be answered, and what is remembered of them, as HTML.

Changes go over the HTTP API (see `page.js`).
Use: `yours_html({"length": "short"}, facts, writes=False)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vademecum.ui.html import Html, el
from vademecum.ui.icons import icon
from vademecum.values.conversation import Fact
from vademecum.values.style import PREFERENCES


def yours_html(preferences: Mapping[str, str], facts: Sequence[Fact], *, writes: bool) -> Html:
    """Return a person's settings.

    Args:
        preferences: What they chose, by name.
        facts: What they said of themselves.
        writes: Whether a chat model writes the answers.
    """
    quoted = "Answers are quotes here: tone and language begin to matter when a chat model writes."
    chosen = [_choice(name, allowed, preferences.get(name, "")) for name, allowed in PREFERENCES.items()]
    return el(
        "div",
        el("section", el("h3", "Answers"), chosen, None if writes else el("p", quoted, class_="vm-note")),
        el(
            "section",
            el("h3", "What you told"),
            el("ul", [el("li", _fact(fact)) for fact in facts], class_="vm-facts") if facts else None,
            el("p", "Say “Remember that …” in a conversation, and it is kept here.", class_="vm-muted"),
        ),
        class_="vm-yours",
    )


def _choice(name: str, allowed: Sequence[str], chosen: str) -> Html:
    usual = "normal" if "normal" in allowed else ""
    options = [
        el("option", value or "as it comes", value=value, selected=value == (chosen or usual))
        for value in dict.fromkeys([usual, *allowed])
    ]
    return el("label", name.capitalize(), el("select", options, name=name, data_change="prefer"))


def _fact(fact: Fact) -> Html:
    """Return a fact that can be corrected and forgotten."""
    return el(
        "form",
        el("input", type="text", name="text", value=fact.text, aria_label="What you told", maxlength=10_000),
        el("button", "Save", type="submit"),
        el(
            "button",
            icon("trash"),
            type="button",
            class_="vm-quiet",
            data_do="unlearn",
            data_fact=fact.id,
            aria_label=f"Forget “{fact.text}”",
        ),
        data_form="fact",
        data_fact=fact.id,
    )
