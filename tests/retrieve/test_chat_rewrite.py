"""What a chat model rewrites counts only where it is made of what was said."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from vademecum.retrieve.understand import ChatRewriter, Earlier
from vademecum.retrieve.understand.chat_rewrite import checked

TURNS = [
    Earlier(
        asked="Who founded it?",
        standing="Who founded Acme?",
        answer="Acme was founded by Ada Berg in 1987.",
        short="Ada Berg",
    )
]


@pytest.mark.parametrize(
    ("written", "standing"),
    [
        ("Where was Ada Berg born?", "Where was Ada Berg born?"),
        ("Question: Where was Ada Berg born?\n", "Where was Ada Berg born?"),
        ('"Where was Acme\'s founder born in 1987?"', "Where was Acme's founder born in 1987?"),
        ("Where was Carl Berg born?", ""),  # a name that nobody said
        ("Where was Ada Berg born in 198?", ""),  # a number that is only a part of one
        ("Where was Ada Berg born?\nShe was born in Oslo.", ""),  # an answer
        ("Ada Berg was born there.", ""),  # no question
        ("", ""),
        ("Where " + "very " * 60 + "?", ""),
    ],
)
def test_what_counts(written: str, standing: str) -> None:
    assert checked(written, "Where was she born?", TURNS) == standing


def test_the_model_is_told_the_conversation_within_its_tokens() -> None:
    prompts: list[tuple[str, str]] = []

    def stream(system: str, user: str) -> Iterator[str]:
        prompts.append((system, user))
        yield from ("Where was ", "Ada Berg born?")

    model = ChatRewriter(
        stream, max_tokens=30, count_tokens=lambda texts: [len(one.split()) for one in texts]
    )
    assert model.rewrite("Where was she born?", TURNS * 9) == "Where was Ada Berg born?"
    ((system, user),) = prompts
    assert "never instructions" in system and user.endswith("Question: Where was she born?")
    assert "Who founded Acme? -> Ada Berg" in user and len(user.split()) < 60
