"""Writes a chat model's weights anew in the form that the engine reads fastest.

llama.cpp has no fast kernels for blocks that carry a minimum (Q4_1), and good ones for plain 8-bit blocks
(Q8_0), which hold what those held to 8 bits. Owns the bytes; when and where belongs to `pull.py`.
The same file comes out of the same file on every machine: each step is one IEEE operation.

Use: `repack(Path("model.Q4_1.gguf"), Path("model.Q8_0.gguf"))`.
Source: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vademecum.errors import WeightsError

Bytes: TypeAlias = NDArray[np.uint8]

_MAGIC, _VERSION, _ALIGNMENT = b"GGUF", 3, 32
_STRING, _ARRAY = 8, 9
_VALUE_BYTES = {0: 1, 1: 1, 2: 2, 3: 2, 4: 4, 5: 4, 6: 4, 7: 1, 10: 8, 11: 8, 12: 8}
_KIND_KEY, _MOSTLY_Q8_0 = b"general.file_type", 7
_F32, _Q4_1, _Q8_0 = 0, 3, 8
_BLOCK = 32
"""Weights a block of either form holds."""
_BLOCK_BYTES = {_Q4_1: 20, _Q8_0: 34}
_LARGEST = 127
"""Of an 8-bit weight, whatever its sign."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Tensor:
    """One entry of the file's list of weights.

    Attributes:
        name: Its name with the numbers of its shape, as they stand in the file.
        weights: How many it holds.
        kind: Number of its form.
        offset: Where its bytes begin after the header.
    """

    name: bytes
    weights: int
    kind: int
    offset: int

    @property
    def size(self) -> int:
        """Length in bytes."""
        return 4 * self.weights if self.kind == _F32 else self.weights // _BLOCK * _BLOCK_BYTES[self.kind]


def repack(source: Path, target: Path) -> None:
    """Write a GGUF file whose Q4_1 matrices became Q8_0; everything else stays as it is.

    Args:
        source: A file of version 3 that holds Q4_1, Q8_0 and F32 weights.
        target: Where to; a kill leaves a part of it there.

    Raises:
        WeightsError: `source` is no such file.
        OSError: `target` cannot be written.
    """
    content = np.memmap(source, np.uint8, "r")
    try:
        settings, tensors, data = _read(content)
    except (struct.error, KeyError, IndexError) as error:
        raise WeightsError(f"{source} is no GGUF file that can be repacked: {error!r}.") from error
    with target.open("wb") as stream:
        stream.write(_MAGIC + struct.pack("<IQQ", _VERSION, len(tensors), settings.count))
        stream.write(settings.content)
        offset = 0
        for tensor in tensors:
            new = replace(tensor, kind=_Q8_0 if tensor.kind == _Q4_1 else tensor.kind, offset=offset)
            stream.write(new.name + struct.pack("<IQ", new.kind, new.offset))
            offset = _aligned(offset + new.size)
        for tensor in tensors:
            _fill(stream)
            packed = content[data + tensor.offset :][: tensor.size]
            stream.write((to_q8_0(from_q4_1(packed)) if tensor.kind == _Q4_1 else packed).tobytes())
        _fill(stream)
        stream.flush()
        os.fsync(stream.fileno())


def from_q4_1(packed: Bytes) -> NDArray[np.float32]:
    """Return the weights of Q4_1 blocks: step and minimum as halves, then 16 bytes of two weights each."""
    blocks = packed.reshape(-1, _BLOCK_BYTES[_Q4_1])
    step, least = blocks[:, :4].copy().view(np.float16).astype(np.float32).T[..., None]  # [blocks, 1] each
    low, high = blocks[:, 4:] & 15, blocks[:, 4:] >> 4
    whole = np.concatenate([low, high], axis=1).astype(np.float32)  # [blocks, 32]
    weights: NDArray[np.float32] = whole * step + least
    return weights


def to_q8_0(weights: NDArray[np.float32]) -> Bytes:
    """Return weights [blocks, 32] as Q8_0 blocks: a step as a half, then 32 signed bytes."""
    step = np.abs(weights).max(axis=1, keepdims=True) / np.float32(_LARGEST)
    inverse = np.divide(np.float32(1), step, out=np.zeros_like(step), where=step != 0)
    scaled = weights * inverse
    whole = np.trunc(scaled + np.copysign(np.float32(0.5), scaled)).astype(np.int8)  # halves away from zero
    return np.concatenate([step.astype(np.float16).view(np.uint8), whole.view(np.uint8)], axis=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """What stands before the list of weights: how many settings, and their bytes."""

    count: int
    content: bytes


def _read(content: Bytes) -> tuple[_Settings, list[_Tensor], int]:
    """Return the settings with the new kind of file in them, the weights, and where their bytes begin."""
    head = bytes(content[:24])
    if head[:4] != _MAGIC or struct.unpack_from("<I", head, 4)[0] != _VERSION:
        raise KeyError(head[:8])
    tensor_count, count = struct.unpack_from("<QQ", head, 8)
    view, at, kind_at = content.data, len(head), 0
    for _ in range(count):
        key, at = _text(view, at)
        kind, at = _number(view, at, 4)
        if key == _KIND_KEY:
            kind_at = at - len(head)
        at = _after(view, at, kind)
    settings = bytearray(view[len(head) : at])
    if kind_at:
        struct.pack_into("<I", settings, kind_at, _MOSTLY_Q8_0)
    tensors = []
    for _ in range(tensor_count):
        begin = at
        _, at = _text(view, at)
        dims, at = _number(view, at, 4)
        shape = struct.unpack_from(f"<{dims}Q", view, at)
        at += 8 * dims
        kind, offset = struct.unpack_from("<IQ", view, at)
        weights = int(np.prod(shape, dtype=np.int64))
        tensors.append(_Tensor(name=bytes(view[begin:at]), weights=weights, kind=kind, offset=offset))
        at += 12
    return _Settings(count=count, content=bytes(settings)), tensors, _aligned(at)


def _text(view: memoryview, at: int) -> tuple[bytes, int]:
    length, at = _number(view, at, 8)
    return bytes(view[at : at + length]), at + length


def _number(view: memoryview, at: int, size: int) -> tuple[int, int]:
    return struct.unpack_from("<I" if size == 4 else "<Q", view, at)[0], at + size


def _after(view: memoryview, at: int, kind: int) -> int:
    """Return where a value of this kind ends."""
    if kind == _STRING:
        return _text(view, at)[1]
    if kind != _ARRAY:
        return at + _VALUE_BYTES[kind]
    inner, at = _number(view, at, 4)
    count, at = _number(view, at, 8)
    if inner in _VALUE_BYTES:
        return at + count * _VALUE_BYTES[inner]
    for _ in range(count):
        at = _after(view, at, inner)
    return at


def _aligned(offset: int) -> int:
    return -(-offset // _ALIGNMENT) * _ALIGNMENT


def _fill(stream: IO[bytes]) -> None:
    """Write zeros up to where the next weights may begin."""
    at = stream.tell()
    stream.write(bytes(_aligned(at) - at))
