"""Follow-ups become questions that stand by themselves; what stands by itself stays as it is."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vademecum.config import UnderstandConfig
from vademecum.retrieve.understand import Earlier, Found, UnderstandTools, Understood, understand
from vademecum.retrieve.understand.run import LookUp, Rewrite
from vademecum.retrieve.understand.turns import Read
from vademecum.values import TraceRecorder

TALKS = {
    "it": (
        "Who wrote Macbeth?",
        "Shakespeare",
        "Where was it first played?",
        "Where was Macbeth first played?",
    ),
    "its": ("What is popular music?", "", "What are its origins?", "What are popular music's origins?"),
    "he": ("Who founded Acme?", "Carl Berg", "Where was he born?", "Where was Carl Berg born?"),
    "they": (
        "What are red blood cells?",
        "",
        "How are they made?",
        "How are red blood cells made?",
    ),
    "there": (
        "When was the Eiffel Tower built in Paris?",
        "1889",
        "How many people live there?",
        "How many people live in Paris?",
    ),
    "the answer": (
        "Which university did Turing go to?",
        "Princeton University",
        "When was it founded?",
        "When was Princeton University founded?",
    ),
    "description": (
        "Tell me about the Lewis and Clark expedition.",
        "",
        "What was the purpose of the expedition?",
        "What was the purpose of the Lewis and Clark expedition?",
    ),
    "of what": (
        "What is anemia?",
        "",
        "What are the symptoms?",
        "What are the symptoms of anemia?",
    ),
    "and": (
        "When does the Nice office open?",
        "at 9",
        "And the Lyon office?",
        "When does the Lyon office open?",
    ),
    "and in": (
        "When does the Nice office open?",
        "at 9",
        "And in Lyon?",
        "When does the Lyon office open?",
    ),
    "what about": (
        "How many people lived in Paris in 2018?",
        "2 million",
        "What about 2019?",
        "How many people lived in Paris in 2019?",
    ),
    "another place": (
        "How many people lived in Paris in 2018?",
        "2 million",
        "And in London?",
        "How many people lived in London in 2018?",
    ),
    "why": ("Can goods be returned?", "", "Why?", "Why can goods be returned?"),
    "when": ("Who founded Acme?", "Ada Berg", "When?", "When did Ada Berg found Acme?"),
    "by whom": (
        "When was the Eiffel Tower built?",
        "1889",
        "By whom?",
        "By whom was the Eiffel Tower built?",
    ),
    "the first one": (
        "Where was the BBC's second studio located?",
        "London",
        "And the first one?",
        "Where was the BBC's first studio located?",
    ),
    "of another": (
        "Who was the first king of Norway?",
        "Harald",
        "And of Sweden?",
        "Who was the first king of Sweden?",
    ),
    "no capital letter": (
        "When was the Eiffel Tower built?",
        "1889",
        "when was it demolished",
        "when was the Eiffel Tower demolished",
    ),
}
ALONE = [
    "What is mortadella and where is it from?",
    "Who is Ada Berg?",
    "Is it true that gold sinks in water?",
    "How long does it take to get to Lyon?",
    "What percentage of the Portuguese population gave an answer for their religion?",
    "How many public beaches are there in Portugal?",
    "Does the Louvre have its own shop?",
    "What division of anthropology concerns itself with food security?",
    "How long is the refund period?",
]


def meant(
    question: str, *turns: Earlier, read: Read, look_up: LookUp | None = None, rewrite: Rewrite | None = None
) -> Understood:
    tools = UnderstandTools(read=read, look_up=look_up, rewrite=rewrite)
    return understand(question, turns, tools=tools, config=UnderstandConfig(), recorder=TraceRecorder())


def turn(asked: str, short: str = "") -> Earlier:
    return Earlier(asked=asked, standing=asked, answer=short, short=short)


@pytest.mark.parametrize("name", TALKS)
def test_a_follow_up_stands_by_itself(name: str, read: Read) -> None:
    first, short, second, standing = TALKS[name]
    assert meant(second, turn(first, short), read=read).standing == standing


@pytest.mark.parametrize("question", ALONE)
def test_what_stands_by_itself_is_left_as_it_is(question: str, read: Read) -> None:
    assert meant(question, turn("Who founded Acme in Oslo?", "Carl Berg"), read=read) == Understood(
        standing=question
    )


@settings(max_examples=30, deadline=None)
@given(question=st.text(max_size=60))
@example(question="/0?")
def test_a_first_question_is_never_touched_and_no_text_breaks_a_follow_up(read: Read, question: str) -> None:
    assert meant(question, read=read) == Understood(standing=question)
    assert isinstance(meant(question, turn("Who founded Acme?", "Ada Berg"), read=read).standing, str)


def test_what_was_spoken_of_stays_known_over_turns(read: Read) -> None:
    turns = [turn("Who founded Acme?", "Ada Berg")]
    for asked, standing in (
        ("Where was she born?", "Where was Ada Berg born?"),
        ("What did she study?", "What did Ada Berg study?"),
        ("When did she die?", "When did Ada Berg die?"),
    ):
        found = meant(asked, *turns, read=read).standing
        assert found == standing
        turns.append(Earlier(asked=asked, standing=found))


@pytest.mark.parametrize(
    ("question", "standing"),
    [
        ("How tall is the first thing I asked about?", "How tall is the Eiffel Tower?"),
        ("Who owns what I asked about last?", "Who owns Acme?"),
    ],
)
def test_what_was_asked_early_can_be_named_by_its_place(question: str, standing: str, read: Read) -> None:
    turns = (turn("When was the Eiffel Tower built?", "1889"), turn("Who founded Acme?", "Ada Berg"))
    assert meant(question, *turns, read=read).standing == standing


def test_the_documents_tell_readings_apart(read: Read) -> None:
    """Turing and Princeton University may both be meant by "it"; only one of them was founded."""
    last = turn("Does Princeton University stand near the Carnegie Library?")
    held = {"When was the Carnegie Library founded?": Found(logit=8.0, score=9.0, answer="1900")}
    nothing = Found(logit=-8.0, score=-6.0, answer="")
    understood = meant(
        "When was it founded?", last, read=read, look_up=lambda reading: held.get(reading, nothing)
    )
    assert understood == Understood(standing="When was the Carnegie Library founded?")


def test_it_is_asked_back_only_between_readings_that_differ(read: Read) -> None:
    last = turn("Do the Lyon office and the Nice office have desks?")
    question = "How many desks does it have?"
    lyon, nice = "How many desks does the Lyon office have?", "How many desks does the Nice office have?"
    answers = {lyon: "40", nice: "25"}

    def differ(reading: str) -> Found:
        return Found(logit=5.0, score=5.0, answer=answers.get(reading, "7"))

    understood = meant(question, last, read=read, look_up=differ)
    assert (understood.standing, set(understood.choices)) == (question, {lyon, nice})
    same = meant(question, last, read=read, look_up=lambda reading: Found(logit=5.0, score=5.0, answer="40"))
    assert same.choices == () and same.standing in answers
    once = meant("How many desks does it have?", turn("Is the Lyon office open?"), read=read, look_up=differ)
    assert once == Understood(standing=lyon)


@pytest.mark.parametrize("said", ["the second", "Nice", "2", "How many desks does the Nice office have?"])
def test_a_choice_goes_on_with_the_reading_that_is_picked(said: str, read: Read) -> None:
    choices = ("How many desks does the Lyon office have?", "How many desks does the Nice office have?")
    last = Earlier(
        asked="How many desks does it have?", standing="How many desks does it have?", choices=choices
    )
    assert meant(said, last, read=read).standing == choices[1]


def test_a_chat_model_rewrites_where_there_is_one(read: Read) -> None:
    last = turn("Who founded Acme?", "Ada Berg")
    by_chat = meant(
        "Where was she born?", last, read=read, rewrite=lambda question, turns: "Ada Berg's birthplace?"
    )
    assert by_chat.standing == "Ada Berg's birthplace?"
    failed = meant("Where was she born?", last, read=read, rewrite=lambda question, turns: "")
    assert failed.standing == "Where was Ada Berg born?"


def test_rewriting_can_be_switched_off(read: Read) -> None:
    tools = UnderstandTools(read=read)
    found = understand(
        "Where was she born?",
        [turn("Who founded Acme?", "Ada Berg")],
        tools=tools,
        config=UnderstandConfig(rewrite=False),
        recorder=TraceRecorder(),
    )
    assert found == Understood(standing="Where was she born?")


def test_steps_are_named_in_the_trace(read: Read) -> None:
    recorder = TraceRecorder()
    tools = UnderstandTools(read=read, look_up=lambda reading: Found(logit=0.0, score=0.0, answer=reading))
    understand(
        "When was it founded?",
        [turn("Is Princeton University older than Columbia University?")],
        tools=tools,
        config=UnderstandConfig(ask_back=False),
        recorder=recorder,
    )
    rewrite, choose = recorder.trace().steps
    assert (rewrite.name, rewrite.detail["by"]) == ("rewrite", "rules")
    assert choose.name == "choose" and len(choose.detail["readings"]) >= 2 and choose.detail["asks"] is False
