"""Options that every training shares."""

from __future__ import annotations

from typing import Annotated

import typer

DataOption = Annotated[str, typer.Option("--data", help="Dataset, as NAME or NAME@VERSION.")]
BaseOption = Annotated[str, typer.Option("--base", help="Catalog name of the model to begin with.")]
ResumeOption = Annotated[
    bool, typer.Option("--resume", help="Go on from the checkpoint of the same data and settings.")
]
EpochsOption = Annotated[float, typer.Option("--epochs", help="Passes over the examples.")]
BatchOption = Annotated[int, typer.Option("--batch-size", help="Examples behind one update.")]
MicroOption = Annotated[
    int, typer.Option("--micro-batch", help="Examples worked off at once, where memory is short; 0: all.")
]
RateOption = Annotated[float, typer.Option("--learning-rate", help="Highest rate of the schedule.")]
ScheduleOption = Annotated[
    str,
    typer.Option(
        "--schedule",
        help="constant, linear, cosine, step, exponential, cyclic or one-cycle, after a warm-up.",
    ),
]
MethodOption = Annotated[
    str, typer.Option("--method", help="What is trained: full, head, bitfit (biases), or lora (an adapter).")
]
DecayOption = Annotated[
    float, typer.Option("--layer-decay", help="Factor on the rate for each layer further from the top.")
]
PatienceOption = Annotated[
    int, typer.Option("--patience", help="Evaluations without a gain before it stops; 0 never stops early.")
]
EvaluationsOption = Annotated[
    int, typer.Option("--evaluations", help="How often held-out rows are looked at.")
]
SeedOption = Annotated[int, typer.Option("--seed", help="Of order, dropout and new weights.")]
DeviceOption = Annotated[str, typer.Option("--device", help="auto, cpu or cuda.")]
