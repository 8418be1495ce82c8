"""The chat weights are written anew once, whole or not at all, and say the same."""

from __future__ import annotations

import hashlib
import logging
import os
import resource
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, dequantize, quantize

from vademecum.errors import WeightsError
from vademecum.models import pull
from vademecum.models.catalog import ModelEntry, WeightFile, find_model
from vademecum.models.chat_embedded import EmbeddedChat
from vademecum.models.repack import repack

ROWS = 4_000
CHILD = """
import sys, pickle
from pathlib import Path
from vademecum.models import pull
entry = pickle.loads(bytes.fromhex(sys.argv[1]))
print("ready", flush=True)
sys.stdin.readline()
print(pull.engine_file(entry).name)
"""


@pytest.fixture
def entry(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModelEntry:
    """A model whose pulled file lies in a cache of its own, not repacked yet."""
    monkeypatch.setenv("VADEMECUM_CACHE", str(tmp_path / "cache"))
    source = tmp_path / "small.Q4_1.gguf"
    write_small(source)
    repack(source, tmp_path / "small.Q8_0.gguf")
    pulled, made = (weight_file(tmp_path / f"small.{form}.gguf") for form in ("Q4_1", "Q8_0"))
    model = replace(
        find_model("smollm2-135m"), name="small", files={pulled.name: pulled}, repacked=made, wheel="none==0"
    )
    folder = pull.model_folder(model)
    folder.mkdir(parents=True)
    source.rename(folder / pulled.name)
    return model


def write_small(path: Path) -> None:
    """Write a file with what real ones have: strings, lists of them, odd sizes, three forms of weights."""
    numbers = np.random.default_rng(7)
    writer = GGUFWriter(path, "llama")
    writer.add_file_type(3)
    writer.add_array("tokenizer.ggml.tokens", ["a", "be", "Grüße"])
    writer.add_array("tokenizer.ggml.scores", [1.0, 2.0])
    writer.add_float32("llama.rope.freq_base", 10_000.0)
    writer.add_tensor("norm.weight", numbers.normal(size=9).astype(np.float32))
    for name, form in (("wide.weight", "Q4_1"), ("embed.weight", "Q8_0"), ("last.weight", "Q4_1")):
        kind = GGMLQuantizationType[form]
        weights = numbers.normal(size=(ROWS, 96)).astype(np.float32)
        weights[0] = 0
        writer.add_tensor(name, quantize(weights, kind), raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def weight_file(path: Path) -> WeightFile:
    content = path.read_bytes()
    return WeightFile(name=path.name, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def folder_of(model: ModelEntry) -> set[str]:
    return {path.name for path in pull.model_folder(model).iterdir() if not path.name.endswith(".lock")}


def test_every_weight_is_the_reference_s(entry: ModelEntry) -> None:
    assert entry.repacked is not None
    path = pull.engine_file(entry)
    assert path.name == entry.repacked.name
    old, new = GGUFReader(path.with_name("small.Q4_1.gguf")), GGUFReader(path)
    assert [tensor.name for tensor in new.tensors] == [tensor.name for tensor in old.tensors]
    for before, after in zip(old.tensors, new.tensors, strict=True):
        wanted = before.data
        if before.tensor_type == GGMLQuantizationType.Q4_1:
            wanted = quantize(dequantize(before.data, before.tensor_type), GGMLQuantizationType.Q8_0)
            assert after.tensor_type == GGMLQuantizationType.Q8_0
        np.testing.assert_array_equal(after.data, wanted)
    settings = {name: field.contents() for name, field in old.fields.items()}
    assert {name: field.contents() for name, field in new.fields.items()} == settings | {
        "general.file_type": 7
    }


def test_done_once_and_again_when_it_is_missing_or_damaged(entry: ModelEntry) -> None:
    path = pull.engine_file(entry)
    made = path.stat()
    assert pull.engine_file(entry).stat().st_ino == made.st_ino
    content = path.read_bytes()
    path.unlink()
    assert pull.engine_file(entry).read_bytes() == content
    path.write_bytes(content[:-8] + bytes(8))
    with pytest.raises(WeightsError, match=r"small\.Q8_0\.gguf is refused"):
        pull.verify_model(entry)
    assert pull.engine_file(entry).read_bytes() == content
    pull.verify_model(entry)


def test_another_result_than_the_catalog_s_is_not_used(
    entry: ModelEntry, caplog: pytest.LogCaptureFixture
) -> None:
    assert entry.repacked is not None
    other = replace(entry, repacked=replace(entry.repacked, sha256="0" * 64))
    with caplog.at_level(logging.WARNING):
        assert pull.engine_file(other).name == "small.Q4_1.gguf"
    assert "small stays as it was pulled, which is slower" in caplog.text
    assert folder_of(entry) == {"small.Q4_1.gguf", "small.Q4_1.gguf.checked"}


def test_no_room_leaves_the_pulled_file_and_no_half_one(
    entry: ModelEntry, caplog: pytest.LogCaptureFixture
) -> None:
    """A limit on the size of files stands for a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, limits[1]))
    try:
        with caplog.at_level(logging.WARNING):
            assert pull.engine_file(entry).name == "small.Q4_1.gguf"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, old)
    assert "File too large" in caplog.text
    assert folder_of(entry) == {"small.Q4_1.gguf", "small.Q4_1.gguf.checked"}


def start(entry: ModelEntry) -> subprocess.Popen[str]:
    import pickle

    command = [sys.executable, "-c", CHILD, pickle.dumps(entry).hex()]
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None and child.stdout.readline() == "ready\n"
    return child


def test_two_processes_make_one_file(entry: ModelEntry) -> None:
    children = [start(entry) for _ in range(2)]
    found = [child.communicate("\n")[0].strip() for child in children]
    assert found == ["small.Q8_0.gguf"] * 2
    assert folder_of(entry) == {
        f"small.{form}.gguf{ending}" for form in ("Q4_1", "Q8_0") for ending in ("", ".checked")
    }


def test_a_kill_leaves_nothing_that_is_taken_for_the_file(entry: ModelEntry) -> None:
    part = pull.model_folder(entry) / ".small.Q8_0.gguf.part"
    child = start(entry)
    assert child.stdin is not None
    child.stdin.write("\n")
    child.stdin.flush()
    deadline = time.monotonic() + 60
    while not part.exists() and time.monotonic() < deadline:
        time.sleep(0.0005)
    os.kill(child.pid, signal.SIGKILL)
    child.communicate()
    assert "small.Q8_0.gguf" not in folder_of(entry)
    assert pull.engine_file(entry).name == "small.Q8_0.gguf"
    assert not part.exists()


def test_what_is_no_gguf_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    path.write_bytes(b"GGUF\x02\0\0\0" + bytes(64))
    with pytest.raises(WeightsError, match=r"odd\.gguf is no GGUF file that can be repacked"):
        repack(path, tmp_path / "out.gguf")


def test_the_catalog_s_chat_model_says_the_same(tmp_path: Path) -> None:
    """Pinned bytes, and the log-probability of a text within a hundredth of what it was."""
    model = find_model("smollm2-135m")
    if not pull.is_pulled(model):
        pytest.skip("the chat model is not in the weights cache: vade models pull smollm2-135m")
    assert model.repacked is not None
    path = pull.engine_file(model)
    assert path.name == model.repacked.name
    text = "The committee will meet again next week to discuss the budget of the city."
    pulled = EmbeddedChat(path.with_name(next(iter(model.files))), context_tokens=256)
    before, count = pulled.log_likelihood(text)
    after, same = EmbeddedChat(path, context_tokens=256).log_likelihood(text)
    assert count == same
    assert after == pytest.approx(before, rel=0.01)
