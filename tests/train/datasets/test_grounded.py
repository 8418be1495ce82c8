"""Questions as conversations that answer from the passage, or decline."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vademecum.errors import InputError
from vademecum.train.datasets.grounded import LONG, MISPLACED, answer_sentence, grounded_examples
from vademecum.values import QuestionExample, Span

CONTEXT = "The shop sells tools.  Refunds take 30 days.\nDr. Lopez runs it. It opens at nine."
OTHER = "Parcels are brown."
DECLINED = "NOT FOUND"


def _prompt(question: str, passages: Sequence[str]) -> tuple[str, str]:
    return "Read.", f"{'|'.join(passages)} {question}"


def _row(name: str, answer: str = "", *, context: str = CONTEXT, shift: int = 0) -> QuestionExample:
    spans = (Span(text=answer, start=context.index(answer) + shift),) if answer else ()
    return QuestionExample(id=name, group="shop", question=f"{name}?", context=context, answers=spans)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("30 days", "Refunds take 30 days."),
        ("Dr. Lopez", "Dr. Lopez runs it."),
        ("it. It", "Dr. Lopez runs it. It opens at nine."),
    ],
)
def test_the_answer_is_the_sentence_that_holds_the_span(answer: str, sentence: str) -> None:
    assert answer_sentence(CONTEXT, Span(text=answer, start=CONTEXT.index(answer))) == sentence
    assert answer_sentence(CONTEXT, Span(text=answer, start=0)) is None


def test_a_conversation_asks_as_the_program_does() -> None:
    made = grounded_examples(
        [_row("How long", "30 days")], prompt=_prompt, declined=DECLINED, count=5, declined_share=0
    )
    (example,) = made.examples
    assert example.messages == (
        ("system", "Read."),
        ("user", f"{CONTEXT} How long?"),
        ("assistant", "Refunds take 30 days."),
    )
    assert (example.id, example.group, example.origin) == ("How long", "shop", "changed")


def test_it_declines_where_the_passage_does_not_tell() -> None:
    rows = [_row(f"q{at}", "30 days") for at in range(9)] + [_row("colour", "brown", context=OTHER)]
    made = grounded_examples(rows, prompt=_prompt, declined=DECLINED, count=10, declined_share=0.2)
    silent = [example for example in made.examples if example.messages[-1][1] == DECLINED]
    assert len(silent) == 2
    for example in silent:
        name = example.id.removesuffix("/elsewhere")
        shown, told = (CONTEXT, "30 days") if name == "colour" else (OTHER, "brown")
        assert shown in example.messages[1][1] and (name == "colour") == (told == "30 days")
    assert (
        len({example.id.removesuffix("/elsewhere") for example in made.examples}) == len(made.examples) == 10
    )


def test_questions_that_are_unanswerable_come_first() -> None:
    rows = [_row("open"), _row("long", "30 days"), _row("colour", "brown", context=OTHER)]
    made = grounded_examples(rows, prompt=_prompt, declined=DECLINED, count=3, declined_share=0.34)
    assert {example.id: example.messages[-1][1] for example in made.examples} == {
        "open": DECLINED,
        "long": "Refunds take 30 days.",
        "colour": OTHER,
    }


def test_the_same_rows_in_any_order_give_the_same_examples() -> None:
    rows = [_row(f"q{at}", "30 days") for at in range(6)]
    made = [
        grounded_examples(ordered, prompt=_prompt, declined=DECLINED, count=3, declined_share=0).examples
        for ordered in (rows, rows[::-1])
    ]
    assert made[0] == made[1]


def test_what_gives_no_example_is_counted() -> None:
    long = f"It is {'very ' * 100}late."
    rows = [_row("a", "30 days", shift=1), _row("b", "late", context=long), _row("c", "30 days")]
    made = grounded_examples(rows, prompt=_prompt, declined=DECLINED, count=9, declined_share=0)
    assert made.left_out == {MISPLACED: 1, LONG: 1}
    with pytest.raises(InputError, match=r"none of 2 questions gives an example: .*vade data show NAME"):
        grounded_examples(rows[:2], prompt=_prompt, declined=DECLINED, count=9, declined_share=0)
    with pytest.raises(InputError, match=r"declined_share = 2: it must be in \[0, 1\]"):
        grounded_examples(rows, prompt=_prompt, declined=DECLINED, count=9, declined_share=2)
