"""`vade models` and its commands."""

from __future__ import annotations

import typer

from vademecum.cli.models import card, catalog, diff, export, list_, use

app = typer.Typer(no_args_is_help=True)
app.command("list")(list_.list_)
app.command("pull")(catalog.pull)
app.command("verify")(catalog.verify)
app.command("path")(catalog.path)
app.command("card")(card.card)
app.command("use")(use.use)
app.command("diff")(diff.diff)
app.command("export")(export.export)
