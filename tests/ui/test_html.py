"""Nothing that is not HTML already becomes markup."""

from __future__ import annotations

from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from vademecum.ui.html import Html, el, join

NASTY = st.text(st.sampled_from("<>&\"'`=/ \n\x00azAZ${}[]\ud800é")) | st.just(
    "</script><script>alert(1)</script>"
)


class Seen(HTMLParser):
    """Collects what a browser would see."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: dict[str, str | None] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.text += data


@given(text=NASTY, value=NASTY)
def test_text_and_attributes_come_back_as_they_were(text: str, value: str) -> None:
    made = el("p", text, el("b", text), title=value)
    seen = Seen()
    seen.feed(made)
    seen.close()
    sendable = text.encode("utf-8", "replace").decode()
    assert seen.tags == ["p", "b"]
    assert set(seen.attributes) == {"title"}
    assert (seen.attributes["title"] or "") == value.encode("utf-8", "replace").decode()
    assert seen.text == sendable * 2
    made.encode("utf-8")


def test_elements_are_made_of_text_html_nothing_and_several() -> None:
    made = el(
        "ul", [el("li", "a & b"), None, Html("<li>c</li>")], class_="x", hidden=True, id=None, data_at=3
    )
    assert made == '<ul class="x" hidden data-at="3"><li>a &amp; b</li><li>c</li></ul>'
    assert el("input", name="q", disabled=False) == '<input name="q">'
    assert join("<", el("br")) == "&lt;<br>"
