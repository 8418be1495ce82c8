"""`vade search`: find passages."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, WhereOption, WorkspaceOption, open_workspace


def search(
    query: Annotated[str, typer.Argument(help="A question or key words.")],
    top_k: Annotated[int | None, typer.Option("--top-k", "-k", help="At most this many hits.")] = None,
    where: WhereOption = None,
    by_document: Annotated[
        bool, typer.Option("--by-document", help="Best passage of each document.")
    ] = False,
    rerank: Annotated[
        bool | None, typer.Option("--rerank/--no-rerank", help="Use the cross-encoder.")
    ] = None,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the passages that answer a query best, with place and score.

    Example: vade search "refund period" --where "document ~ *.pdf"
    """
    from vademecum.cli.output import print_hits, print_json

    config = {} if rerank is None else {"retrieve.rerank": rerank}
    with open_workspace(workspace, config=config) as opened:
        with opened.recorded(kind="search", asked=query) as call:
            hits = opened.search(
                query, top_k=top_k, where=where, by_document=by_document, recorder=call.recorder
            )
        if as_json:
            print_json({"hits": [hit.to_dict() for hit in hits], "trace": call.recorder.trace().to_dict()})
        else:
            print_hits(hits)
