"""`vade models`: pretrained and trained models, one file a command."""

from vademecum.cli.models.app import app

__all__ = ["app"]
