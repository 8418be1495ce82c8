"""A trained adapter on disk: as PEFT's folder, as llama.cpp's file, and merged into its base.

Use: `save_adapter(task.model, folder, name="lora")`, `merge(load_adapter(load_chat(base), folder))`.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peft import PeftModel
from transformers import LlamaForCausalLM

from vademecum.errors import InputError
from vademecum.train.gguf import ChatBase
from vademecum.train.gguf_write import write_adapter

ADAPTER_GGUF = "adapter.gguf"
"""The file the embedded engine loads."""
_PEFT_FILES = ("adapter_config.json", "adapter_model.safetensors")
_PEFT_CARD = "README.md"


def save_adapter(model: PeftModel, folder: Path, *, name: str) -> list[Path]:
    """Write an adapter as PEFT's two files and as a GGUF file beside them; return the three.

    Args:
        model: The base with the adapter.
        folder: Where to; made when it is not there.
        name: What the GGUF file calls itself.

    Raises:
        LimitError: The GGUF file cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = model.peft_config[model.active_adapter]
    settings.target_modules = sorted(settings.target_modules)  # a set is written in another order each time
    with quiet_peft():
        # The base has no adapted embeddings; looking for them would ask the network for the base's settings.
        model.save_pretrained(str(folder), save_embedding_layers=False)
    (folder / _PEFT_CARD).unlink(missing_ok=True)  # an unfilled form; the model's card says more
    write_adapter(model, folder / ADAPTER_GGUF, name=name)
    return [folder / file for file in (*_PEFT_FILES, ADAPTER_GGUF)]


def load_adapter(base: ChatBase, folder: Path) -> PeftModel:
    """Return a base with the adapter that lies in a folder.

    Args:
        base: What the adapter was trained on; its model gets the adapter.
        folder: One that `save_adapter` or PEFT wrote.

    Raises:
        InputError: There is none, or it is of another base.
    """
    absent = [file for file in _PEFT_FILES if not (folder / file).is_file()]
    if absent:
        raise InputError(
            f"{folder} holds no adapter, {absent[0]} is not there. Train one: vade train lora --data NAME"
        )
    try:
        with quiet_peft():
            return PeftModel.from_pretrained(base.model, str(folder)).eval()
    except (RuntimeError, ValueError) as error:
        raise InputError(
            f"the adapter in {folder} does not fit '{base.name}': {error}. Choose the base it was trained on."
        ) from error


def merge(model: PeftModel) -> LlamaForCausalLM:
    """Return the base with the adapter added into its weights; the model given is used up."""
    merged = model.merge_and_unload()
    assert isinstance(merged, LlamaForCausalLM)
    return merged


@contextmanager
def quiet_peft() -> Iterator[None]:
    """Keep PEFT's use of names that transformers is about to rename from being reported to people."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*is_gradient_checkpointing.*", category=FutureWarning)
        yield
