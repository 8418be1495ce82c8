"""Takes back kept answers whose documents were removed.

Use: `withdraw(engine, {"1f2e..."}, instead=answer)`.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from typing import Any

import sqlalchemy as sa

from vademecum.stores.state.tables import traces, turns
from vademecum.values import Answer


def withdraw(engine: sa.Engine, document_ids: Set[str], *, instead: Answer) -> int:
    """Put another answer in the place of every kept one that shows one of these documents.

    Args:
        engine: The database.
        document_ids: What was removed.
        instead: What is said from now on.

    Returns:
        How many were replaced, in conversations and in traces.
    """
    replaced = 0
    with engine.begin() as connection:
        for table in (turns, traces):
            kept = sa.select(table.c.number, table.c.answer).where(table.c.answer.is_not(None))
            shown = [row.number for row in connection.execute(kept) if _shows(row.answer, document_ids)]
            for number in shown:
                change = table.update().where(table.c.number == number).values(answer=instead.to_dict())
                connection.execute(change)
            replaced += len(shown)
    return replaced


def _shows(answer: Mapping[str, Any], document_ids: Set[str]) -> bool:
    passages = [*answer["citations"], *answer["nearest"]]
    return any(one["document_id"] in document_ids for one in passages)
