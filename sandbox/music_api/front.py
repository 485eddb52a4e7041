"""The way of every request: record, faults, key, work, and errors in the API's words."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from typing import Final

from aiohttp import web

from sandbox.music_api.calls import Call, Request
from sandbox.music_api.errors import ApiError, retired, server_error, unauthorized
from sandbox.music_api.faults import Faults, Phase
from sandbox.music_api.replies import Reply, refused
from sandbox.music_api.service import Service

log = logging.getLogger(__name__)

REQUESTS_KEPT: Final = 100_000

Work = Callable[[Call], Awaitable[web.Response]]
Name = Callable[[Call], str]
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(kw_only=True, slots=True, eq=False)
class Front:
    """Leads requests to their work."""

    service: Service
    faults: Faults
    keys: Collection[str]
    requests: deque[Request] = field(default_factory=lambda: deque(maxlen=REQUESTS_KEPT))
    _open: set[asyncio.Task[object]] = field(default_factory=set)

    def handler(self, name: Name, work: Work, *, needs_key: bool = True) -> Handler:
        """The handler of an endpoint; `name` says which operation a call asks for."""
        admitted = self._locked(work) if needs_key else work

        async def handle(request: web.Request) -> web.StreamResponse:
            task = asyncio.current_task()
            if task is None:
                raise RuntimeError("a request is answered in a task")
            self._open.add(task)
            try:
                return await self._lead(Call(request, self.service, ""), name, admitted)
            finally:
                self._open.discard(task)

        return handle

    async def hang_up(self) -> None:
        """Give up on all requests that are still open, such as those that a fault holds."""
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _lead(self, call: Call, name: Name, work: Work) -> web.StreamResponse:
        call.operation = name(call)
        cut = await self.faults.strike(call, Phase.ARRIVAL)
        if cut is None:
            await call.read()
            call.operation = name(call)
        self.requests.append(call.record())
        return await self._answer(call, work) if cut is None else cut

    async def _answer(self, call: Call, work: Work) -> web.StreamResponse:
        try:
            early = await self.faults.strike(call, Phase.BEFORE)
            if early is not None:
                return early
            reply = await work(call)
            late = await self.faults.strike(call, Phase.AFTER, reply)
        except ApiError as error:
            return to_wire(refused(error, call.operation))
        except Exception:
            log.exception("%s failed", call.operation)
            return to_wire(refused(server_error(), call.operation))
        return reply if late is None else late

    def _locked(self, work: Work) -> Work:
        async def locked(call: Call) -> web.Response:
            self._check_key(call.request.headers.get("Authorization"))
            if call.service.behaviour.retires(call.operation):
                raise retired()
            return await work(call)

        return locked

    def _check_key(self, header: str | None) -> None:
        if not header:
            raise unauthorized("Authorization header is missing.")
        scheme, _, key = header.partition(" ")
        if scheme != "Bearer" or not key:
            raise unauthorized("Invalid authorization format.")
        if key not in self.keys:
            raise unauthorized("Invalid API key.")


def to_wire(reply: Reply) -> web.Response:
    """A reply as bytes."""
    return web.json_response(dict(reply.body), status=reply.status, headers=dict(reply.headers))
