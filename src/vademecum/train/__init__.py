"""The training room: datasets, the engine, and the recipes that use them."""
