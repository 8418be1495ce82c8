"""Claims beside evidence, made or read, that teach what supports and what contradicts."""
