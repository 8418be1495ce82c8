"""The command line: one file a command; each parses, calls the Python function of that name, prints."""

from vademecum.cli.app import main

__all__ = ["main"]
