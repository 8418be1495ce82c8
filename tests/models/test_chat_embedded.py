"""`EmbeddedChat` with the real small model, and with what is no model."""

from __future__ import annotations

import math
import random
from pathlib import Path

import pytest

from vademecum.errors import LimitError, WeightsError
from vademecum.models.catalog import find_model
from vademecum.models.chat import Message
from vademecum.models.chat_embedded import EmbeddedChat
from vademecum.models.pull import is_pulled, model_folder

ASK = [Message(role="user", content="Name one colour.")]


@pytest.fixture(scope="module")
def chat() -> EmbeddedChat:
    entry = find_model("smollm2-135m")
    if not is_pulled(entry):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")
    (name,) = entry.files
    return EmbeddedChat(model_folder(entry) / entry.files[name].name, context_tokens=512)


def test_streams_the_same_words_twice(chat: EmbeddedChat) -> None:
    first = list(chat.stream(ASK, max_tokens=8))
    assert len(first) > 1
    assert first == list(chat.stream(ASK, max_tokens=8))


def test_stopping_early_frees_the_model(chat: EmbeddedChat) -> None:
    stream = chat.stream(ASK, max_tokens=400)
    assert next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert "".join(chat.stream(ASK, max_tokens=4))


def test_too_long_a_conversation(chat: EmbeddedChat) -> None:
    with pytest.raises(LimitError, match=r"too long for the chat model.*512"):
        list(chat.stream([Message(role="user", content="colour " * 2_000)], max_tokens=4))


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
    with pytest.raises(LimitError, match=r"text is too long for the chat model: 513 tokens.*holds 512"):
        chat.log_likelihood(" colour" * 512)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.gguf does not exist. Run `vade models pull`"):
        EmbeddedChat(tmp_path / "none.gguf")


def test_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.gguf"
    path.write_text("hello")
    with pytest.raises(WeightsError, match=r"text\.gguf is not a model"):
        EmbeddedChat(path)
