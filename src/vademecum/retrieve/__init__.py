"""From a question to evidence: hybrid search, fusion, reranking."""

from vademecum.retrieve.run import RetrieveTools, retrieve

__all__ = ["RetrieveTools", "retrieve"]
