"""Questions made from a person's own documents, without any large model."""

from vademecum.evaluate.make.run import SHARES, MadeQuestions, make_questions

__all__ = ["SHARES", "MadeQuestions", "make_questions"]
