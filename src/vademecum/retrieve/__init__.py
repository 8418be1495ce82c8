"""From a question to evidence: hybrid search, fusion, reranking."""

from vademecum.retrieve.run import RetrieveTools, put_right, retrieve

__all__ = ["RetrieveTools", "put_right", "retrieve"]
