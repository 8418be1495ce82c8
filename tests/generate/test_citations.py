"""A quote that the source does not hold can never be shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from answer_samples import HANDBOOK, agree, hit_of, overlap, word_spans
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vademecum.errors import InternalError
from vademecum.generate import AnswerTools, answer_question
from vademecum.generate.cite import cite
from vademecum.generate.evidence import find_evidence
from vademecum.generate.units import find_units
from vademecum.values import Answer, Document, TraceRecorder

LISTED = (
    "lamp chair 30 days 31 weeks Maria Paris not never refund. return! why? \n\n - | [7] [1] 【3】 …"
    " \u201cquoted\u201d e.g. U.S. 3.5 \u3002 \u732b 12,000 a\u0301 \U0001f600"
)
WORDS = st.sampled_from(LISTED.split(" "))
TEXTS = st.lists(st.one_of(WORDS, st.text(max_size=8)), max_size=60).map(" ".join)
FAST = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))


def check(answer: Answer, stored: dict[str, Document]) -> None:
    """Every quote is verbatim, every mark has a citation, every sentence a mark."""
    for number, citation in enumerate(answer.citations, start=1):
        assert citation.quote
        assert citation.quote == stored[citation.document_id].text[citation.start : citation.end]
        assert citation.mark == number
    if answer.answered:
        assert answer.citations
        assert int(re.findall(r"\[(\d+)\]", answer.text)[-1]) <= len(answer.citations)
    else:
        assert not answer.citations


@FAST
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), question=TEXTS, reply=TEXTS, cut=st.integers(0, 40))
def test_random_documents_and_replies(texts: list[str], question: str, reply: str, cut: int) -> None:
    documents = [Document(source=f"{number}.txt", text=text) for number, text in enumerate(texts)]
    stored = {document.id: document for document in documents}
    hits = [hit_of(document, start=min(cut, len(document.text))) for document in documents]

    def stream(system: str, user: str) -> Iterator[str]:
        yield from (reply[index : index + 5] for index in range(0, len(reply), 5))

    for chat in (None, stream):
        tools = AnswerTools(
            score_pairs=overlap,
            read_spans=word_spans,
            check_claim=agree,
            read_documents=lambda ids: stored,
            stream_chat=chat,
        )
        check(
            answer_question(
                question.strip() or "lamp", hits, tools=tools, recorder=TraceRecorder(), min_confidence=0
            ),
            stored,
        )


@FAST
@given(start=st.integers(-5, 200), end=st.integers(-5, 200), text=TEXTS)
def test_only_what_the_source_holds_becomes_a_citation(start: int, end: int, text: str) -> None:
    unit = find_evidence("lamp", find_units([hit_of(HANDBOOK)]), score_pairs=overlap).best
    forged = replace(unit, start=start, end=end, text=text)
    if start >= 0 and text and HANDBOOK.text[start:end] == text:
        assert cite(forged, HANDBOOK, mark=1).quote == text
    else:
        with pytest.raises(InternalError, match=r"handbook\.md"):
            cite(forged, HANDBOOK, mark=1)


def test_changed_document_is_a_defect_not_a_quote(tools_for: Callable[..., AnswerTools]) -> None:
    changed = replace(HANDBOOK, text=HANDBOOK.text.replace("30 days", "60 days"))
    tools = tools_for(read_documents=lambda ids: dict.fromkeys(ids, changed))
    with pytest.raises(InternalError, match="Please report this defect"):
        answer_question(
            "Within how many days can goods be returned?",
            [hit_of(HANDBOOK)],
            tools=tools,
            recorder=TraceRecorder(),
        )
