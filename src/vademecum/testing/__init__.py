"""Shipped fakes and conformance suites for people who write adapters.

Use: `check_index(MemoryIndex, tmp_path)` inside a test of your own index.
"""

from vademecum.testing.collections import Collection, random_collection
from vademecum.testing.index_suite import check_index

__all__ = ["Collection", "check_index", "random_collection"]
