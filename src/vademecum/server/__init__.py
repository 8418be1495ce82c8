"""The HTTP server: an OpenAI-compatible API over one workspace, and routes of its own.

Use: `uvicorn.run(create_app(workspace))`; `vade serve` does.
"""

from vademecum.server.app import LOOPBACK, create_app

__all__ = ["LOOPBACK", "create_app"]
