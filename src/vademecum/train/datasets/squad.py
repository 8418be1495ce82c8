"""SQuAD's JSON, 1.1 and 2.0, as question examples with their spans.

Use: `read_squad(articles, name="squad.json")`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vademecum.errors import InputError
from vademecum.train.datasets.found import EMPTY, MISPLACED, UNANSWERED, WRONG, Found, digest, fitting
from vademecum.values import QuestionExample, Span


def read_squad(articles: Sequence[Mapping[str, Any]], *, name: str) -> Iterator[Found]:
    """Yield the questions of SQuAD's `data`; the article is the group.

    Raises:
        InputError: An article has no paragraphs, or a paragraph no context or questions.
    """
    try:
        for article in articles:
            title = " ".join(str(article.get("title") or "").replace("_", " ").split())
            for paragraph in article["paragraphs"]:
                context, items = paragraph["context"], paragraph["qas"]
                group = title or digest(context)
                for item in items:
                    yield _question(item, context=context, title=title, group=group, name=name)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(f"{name} is not in SQuAD's layout (data, paragraphs, qas): {error!r}.") from error


def _question(item: Mapping[str, Any], *, context: str, title: str, group: str, name: str) -> Found:
    asked = str(item.get("question") or "").strip()
    where = f"{name}, question {item.get('id', asked)!r}"
    if not asked or not context.strip():
        return Found(where=where, reason=EMPTY, detail="the question or its context is empty")
    answers = item.get("answers")
    if not answers and not item.get("is_impossible"):
        return Found(where=where, reason=UNANSWERED, detail=f"answers: {answers!r}")
    try:
        spans = [Span(text=one["text"], start=int(one["answer_start"])) for one in answers or ()]
    except (KeyError, TypeError, ValueError) as error:
        return Found(where=where, reason=WRONG, detail=f"an answer needs text and answer_start: {error!r}")
    kept, wrong = fitting(spans, context)
    if spans and not kept:
        return Found(where=where, reason=MISPLACED, detail=wrong)
    example = QuestionExample(
        id=str(item.get("id") or digest(asked, context)),
        group=group,
        question=asked,
        context=context,
        answers=() if item.get("is_impossible") else kept,
        title=title,
    )
    return Found(where=where, example=example)
