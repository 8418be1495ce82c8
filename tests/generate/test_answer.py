"""The whole stage: extraction, a writing model, abstention, failures, streaming."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import pytest

from vademecum.errors import EndpointError, QuestionError
from vademecum.generate import AnswerTools, answer_question, check_question
from vademecum.generate.prompts import DECLINED
from vademecum.generate.run import NOT_ANSWERED, NOTHING_STORED
from vademecum.models.check import Verdict
from vademecum.models.read import AnswerSpan, Reading, normalise
from vademecum.values import Answer, Hit, TraceRecorder

QUESTION = "Within how many days of delivery can goods be returned?"
QUOTE = "Goods can be returned within 30 days of delivery."


def writes(*pieces: str, fails: Exception | None = None) -> Callable[[str, str], Iterator[str]]:
    """A chat model with one reply."""

    def stream(system: str, user: str) -> Iterator[str]:
        assert QUOTE in user
        assert user.endswith(f"Question: {QUESTION}")
        yield from pieces
        if fails:
            raise fails

    return stream


def ask(hits: list[Hit], tools: AnswerTools, **options: object) -> Answer:
    return answer_question(QUESTION, hits, tools=tools, recorder=TraceRecorder(), **options)  # type: ignore[arg-type]


def step(answer: Answer, name: str) -> dict[str, object]:
    """The last step of that name."""
    return [item.to_dict() for item in answer.trace.steps if item.name == name][-1]


def test_extracts(hits: list[Hit], tools_for: Callable[..., AnswerTools]) -> None:
    answer = ask(hits, tools_for())
    assert answer.answered
    assert answer.text == f"{QUOTE} [1]"
    assert [(item.mark, item.document, item.quote) for item in answer.citations] == [
        (1, "handbook.md", QUOTE)
    ]
    assert 0.2 < answer.confidence < 1
    assert [item.name for item in answer.trace.steps] == [
        "read",
        "spans",
        "evidence",
        "confidence",
        "write",
    ]


def test_abstains_and_shows_what_is_near(hits: list[Hit], tools_for: Callable[..., AnswerTools]) -> None:
    answer = answer_question(
        "Who painted the ceiling of the chapel?", hits, tools=tools_for(), recorder=TraceRecorder()
    )
    assert (answer.answered, answer.text, answer.citations) == (False, NOT_ANSWERED, ())
    assert answer.nearest == tuple(hits)
    assert answer.confidence < 0.2


def test_nothing_stored(tools_for: Callable[..., AnswerTools]) -> None:
    answer = ask([], tools_for())
    assert (answer.answered, answer.text, answer.confidence) == (False, NOTHING_STORED, 0.0)


def test_model_writes_and_unsupported_claims_are_dropped(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    chat = writes(
        "You can return goods with", "in 30 days [9]. Ship", "ping is free in Japan. 30 days of delivery."
    )
    answer = ask(hits, tools_for(stream_chat=chat))
    assert answer.text == "You can return goods within 30 days. [1] 30 days of delivery. [1]"
    assert [item.quote for item in answer.citations] == [QUOTE]
    written = step(answer, "write")
    assert written["dropped"] == 1
    assert [one["why"] for one in written["told"]] == ["", "unsupported", ""]  # type: ignore[attr-defined]


def test_a_phrase_without_the_words_that_answer_is_not_kept(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    answer = ask(hits, tools_for(stream_chat=writes("Goods can be returned. Returns are possible.")))
    assert answer.text == f"{QUOTE} [1]"
    assert step(answer, "write")["writer"] == "extract"
    late = ask(hits, tools_for(stream_chat=writes("Goods can be returned. That is within 30 days.")))
    first = next(item.to_dict() for item in answer.trace.steps if item.name == "write")
    assert [one["why"] for one in first["told"]] == ["beside", "unsupported"]
    assert late.text == "Goods can be returned. [1] That is within 30 days. [1]"


def test_nothing_supported_leaves_the_evidence(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    answer = ask(hits, tools_for(stream_chat=writes("Bananas grow in Peru.")))
    assert answer.text == f"{QUOTE} [1]"
    assert step(answer, "write")["writer"] == "extract"


def test_model_may_decline(hits: list[Hit], tools_for: Callable[..., AnswerTools]) -> None:
    answer = ask(hits, tools_for(stream_chat=writes(f"{DECLINED}.")))
    assert (answer.answered, answer.citations) == (False, ())


def test_failing_server_falls_back_and_is_in_the_trace(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    chat = writes(fails=EndpointError("http://x/v1 cannot be reached"))
    answer = ask(hits, tools_for(stream_chat=chat))
    assert answer.text == f"{QUOTE} [1]"
    errors = [item.detail.get("error") for item in answer.trace.steps if item.name == "write"]
    assert errors == ["http://x/v1 cannot be reached", None]


def test_server_that_breaks_off_keeps_what_was_verified(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    chat = writes("Goods can be returned within 30 days. And", fails=EndpointError("broke off"))
    answer = ask(hits, tools_for(stream_chat=chat))
    assert answer.text == "Goods can be returned within 30 days. [1]"
    assert step(answer, "write")["error"] == "broke off"


def test_streams_each_sentence_once_verified(hits: list[Hit], tools_for: Callable[..., AnswerTools]) -> None:
    for chat in (
        None,
        writes("Goods return within 30 days. Bananas. 30 days of delivery."),
        writes(DECLINED),
    ):
        said: list[str] = []
        answer = ask(hits, tools_for(stream_chat=chat), on_text=said.append)
        assert "".join(said) == answer.text


def test_document_deleted_meanwhile_is_not_quoted(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    answer = ask(hits, tools_for(read_documents=lambda ids: {}))
    assert (answer.answered, answer.citations) == (False, ())


@pytest.mark.parametrize(
    ("question", "said"),
    [("", "empty"), (" \n ", "empty"), ("x" * 100_000, "has 100000 characters.*at most 8000")],
)
def test_bad_questions(question: str, said: str) -> None:
    with pytest.raises(QuestionError, match=said):
        check_question(question)


def test_question_limit_is_a_knob() -> None:
    assert check_question(" abc ", max_chars=5) == "abc"
    with pytest.raises(QuestionError, match="at most 2 are"):
        check_question("abc", max_chars=2)


def test_what_its_quote_contradicts_is_dropped(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    def doubts(claim: str, evidence: str) -> Verdict:
        return Verdict(supported=0.2, contradicted=0.7, neither=0.1)

    chat = writes("You can return goods within 30 days.")
    answer = ask(hits, tools_for(stream_chat=chat, check_claim=doubts))
    assert answer.text == f"{QUOTE} [1]"
    assert answer.trace.steps[-1].detail["writer"] == "extract"


def test_the_words_that_answer_are_marked_in_the_quote(
    hits: list[Hit], tools_for: Callable[..., AnswerTools]
) -> None:
    def read(question: str, passages: Sequence[str], *, titles: Sequence[str]) -> Reading:
        start = passages[0].index("30 days")
        return normalise([AnswerSpan(passage=0, start=start, end=start + 7, text="30 days", score=9.0)])

    answer = ask(hits, tools_for(read_spans=read))
    assert answer.short == "30 days"
    assert answer.citations[0].answer_text == "30 days"
    assert answer.to_dict()["short"] == "30 days"
