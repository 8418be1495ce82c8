"""`EmbeddedChat` with the real small model, and with what is no model."""

from __future__ import annotations

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


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match=r"none\.gguf does not exist. Run `vade models pull`"):
        EmbeddedChat(tmp_path / "none.gguf")


def test_file_that_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "text.gguf"
    path.write_text("hello")
    with pytest.raises(WeightsError, match=r"text\.gguf is not a model"):
        EmbeddedChat(path)
