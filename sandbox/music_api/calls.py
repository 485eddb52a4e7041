"""One request on its way through the server, and the record that stays of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from aiohttp import web

from sandbox.music_api.errors import invalid
from sandbox.music_api.service import Service


@dataclass(frozen=True, slots=True)
class Request:
    """What arrived: `operation` is for example `suno.create`, `body` the JSON value or None."""

    at: float
    method: str
    path: str
    operation: str
    body: object
    key: str = field(default="", repr=False)


@dataclass(slots=True)
class Call:
    """A request being answered.

    Attributes:
        request: As it came in.
        service: The API behind the server.
        operation: What it asks for, as far as is known: before the body is read, only what the path says.
        body: The JSON value, None before it is read and where there is none.
        hit: How many times the fault that acts now has acted before.
    """

    request: web.Request
    service: Service
    operation: str
    body: object = None
    hit: int = 0

    async def read(self) -> None:
        """Read the body; what is no JSON counts as none."""
        raw = await self.request.read()
        try:
            self.body = json.loads(raw) if raw else None
        except (ValueError, RecursionError):
            self.body = None

    def json_object(self) -> Mapping[str, object]:
        """The body; raises `ApiError` unless it is a JSON object."""
        if not isinstance(self.body, dict):
            raise invalid("The request body should be a JSON object.")
        return self.body

    def record(self) -> Request:
        """What stays of it."""
        now = self.service.library.clock.now()
        key = self.request.headers.get("Authorization", "").removeprefix("Bearer ")
        return Request(now, self.request.method, self.request.path, self.operation, self.body, key)
