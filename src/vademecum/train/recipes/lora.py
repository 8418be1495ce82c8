"""Teaches the embedded chat model by a small adapter beside its frozen weights.

Data: conversations. Features: the model's own chat template. Model: Llama with LoRA. Loss: cross-entropy of
what the assistant says, its end token included. Held out: the same loss on other conversations.

Use: `LoraTask(load_chat("smollm2-135m"), train=rows, dev=rows, settings=LoraSettings())` is a `Task`.

Source: Hu et al. 2021, LoRA: Low-Rank Adaptation of Large Language Models.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import torch
from peft import LoraConfig, PeftModel, TaskType, get_peft_model
from torch import nn
from transformers import LlamaForCausalLM

from vademecum.errors import ConfigError, InputError
from vademecum.train.adapter import quiet_peft
from vademecum.train.conversation import ASSISTANT, ConversationTokens, to_tokens
from vademecum.train.gguf import ChatBase
from vademecum.values.dataset import InstructionExample

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
"""The matrices an adapter may stand beside."""
TOO_LONG = "longer than max_tokens"
NOTHING_SAID = "the assistant says nothing"
_EVALUATED_TOKENS = 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class LoraSettings:
    """How large the adapter is and what it may read.

    Attributes:
        rank: Columns of the narrow matrices.
        alpha: What the adapter adds is scaled by alpha / rank.
        dropout: Share of the adapter's inputs that are dropped in training, in [0, 1); drawing it is slow
            on processors.
        targets: Which matrices are adapted, of `TARGETS`.
        max_tokens: Longest conversation; longer ones are left out, as an answer cut short teaches to
            stop early and a prompt cut short is none the model will see.
        seed: Of the adapter's first weights.

    Raises:
        ConfigError: Values that cannot be; all are named together.
    """

    rank: int = 16
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = TARGETS
    max_tokens: int = 1_024
    seed: int = 0

    def __post_init__(self) -> None:
        allowed = {
            "rank": (self.rank >= 1, "at least 1"),
            "alpha": (self.alpha > 0, "more than 0"),
            "dropout": (0 <= self.dropout < 1, "0 or more and below 1"),
            "targets": (self.targets and set(self.targets) <= set(TARGETS), f"some of {', '.join(TARGETS)}"),
            "max_tokens": (self.max_tokens >= 2, "at least 2"),
        }
        wrong = [
            f"{name} = {getattr(self, name)} ({rule})" for name, (right, rule) in allowed.items() if not right
        ]
        if wrong:
            raise ConfigError(f"Settings of the adapter that cannot be: {'; '.join(wrong)}.")

    def to_dict(self) -> dict[str, Any]:
        """Return the settings ready for JSON."""
        return {**asdict(self), "targets": list(self.targets)}


class LoraTask:
    """See `Task`; held-out figures are the negative loss a token, perplexity and token accuracy.

    Args:
        base: What is adapted; its model gets the adapter.
        train: Conversations to learn from.
        dev: Conversations that are held out.
        settings: Of the adapter.

    Attributes:
        left_out: Conversations of `train` and `dev` that are not used, by reason.

    Raises:
        InputError: No conversation of `train`, or none of `dev`, can be used.
    """

    separable = True

    def __init__(
        self,
        base: ChatBase,
        *,
        train: Sequence[InstructionExample],
        dev: Sequence[InstructionExample],
        settings: LoraSettings,
    ) -> None:
        left_out: Counter[str] = Counter()
        self._train = _usable(train, base, settings, left_out, "train")
        self._dev = _usable(dev, base, settings, left_out, "dev")
        self.left_out: Mapping[str, int] = left_out
        self.count = len(self._train)
        self._base, self._settings = base, settings
        self.model = _adapt(base, settings)

    def length(self, index: int) -> int:
        """Return the tokens of a conversation."""
        return len(self._train[index].ids)

    def loss(self, indices: Sequence[int]) -> tuple[torch.Tensor, int]:
        """Return the summed cross-entropy of what the assistant says, and how many tokens that is."""
        logits, wanted = self._read([self._train[index] for index in indices])
        return nn.functional.cross_entropy(logits, wanted, reduction="sum"), len(wanted)

    def evaluate(self) -> dict[str, float]:
        """Return the negative mean loss a token first, then perplexity and the share of tokens right."""
        loss, right, count = 0.0, 0, 0
        for part in _parts(self._dev):
            with torch.no_grad():
                logits, wanted = self._read(part)
            loss += nn.functional.cross_entropy(logits, wanted, reduction="sum").item()
            right += int((logits.argmax(-1) == wanted).sum())
            count += len(wanted)
        return {
            "negative-loss": -loss / count,
            "perplexity": math.exp(loss / count),
            "token-accuracy": right / count,
        }

    def losses(self, rows: Sequence[InstructionExample]) -> list[float]:
        """Return the mean loss a token of each conversation that can be used."""
        return losses(self._base, self.model.get_base_model(), rows, settings=self._settings)

    def _read(self, batch: Sequence[ConversationTokens]) -> tuple[torch.Tensor, torch.Tensor]:
        return _said(self.model.get_base_model(), batch)


def losses(
    base: ChatBase,
    llama: LlamaForCausalLM,
    rows: Sequence[InstructionExample],
    *,
    settings: LoraSettings | None = None,
) -> list[float]:
    """Return the mean loss a token of what the assistant says in each conversation that can be used.

    Args:
        base: Whose tokenizer reads the conversations.
        llama: Its model, with or without an adapter in it.
        rows: The conversations.
        settings: What can be used; as a training does when None.

    Raises:
        InputError: None can be used.
    """
    kept = _usable(rows, base, settings or LoraSettings(), Counter(), "test")
    with torch.no_grad():
        pairs = [_said(llama, [one]) for one in kept]
    return [nn.functional.cross_entropy(logits, wanted).item() for logits, wanted in pairs]


def _said(llama: LlamaForCausalLM, batch: Sequence[ConversationTokens]) -> tuple[torch.Tensor, torch.Tensor]:
    """Return the logits [said, vocabulary] of all that is said in a batch, and the tokens [said]."""
    device = next(llama.parameters()).device
    ids, learned = _stack(batch, device)
    # Padding stands at the end, where no token that counts can look: no mask is needed.
    hidden = llama.model(input_ids=ids[:, :-1], use_cache=False).last_hidden_state  # [batch, tokens, dim]
    said = learned[:, 1:]
    # Only where something is said: the vocabulary is a hundred times as wide as the hidden states.
    return llama.lm_head(hidden[said]).float(), ids[:, 1:][said]


def _usable(
    rows: Sequence[InstructionExample],
    base: ChatBase,
    settings: LoraSettings,
    left_out: Counter[str],
    split: str,
) -> list[ConversationTokens]:
    """Return the conversations that can be learned, and count the others."""
    kept = []
    for row in rows:
        if not any(role == ASSISTANT and content.strip() for role, content in row.messages):
            left_out[NOTHING_SAID] += 1
            continue
        tokens = to_tokens(row.messages, base.tokenizer)
        if len(tokens.ids) > settings.max_tokens:
            left_out[TOO_LONG] += 1
            continue
        kept.append(tokens)
    if not kept:
        reasons = "; ".join(f"{count} {reason}" for reason, count in left_out.items()) or "there are none"
        raise InputError(
            f"no conversation of '{split}' can be used: {reasons} (max_tokens = {settings.max_tokens})."
            " Look at the dataset: vade data show NAME"
        )
    return kept


def _adapt(base: ChatBase, settings: LoraSettings) -> PeftModel:
    config = LoraConfig(
        r=settings.rank,
        lora_alpha=settings.alpha,
        lora_dropout=settings.dropout,
        target_modules=list(settings.targets),
        task_type=TaskType.CAUSAL_LM,
    )
    with torch.random.fork_rng(), quiet_peft():
        torch.manual_seed(settings.seed)
        model = get_peft_model(base.model, config)
    assert isinstance(model, PeftModel)
    return model


def _parts(rows: Sequence[ConversationTokens]) -> Iterator[list[ConversationTokens]]:
    """Yield batches of similar lengths that fit into memory."""
    part: list[ConversationTokens] = []
    for row in sorted(rows, key=lambda one: len(one.ids)):
        if part and len(row.ids) * (len(part) + 1) > _EVALUATED_TOKENS:
            yield part
            part = []
        part.append(row)
    yield part


def _stack(batch: Sequence[ConversationTokens], device: torch.device) -> tuple[torch.Tensor, torch.Tensor]:
    """Return ids and what is learned of them, each [batch, tokens], padded at the end."""
    longest = max(len(one.ids) for one in batch)
    ids = torch.zeros(len(batch), longest, dtype=torch.long)
    learned = torch.zeros(len(batch), longest, dtype=torch.bool)
    for row, one in enumerate(batch):
        ids[row, : len(one.ids)] = torch.tensor(one.ids)
        learned[row, : len(one.learned)] = torch.tensor(one.learned)
    return ids.to(device), learned.to(device)
