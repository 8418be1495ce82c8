"""`vade serve`: the workspace over HTTP."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Annotated

import typer

from vademecum.cli.options import WorkspaceOption, open_workspace

if TYPE_CHECKING:
    from vademecum.workspace import Workspace


def serve(
    host: Annotated[
        str, typer.Option("--host", help="Other than loopback only when there are keys.")
    ] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", min=0, max=65_535, help="0 takes a free one.")] = 8600,
    running: Annotated[int, typer.Option("--running", min=1, help="Requests worked on at once.")] = 4,
    waiting: Annotated[
        int, typer.Option("--waiting", min=0, help="Requests that may wait; more are answered 429.")
    ] = 32,
    per_minute: Annotated[
        int, typer.Option("--per-minute", min=0, help="Requests a user may send in any minute; 0: any.")
    ] = 0,
    workspace: WorkspaceOption = None,
) -> None:
    """Serve this workspace as a page, to OpenAI's clients and to anything that speaks HTTP, until Ctrl-C.

    Ctrl-C or SIGTERM lets what is running end, half a minute at most; a second one ends it at once.

    Example: vade serve; then base_url="http://127.0.0.1:8600/v1", model="vademecum"
    """
    import ipaddress

    from vademecum.errors import BusyError, ConfigError

    try:
        own = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        own = False
    with open_workspace(workspace) as opened, socket.socket(_family(host)) as listener:
        if not own and not opened.state().keys.any():
            raise ConfigError(
                f"host = {host} is open to others, and there are no keys yet. Use 127.0.0.1, or make one:"
                " vade keys add NAME --role owner"
            )
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError as error:
            raise BusyError(
                f"{host}:{port} cannot be listened to: {error}. Choose another --port."
            ) from error
        threading.Thread(target=_load, args=(opened,), daemon=True).start()
        import uvicorn

        from vademecum.server import LOOPBACK, create_app
        from vademecum.server.process import GRACE_S, Process

        settings = uvicorn.Config(
            create_app(
                opened,
                running=running,
                waiting=waiting,
                per_minute=per_minute,
                hosts=LOOPBACK if own else ("*",),
                page_at_once=True,
            ),
            log_level="warning",
            timeout_graceful_shutdown=GRACE_S,
        )
        shown = f"[{host}]" if ":" in host else host
        typer.echo(
            f"http://{shown}:{listener.getsockname()[1]}  the page; the API at /v1, model 'vademecum';"
            f" {opened.folder}",
            err=True,
        )
        Process(settings).run(sockets=[listener])


def _load(opened: Workspace) -> None:
    """Load the models while the server's libraries are imported.

    What goes wrong is told by the server, which asks for them again.
    """
    from vademecum.errors import VademecumError

    with suppress(VademecumError):
        opened.load_models()


def _family(host: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in host else socket.AF_INET
