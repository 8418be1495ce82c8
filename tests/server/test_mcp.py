"""The `mcp` package's own client, over HTTP."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from mcp import Client
from serving import Served


def _with_client(served: Served, work: Callable[[Client], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with Client(f"{served.url}/mcp") as client:
            return await work(client)

    return asyncio.run(run())


def test_it_lists_its_tools(served: Served) -> None:
    tools = _with_client(served, lambda client: client.list_tools()).tools
    assert {tool.name for tool in tools} == {"ask", "search", "sources", "ingest", "feedback"}
    assert all(tool.description for tool in tools)


def test_it_answers_searches_and_lists(served: Served) -> None:
    async def work(client: Client) -> tuple[Any, Any, Any]:
        return (
            await client.call_tool("ask", {"question": "When does the shop open?"}),
            await client.call_tool("search", {"query": "opening hours", "top_k": 1}),
            await client.call_tool("sources", {}),
        )

    answer, hits, sources = _with_client(served, work)
    assert not answer.is_error
    assert answer.structured_content["short"].startswith("9")
    assert answer.structured_content["citations"][0]["quote"]
    assert len(hits.structured_content["hits"]) == 1
    assert sources.structured_content["total"] >= 3


def test_it_takes_a_text_in(served: Served) -> None:
    async def work(client: Client) -> tuple[Any, Any]:
        stored = await client.call_tool(
            "ingest", {"name": "../parking.md", "text": "Parking costs 3 euros an hour behind the shop."}
        )
        return stored, await client.call_tool("ask", {"question": "What does parking cost an hour?"})

    stored, answer = _with_client(served, work)
    assert stored.structured_content["documents"] == 1
    assert answer.structured_content["short"].startswith("3 euros")
    assert (served.workspace.folder / "uploads" / "parking.md").is_file()


def test_errors_are_told_to_the_model(served: Served) -> None:
    reply = _with_client(served, lambda client: client.call_tool("ask", {"question": " "}))
    assert reply.is_error and "question" in reply.content[0].text.lower()
