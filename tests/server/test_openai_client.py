"""The official client, unchanged, against a running server."""

from __future__ import annotations

import re

import httpx
import numpy as np
import openai
import pytest
from serving import Served

QUESTION = "How long can goods be returned?"


@pytest.fixture
def client(served: Served) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{served.url}/v1", api_key="none", max_retries=0)


def test_chat_answers_from_the_documents_with_citations(client: openai.OpenAI, served: Served) -> None:
    reply = client.chat.completions.create(
        model="vademecum", messages=[{"role": "user", "content": QUESTION}]
    )
    message = reply.choices[0].message
    assert message.content is not None and "30 days of delivery" in message.content
    assert (reply.object, reply.choices[0].finish_reason) == ("chat.completion", "stop")
    assert reply.usage is not None and reply.usage.total_tokens > reply.usage.prompt_tokens > 0
    assert message.annotations is not None
    cited = message.annotations[0].url_citation
    assert message.content[cited.start_index : cited.end_index] == "[1]"
    assert cited.title.endswith("returns.md")
    shown = httpx.get(cited.url).json()
    answer = reply.model_extra["vademecum"]  # type: ignore[index]
    assert shown["quote"] == answer["citations"][0]["quote"]
    assert answer["answered"] is True and answer["short"]


def test_streaming_gives_the_same_in_pieces(client: openai.OpenAI) -> None:
    messages = [{"role": "user", "content": QUESTION}]
    whole = client.chat.completions.create(model="vademecum", messages=messages)  # type: ignore[call-overload]
    chunks = list(
        client.chat.completions.create(model="vademecum", messages=messages, stream=True)  # type: ignore[call-overload]
    )
    text = "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert text == whole.choices[0].message.content
    assert chunks[-1].choices[0].finish_reason == "stop"
    assert chunks[-1].model_extra["vademecum"]["citations"]
    assert len({chunk.id for chunk in chunks}) == 1


def test_what_the_documents_do_not_tell_is_said(client: openai.OpenAI) -> None:
    reply = client.chat.completions.create(
        model="vademecum", messages=[{"role": "user", "content": "Who painted the ceiling of the chapel?"}]
    )
    answer = reply.model_extra["vademecum"]  # type: ignore[index]
    assert answer["answered"] is False and answer["nearest"]
    assert reply.choices[0].message.annotations == []


def test_the_chat_model_writes_by_its_own_name(client: openai.OpenAI, served: Served) -> None:
    name = served.workspace.chat_name()
    reply = client.chat.completions.create(
        model=name,
        messages=[
            {"role": "system", "content": "You are brief."},
            {"role": "user", "content": [{"type": "text", "text": "Say hello."}]},
        ],
        max_tokens=12,
        temperature=0,
    )
    written = reply.choices[0].message.content
    assert written and set((reply.model_extra or {})["vademecum"]) == {"trace"}  # no evidence for it
    stop = written.split()[1]
    cut = client.chat.completions.create(
        model=name,
        messages=[
            {"role": "system", "content": "You are brief."},
            {"role": "user", "content": "Say hello."},
        ],
        max_tokens=12,
        temperature=0,
        stop=[stop],
    )
    assert cut.choices[0].message.content == written[: written.index(stop)]


def test_completions(client: openai.OpenAI) -> None:
    reply = client.completions.create(model="vademecum", prompt=QUESTION)
    assert "30 days" in reply.choices[0].text
    pieces = client.completions.create(model="vademecum", prompt=QUESTION, stream=True)
    assert "".join(piece.choices[0].text for piece in pieces) == reply.choices[0].text


def test_embeddings_are_those_of_the_workspace(client: openai.OpenAI, served: Served) -> None:
    name = client.models.list().data[2].id
    texts = ["one text", "another"]
    packed = client.embeddings.create(model=name, input=texts)
    plain = client.embeddings.create(model=name, input=texts, encoding_format="float")
    wanted = [served.workspace.embedder().embed_passage(text) for text in texts]
    for reply in (packed, plain):
        found = np.array([one.embedding for one in reply.data])
        np.testing.assert_allclose(found, wanted, atol=1e-6)
        assert reply.usage.prompt_tokens == 3
    query = client.embeddings.create(model=name, input="one text", extra_body={"input_type": "query"})
    np.testing.assert_allclose(
        query.data[0].embedding, served.workspace.embedder().embed_query("one text"), atol=1e-6
    )


def test_models(client: openai.OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert names[0] == "vademecum" and len(names) == 3
    assert client.models.retrieve(names[1]).id == names[1]


def test_an_unknown_model_is_named_with_the_known(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError, match=r"'gpt-9'.*Known: vademecum, ") as caught:
        client.chat.completions.create(model="gpt-9", messages=[{"role": "user", "content": "Hi"}])
    assert caught.value.code == "model_not_found"
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("gpt-9")


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        ([], "at least 1 item"),
        ([{"role": "wizard", "content": "Hi"}], "messages.0.role"),
        ([{"role": "assistant", "content": "Hi"}], "the last message must be the user's"),
        ([{"role": "user", "content": "  "}], "question"),
        ([{"role": "user", "content": "x" * 100_000}], "question"),
    ],
)
def test_wrong_messages_are_bad_requests(client: openai.OpenAI, messages: list[object], words: str) -> None:
    with pytest.raises(openai.BadRequestError, match=re.escape(words)):
        client.chat.completions.create(model="vademecum", messages=messages)  # type: ignore[call-overload]


def test_what_is_not_supported_is_said(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="tools are not supported"):
        client.chat.completions.create(
            model="vademecum",
            messages=[{"role": "user", "content": "Hi"}],
            tools=[{"type": "function", "function": {"name": "f"}}],
        )
    with pytest.raises(openai.BadRequestError, match="dimensions = 7 cannot be"):
        client.embeddings.create(model=client.models.list().data[2].id, input="x", dimensions=7)


def test_an_error_in_a_stream_arrives_as_the_clients_own(client: openai.OpenAI, served: Served) -> None:
    long = "word " * 6_000
    stream = client.chat.completions.create(
        model=served.workspace.chat_name(), messages=[{"role": "user", "content": long}], stream=True
    )
    with pytest.raises(openai.APIError, match="too long for the chat model"):
        list(stream)
