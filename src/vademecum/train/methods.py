"""Which weights of a model a training changes: all, the head, the biases, or a low-rank adapter's.

Use: `choose_weights(model, "lora")` before a training and `put_together(model)` after it; the model has its
own modules again, with what was learned in them.

Source: Ben Zaken et al. 2022, BitFit; Hu et al. 2021, LoRA.
"""

from __future__ import annotations

from peft import LoraConfig, PeftModel, get_peft_model
from torch import nn

from vademecum.errors import ConfigError
from vademecum.train.adapter import quiet_peft
from vademecum.train.settings import Method

_RANK = 16
_ALPHA = 32


def choose_weights(model: nn.Module, method: Method) -> None:
    """Freeze what a method does not train; "full" leaves the model as its recipe made it.

    Args:
        model: One with an `encoder` and, beside it, a head, which every method trains.
        method: "head" trains nothing else, "bitfit" the biases too, "lora" an adapter beside every matrix.

    Raises:
        ConfigError: The model has no encoder, or nothing beside it that "head" could train.
    """
    if method == "full":
        return
    encoder = getattr(model, "encoder", None)
    if not isinstance(encoder, nn.Module):
        raise ConfigError(f"method = {method} is for models with an encoder. Choose method = full.")
    for name, one in encoder.named_parameters():
        one.requires_grad_(method == "bitfit" and name.endswith(".bias"))
    if method == "lora":
        config = LoraConfig(r=_RANK, lora_alpha=_ALPHA, target_modules="all-linear")
        with quiet_peft():
            model.encoder = get_peft_model(encoder, config)
    if not any(one.requires_grad for one in model.parameters()):
        raise ConfigError(
            f"this model has no head that method = {method} could train. Choose another method."
        )


def put_together(model: nn.Module) -> None:
    """Add an adapter that `choose_weights` put into a model to the weights beside it."""
    encoder = getattr(model, "encoder", None)
    if isinstance(encoder, PeftModel):
        model.encoder = encoder.merge_and_unload()


def trained_share(model: nn.Module) -> float:
    """Return the share of all weights that training changes, in [0, 1]."""
    sizes = [(one.numel(), one.requires_grad) for one in model.parameters()]
    return sum(size for size, trained in sizes if trained) / sum(size for size, _ in sizes)
