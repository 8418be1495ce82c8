"""The training loop: any task, any device through Accelerate, resumable to the same result.

Owns the loop; what is learned belongs to the recipes, the course of the rate to `schedule.py`.
The same settings, data and processor give the same weights, also after a kill and a resume.

Use: `fit(task, settings=FitSettings(epochs=2), folder=Path("run"), identity="data@1 base@2")`.
"""

from __future__ import annotations

import itertools
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch
from accelerate import Accelerator
from accelerate.state import AcceleratorState
from accelerate.utils import set_seed

from vademecum.errors import ConfigError, InputError, LimitError
from vademecum.train import checkpoint
from vademecum.train.diagnose import diagnose
from vademecum.train.interrupt import held_interrupt
from vademecum.train.methods import choose_weights, put_together, trained_share
from vademecum.train.order import epoch_batches
from vademecum.train.probe import DeadUnits, layer_depths, layer_norms
from vademecum.train.schedule import rate_factor
from vademecum.train.settings import FitSettings
from vademecum.train.task import Evaluation, FitRun, OnStep, Step, Task

CHECKPOINT = "checkpoint.pt"
_FORMAT = 1
_MOST_BAD = 5


def fit(
    task: Task,
    *,
    settings: FitSettings,
    folder: Path,
    identity: str,
    resume: bool = False,
    on_step: OnStep | None = None,
) -> FitRun:
    """Train the task's model and leave the best weights in it.

    Args:
        task: Model, examples, loss and held-out figures.
        settings: Knobs.
        folder: Where checkpoints go; one run at a time.
        identity: Names data and base; a run is taken up only with the same.
        resume: Go on from the folder's checkpoint.
        on_step: Told every step and evaluation.

    Raises:
        InputError: Nothing to train on, nothing to resume, or the checkpoint is of another run.
        ConfigError: The device is not there, or the task cannot be worked off in parts.
        LimitError: Memory or disk do not suffice, or the loss is no number any more.
    """
    folder.mkdir(parents=True, exist_ok=True)
    run = Run(task, settings, identity, on_step or (lambda told: None))
    path = folder / CHECKPOINT
    if resume:
        run.restore(checkpoint.load(path), path)
    run.work(lambda: checkpoint.save(path, run.state()))
    return run.result()


class Run:
    """A training in progress.

    Args:
        task: What is trained.
        settings: Knobs.
        identity: Names data and base.
        tell: Told what happens.
    """

    def __init__(self, task: Task, settings: FitSettings, identity: str, tell: OnStep) -> None:
        if task.count == 0:
            raise InputError("there is no example to train on. Look at the dataset: vade data show NAME")
        micro = settings.micro_batch or settings.batch_size
        if micro < settings.batch_size and not task.separable:
            raise ConfigError(
                f"micro_batch = {micro} is smaller than batch_size = {settings.batch_size}, but this loss"
                " compares the examples of a batch with each other. Choose a smaller batch_size."
            )
        set_seed(settings.seed)
        self._task, self._settings, self._tell = task, settings, tell
        self._identity = identity
        self._micro = micro
        choose_weights(task.model, settings.method)
        self._trained_share = trained_share(task.model)
        self._accelerator = _accelerator(settings)
        task.model.to(self._accelerator.device)
        self._groups = _parameter_groups(task.model, settings)
        self._optimizer = torch.optim.AdamW(self._groups, lr=settings.learning_rate)
        self._lengths = [task.length(index) for index in range(task.count)]
        self._in_epoch = len(self._batches(0))
        self.total = math.ceil(self._in_epoch * settings.epochs)
        self._steps: list[Step] = []
        self._evaluations: list[Evaluation] = []
        self._best: dict[str, torch.Tensor] = {}
        self._bad = 0

    def work(self, save: Callable[[], None]) -> None:
        """Run to the end, calling `save` now and then, and once more where Ctrl-C stops it.

        Raises:
            KeyboardInterrupt: Ctrl-C was pressed.
        """
        settings = self._settings
        due = {round(self.total * part / settings.evaluations) for part in range(1, settings.evaluations + 1)}
        before = self._steps[-1].seconds if self._steps else 0.0
        began = saved = time.monotonic()
        with held_interrupt() as pressed:
            for batch in self._rest():
                if self._out_of_patience():
                    break
                self._step(batch, seconds=lambda: before + time.monotonic() - began)
                done = len(self._steps)
                if done in due:
                    self._evaluate(batch)
                if pressed() or done in due or time.monotonic() - saved >= settings.checkpoint_s:
                    save()
                    saved = time.monotonic()
                if pressed():
                    self._tell(f"Stopped after step {done} of {self.total}; --resume goes on from there.")
                    raise KeyboardInterrupt

    def result(self) -> FitRun:
        """Put the best weights into the model and return what happened."""
        self._load(self._best)
        put_together(self._task.model)
        self._task.model.eval()
        return FitRun(
            steps=tuple(self._steps),
            evaluations=tuple(self._evaluations),
            best=max(self._evaluations, key=lambda one: one.score),
            trained_share=self._trained_share,
            stopped_early=len(self._steps) < self.total,
            diagnosis=diagnose(self._steps, self._evaluations),
        )

    def state(self) -> dict[str, Any]:
        """Return everything a later process needs to go on."""
        return {
            "format": _FORMAT,
            "identity": self._identity,
            "settings": self._settings.to_dict(),
            "weights": _trained(self._task.model),
            "best": self._best,
            "optimizer": self._optimizer.state_dict(),
            "chance": checkpoint.chance_state(),
            "steps": [asdict(step) for step in self._steps],
            "evaluations": [asdict(one) for one in self._evaluations],
        }

    def restore(self, state: dict[str, Any], path: Path) -> None:
        """Go back to a state.

        Raises:
            InputError: It is of other data, another base or other settings.
        """
        mine = {"format": _FORMAT, "identity": self._identity, "settings": self._settings.to_dict()}
        other = [name for name, value in mine.items() if state.get(name) != value]
        if other:
            name = other[0]
            raise InputError(
                f"the checkpoint {path} is of another run: its {name} is {state.get(name)!r}, not"
                f" {mine[name]!r}. Resume with the same data and settings, or train without --resume."
            )
        self._load(state["weights"])
        self._best = state["best"]
        self._optimizer.load_state_dict(state["optimizer"])
        self._steps = [Step(**step) for step in state["steps"]]
        self._evaluations = [Evaluation(**one) for one in state["evaluations"]]
        checkpoint.restore_chance(state["chance"])

    def step_at(self, batch: list[int], rate: float) -> float:
        """Update the weights once at a given rate and return the loss; for looking for a rate."""
        loss, _ = self._update(batch, rate)
        return loss

    def batches(self, *, first: int = 0) -> Iterator[list[int]]:
        """Yield batches without end, epoch after epoch, from epoch `first`."""
        for epoch in itertools.count(first):
            yield from self._batches(epoch)

    def _batches(self, epoch: int) -> list[list[int]]:
        settings = self._settings
        return epoch_batches(self._lengths, batch_size=settings.batch_size, seed=settings.seed, epoch=epoch)

    def _rest(self) -> Iterator[list[int]]:
        """Yield the batches that are still to be worked off."""
        epoch, done = divmod(len(self._steps), self._in_epoch)
        batches = itertools.chain(self._batches(epoch)[done:], self.batches(first=epoch + 1))
        yield from itertools.islice(batches, self.total - len(self._steps))

    def _step(self, batch: list[int], *, seconds: Callable[[], float]) -> None:
        settings = self._settings
        number = len(self._steps)
        rate = settings.learning_rate * rate_factor(
            number, self.total, schedule=settings.schedule, warmup_share=settings.warmup_share
        )
        loss, gradient = self._update(batch, rate)
        self._bad = 0 if math.isfinite(loss) and math.isfinite(gradient) else self._bad + 1
        if self._bad >= _MOST_BAD:
            raise LimitError(
                f"the loss or its gradient was no number {_MOST_BAD} times in a row, last at step"
                f" {number + 1}"
                f" with the learning rate {rate:.2g}. Train with a lower learning_rate; look for one:"
                " vade train find-lr"
            )
        step = Step(
            number=number + 1, of=self.total, loss=loss, rate=rate, gradient=gradient, seconds=seconds()
        )
        self._steps.append(step)
        self._tell(step)

    def _update(self, batch: list[int], rate: float) -> tuple[float, float]:
        """Update the weights and return the mean loss and the gradient's norm before clipping."""
        while True:
            try:
                loss = self._backward(batch)
                break
            except torch.OutOfMemoryError as error:
                self._halve(error)
        parameters = [one for group in self._groups for one in group["params"]]
        limit = self._settings.clip_norm or math.inf
        gradient = float(torch.nn.utils.clip_grad_norm_(parameters, limit))
        for group in self._optimizer.param_groups:
            group["lr"] = rate * group["factor"]
        if math.isfinite(loss) and math.isfinite(gradient):
            self._optimizer.step()
        return loss, gradient

    def _backward(self, batch: list[int]) -> float:
        """Add up the gradient of the batch's mean loss, part by part; return the loss."""
        self._task.model.train()
        self._optimizer.zero_grad(set_to_none=True)
        total, terms = 0.0, 0
        for first in range(0, len(batch), self._micro):
            with self._accelerator.autocast():
                loss, count = self._task.loss(batch[first : first + self._micro])
            self._accelerator.backward(loss)
            total, terms = total + loss.item(), terms + count
        for group in self._groups:
            for one in group["params"]:
                if one.grad is not None:
                    one.grad.div_(max(terms, 1))
        return total / max(terms, 1)

    def _halve(self, error: BaseException) -> None:
        if self._micro == 1 or not self._task.separable:
            raise LimitError(
                f"the memory of the device does not hold {self._micro} examples at once. Choose a smaller"
                " batch_size or shorter examples."
            ) from error
        torch.cuda.empty_cache()
        self._micro = self._micro // 2
        self._tell(f"The device ran out of memory: batches are worked off {self._micro} examples at a time.")

    def _evaluate(self, batch: list[int]) -> None:
        layers = layer_norms(self._task.model)
        self._task.model.eval()
        with torch.no_grad(), self._accelerator.autocast():
            figures = self._task.evaluate()
            with DeadUnits(self._task.model) as units:
                self._task.loss(batch[: self._micro])
        one = Evaluation(step=len(self._steps), figures=figures, layers=layers, dead=units.share)
        self._evaluations.append(one)
        if max(self._evaluations, key=lambda other: other.score) is one:
            self._best = _trained(self._task.model)
        self._tell(one)

    def _out_of_patience(self) -> bool:
        scores = [one.score for one in self._evaluations]
        patience = self._settings.patience
        return bool(patience and len(scores) - scores.index(max(scores)) > patience) if scores else False

    def _load(self, weights: dict[str, torch.Tensor]) -> None:
        self._task.model.load_state_dict(weights, strict=False)


def _accelerator(settings: FitSettings) -> Accelerator:
    if settings.device == "cuda" and not torch.cuda.is_available():
        raise ConfigError("device = cuda, but no GPU is to be seen. Choose device = cpu or auto.")
    on_cpu = settings.device == "cpu" or not torch.cuda.is_available()
    precision = settings.precision
    if precision == "auto":
        has = _cpu_has_bfloat16() if on_cpu else torch.cuda.is_bf16_supported()
        precision = "bfloat16" if has else "float32"
    AcceleratorState._reset_state()  # else the first training of a process would set the precision of all
    return Accelerator(cpu=on_cpu, mixed_precision="bf16" if precision == "bfloat16" else "no")


def _cpu_has_bfloat16() -> bool:
    capability = torch.backends.cpu.get_cpu_capability()
    return "AVX512" in capability and torch.cpu._is_avx512_bf16_supported()


def _parameter_groups(model: torch.nn.Module, settings: FitSettings) -> list[dict[str, Any]]:
    """Return what is trained, in groups: matrices decay, deeper layers learn more slowly."""
    named = [(name, one) for name, one in model.named_parameters() if one.requires_grad]
    if not named:
        raise ConfigError("no weight of the model is trained. Choose another method.")
    depths = layer_depths(model)
    top = max(depths.values())
    groups: dict[tuple[int, bool], list[torch.nn.Parameter]] = {}
    for name, one in named:
        groups.setdefault((depths[name], one.ndim > 1), []).append(one)
    return [
        {
            "params": parameters,
            "factor": settings.layer_decay ** (top - depth),
            "weight_decay": settings.weight_decay if decays else 0.0,
        }
        for (depth, decays), parameters in groups.items()
    ]


def _trained(model: torch.nn.Module) -> dict[str, torch.Tensor]:
    """Return a copy of the weights that training changes."""
    names = {name for name, one in model.named_parameters() if one.requires_grad}
    buffers = {name for name, _ in model.named_buffers()}
    return {
        name: one.detach().cpu().clone()
        for name, one in model.state_dict().items()
        if name in names | buffers
    }
