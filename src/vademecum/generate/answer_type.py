"""Tells whether a text could hold the kind of answer a question asks for: a number, a time, a name.

English questions only; any other question expects nothing, and nothing is held against it.
Use: `lacks_expected("When was it built?", "It is tall.")` gives True.
"""

from __future__ import annotations

import re

from vademecum.text.analyse import STOP_WORDS

_ASKS_NUMBER = re.compile(
    r"\bhow (?:many|much|long|old|far|tall|big|large|often)\b"
    r"|\b(?:what|which) (?:percent\w*|number|amount|share)\b",
    re.IGNORECASE,
)
_ASKS_TIME = re.compile(r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade)\b", re.IGNORECASE)
_ASKS_PERSON = re.compile(r"\bwho(?:se|m)?\b", re.IGNORECASE)
_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|seventy|eighty|ninety|hundred|thousand|million|billion|dozen|half|third|quarter|once|twice|daily"
    r"|weekly|monthly|yearly|always|never|every)\b",
    re.IGNORECASE,
)
_TIME = re.compile(
    r"\d|\b(?:century|january|february|march|april|may|june|july|august|september|october|november|december"
    r"|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|fall|winter|morning"
    r"|noon|evening|night|today|tomorrow|yesterday|before|after|during|until|once|while|always|never|every)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"[A-Z]\w|.*@")
_WORD = re.compile(r"[\w'@.-]*\w")


def lacks_expected(question: str, text: str) -> bool:
    """Return whether the question asks for a number, a time or a person and the text adds none.

    Args:
        question: What is asked; its own words do not count as an answer.
        text: Where the answer should be.
    """
    asked = question.lower()
    added = [word for word in _WORD.findall(text) if word.lower() not in asked]
    if _ASKS_NUMBER.search(question):
        return _NUMBER.search(" ".join(added)) is None
    if _ASKS_TIME.search(question):
        return _TIME.search(" ".join(added)) is None
    if _ASKS_PERSON.search(question):
        return not any(_NAME.match(word) for word in added if word.lower() not in STOP_WORDS)
    return False
