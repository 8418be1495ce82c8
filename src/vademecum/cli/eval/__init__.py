"""`vade eval`: measure; one file a command."""

from vademecum.cli.eval.app import app

__all__ = ["app"]
