"""The `vade` program: its commands, its exit codes, and how errors reach a person.

Exit codes: 0 done, 1 failed, 2 wrong usage, 130 stopped with Ctrl-C.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Annotated

import typer

from vademecum import __version__
from vademecum.cli import (
    ask,
    chat,
    doctor,
    export,
    import_,
    ingest,
    init,
    search,
    serve,
    status,
    tune,
    users,
)
from vademecum.cli.later import Root
from vademecum.errors import InputError, VademecumError

app = typer.Typer(
    name="vade",
    cls=Root,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Answers from your own documents, each with verbatim evidence.",
    epilog="Start: vade init notes; cd notes; vade ingest ~/Documents; vade ask 'How long is a refund?'",
)
app.command("init")(init.init)
app.command("ingest")(ingest.ingest)
app.command("search")(search.search)
app.command("ask")(ask.ask)
app.command("chat")(chat.chat)
app.command("serve")(serve.serve)
app.command("status")(status.status)
app.command("doctor")(doctor.doctor)
app.command("export")(export.export)
app.command("import")(import_.import_)
app.command("tune")(tune.tune)
app.command("audit")(users.audit)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"vade {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_print_version, is_eager=True)
    ] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Log what happens to stderr.")] = False,
) -> None:
    logging.basicConfig(
        level=logging.INFO if verbose else logging.ERROR, format="%(levelname)s %(name)s: %(message)s"
    )


def main() -> None:
    """Run the program and turn what goes wrong into a message and an exit code."""
    try:
        app()
    except VademecumError as error:
        _complain(f"{error}")
        sys.exit(2 if isinstance(error, InputError) else 1)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def _complain(message: str) -> None:
    typer.secho(f"error: {message}", err=True, fg=None if "NO_COLOR" in os.environ else typer.colors.RED)
