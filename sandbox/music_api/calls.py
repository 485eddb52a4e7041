"""One request on its way through the server, the record that stays of it, and what may stand before it."""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from sandbox.music_api.errors import ApiError
from sandbox.music_api.operations import asked_for, offers, providers
from sandbox.music_api.service import Service

BASE: Final = "/api/v1"


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: `operation` is for example `suno.create`, `body` the JSON value or None."""

    at: float
    method: str
    path: str
    operation: str
    body: object
    key: str = field(default="", repr=False)


@dataclass(slots=True, eq=False)
class Call:
    """A request being answered. Its `body` is None before it is read and where there is no JSON."""

    request: web.Request
    service: Service
    record: deque[Request]
    body: object = None
    noted: bool = False

    @property
    def operation(self) -> str:
        """What it asks for, as far as is known: before the body is read, only what the path says."""
        resource = self.request.match_info.route.resource
        path = "" if resource is None else resource.canonical.removeprefix(BASE)
        if path in offers():
            try:
                return asked_for(path, self.body).operation
            except ApiError:
                return offers()[path][0].operation
        if "/task" in path:
            return f"{providers()[path.split('/')[1]]}.task"
        if path.startswith("/files/"):
            return f"file.{path.rpartition('.')[2]}"
        return "credits" if path == "/get-credits" else "unknown"

    async def read(self) -> None:
        """Read the body and put the request on record."""
        raw = await self.request.read()
        try:
            self.body = json.loads(raw) if raw else None
        except (ValueError, RecursionError):
            self.body = None
        self.note()

    def note(self) -> None:
        if not self.noted:
            self.noted = True
            now, request = self.service.store.clock.now(), self.request
            key = request.headers.get("Authorization", "").removeprefix("Bearer ")
            self.record.append(Request(now, request.method, request.path, self.operation, self.body, key))


Work = Callable[[Call], Awaitable[web.StreamResponse]]
Hook = Callable[[Call, Work], Awaitable[web.StreamResponse]]
"""Stands before every request: answers it by the given work, or otherwise. `ApiError` becomes a refusal."""


async def straight(call: Call, work: Work) -> web.StreamResponse:
    """Answer as the API does."""
    await call.read()
    return await work(call)
