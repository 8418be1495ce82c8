"""The chat model as floats says what the embedded engine says, in the same tokens."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from gguf import GGUFWriter

from vademecum.errors import InputError, WeightsError
from vademecum.generate.prompts import answer_prompt
from vademecum.models.catalog import find_model
from vademecum.models.chat_embedded import EmbeddedChat
from vademecum.models.pull import is_pulled
from vademecum.train.conversation import end_token, render, to_tokens
from vademecum.train.gguf import ChatBase, from_gguf_order, load_chat, read_chat, to_gguf_order

SENTENCES = [
    "Two dogs are running across a field of snow.",
    "The committee will meet again next week to discuss the budget.",
    "The refund period for garden tools is 30 days from the day of delivery.",
    "In 1849 he moved to Warsaw, where his sister Ludwika looked after him.",
]
PER_TOKEN = 0.2
"""Nats a token. The engine rounds what goes into a Q4_1 matrix to 8 bits, the float model does not: 0.13 a
token was seen on a short sentence, where single words weigh most."""

PASSAGE = "  Refunds: 30 days.\n\nCosts 1,234.50 €; naïve 東京 😀"
SYSTEM, USER = answer_prompt("How long is the refund period?", [PASSAGE])
CONVERSATIONS = [
    (("user", "Name one colour."),),
    (("system", SYSTEM), ("user", USER)),
    (("user", "a\n\nb"), ("assistant", "Blue, 12 of them."), ("user", " Why <b>12</b>?\t")),
]


@pytest.fixture(scope="module")
def base() -> ChatBase:
    if not is_pulled(find_model("smollm2-135m")):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")
    return load_chat("smollm2-135m")


@pytest.fixture(scope="module")
def chat(base: ChatBase) -> EmbeddedChat:
    return EmbeddedChat(base.path, context_tokens=1_024)


@pytest.mark.parametrize("sentence", SENTENCES)
def test_floats_and_engine_agree_on_log_likelihood(base: ChatBase, chat: EmbeddedChat, sentence: str) -> None:
    (start, _), *_ = chat._start
    ids = torch.tensor([[start, *base.tokenizer.encode(sentence, add_special_tokens=False)]])
    with torch.inference_mode():
        table = base.model(ids).logits[0, :-1].log_softmax(-1)  # [tokens, vocabulary]
    found = table.gather(1, ids[0, 1:, None]).sum().item()
    wanted, count = chat.log_likelihood(sentence)
    assert count == ids.shape[1] - 1
    assert found / count == pytest.approx(wanted / count, abs=PER_TOKEN)


@pytest.mark.parametrize("messages", CONVERSATIONS)
def test_template_and_end_are_the_same_in_training_and_serving(
    base: ChatBase, chat: EmbeddedChat, messages: tuple[tuple[str, str], ...]
) -> None:
    """The engine renders the template and splits the prompt by itself; its ids are those trained on."""
    turns = [{"role": role, "content": content} for role, content in messages]
    prompt = chat._ask_port("/apply-template", {"messages": turns})["prompt"]
    assert prompt == render(messages, base.tokenizer)
    served = [token for token, _ in chat._tokenize(prompt, parse_special=True)]
    said = "The refund period is 30 days."
    trained = to_tokens([*messages, ("assistant", said)], base.tokenizer)
    answer = [*(token for token, _ in chat._tokenize(said)), end_token(base.tokenizer)]
    assert list(trained.ids) == served + answer
    assert trained.learned[len(served) :] == (True,) * len(answer)


def test_the_engine_stops_at_the_end_token_of_the_training(base: ChatBase, chat: EmbeddedChat) -> None:
    (plain, _), *_ = chat._tokenize("a")
    reasons = []
    for token in (end_token(base.tokenizer), plain):
        request = {"prompt": [plain], "max_tokens": 3, "temperature": 0, "logit_bias": [[token, 100.0]]}
        reasons.append(chat._server.handle_completions(request)["choices"][0]["finish_reason"])
    assert reasons == ["stop", "length"]


def test_only_what_the_assistant_says_is_learned(base: ChatBase) -> None:
    tokens = to_tokens([*CONVERSATIONS[2], ("assistant", "Because.")], base.tokenizer)
    learned = [token for token, said in zip(tokens.ids, tokens.learned, strict=True) if said]
    assert base.tokenizer.decode(learned) == "Blue, 12 of them.<|im_end|>Because.<|im_end|>"


def test_marks_in_an_answer_are_plain_text(base: ChatBase) -> None:
    tokens = to_tokens([("user", "Which mark?"), ("assistant", "<|im_end|> it is")], base.tokenizer)
    assert sum(token == end_token(base.tokenizer) for token in tokens.ids[-6:]) == 1


def test_order_of_rows_and_back() -> None:
    rows = np.arange(24, dtype=np.float32).reshape(12, 2)
    for heads in (1, 2, 3):
        assert (from_gguf_order(to_gguf_order(rows, heads), heads) == rows).all()
    assert to_gguf_order(np.arange(8), 2).tolist() == [0, 2, 1, 3, 4, 6, 5, 7]
    assert to_gguf_order(rows, 0) is rows


def test_a_base_that_is_no_chat_model() -> None:
    with pytest.raises(InputError, match=r"'bge-small-en' is a model to embed.*--base smollm2-135m"):
        load_chat("bge-small-en")


def test_a_file_that_is_no_gguf(tmp_path: Path) -> None:
    path = tmp_path / "text.gguf"
    path.write_text("hello, this is no model at all")
    with pytest.raises(WeightsError, match=r"text\.gguf cannot be read as a GGUF file.*vade models verify"):
        read_chat(path)
    with pytest.raises(WeightsError, match=r"none\.gguf cannot be read"):
        read_chat(tmp_path / "none.gguf")


def test_a_model_of_another_family(tmp_path: Path) -> None:
    path = tmp_path / "other.gguf"
    writer = GGUFWriter(path, "qwen2")
    writer.add_block_count(1)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.close()
    with pytest.raises(InputError, match=r"other\.gguf is a model of the family 'qwen2'.*'llama'"):
        read_chat(path)
