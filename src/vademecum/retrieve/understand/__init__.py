"""What a question means: follow-ups made to stand by themselves, misspelt words put right."""

from vademecum.retrieve.understand.back_reference import turn_meant
from vademecum.retrieve.understand.chat_rewrite import ChatRewriter
from vademecum.retrieve.understand.history import told
from vademecum.retrieve.understand.run import Found, UnderstandTools, Understood, understand
from vademecum.retrieve.understand.turns import Earlier, question_reader

__all__ = [
    "ChatRewriter",
    "Earlier",
    "Found",
    "UnderstandTools",
    "Understood",
    "question_reader",
    "told",
    "turn_meant",
    "understand",
]
