"""Reading text in pictures with RapidOCR, whose models (PP-OCRv6, Latin and Chinese scripts) ship in its
wheel.

Owns reading order and rotation. Handwriting, Korean, Arabic, Indic scripts and formulas are not read
reliably.

Use: `OcrReader().read(pixels)` gives the lines in reading order.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from rapidocr import RapidOCR
from rapidocr.utils.output import RapidOCROutput

Pixels = NDArray[np.uint8]
Box = tuple[float, float, float, float]

_MAX_SIDE_PX = 2_400
_DETECT_SIDE_PX = 960
_MIN_SCORE = 0.6
_MIN_COLUMN_LINES = 5
_MIN_BODY_LETTERS = 6  # a column of figures has fewer in a line


@dataclass(frozen=True, slots=True, kw_only=True)
class OcrLine:
    """One line of text in a picture.

    Attributes:
        text: Its characters.
        score: Confidence in [0, 1], higher is better.
        box: Left, top, right, bottom as fractions of the picture's size.
        row: Number of the row it stands in, from 0 in reading order; pieces side by side share one.
        paragraph: Number of the paragraph it belongs to, from 0 in reading order.
    """

    text: str
    score: float
    box: Box
    row: int = 0
    paragraph: int = 0


class OcrReader:
    """Holds the loaded models; about 0.6 GB at work, one thread. Not shared between threads."""

    def __init__(self) -> None:
        self._engine = RapidOCR(
            params={
                "Global.log_level": "critical",
                "Global.text_score": _MIN_SCORE,
                "EngineConfig.onnxruntime.intra_op_num_threads": 1,
                "EngineConfig.onnxruntime.inter_op_num_threads": 1,
                "Det.limit_type": "max",
                "Det.limit_side_len": _DETECT_SIDE_PX,
                "Rec.rec_batch_num": 1,
            }
        )

    def read(self, image: Pixels | bytes) -> list[OcrLine]:
        """Return the lines of a picture in reading order.

        Args:
            image: Pixels of shape [height, width, 3] in BGR, or an encoded picture such as PNG.

        Raises:
            ValueError: The bytes are not a picture.
        """
        pixels = _decode(image) if isinstance(image, bytes) else image
        if is_blank(pixels):
            return []
        pixels = _shrunk(pixels)
        lines = self._lines(pixels, flip=True)
        if _is_sideways(lines, pixels):
            turned = [(turns, self._lines(np.rot90(pixels, turns).copy(), flip=False)) for turns in (1, 3)]
            turns, lines = max(turned, key=lambda found: _weight(found[1]))
            return [replace(line, box=_turned_back(line.box, turns)) for line in _in_order(lines)]
        return _in_order(lines)

    def _lines(self, pixels: Pixels, *, flip: bool) -> list[OcrLine]:
        """Return what the models find, in their order; `flip` lets them turn single lines upside down."""
        height, width = pixels.shape[:2]
        found = self._engine(pixels, use_cls=flip)
        if not isinstance(found, RapidOCROutput) or found.boxes is None or not found.txts or not found.scores:
            return []
        lines = []
        for quad, text, score in zip(found.boxes, found.txts, found.scores, strict=True):
            left, top = quad.min(axis=0)
            right, bottom = quad.max(axis=0)
            box = (_share(left, width), _share(top, height), _share(right, width), _share(bottom, height))
            if text.strip():
                lines.append(OcrLine(text=text.strip(), score=float(score), box=box))
        return lines


def is_blank(pixels: Pixels) -> bool:
    """Say whether a picture is of one shade: no pixel in a thousand stands out."""
    grey = pixels.mean(axis=2) if pixels.ndim == 3 else pixels
    return bool((np.abs(grey - np.median(grey)) > 40).mean() < 0.0005)


def _decode(data: bytes) -> Pixels:
    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    if pixels is None:
        raise ValueError("not a picture")
    return np.asarray(pixels, np.uint8)


def _shrunk(pixels: Pixels) -> Pixels:
    longest = max(pixels.shape[:2])
    if longest <= _MAX_SIDE_PX:
        return pixels
    scale = _MAX_SIDE_PX / longest
    return np.asarray(cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)


def _share(value: float, whole: int) -> float:
    return round(min(max(float(value) / whole, 0.0), 1.0), 4)


def _weight(lines: Sequence[OcrLine]) -> float:
    return sum(line.score**2 * len(line.text) for line in lines)


def _is_sideways(lines: Sequence[OcrLine], pixels: Pixels) -> bool:
    """Say whether most lines are taller than wide, as on a page that lies on its side."""
    height, width = pixels.shape[:2]
    tall = [
        (line.box[3] - line.box[1]) * height > 1.3 * (line.box[2] - line.box[0]) * width for line in lines
    ]
    return len(tall) > 1 and sum(tall) > len(tall) / 2


def _turned_back(box: Box, turns: int) -> Box:
    """Return where a box of the picture turned `turns` times to the left was before."""
    left, top, right, bottom = box
    return (1 - bottom, left, 1 - top, right) if turns == 1 else (top, 1 - right, bottom, 1 - left)


def _in_order(lines: Sequence[OcrLine]) -> list[OcrLine]:
    """Return lines in reading order with their rows and paragraphs numbered: columns first, then rows."""
    ordered: list[OcrLine] = []
    number, row_number = -1, -1
    for column in _columns(list(lines)):
        previous: list[OcrLine] = []
        for row in _rows(column):
            row_number += 1
            number += not previous or _is_apart(previous, row)
            ordered.extend(replace(line, row=row_number, paragraph=number) for line in row)
            previous = row
    return ordered


def _columns(lines: list[OcrLine]) -> list[list[OcrLine]]:
    """Cut at gaps that run down between two bodies of text, else at the widest gap between rows."""
    if len(lines) < 2 * _MIN_COLUMN_LINES:
        return [lines]
    cut = _gap([(line.box[0], line.box[2]) for line in lines], minimum=0.004)
    if cut is not None:
        left = [line for line in lines if line.box[2] <= cut]
        right = [line for line in lines if line.box[2] > cut]
        if _is_body(left) and _is_body(right):
            return [*_columns(left), *_columns(right)]
    cut = _gap([(line.box[1], line.box[3]) for line in lines], minimum=0.0)
    if cut is None:
        return [lines]
    above = [line for line in lines if line.box[3] <= cut]
    below = [line for line in lines if line.box[3] > cut]
    parts = [*_columns(above), *_columns(below)]
    return parts if len(parts) > 2 else [lines]


def _is_body(lines: Sequence[OcrLine]) -> bool:
    """Say whether lines are running text and not a column of figures: many, and most of them wide."""
    if len(lines) < _MIN_COLUMN_LINES:
        return False
    if statistics.median(sum(map(str.isalpha, line.text)) for line in lines) < _MIN_BODY_LETTERS:
        return False
    width = max(line.box[2] for line in lines) - min(line.box[0] for line in lines)
    return statistics.median(line.box[2] - line.box[0] for line in lines) > 0.6 * width


def _gap(spans: list[tuple[float, float]], *, minimum: float) -> float | None:
    """Return the middle of the widest stretch that no span touches, or None."""
    best, reach = (minimum, -1.0), None
    for start, end in sorted(spans):
        if reach is not None and start - reach > best[0]:
            best = (start - reach, (start + reach) / 2)
        reach = end if reach is None else max(reach, end)
    return best[1] if best[1] >= 0 else None


def _rows(lines: Sequence[OcrLine]) -> list[list[OcrLine]]:
    """Group lines that stand side by side, from top to bottom, each row from left to right."""
    rows: list[list[OcrLine]] = []
    for line in sorted(lines, key=lambda line: (line.box[1] + line.box[3], line.box[0])):
        middle = (line.box[1] + line.box[3]) / 2
        last = rows[-1][0].box if rows else None
        if last is not None and last[1] < middle < last[3]:
            rows[-1].append(line)
        else:
            rows.append([line])
    return [sorted(row, key=lambda line: line.box[0]) for row in rows]


def _is_apart(above: Sequence[OcrLine], below: Sequence[OcrLine]) -> bool:
    """Say whether the gap between two rows is more than 0.7 of a line's height."""
    height = min(above[0].box[3] - above[0].box[1], below[0].box[3] - below[0].box[1])
    return below[0].box[1] - above[0].box[3] > 0.7 * height
