"""`vade data`: datasets; one file a command."""

from vademecum.cli.data.app import app

__all__ = ["app"]
