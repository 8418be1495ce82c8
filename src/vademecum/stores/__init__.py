"""Chunks, vectors and terms on disk, and the indexes that search them."""

import os

os.environ.setdefault("LANCEDB_LOG", "error")  # read when Lance loads; its warnings are not for a person
