"""How a model is trained: every knob of the engine, checked at once.

Use: `FitSettings(epochs=3, learning_rate=1e-4)`.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args

from vademecum.errors import ConfigError

Schedule = Literal["constant", "linear", "cosine", "step", "exponential", "cyclic", "one-cycle"]
SCHEDULES: tuple[Schedule, ...] = get_args(Schedule)
Precision = Literal["auto", "float32", "bfloat16"]
Method = Literal["full", "head", "bitfit", "lora"]
METHODS: tuple[Method, ...] = get_args(Method)


@dataclass(frozen=True, slots=True, kw_only=True)
class FitSettings:
    """Knobs of a training run.

    Attributes:
        method: Which weights are trained, see `methods.py`.
        epochs: Passes over the examples; fractions are allowed.
        batch_size: Examples behind one update.
        micro_batch: Examples worked off at once; 0 for the whole batch.
        learning_rate: Highest rate of the schedule.
        weight_decay: Of AdamW, on weight matrices.
        schedule: Course of the rate after the warm-up.
        warmup_share: Share of the steps over which the rate rises from 0, in [0, 1).
        layer_decay: Factor on the rate for each layer further from the top, in (0, 1].
        clip_norm: Longest gradient; 0 for no limit.
        precision: Arithmetic of the forward pass; auto is bfloat16 where the processor has it.
        patience: Evaluations without a gain before the run stops; 0 never stops early.
        evaluations: How many, spread evenly; the last one at the end.
        checkpoint_s: Seconds between checkpoints.
        seed: Of order, dropout and new weights.
        device: "auto", "cpu" or "cuda".

    Raises:
        ConfigError: Values that cannot be; all are named together.
    """

    method: Method = "full"
    epochs: float = 2.0
    batch_size: int = 16
    micro_batch: int = 0
    learning_rate: float = 1e-4
    weight_decay: float = 0.01
    schedule: Schedule = "linear"
    warmup_share: float = 0.06
    layer_decay: float = 1.0
    clip_norm: float = 1.0
    precision: Precision = "auto"
    patience: int = 0
    evaluations: int = 4
    checkpoint_s: float = 120.0
    seed: int = 0
    device: str = "auto"

    def __post_init__(self) -> None:
        allowed = {
            "method": (self.method in METHODS, f"one of {', '.join(METHODS)}"),
            "epochs": (self.epochs > 0, "more than 0"),
            "batch_size": (self.batch_size >= 1, "at least 1"),
            "micro_batch": (0 <= self.micro_batch <= self.batch_size, "0 to batch_size"),
            "learning_rate": (self.learning_rate > 0, "more than 0"),
            "weight_decay": (self.weight_decay >= 0, "at least 0"),
            "schedule": (self.schedule in SCHEDULES, f"one of {', '.join(SCHEDULES)}"),
            "warmup_share": (0 <= self.warmup_share < 1, "0 or more and below 1"),
            "layer_decay": (0 < self.layer_decay <= 1, "more than 0, at most 1"),
            "clip_norm": (self.clip_norm >= 0, "at least 0"),
            "precision": (self.precision in get_args(Precision), f"one of {', '.join(get_args(Precision))}"),
            "patience": (self.patience >= 0, "at least 0"),
            "evaluations": (self.evaluations >= 1, "at least 1"),
            "checkpoint_s": (self.checkpoint_s >= 0, "at least 0"),
            "device": (self.device in ("auto", "cpu", "cuda"), "one of auto, cpu, cuda"),
        }
        wrong = [
            f"{name} = {getattr(self, name)} ({rule})" for name, (right, rule) in allowed.items() if not right
        ]
        if wrong:
            raise ConfigError(f"Settings of the training that cannot be: {'; '.join(wrong)}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the settings ready for JSON; 2 and 2.0 epochs are the same settings."""
        return {**asdict(self), "epochs": float(self.epochs)}
