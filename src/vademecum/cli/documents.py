"""`vade documents`: what is stored, and who may read it."""

from __future__ import annotations

from typing import Annotated

import typer

from vademecum.cli.options import JsonOption, ReadersOption, WorkspaceOption, open_workspace

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_documents(
    limit: Annotated[int, typer.Option(min=1, help="At most this many, by source.")] = 100,
    offset: Annotated[int, typer.Option(min=0, help="How many to leave out at the beginning.")] = 0,
    workspace: WorkspaceOption = None,
    as_json: JsonOption = False,
) -> None:
    """List stored documents. Example: vade documents list --limit 20"""
    from vademecum.cli.output import place, print_json, print_table

    with open_workspace(workspace) as opened:
        found, total = opened.seen_by().list_documents(limit=limit, offset=offset)
    if as_json:
        print_json({"total": total, "documents": found})
        return
    if not found:
        typer.echo(f"{total} documents.")
        return
    print_table(
        [
            {
                "id": one["id"][:12],
                "source": place(one["source"]),
                "owner": one["owner"],
                "readers": ", ".join(one["readers"]) or "nobody else",
            }
            for one in found
        ]
    )
    if total > offset + len(found):
        typer.echo(f"{total} in all; go on with --offset {offset + len(found)}")


@app.command("share")
def share_document(
    name: Annotated[str, typer.Argument(help="Id or source of a document; its whole file is meant.")],
    readers: ReadersOption = None,
    workspace: WorkspaceOption = None,
) -> None:
    """Say who may read a document. Example: vade documents share notes/plan.md --for group:sales"""
    from vademecum.cli.output import place
    from vademecum.errors import InputError
    from vademecum.sharing import share
    from vademecum.values import parse_readers

    if not readers:
        raise InputError(
            "nobody is named. Say who may read it: --for everyone, nobody, group:NAME, user:NAME"
        )
    with open_workspace(workspace) as opened:
        path = share(opened.seen_by(), name, parse_readers(readers))
        opened.state().audit.add("share", f"{place(path)}: {', '.join(readers)}", user="")
    typer.echo(f"{path}: {', '.join(readers)}")
