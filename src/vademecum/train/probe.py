"""Looks into a model while it trains: gradients by layer, and units that never answer.

Use: `layer_norms(model)` after a backward pass; `with DeadUnits(model) as units: model(...)`.
"""

from __future__ import annotations

import math
import re
from types import TracebackType
from typing import Any, Self

import torch
from torch import nn

_SILENT = 1e-3
_LAYER = re.compile(r"\blayers?\.(\d+)\.")
_ACTIVATIONS = (nn.ReLU, nn.GELU, nn.SiLU)


def layer_depths(model: nn.Module) -> dict[str, int]:
    """Return how far from the input each trained weight lies: 0 embeddings, then layers, then the rest."""
    names = [name for name, one in model.named_parameters() if one.requires_grad]
    layers = {name: int(found[1]) + 1 for name in names if (found := _LAYER.search(name))}
    top = max(layers.values(), default=0) + 1
    return {name: layers.get(name, 0 if "embed" in name else top) for name in names}


def layer_norms(model: nn.Module) -> dict[str, float]:
    """Return the root mean square of the gradient in each layer's matrices, from the input to the output."""
    depths = layer_depths(model)
    squares: dict[int, list[torch.Tensor]] = {}
    for name, one in model.named_parameters():
        if one.grad is not None and one.ndim > 1:
            squares.setdefault(depths[name], []).append(one.grad.float().pow(2).mean())
    return {
        f"layer {depth}": math.sqrt(float(torch.stack(values).mean()))
        for depth, values in sorted(squares.items())
    }


class DeadUnits:
    """Counts the units behind activation functions that stay at zero for everything they see."""

    def __init__(self, model: nn.Module) -> None:
        self._modules = [
            module
            for module in model.modules()
            if isinstance(module, _ACTIVATIONS) or type(module).__name__.endswith("Activation")
        ]
        self._largest: dict[int, torch.Tensor] = {}
        self._hooks: list[Any] = []

    def __enter__(self) -> Self:
        self._hooks = [module.register_forward_hook(self._see) for module in self._modules]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for hook in self._hooks:
            hook.remove()

    def _see(self, module: nn.Module, _: Any, output: torch.Tensor) -> None:
        largest = output.detach().abs().flatten(0, -2).amax(0)  # [units]
        before = self._largest.get(id(module))
        self._largest[id(module)] = largest if before is None else torch.maximum(before, largest)

    @property
    def share(self) -> float:
        """Share of the units that were never above a thousandth, in [0, 1]; 0 without such units."""
        if not self._largest:
            return 0.0
        return float((torch.cat([one.flatten() for one in self._largest.values()]) < _SILENT).float().mean())
