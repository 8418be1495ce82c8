"""What the page shows of answers, traces, sources and documents, also where they are hostile or gone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import vademecum
from vademecum.ui.came_about import _STEPS, trace_html
from vademecum.ui.documents import documents_html, upload_html
from vademecum.ui.source import Place, source_html
from vademecum.ui.talk import talk_html, talks_html
from vademecum.ui.yours import yours_html
from vademecum.values import Answer, Step, Trace, Viewer
from vademecum.values.conversation import Conversation, Fact, Feedback, TraceRecord, Turn
from vademecum.view import View
from vademecum.workspace import Workspace

HOSTILE = '<img src=x onerror="alert(1)"><script>alert(2)</script>'
ROWS = "".join(f"T-{number},Trowel {number},{number}.5\n" for number in range(1, 13))


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workspace]:
    folder = tmp_path_factory.mktemp("regions")
    documents = folder / "documents"
    documents.mkdir()
    (documents / f"{HOSTILE.replace('/', '')}.md").write_text(
        f"# {HOSTILE}\nThe gate {HOSTILE} opens at 9 in the morning.\n", "utf-8"
    )
    (documents / "prices.csv").write_text(f"Article,Name,Price\n{ROWS}", "utf-8")
    (documents / "notes.txt").write_text("One.\n\nThe well holds 300 litres.\n\nThree.\n", "utf-8")
    with vademecum.open(folder / "ws") as opened:
        opened.ingest(documents)
        yield opened


def turn_of(answer: Answer | None, asked: str = "When?", standing: str = "") -> Turn:
    return Turn(
        id="t",
        conversation="c",
        place=1,
        asked=asked,
        standing=standing,
        answer=answer,
        trace_id="f00d",
        created_at="",
    )


def shown(turn: Turn, **opinion: object) -> str:
    opinions = {"f00d": Feedback(trace_id="f00d", **opinion)} if opinion else {}  # type: ignore[arg-type]
    return talk_html([turn], talk="c", opinions=opinions)


def words(html: str) -> str:
    return re.sub(r"<[^>]*>", "", html)


def test_an_answer_has_marks_that_open_its_quote(workspace: Workspace) -> None:
    answer = workspace.ask("How much does the well hold?")
    (citation,) = answer.citations
    html = shown(turn_of(answer, standing="How much does the well in the notes hold?"))
    assert f'data-document="{citation.document_id}" data-start="{citation.start}"' in html
    assert 'aria-label="Source 1: notes.txt, line 3"' in html
    assert answer.short and f"<strong>{answer.short}</strong>" in html and "[1]" not in words(html)
    assert "Understood as: How much does the well in the notes hold?" in words(html)
    assert re.search(r"ight, \d\d %", words(html))


def test_nothing_of_a_document_or_a_person_becomes_markup(workspace: Workspace) -> None:
    answer = workspace.ask(f"When does the gate open {HOSTILE}?")
    assert answer.citations
    turn = turn_of(replace(answer, disputed=(HOSTILE,)), asked=HOSTILE, standing=f"{HOSTILE} again")
    view = workspace.seen_by()
    place = Place(document=answer.citations[0].document_id, start=0, end=10_000)
    record = TraceRecord(
        kind="ask", user=HOSTILE, conversation="", asked=HOSTILE, trace=answer.trace, error=HOSTILE
    )
    talk = Conversation(id="c", user="", title=HOSTILE, created_at="", updated_at="")
    rows, total = view.list_documents(limit=10)
    for html in (
        shown(turn, rating=1, correction=HOSTILE),
        talks_html([talk], current="c"),
        source_html(view, place),
        trace_html(record, view=view),
        documents_html(
            rows, total=total, asked=HOSTILE, offset=0, viewer=Viewer(everything=True), uploads=Path("/u")
        ),
        upload_html(Viewer(user=HOSTILE, groups=(HOSTILE,)), may_add=True, max_mb=1),
    ):
        assert "<script" not in html and "<img" not in html.replace('<img src="data:', "")
        assert "&lt;script&gt;" in html or "&lt;img" in html


def test_states_of_a_turn() -> None:
    assert "stopped before it was answered" in shown(turn_of(None))
    told = shown(turn_of(Answer(text="I will remember “x”", answered=True, confidence=1.0)))
    assert "%" not in words(told), "what was told is not a matter of confidence"
    rated = shown(turn_of(Answer(text="a", answered=False, confidence=0.1)), rating=-1, correction="b")
    assert re.search(r'aria-label="Bad answer" aria-pressed="true"', rated) and "Corrected" in rated


def test_every_step_is_told_in_words() -> None:
    sources = Path(vademecum.__file__).parent.rglob("*.py")
    steps = {name for path in sources for name in re.findall(r'\.step\(\s*"(\w+)"', path.read_text("utf-8"))}
    assert "retrieve" in steps and steps <= set(_STEPS)


def test_choices_are_offered() -> None:
    choices = ("The first gate?", "The second gate?")
    text = "Which do you mean?\n1. The first gate?\n2. The second gate?"
    html = shown(turn_of(Answer(text=text, answered=False, confidence=0.0, choices=choices)))
    assert html.count('data-do="ask"') == 2 and 'data-text="The first gate?"' in html
    assert "1. The first" not in words(html) and "%" not in words(html)


def test_settings_and_what_was_told() -> None:
    fact = Fact(id="f1", user="", text=HOSTILE)
    html = yours_html({"length": "short"}, [fact], writes=False)
    assert '<option value="short" selected>' in html and "<script" not in html
    assert 'data-fact="f1"' in html and "when a chat model writes" in html
    assert "when a chat model writes" not in yours_html({}, [], writes=True)


def test_rows_around_a_cited_one(workspace: Workspace) -> None:
    (row,) = [one for one in workspace.document_rows() if one["source"].endswith(".csv")]
    text = workspace.documents([row["id"]])[row["id"]].text
    start = text.index("T-8")
    place = Place(document=row["id"], start=start, end=text.index("T-9") - 1, answer=(start, start + 3))
    html = source_html(workspace.seen_by(), place)
    assert [one for one in range(1, 13) if f"Trowel {one}<" in html] == list(range(4, 13))
    assert html.count("vm-cited") == 1 and '<mark class="vm-answer">T-8</mark>' in html
    assert "Article" in html, "the header stays"


def test_text_around_a_quote_and_a_file_that_is_gone(workspace: Workspace) -> None:
    (row,) = [one for one in workspace.document_rows() if one["source"].endswith("notes.txt")]
    text = workspace.documents([row["id"]])[row["id"]].text
    start = text.index("The well")
    first = text.index("300")
    place = Place(document=row["id"], start=start, end=start + 25, answer=(first, first + 3))
    html = source_html(workspace.seen_by(), place)
    assert '<mark>The well holds </mark><mark class="vm-answer">300</mark><mark> litres</mark>.' in html
    assert "One." in html and "not there any more" not in html
    path = Path(row["source"])
    content = path.read_bytes()
    path.write_bytes(b"Something else.")
    assert "has changed since it was read" in source_html(workspace.seen_by(), place)
    path.unlink()
    assert "is not there any more" in source_html(workspace.seen_by(), place)
    path.write_bytes(content)


def test_who_may_not_read_sees_nothing(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    answer = workspace.ask("How much does the well hold?")
    record = TraceRecord(kind="ask", user="", conversation="", asked="q", trace=answer.trace)
    assert "300 litres" in trace_html(record, view=workspace.seen_by())
    monkeypatch.setattr(Viewer, "may_read", lambda self, access: False)
    stranger = View(workspace, Viewer(user="eve"))
    hidden = trace_html(record, view=stranger)
    assert "300" not in words(hidden).replace("#", "") or "litres" not in hidden
    assert "a passage that is gone, or that you may not read" in hidden
    citation = answer.citations[0]
    place = Place(document=citation.document_id, start=citation.start, end=citation.end)
    assert "or you may not read it" in source_html(stranger, place)


def test_traces_of_older_versions_and_unknown_steps_are_shown(workspace: Workspace) -> None:
    steps = (
        Step(name="dense", ms=3.0, detail={"hits": 12}),
        Step(name="rerank", ms=20.0),
        Step(name="new_thing", ms=1.0, detail={"figure": 3, "list": [1]}),
        Step(
            name="write", ms=2.0, detail={"writer": "chat", "claims": 1, "dropped": 0, "error": "broke off"}
        ),
    )
    trace = Trace(id="f00d", began_at="2026-01-02T03:04:05.000+00:00", ms=30.0, steps=steps)
    record = TraceRecord(kind="ask", user="", conversation="", asked="q", trace=trace)
    html = words(trace_html(record, view=workspace.seen_by()))
    for expected in (
        "12 passages",
        "Reranked the best",
        "new_thing",
        "figure 3",
        "by the chat model",
        "broke off",
    ):
        assert expected in html, expected
    assert "Passages" not in html
    assert json.loads(json.dumps(trace.to_dict()))["steps"][0]["hits"] == 12
