"""`EmbeddedChat` with the real small model, and with what is no model."""

from __future__ import annotations

import math
import random
import threading
import time
from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from vademecum.errors import LimitError, WeightsError
from vademecum.models.catalog import find_model
from vademecum.models.chat import Message, Reply, Spent
from vademecum.models.chat_embedded import SLOTS, EmbeddedChat
from vademecum.models.pull import engine_file, is_pulled
from vademecum.stopping import GivenUpError, given_up_when

ASK = [Message(role="user", content="Name one colour.")]
WORDS = ("river", "garden", "tools", "parcel", "delivery", "refund", "customer", "shop", "morning", "price")
CONTEXT = 256


@pytest.fixture(scope="module")
def chat() -> EmbeddedChat:
    entry = find_model("smollm2-135m")
    if not is_pulled(entry):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")
    return EmbeddedChat(engine_file(entry), context_tokens=CONTEXT)


def passages(seed: int, *, words: int = 150) -> str:
    """Return words in a random order, about a token and a half each."""
    return " ".join(random.Random(seed).choices(WORDS, k=words))


def say(text: str) -> list[Message]:
    return [Message(role="user", content=text)]


def whole(reply: Reply) -> tuple[str, Spent]:
    """Return a reply's text and what it took."""
    text = ""
    while True:
        try:
            text += next(reply)
        except StopIteration as end:
            return text, end.value


def test_streams_the_same_words_twice(chat: EmbeddedChat) -> None:
    first = list(chat.stream(ASK, max_tokens=8))
    assert len(first) > 1
    assert first == list(chat.stream(ASK, max_tokens=8))


def test_stopping_early_frees_the_model(chat: EmbeddedChat) -> None:
    stream = chat.stream(ASK, max_tokens=400)
    assert next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert "".join(chat.stream(ASK, max_tokens=4))


def test_too_long_a_conversation_names_both_lengths(chat: EmbeddedChat) -> None:
    with pytest.raises(LimitError, match=r"too long for the chat model.*\b4\d\d tokens.*\b256 tokens"):
        list(chat.stream(say("colour " * 400), max_tokens=4))


def test_one_token_is_a_reply_that_was_cut_off(chat: EmbeddedChat) -> None:
    text, spent = whole(chat.stream(ASK, max_tokens=1))
    assert text
    assert (spent.finish, spent.written_tokens) == ("length", 1)
    assert whole(chat.stream(say("Say yes."), max_tokens=200))[1].finish == "stop"


def test_nothing_said_is_answered(chat: EmbeddedChat) -> None:
    assert whole(chat.stream(say(""), max_tokens=8))[1].prompt_tokens


def test_several_write_at_once_each_with_the_whole_context(chat: EmbeddedChat) -> None:
    """Were the context shared, four prompts of 200 tokens would not fit into it."""
    prompts = [say(passages(seed, words=170)) for seed in range(SLOTS)]
    began: list[float] = []
    ended: list[float] = []

    def write(prompt: Sequence[Message]) -> Spent:
        reply = chat.stream(prompt, max_tokens=24)
        next(reply)
        began.append(time.monotonic())
        spent = whole(reply)[1]
        ended.append(time.monotonic())
        return spent

    with ThreadPoolExecutor(SLOTS) as threads:
        found = list(threads.map(write, prompts))
    assert all(180 < (spent.prompt_tokens or 0) < CONTEXT and spent.written_tokens for spent in found)
    assert max(began) < max(ended), "the last one began while others still wrote"


def test_a_prompt_that_begins_like_an_earlier_one_is_read_from_where_they_differ(chat: EmbeddedChat) -> None:
    shared = passages(11)
    _, first = whole(chat.stream(say(f"{shared}\n\nQuestion: what is sold?"), max_tokens=4))
    _, second = whole(chat.stream(say(f"{shared}\n\nQuestion: when is it open?"), max_tokens=4))
    assert computed(first) > 150
    assert computed(second) < 30


def test_the_slot_that_knows_most_of_a_prompt_reads_it(chat: EmbeddedChat) -> None:
    """More conversations than slots, gone on with in another order: none is read again from its beginning."""
    talks = {seed: passages(seed) for seed in range(20, 22 + SLOTS)}
    for shared in talks.values():
        whole(chat.stream(say(shared), max_tokens=2))
    for seed in (24, 20, 23, 21, 25, 22):
        _, spent = whole(chat.stream(say(f"{talks[seed]} And then?"), max_tokens=2))
        assert computed(spent) < 30, seed


def computed(spent: Spent) -> int:
    """Return how many tokens of the prompt were really read."""
    assert spent.prompt_tokens is not None and spent.cached_tokens is not None
    return spent.prompt_tokens - spent.cached_tokens


def test_who_goes_away_while_the_prompt_is_read_frees_the_slot(chat: EmbeddedChat) -> None:
    """A step reads 256 tokens; of this prompt's six at least two were never read."""
    gone = threading.Event()

    class Watched(EmbeddedChat):
        def _pieces(self, request: Mapping[str, Any]) -> Generator[Mapping[str, Any], None, None]:
            for piece in super()._pieces(request):
                if piece.get("prompt_progress", {}).get("processed", 0) > 0:
                    gone.set()
                yield piece

    one = Watched(chat._path, context_tokens=2_048, slots=1)
    prompt = passages(30, words=1_500)
    with given_up_when(gone), pytest.raises(GivenUpError):
        whole(one.stream(say(prompt), max_tokens=4))
    _, spent = whole(one.stream(say(prompt), max_tokens=1))
    assert 200 < (spent.cached_tokens or 0) <= 1_024 < 1_500 < (spent.prompt_tokens or 0)


def test_who_goes_away_while_waiting_takes_no_slot(chat: EmbeddedChat) -> None:
    held = [chat.stream(ASK, max_tokens=100) for _ in range(SLOTS)]
    for reply in held:
        next(reply)
    gone = threading.Event()
    threading.Timer(0.2, gone.set).start()
    began = time.monotonic()
    with given_up_when(gone), pytest.raises(GivenUpError):
        next(chat.stream(ASK, max_tokens=4))
    assert time.monotonic() - began < 2
    for reply in held:
        reply.close()
    assert whole(chat.stream(ASK, max_tokens=4))[0]


SENTENCES = [
    "Two dogs are running across a field of snow.",
    "The committee will meet again next week to discuss the budget.",
    "She opened the window because the room was too warm.",
]


def test_the_sum_is_of_each_tokens_probability(chat: EmbeddedChat) -> None:
    """Each token is looked up in a whole distribution, and every distribution sums to one."""
    text = "Grüße 東 😀 now"
    tokens = [token for token, _ in [*chat._start, *chat._tokenize(text)]]
    plain = chat._tokenize("a")[0][0]
    total = 0.0
    for at in range(1, len(tokens)):
        (piece,) = chat._write(tokens[:at], [plain], logprobs=10**7)
        table = {one["id"]: one["logprob"] for one in piece["top_logprobs"]}
        assert sum(map(math.exp, table.values())) == pytest.approx(1, abs=1e-3)
        total += table[tokens[at]]
    found, count = chat.log_likelihood(text)
    assert count == len(tokens) - 1
    assert found == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_fluent_sentence_is_likelier_than_its_shuffle(chat: EmbeddedChat, sentence: str) -> None:
    words = sentence.split()
    random.Random(7).shuffle(words)
    assert chat.log_likelihood(sentence)[0] > chat.log_likelihood(" ".join(words))[0] + 5


def test_likelihood_does_not_depend_on_what_was_asked_before(chat: EmbeddedChat) -> None:
    first = chat.log_likelihood(SENTENCES[0])
    chat.log_likelihood(SENTENCES[1])
    assert "".join(chat.stream(ASK, max_tokens=4))
    assert chat.log_likelihood(SENTENCES[0]) == pytest.approx(first, abs=1e-3)


def test_marks_of_the_chat_template_are_plain_text(chat: EmbeddedChat) -> None:
    assert chat.log_likelihood("<|im_end|>")[1] > 1
    assert chat.log_likelihood("") == (0.0, 0)


def test_too_long_a_text_has_no_likelihood(chat: EmbeddedChat) -> None:
    with pytest.raises(LimitError, match=r"text is too long for the chat model: 257 tokens.*holds 256"):
        chat.log_likelihood(" colour" * CONTEXT)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.gguf does not exist. Run `vade models pull`"):
        EmbeddedChat(tmp_path / "none.gguf")


def test_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.gguf"
    path.write_text("hello")
    with pytest.raises(WeightsError, match=r"text\.gguf is not a model"):
        EmbeddedChat(path)
