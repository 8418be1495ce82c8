"""The stage that turns evidence into a cited answer."""

from vademecum.generate.calibration import MIN_CONFIDENCE
from vademecum.generate.protocols import AnswerTools, Claim, Writer
from vademecum.generate.question import check_question
from vademecum.generate.run import answer_question

__all__ = ["MIN_CONFIDENCE", "AnswerTools", "Claim", "Writer", "answer_question", "check_question"]
