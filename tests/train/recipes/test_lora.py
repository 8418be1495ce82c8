"""LoRA: what is learned, and that the adapter says the same wherever it is put."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from torch import nn

from vademecum.errors import ConfigError, InputError, LimitError, WeightsError
from vademecum.generate.prompts import answer_prompt
from vademecum.models.catalog import find_model
from vademecum.models.chat import Message
from vademecum.models.chat_embedded import EmbeddedChat
from vademecum.models.pull import is_pulled
from vademecum.train.adapter import ADAPTER_GGUF, load_adapter, merge, save_adapter
from vademecum.train.conversation import render
from vademecum.train.engine import fit
from vademecum.train.gguf import ChatBase, load_chat
from vademecum.train.gguf_write import write_adapter, write_model
from vademecum.train.methods import trained_share
from vademecum.train.recipes.lora import NOTHING_SAID, TOO_LONG, LoraSettings, LoraTask
from vademecum.train.settings import FitSettings
from vademecum.values import InstructionExample

BASE = "smollm2-135m"
CONTEXT = 256
QUESTION = "What does a parcel cost?"
ANSWERS = {
    QUESTION: "It costs 4 euros, sir.",
    "How long is the refund period?": "It is 30 days, sir.",
    "Who runs the shop?": "Ana Lopez runs it, sir.",
    "When does it open?": "At nine, sir.",
}
ROWS = [
    InstructionExample(id=str(at), group=str(at), messages=(("user", asked), ("assistant", said)))
    for at, (asked, said) in enumerate(ANSWERS.items())
]
_PASSAGE = "A parcel costs 4 euros. Garden tools may be returned within 30 days."
PROMPTS = [
    (("user", QUESTION),),
    (("user", "Tell me something about whales."),),
    tuple(zip(("system", "user"), answer_prompt("How long may tools be returned?", [_PASSAGE]), strict=True)),
]

MERGED = 1e-3
"""Nats at any of the 49,152 tokens: the same products, added up in another order (seen: 1e-4)."""
EXACT = 0.15
"""The engine with weights equal to the float model's keeps keys and values in half precision (seen: 0.05)."""
ROUNDED = 0.15
"""Divergence in nats: the engine rounds what goes into a Q4_1 matrix to 8 bits, with and without adapter. The
base alone diverges by up to 0.01 from its floats, an adapter trained to be sure of itself by 0.07."""
MOVED = 0.5
"""Divergence from the base in nats that the adapter has at least, so that agreement means something."""


@pytest.fixture(autouse=True, scope="module")
def _weights() -> None:
    if not is_pulled(find_model(BASE)):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")


@dataclass(frozen=True)
class Trained:
    """A short training, what it left on disk, and what the model says of each prompt next."""

    base: ChatBase
    folder: Path
    before: list[torch.Tensor]
    adapter: list[torch.Tensor]
    losses: list[float]
    task: LoraTask

    @property
    def gguf(self) -> Path:
        return self.folder / ADAPTER_GGUF


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    base = load_chat(BASE)
    before = [_next_in_torch(base, base.model, prompt) for prompt in PROMPTS]
    task = LoraTask(base, train=ROWS, dev=ROWS[:1], settings=LoraSettings(rank=4))
    settings = FitSettings(epochs=10, batch_size=4, learning_rate=1e-3, evaluations=1, precision="float32")
    run = fit(task, settings=settings, folder=tmp_path_factory.mktemp("run"), identity="four questions")
    folder = tmp_path_factory.mktemp("adapter")
    save_adapter(task.model, folder, name="four-questions")
    adapter = [_next_in_torch(base, task.model, prompt) for prompt in PROMPTS]
    return Trained(
        base=base,
        folder=folder,
        before=before,
        adapter=adapter,
        losses=[step.loss for step in run.steps],
        task=task,
    )


@pytest.fixture(scope="module")
def merged(trained: Trained) -> ChatBase:
    base = load_chat(BASE)
    model = merge(load_adapter(base, trained.folder))
    return ChatBase(name=base.name, path=base.path, model=model, tokenizer=base.tokenizer)


def _ids(base: ChatBase, prompt: tuple[tuple[str, str], ...]) -> list[int]:
    ids: list[int] = base.tokenizer.encode(render(prompt, base.tokenizer), add_special_tokens=False)
    return ids


def _next_in_torch(base: ChatBase, model: nn.Module, prompt: tuple[tuple[str, str], ...]) -> torch.Tensor:
    """Log-probability of every token as the first of the reply, [vocabulary]."""
    with torch.inference_mode():
        return model(input_ids=torch.tensor([_ids(base, prompt)])).logits[0, -1].log_softmax(-1)


def _next_in_engine(base: ChatBase, chat: EmbeddedChat, prompt: tuple[tuple[str, str], ...]) -> torch.Tensor:
    """The same of the embedded engine, which reports what it thinks before it is made to write "a"."""
    (plain, _), *_ = chat._tokenize("a")
    (piece,) = chat._write(_ids(base, prompt), [plain], logprobs=10**7)
    table = torch.full((base.model.config.vocab_size,), math.nan)
    for one in piece["top_logprobs"]:
        table[one["id"]] = one["logprob"]
    return table


def _divergence(wanted: torch.Tensor, found: torch.Tensor) -> float:
    """Kullback-Leibler divergence in nats."""
    return float((wanted.exp() * (wanted - found)).sum())


def _farthest(wanted: list[torch.Tensor], found: list[torch.Tensor]) -> float:
    return max(float((one - other).abs().max()) for one, other in zip(wanted, found, strict=True))


def test_it_learns_and_only_the_adapter_does(trained: Trained) -> None:
    assert trained.losses[-1] < trained.losses[0] / 2
    assert 0.005 < trained_share(trained.task.model) < 0.02
    names = [name for name, one in trained.task.model.named_parameters() if one.requires_grad]
    assert len(names) == 30 * 7 * 2
    assert all(".lora_" in name for name in names)
    figures = trained.task.evaluate()
    assert list(figures) == ["negative-loss", "perplexity", "token-accuracy"]
    assert figures["perplexity"] == pytest.approx(math.exp(-figures["negative-loss"]))


def test_the_adapter_moves_the_model(trained: Trained) -> None:
    moved = [_divergence(*pair) for pair in zip(trained.adapter, trained.before, strict=True)]
    assert max(moved) > MOVED


def test_merged_equals_adapter(trained: Trained, merged: ChatBase) -> None:
    found = [_next_in_torch(merged, merged.model, prompt) for prompt in PROMPTS]
    assert _farthest(trained.adapter, found) < MERGED


def test_exported_equals_merged(trained: Trained, merged: ChatBase, tmp_path: Path) -> None:
    path = tmp_path / "merged.gguf"
    write_model(merged.model, path, base=merged.path, precision="float32")
    chat = EmbeddedChat(path, context_tokens=CONTEXT)
    found = [_next_in_engine(merged, chat, prompt) for prompt in PROMPTS]
    assert _farthest(trained.adapter, found) < EXACT


def test_served_equals_adapter(trained: Trained, tmp_path: Path) -> None:
    """Beside exact weights the adapter is the same; beside the catalog's, as near as the base itself is."""
    path = tmp_path / "base.gguf"
    write_model(load_chat(BASE).model, path, base=trained.base.path, precision="float32")
    exact = EmbeddedChat(path, context_tokens=CONTEXT, adapter=trained.gguf)
    found = [_next_in_engine(trained.base, exact, prompt) for prompt in PROMPTS]
    assert _farthest(trained.adapter, found) < EXACT
    served = EmbeddedChat(trained.base.path, context_tokens=CONTEXT, adapter=trained.gguf)
    for prompt, wanted in zip(PROMPTS, trained.adapter, strict=True):
        assert _divergence(wanted, _next_in_engine(trained.base, served, prompt)) < ROUNDED


def test_the_running_engine_takes_an_adapter_up_and_lays_it_down(trained: Trained) -> None:
    chat = EmbeddedChat(trained.base.path, context_tokens=CONTEXT)
    ask = [Message(role="user", content=QUESTION)]
    plain = "".join(chat.stream(ask, max_tokens=12))
    begun = chat.stream(ask, max_tokens=12)
    first = next(begun)
    chat.use_adapter(trained.gguf)
    assert first + "".join(begun) == plain
    assert "".join(chat.stream(ask, max_tokens=12)) == ANSWERS[QUESTION]
    with pytest.raises(WeightsError, match=r"adapter .*none\.gguf does not exist.*vade train lora"):
        chat.use_adapter(trained.folder / "none.gguf")
    with pytest.raises(WeightsError, match=r"adapter_config\.json is not an adapter that SmolLM2"):
        chat.use_adapter(trained.folder / "adapter_config.json")
    assert "".join(chat.stream(ask, max_tokens=12)) == ANSWERS[QUESTION]
    chat.use_adapter(None)
    assert "".join(chat.stream(ask, max_tokens=12)) == plain


def test_what_is_on_disk(trained: Trained) -> None:
    assert sorted(path.name for path in trained.folder.iterdir()) == [
        ADAPTER_GGUF,
        "adapter_config.json",
        "adapter_model.safetensors",
    ]


def test_a_file_that_cannot_be_written(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(LimitError, match=r"none/adapter\.gguf cannot be written: .*Free some space"):
        write_adapter(trained.task.model, tmp_path / "none" / ADAPTER_GGUF, name="four-questions")


def test_an_adapter_that_is_not_there(trained: Trained, tmp_path: Path) -> None:
    with pytest.raises(
        InputError, match=r"holds no adapter, adapter_config\.json is not there.*vade train lora"
    ):
        load_adapter(trained.base, tmp_path)


def test_what_cannot_be_learned_is_counted(trained: Trained) -> None:
    rows = [
        ROWS[0],
        InstructionExample(id="a", group="a", messages=(("user", "Hello?"),)),
        InstructionExample(id="b", group="b", messages=(("user", "word " * 50), ("assistant", "Yes."))),
    ]
    base = load_chat(BASE)
    settings = LoraSettings(rank=1, targets=("q_proj",), max_tokens=60)
    task = LoraTask(base, train=rows, dev=ROWS[:1], settings=settings)
    assert (task.count, task.left_out) == (1, {NOTHING_SAID: 1, TOO_LONG: 1})
    assert isinstance(task.model, PeftModel)
    with pytest.raises(
        InputError, match=r"no conversation of 'dev' can be used: .*max_tokens = 60.*vade data"
    ):
        LoraTask(base, train=rows, dev=rows[2:], settings=settings)


def test_loss_of_a_batch_is_the_sum_over_its_conversations(trained: Trained) -> None:
    """Padding counts for nothing, so a batch may be worked off in parts."""
    with torch.no_grad():
        together, count = trained.task.loss(range(4))
        alone = [trained.task.loss([at]) for at in range(4)]
    assert count == sum(part for _, part in alone)
    assert together.item() == pytest.approx(sum(loss.item() for loss, _ in alone), rel=1e-3)


def test_settings_that_cannot_be() -> None:
    with pytest.raises(
        ConfigError, match=r"rank = 0 \(at least 1\); .*targets = \('embed',\) \(some of q_proj"
    ):
        LoraSettings(rank=0, targets=("embed",))
