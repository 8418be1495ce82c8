"""Frozen values that flow between the stages."""

from vademecum.values.access import OWNER, PUBLIC, Access, Viewer, parse_readers
from vademecum.values.answer import Answer, Citation
from vademecum.values.chunk import Chunk
from vademecum.values.dataset import (
    ClaimExample,
    DatasetCard,
    DatasetTask,
    Example,
    InstructionExample,
    Origin,
    PairExample,
    QuestionExample,
    Span,
    Split,
)
from vademecum.values.document import Block, BlockKind, Document
from vademecum.values.hit import Hit
from vademecum.values.ingest import Failure, IngestSummary, Progress
from vademecum.values.location import Location
from vademecum.values.model import ModelCard, ModelKind
from vademecum.values.query import Filter, parse_filter, parse_filters
from vademecum.values.question import KINDS, Evidence, Question, QuestionKind
from vademecum.values.report import Better, Record, Report, Score
from vademecum.values.style import Style
from vademecum.values.trace import Step, Trace, TraceRecorder

__all__ = [
    "KINDS",
    "OWNER",
    "PUBLIC",
    "Access",
    "Answer",
    "Better",
    "Block",
    "BlockKind",
    "Chunk",
    "Citation",
    "ClaimExample",
    "DatasetCard",
    "DatasetTask",
    "Document",
    "Evidence",
    "Example",
    "Failure",
    "Filter",
    "Hit",
    "IngestSummary",
    "InstructionExample",
    "Location",
    "ModelCard",
    "ModelKind",
    "Origin",
    "PairExample",
    "Progress",
    "Question",
    "QuestionExample",
    "QuestionKind",
    "Record",
    "Report",
    "Score",
    "Span",
    "Split",
    "Step",
    "Style",
    "Trace",
    "TraceRecorder",
    "Viewer",
    "parse_filter",
    "parse_filters",
    "parse_readers",
]
