"""A chat model of the catalog as floats that can be trained: GGUF to transformers' Llama and tokenizer.

Owns what a GGUF file of the Llama family means: names, order of rows, settings. Writing one belongs to
`gguf_write.py`. Weights are those the embedded engine computes with, turned back into float32 exactly.

Use: `chat = load_chat("smollm2-135m"); chat.model(**chat.tokenizer("Hello", return_tensors="pt")).logits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gguf import MODEL_ARCH, GGUFReader, Keys, dequantize, get_tensor_name_map
from gguf.tensor_mapping import TensorNameMap
from numpy.typing import NDArray
from transformers import AutoTokenizer, LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerBase

from vademecum.errors import InputError, WeightsError
from vademecum.models.catalog import find_model
from vademecum.models.pull import Progress, ensure_model

FAMILY = "llama"
"""The only architecture that can be read."""
FAST_ATTENTION = "sdpa"
"""On one core in bfloat16, four conversations of 300 tokens forward and back took 3.8 s with this, 5.7 s
with "eager", which computes queries and keys in float32."""
Floats = NDArray[np.float32]

_HEAD = "lm_head.weight"
_REFUSED = (
    "Trainable is a chat model of the catalog, see `vade models list`: `vade train lora --base smollm2-135m`."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatBase:
    """A chat model before it is trained.

    Attributes:
        name: Its name in the catalog, or the file's.
        path: The GGUF file it was read from.
        model: Float32 weights, on the processor, in evaluation mode.
        tokenizer: Its tokenizer, with its chat template.
    """

    name: str
    path: Path
    model: LlamaForCausalLM
    tokenizer: PreTrainedTokenizerBase


def load_chat(name: str, *, attention: str = FAST_ATTENTION, progress: Progress | None = None) -> ChatBase:
    """Return a chat model of the catalog as floats, fetching it first where needed.

    Args:
        name: Catalog name, such as "smollm2-135m".
        attention: Transformers' name of an attention implementation.
        progress: Told how far a download is.

    Raises:
        ConfigError: The catalog does not know the name.
        InputError: The model is not a chat model of the Llama family.
    """
    entry = find_model(name)
    if entry.task != "chat":
        raise InputError(f"'{name}' is a model to {entry.task}, LoRA adapts chat models. {_REFUSED}")
    path = ensure_model(entry, progress=progress) / next(iter(entry.files))
    return read_chat(path, name=name, attention=attention)


def read_chat(path: Path, *, name: str = "", attention: str = FAST_ATTENTION) -> ChatBase:
    """Return the chat model in a GGUF file as floats; see `load_chat`.

    Raises:
        WeightsError: The file is missing or is no GGUF file.
        InputError: It is a model of another family, or has parts that cannot be trained.
    """
    try:
        reader = GGUFReader(path)
    except (OSError, ValueError) as error:
        raise WeightsError(
            f"{path} cannot be read as a GGUF file: {error}. Run `vade models verify`."
        ) from error
    config = _config(reader, path)
    config._attn_implementation = attention
    with torch.device("meta"):
        model = LlamaForCausalLM(config)
    model.load_state_dict(_weights(reader, model, path), strict=False, assign=True)
    model.tie_weights()
    # Rotary tables are computed, not stored, so they are made again where numbers are.
    model.model.rotary_emb = type(model.model.rotary_emb)(config)
    model.name_or_path = name or path.stem
    tokenizer = AutoTokenizer.from_pretrained(path.parent, gguf_file=path.name)
    return ChatBase(name=model.name_or_path, path=path, model=model.eval(), tokenizer=tokenizer)


def gguf_name(name: str, config: LlamaConfig) -> str:
    """Return what a GGUF file calls one of transformers' weights, such as "blk.0.attn_q.weight".

    Raises:
        KeyError: A Llama has no such weight.
    """
    found = _known_names(config.num_hidden_layers).get_name(name, (".weight",))
    if found is None:
        raise KeyError(name)
    return found


def gguf_names(model: LlamaForCausalLM) -> dict[str, str]:
    """Return the GGUF name of each stored weight by its name in transformers; a tied head is not stored."""
    tied = {_HEAD} if model.config.tie_word_embeddings else set()
    return {name: gguf_name(name, model.config) for name in model.state_dict() if name not in tied}


def heads_of(gguf_name: str, config: LlamaConfig) -> int:
    """Return how many heads' rows a GGUF file holds in the other order, 0 for weights in plain order.

    llama.cpp rotates neighbouring rows of queries and keys, transformers rotates halves of a head.
    """
    if ".attn_q." in gguf_name:
        return int(config.num_attention_heads)
    return int(config.num_key_value_heads) if ".attn_k." in gguf_name else 0


def to_gguf_order(weights: Floats, heads: int) -> Floats:
    """Return rows of queries or keys as llama.cpp wants them: the two halves of each head interleaved."""
    return _reorder(weights, heads, (2, -1)) if heads else weights


def from_gguf_order(weights: Floats, heads: int) -> Floats:
    """Return rows of queries or keys as transformers wants them; the inverse of `to_gguf_order`."""
    return _reorder(weights, heads, (-1, 2)) if heads else weights


def _reorder(weights: Floats, heads: int, pairs: tuple[int, int]) -> Floats:
    split = weights.reshape(heads, *pairs, *weights.shape[1:])  # [heads, 2 or half, half or 2, columns]
    return np.ascontiguousarray(split.swapaxes(1, 2).reshape(weights.shape))


@cache
def _known_names(layers: int) -> TensorNameMap:
    return get_tensor_name_map(MODEL_ARCH.LLAMA, layers)


def _config(reader: GGUFReader, path: Path) -> LlamaConfig:
    fields: Mapping[str, Any] = {name: field.contents() for name, field in reader.fields.items()}
    family = fields.get(Keys.General.ARCHITECTURE)
    if family != FAMILY:
        raise InputError(
            f"{path.name} is a model of the family '{family}', LoRA adapts '{FAMILY}'. {_REFUSED}"
        )

    def value(key: str, default: Any = None) -> Any:
        return fields.get(key.format(arch=FAMILY), default)

    width, heads = value(Keys.LLM.EMBEDDING_LENGTH), value(Keys.Attention.HEAD_COUNT)
    return LlamaConfig(
        vocab_size=len(fields[Keys.Tokenizer.LIST]),
        hidden_size=width,
        intermediate_size=value(Keys.LLM.FEED_FORWARD_LENGTH),
        num_hidden_layers=value(Keys.LLM.BLOCK_COUNT),
        num_attention_heads=heads,
        num_key_value_heads=value(Keys.Attention.HEAD_COUNT_KV, heads),
        head_dim=value(Keys.Attention.KEY_LENGTH, width // heads),
        max_position_embeddings=value(Keys.LLM.CONTEXT_LENGTH),
        rms_norm_eps=value(Keys.Attention.LAYERNORM_RMS_EPS),
        rope_parameters={"rope_type": "default", "rope_theta": value(Keys.Rope.FREQ_BASE, 10_000.0)},
        bos_token_id=fields.get(Keys.Tokenizer.BOS_ID),
        eos_token_id=fields.get(Keys.Tokenizer.EOS_ID),
        pad_token_id=fields.get(Keys.Tokenizer.PAD_ID),
        tie_word_embeddings=all(tensor.name != "output.weight" for tensor in reader.tensors),
    )


def _weights(reader: GGUFReader, model: LlamaForCausalLM, path: Path) -> dict[str, torch.Tensor]:
    """Return every weight of the model by its name in transformers, as float32."""
    stored = {tensor.name: tensor for tensor in reader.tensors}
    names = gguf_names(model)
    odd = sorted(set(stored) ^ set(names.values()))
    if odd:
        raise InputError(f"{path.name} has other weights than a plain Llama, such as '{odd[0]}'. {_REFUSED}")
    weights = {}
    for name, other in names.items():
        floats = dequantize(stored[other].data, stored[other].tensor_type)
        weights[name] = torch.from_numpy(from_gguf_order(floats, heads_of(other, model.config)).copy())
    return weights
