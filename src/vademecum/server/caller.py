"""Who calls: found by the key a request carries, before anything else looks at it.

Until the first key is made, everybody who reaches the server is its owner; from then on nobody without one
is let in, also when all keys are revoked. What a caller may read of the documents is decided elsewhere.
Use: `app.add_middleware(Doorkeeper, state=workspace.state, per_minute=60)`, then `caller_of(request).user`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection, cookie_parser
from starlette.types import ASGIApp, Receive, Scope, Send

from vademecum.errors import DeniedError, VademecumError
from vademecum.server.errors import FullError, NoKeyError, error_response
from vademecum.stores.state import State
from vademecum.values.conversation import ANYONE, Role

COOKIE = "vade_key"
"""Holds the key of who logged in on the page."""
_OPEN = ("/", "/healthz", "/v1/login", "/favicon.ico")
_FILES = ("/assets/", "/static/", "/theme.css", "/gradio_api/heartbeat/")
"""Beginnings of the paths that the page fetches by itself, dozens at a visit; they are not counted."""
_MINUTE_S = 60.0
_RANKS: dict[Role, int] = {"reader": 0, "editor": 1, "owner": 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who calls.

    Attributes:
        user: Their name; empty in a workspace without keys.
        role: What they may do.
        groups: What they belong to.
        known: False for somebody without a key where there are keys.
    """

    user: str = ANYONE
    role: Role = "owner"
    groups: tuple[str, ...] = ()
    known: bool = True

    def require(self, role: Role) -> None:
        """Say whether the caller may do what takes this role.

        Raises:
            DeniedError: They may not.
        """
        if _RANKS[self.role] < _RANKS[role]:
            raise DeniedError(f"this takes the role {role}, and {self.user or 'you'} has {self.role}.")


def caller_of(request: HTTPConnection) -> Caller:
    """Return who sent a request."""
    return cast("Caller", request.scope["state"]["caller"])


class Doorkeeper:
    """Lets requests in by their key, so many a minute.

    Args:
        app: What is behind it.
        state: Gives the store the keys lie in.
        per_minute: Requests a user may send in any minute; 0 for as many as they like.
    """

    def __init__(self, app: ASGIApp, *, state: Callable[[], State], per_minute: int) -> None:
        self._app, self._state = app, state
        self._rates = _Rates(per_minute)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on with its caller, or answer 401 or 429."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            caller = await run_in_threadpool(self._caller, Headers(scope=scope), scope["path"])
            if caller.user and not scope["path"].startswith(_FILES):
                self._rates.check(caller.user)
        except VademecumError as error:
            await error_response(error)(scope, receive, send)
            return
        scope.setdefault("state", {})["caller"] = caller
        await self._app(scope, receive, send)

    def _caller(self, headers: Headers, path: str) -> Caller:
        keys = self._state().keys
        secret = secret_in(headers)
        key = keys.find(secret) if secret else None
        if key is not None:
            return Caller(user=key.user, role=key.role, groups=key.groups)
        if not keys.any():
            return Caller()
        if path in _OPEN:
            return Caller(role="reader", known=False)
        if secret:
            raise NoKeyError(
                "the key opens nothing here. It may have been revoked: ask the owner for another."
            )
        raise NoKeyError("this server wants a key: send it as 'Authorization: Bearer KEY'.")


def secret_in(headers: Headers) -> str:
    """Return the key a request carries, in its Authorization header or the page's cookie; empty without."""
    kind, _, secret = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        return secret.strip()
    return cookie_parser(headers.get("cookie", "")).get(COOKIE, "")


class _Rates:
    """Counts requests of the last minute by user; a clock that jumps does not matter to it."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._came: dict[str, deque[float]] = {}
        self._lock = threading.Lock()

    def check(self, user: str) -> None:
        """Count a request.

        Raises:
            FullError: The user has sent as many as they may.
        """
        if not self._per_minute:
            return
        at = time.monotonic()
        with self._lock:
            came = self._came.setdefault(user, deque())
            while came and came[0] <= at - _MINUTE_S:
                came.popleft()
            if len(came) >= self._per_minute:
                wait_s = came[0] + _MINUTE_S - at
                raise FullError(
                    f"{user} may send {self._per_minute} requests a minute. Go on in {wait_s:.0f} seconds.",
                    retry_after_s=wait_s,
                )
            came.append(at)
