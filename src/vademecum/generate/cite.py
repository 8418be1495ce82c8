"""Makes citations: the only place that does, and it refuses a quote the source does not hold.

Use: `cite(unit, documents, mark=1).quote`.
"""

from __future__ import annotations

from vademecum.errors import InternalError
from vademecum.generate.units import Unit
from vademecum.values import Citation, Document


def cite(unit: Unit, document: Document, *, mark: int, highlight: bool = False) -> Citation:
    """Return the citation of a unit, checked against the stored text.

    Args:
        unit: What is quoted.
        document: The stored document it comes from.
        mark: Number by which the answer's text refers to it, from 1.
        highlight: Whether the words the reader found in it are marked.

    Raises:
        InternalError: The stored text at the unit's offsets is something else.
    """
    stored = document.text[unit.start : unit.end]
    if not unit.text or stored != unit.text or unit.start < 0:
        raise InternalError(
            f"a quote is not what {document.source} holds at {unit.start}:{unit.end}:"
            f" {unit.text[:80]!r} against {stored[:80]!r}. Please report this defect."
        )
    return Citation(
        mark=mark,
        document=unit.hit.document,
        quote=stored,
        start=unit.start,
        end=unit.end,
        location=document.locate(unit.start, unit.end),
        document_id=unit.hit.document_id,
        answer=(unit.span.start, unit.span.end) if highlight and unit.span else None,
    )
