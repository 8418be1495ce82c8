"""`vade data` and its commands."""

from __future__ import annotations

import typer

from vademecum.cli.data import add, instruct, list_, make, show, twist

app = typer.Typer(
    no_args_is_help=True,
    epilog="Start: vade data add squad.json --name qa --licence 'CC BY-SA 4.0'; vade data show qa",
)
app.command("add")(add.add)
app.command("list")(list_.list_)
app.command("show")(show.show)
app.command("make")(make.make)
app.command("twist")(twist.twist)
app.command("instruct")(instruct.instruct)
