"""Writes what was trained as GGUF files that llama.cpp loads: a whole model, or an adapter beside one.

Use: `write_adapter(model, Path("adapter.gguf"), name="lora")`, `write_model(merged, target, base=path)`.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from gguf import GGUFReader, GGUFType, GGUFWriter, Keys, LlamaFileType
from peft import PeftModel, get_peft_model_state_dict
from transformers import LlamaForCausalLM

from vademecum.errors import LimitError
from vademecum.train.gguf import FAMILY, gguf_name, gguf_names, heads_of, to_gguf_order

Precision = Literal["float32", "float16"]

_FILE_TYPES = {"float32": LlamaFileType.ALL_F32, "float16": LlamaFileType.MOSTLY_F16}
_WRITTEN_ANEW = {Keys.General.ARCHITECTURE, Keys.General.FILE_TYPE}
_HEADER = "GGUF."
_PEFT_PREFIX = "base_model.model."
_DOWN, _UP = ".lora_A.weight", ".lora_B.weight"


def write_model(
    model: LlamaForCausalLM, target: Path, *, base: Path, precision: Precision = "float16"
) -> None:
    """Write a whole model, with the tokenizer and chat template of the file it came from.

    Args:
        model: What `read_chat` gave, trained and merged.
        target: Where to; replaced when it exists.
        base: The GGUF file the model was read from.
        precision: Of the matrices; "float16" is half as large, "float32" is exact.

    Raises:
        LimitError: The file cannot be written; one that was there stays.
    """
    weights = model.state_dict()

    def fill(writer: GGUFWriter) -> None:
        for name, field in GGUFReader(base).fields.items():
            if name in _WRITTEN_ANEW or name.startswith(_HEADER):
                continue
            kind, *inner = field.types
            writer.add_key_value(name, field.contents(), kind, inner[-1] if inner else None)
        writer.add_file_type(_FILE_TYPES[precision])
        for name, other in gguf_names(model).items():
            floats = to_gguf_order(weights[name].float().cpu().numpy(), heads_of(other, model.config))
            # Norms are vectors and stay exact, as in every file of llama.cpp.
            writer.add_tensor(other, floats if floats.ndim == 1 else floats.astype(precision))

    _write(target, fill)


def write_adapter(model: PeftModel, target: Path, *, name: str) -> None:
    """Write a LoRA adapter that llama.cpp loads beside the GGUF file of its base.

    Args:
        model: The float model with its adapter.
        target: Where to; replaced when it exists.
        name: What the file calls itself.

    Raises:
        LimitError: The file cannot be written; one that was there stays.
    """
    settings = model.peft_config[model.active_adapter]
    config = model.get_base_model().config
    pairs = {
        key.removeprefix(_PEFT_PREFIX): floats.float().cpu().numpy()
        for key, floats in get_peft_model_state_dict(model, save_embedding_layers=False).items()
    }

    def fill(writer: GGUFWriter) -> None:
        writer.add_type(GGUFType.ADAPTER)
        writer.add_string(Keys.Adapter.TYPE, "lora")
        writer.add_float32(Keys.Adapter.LORA_ALPHA, float(settings.lora_alpha))
        writer.add_name(name)
        for key, narrow in pairs.items():
            if not key.endswith(_DOWN):
                continue
            module = key.removesuffix(_DOWN)
            other = gguf_name(f"{module}.weight", config)
            # Only the rows that come out are in another order; what goes in is plain everywhere.
            wide = to_gguf_order(pairs[module + _UP], heads_of(other, config))
            writer.add_tensor(f"{other}.lora_a", narrow)  # [rank, in]
            writer.add_tensor(f"{other}.lora_b", wide)  # [out, rank]

    _write(target, fill)


def _write(target: Path, fill: Callable[[GGUFWriter], None]) -> None:
    """Write a file aside and put it in place when it is whole."""
    aside = target.with_name(target.name + ".part")
    writer = GGUFWriter(aside, FAMILY)
    try:
        fill(writer)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        aside.replace(target)
    except OSError as error:
        raise LimitError(f"{target} cannot be written: {error}. Free some space and run it again.") from error
    finally:
        writer.close()
        aside.unlink(missing_ok=True)
