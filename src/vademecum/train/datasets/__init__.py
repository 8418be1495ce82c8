"""Datasets: reading what others made, splitting it without leakage, keeping it in versions."""

from vademecum.train.datasets.pairs import pairs_of
from vademecum.train.datasets.read import ReadExamples, read_examples
from vademecum.train.datasets.split import Shares, SplitExamples, split_examples
from vademecum.train.datasets.store import Datasets

__all__ = [
    "Datasets",
    "ReadExamples",
    "Shares",
    "SplitExamples",
    "pairs_of",
    "read_examples",
    "split_examples",
]
