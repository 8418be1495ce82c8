"""`vade train`: models from datasets, one file a command."""

from vademecum.cli.train.app import app

__all__ = ["app"]
