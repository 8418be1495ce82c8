"""Metrics of texts, one file a family; `vademecum.registry` knows them by name."""
