"""`vade train` and its commands."""

from __future__ import annotations

import typer

from vademecum.cli.train import checker, compare, find_lr, lora, pairs, reader, sweep

app = typer.Typer(
    no_args_is_help=True,
    epilog="Start: vade data add squad.json --name qa; vade train reader --data qa; vade models list",
)
app.command("reader")(reader.reader)
app.command("checker")(checker.checker)
app.command("embedder")(pairs.embedder)
app.command("reranker")(pairs.reranker)
app.command("lora")(lora.lora)
app.command("find-lr")(find_lr.find_lr)
app.command("sweep")(sweep.sweep)
app.command("compare")(compare.compare)
