"""Questions and answers to statements: "Who founded Fern?" and "Ana" give "Ana founded Fern."

People who wrote a question said the passage in other words, so these statements teach what copied
sentences cannot. A question of another build gives nothing. English only.
Use: `state(parsed_question, "Ana", verbs)`.
"""

from __future__ import annotations

import re

from vademecum.text.parsed import Parsed
from vademecum.train.datasets.claims.forms import Verbs, balanced, raised, tidy

_DO = {"did": "VBD", "does": "VBZ", "do": "VBP"}
_PREPOSITIONS = frozenset(
    {
        "in",
        "on",
        "at",
        "by",
        "to",
        "from",
        "of",
        "for",
        "with",
        "during",
        "after",
        "before",
        "since",
        "until",
        "through",
        "under",
        "into",
        "near",
        "within",
        "between",
        "around",
        "over",
        "among",
        "about",
        "as",
        "because",
        "due",
    }
)
_AUXILIARY = frozenset(
    {"is", "was", "are", "were", "has", "have", "had", "can", "could", "will", "would", "must", "should"}
)
_EMBEDS = re.compile(r"\b(?:say|said|think|believe|claim|feel)\b|'s\b.* 's\b")
_MOST_ANSWER_WORDS = 10
_LEAST_WORDS = 4
_DAY = re.compile(r"[A-Z][a-z]+ \d{1,2}(?:,? \d{4})?$|\d{1,2} [A-Z][a-z]+(?: \d{4})?$")


def state(question: Parsed, answer: str, verbs: Verbs) -> str:
    """Return the statement that an answer makes of a question; empty when the question is built otherwise.

    Args:
        question: One question, parsed.
        answer: Words that answer it.
        verbs: Forms of verbs, for questions with "did".
    """
    answer = answer.strip(" .,;:")
    place = _asked(question)
    if (
        place is None
        or not answer
        or len(answer.split()) > _MOST_ANSWER_WORDS
        or _EMBEDS.search(question.text)
    ):
        return ""
    first, last = place
    words = question.words
    text = _as_subject(question, first, last, answer) if first == 0 else ""
    if not text:
        text = _after_auxiliary(question, first, last, answer, verbs)
    text = tidy(re.sub(r"\s*\?+\s*$", "", text)) if text else ""
    bad = not text or len(text.split()) < _LEAST_WORDS or "?" in text or not balanced(text)
    wh_left = re.search(
        r"\b(?:what|which|who|whom|whose|when|where|how many|how much)\b", text, re.IGNORECASE
    )
    return "" if bad or (wh_left and words[0].text.lower() in wh_left[0].lower()) else text


def _asked(question: Parsed) -> tuple[int, int] | None:
    """Return the first and last position of the words that the answer stands for, such as "which city"."""
    words = question.words
    for at, word in enumerate(words):
        lower = word.text.lower()
        if lower in ("who", "whom", "when", "where"):
            owns = at + 1 < len(words) and words[at + 1].tag == "POS"
            return None if owns else (at, at)
        if lower in ("what", "which", "whose"):
            if word.dep == "det" or (word.dep == "poss" and word.head > at):
                first, _ = question.phrase(word.head)
                return (at, word.head) if first >= at - 1 and word.head > at else None
            return at, at
        if lower == "how" and at + 1 < len(words) and words[at + 1].text.lower() in ("many", "much"):
            head = words[at + 1].head
            return (at, head) if head > at + 1 and words[head].pos in ("NOUN", "PROPN") else (at, at + 1)
        if at > 3:
            return None
    return None


def _as_subject(question: Parsed, first: int, last: int, answer: str) -> str:
    """Return "ANSWER founded Fern" when what is asked for is the subject."""
    words = question.words
    head = words[last]
    if head.dep not in ("nsubj", "nsubjpass") or last + 1 >= len(words) or head.head <= last:
        return ""
    if words[last + 1].text.lower() in _DO or words[last + 1].pos not in ("VERB", "AUX", "ADV"):
        return ""
    if any(one.dep in ("nsubj", "nsubjpass") and one.head == head.head for one in words[last + 1 :]):
        return ""  # "How many awards was she nominated for?" has another subject
    counted = words[first].text.lower() == "how"
    unit = question.span(first + 2, last) if counted and last > first + 1 else ""
    said = f"{answer} {unit}" if unit and unit.split()[-1].lower() not in answer.lower() else answer
    return f"{raised(said)} {question.text[words[last + 1].start :]}"


def _after_auxiliary(question: Parsed, first: int, last: int, answer: str, verbs: Verbs) -> str:
    """Return "X was built in ANSWER" from "When was X built?"."""
    words = question.words
    at = last + 1
    helper = words[at].text.lower() if at < len(words) else ""
    subject = _subject(question, at) if helper in _DO or helper in _AUXILIARY else None
    if subject is None:
        return ""
    begin, end = subject
    said = raised(question.span(begin, end))
    rest = question.text[words[end].end :].rstrip(" ?")
    if helper not in _DO and words[at].dep == "ROOT":  # "What is the capital of X?": all of it is the subject
        return f"{said}{rest} {helper} {_joined(question, first, last, answer, rest)}"
    verb = next((index for index in range(end + 1, len(words)) if words[index].pos in ("VERB", "AUX")), None)
    if verb is None:
        return ""
    form = (
        words[verb].text
        if helper == "do" or helper not in _DO
        else _inflected(words[verb].lemma, helper, verbs)
    )
    if not form:
        return ""
    helper = "" if helper in _DO else f" {helper}"
    between, after = (
        question.text[words[end].end : words[verb].start],
        question.text[words[verb].end :].rstrip(" ?"),
    )
    if words[last].dep == "dobj" and words[last].head == verb and first == 0:
        return f"{said}{helper}{between}{form} {_joined(question, first, last, answer, '')}{after}"
    left = next(
        (at for at in range(verb + 1, len(words)) if words[at].dep == "prep" and not question.children(at)),
        None,
    )
    if left is not None and first == 0:  # "What was she known for in 1990?"
        upto, onward = words[left].end, question.text[words[left].end :].rstrip(" ?")
        return f"{said}{helper}{between}{form}{question.text[words[verb].end : upto]} {answer}{onward}"
    return f"{said}{helper}{between}{form}{after} {_joined(question, first, last, answer, after)}"


def _subject(question: Parsed, at: int) -> tuple[int, int] | None:
    for index in range(at + 1, len(question.words)):
        if question.words[index].dep in ("nsubj", "nsubjpass", "attr", "expl"):
            first, last = question.phrase(index)
            return (first, last) if first == at + 1 else None
    return None


def _inflected(lemma: str, helper: str, verbs: Verbs) -> str:
    """Return a verb in the tense of "did" or "does"; empty when it was never seen in it."""
    return verbs.form(lemma, _DO[helper]) or (f"{lemma}s" if helper == "does" else "")


def _joined(question: Parsed, first: int, last: int, answer: str, rest: str) -> str:
    """Return the answer with the preposition its place in the statement needs."""
    asked = question.words[first].text.lower()
    before = question.span(0, first - 1).lower() if first else ""
    opening = answer.split()[0].lower()
    if opening in _PREPOSITIONS or (rest.split() or [""])[-1].lower() in _PREPOSITIONS:
        return answer
    if before:
        return f"{before} {answer}"
    noun = question.words[last].text.lower() if last > first else ""
    if asked == "when" or noun in ("year", "decade", "century", "month"):
        return f"on {answer}" if _DAY.match(answer) else f"in {answer}"
    if asked == "where" or noun in ("city", "country", "state"):
        return f"in {answer}"
    unit = question.span(first + 2, last) if asked == "how" and last > first + 1 else ""
    return f"{answer} {unit}" if unit and unit.split()[-1].lower() not in answer.lower() else answer
