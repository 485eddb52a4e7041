"""The public door: where the music API says that a task is over. Imported only where PUBLIC_URL is set.

With PUBLIC_KEY Discord's interactions come in here as well. Everybody may knock. So whatever a request brings
is bounded before it is read; it is answered with a bare status; none of it reaches the log, which has counts
alone; and what is genuine of the API's only lets a job be polled sooner. The server is aiohttp's lowest one,
without routes: nothing else can be asked for here.
"""

import asyncio
import logging
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from aiohttp import web

from jobs.context import JobContext
from jobs.orders.service import JobService
from jobs.webhooks import Verdict

if TYPE_CHECKING:  # only who asks for it pays for it
    from startup.interactions import Interactions

log = logging.getLogger(__name__)

# A poll's answer holds at most two songs with 5,000 characters of lyrics each; a form of Discord's holds five
# fields of 4,000, and the message that it was opened from.
_MOST_BYTES: Final = 256 * 1024
_MOST_HEAD_BYTES: Final = 4096  # each line of it
_MOST_HEADERS: Final = 64
# A proxy keeps a few open. Whoever takes all of them costs the API's calls, in place of which polls find out.
_MOST_CONNECTIONS: Final = 64
# Seconds for a head, for a body, and between two requests.
_PATIENCE: Final = 5.0
_CLOSING: Final = 1.0
_PATH: Final = re.compile(r".*/hook/([1-9]\d{0,17})", re.ASCII)
INTERACTIONS: Final = "/interactions"
_STATUS: Final = {Verdict.FORGED: 401, Verdict.STALE: 401}
_LOG_EVERY: Final = 60.0
# aiohttp tells its logger what it was sent.
_NOWHERE: Final = logging.getLogger("startup.webhooks.nowhere")
_NOWHERE.disabled = True


class _Bare(web.Response):
    """A status and no more, which names no software; made once, as that took as long as judging a request."""

    def __init__(self, status: int, body: bytes, *, keep: bool) -> None:
        super().__init__(status=status, body=body)
        lines = [
            f"HTTP/1.1 {status} {HTTPStatus(status).phrase}",
            "Content-Type: application/json" if body else "",
            "" if keep else "Connection: close",
            "" if status == HTTPStatus.NO_CONTENT else f"Content-Length: {len(body)}",
        ]
        self._written = "\r\n".join([*filter(None, lines), "", ""]).encode() + body
        self._keep = keep

    @property
    def keep_alive(self) -> bool:
        return self._keep

    async def prepare(self, request: web.BaseRequest) -> None:
        if request.transport is not None:
            request.transport.write(self._written)

    async def write_eof(self, data: bytes = b"") -> None:
        """It is written."""


@cache
def _bare(status: int, body: bytes = b"", *, keep: bool = False) -> _Bare:
    return _Bare(status, body, keep=keep)


class _TurnedAway(Exception):
    """The request is none of the API's, by its form alone."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status, self.why = status, why


class _Connection(web.RequestHandler):
    """One connection. aiohttp bounds its heads, and the time until each of them has arrived."""

    __slots__ = ("_door",)

    def __init__(self, door: "Door") -> None:
        super().__init__(
            door,
            loop=asyncio.get_running_loop(),
            access_log=None,  # type: ignore[arg-type] # as aiohttp's own runner is told to
            logger=_NOWHERE,
            keepalive_timeout=_PATIENCE,
            lingering_time=0.0,
            max_line_size=_MOST_HEAD_BYTES,
            max_field_size=_MOST_HEAD_BYTES,
            max_headers=_MOST_HEADERS,
            read_bufsize=_MOST_BYTES,
            auto_decompress=False,
        )
        self._door = door

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        """Answer what is no HTTP, or an error of ours, without a word."""
        del request, message
        ours = status == HTTPStatus.INTERNAL_SERVER_ERROR
        return self._door.turned_away(status, f"broken by {type(exc).__name__}" if ours else "malformed")


class Door(web.Server):
    """Judges requests, counts what becomes of them, and tells the service of those that count.

    Attributes:
        port: Where it is open.
        interactions: Takes Discord's; None while none are taken.
        server: Lets connections in.
    """

    port = 0
    server: asyncio.Server | None = None
    _ending = False

    def __init__(self, service: JobService, context: JobContext) -> None:
        super().__init__(self._answer)
        self._service = service
        self._context = context
        self.interactions: Interactions | None = None
        self._telling: set[asyncio.Task[None]] = set()
        self._turned_away: Counter[str] = Counter()
        self._log_at = 0.0

    def __call__(self) -> web.RequestHandler:
        return _Connection(self)

    async def open(self) -> None:
        """Let connections in, if they were not from the start."""
        if self.server is not None:
            await self.server.start_serving()

    def end(self) -> None:
        """Let no more connections in, and go of each with its next answer: a balancer tries another then."""
        self._ending = True
        if self.server is not None:
            self.server.close()

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        if len(self.connections) > _MOST_CONNECTIONS:
            self.count("crowded")
            transport.abort()

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        try:
            if self.interactions is not None and request.path.endswith(INTERACTIONS):
                return await self._interact(request, self.interactions)
            verdict = await self._judge(request)
        except _TurnedAway as no:
            return self.turned_away(no.status, no.why)
        if verdict in _STATUS:
            self.count(verdict)
        else:
            self._context.metrics.called_back(verdict)
        return _bare(_STATUS.get(verdict, 204), keep=request.keep_alive and not self._ending)

    async def _judge(self, request: web.BaseRequest) -> Verdict:
        hook = _PATH.fullmatch(request.path) if request.method == "POST" else None
        if hook is None:
            raise _TurnedAway(404, "elsewhere")
        webhooks, now = self._context.webhooks, self._context.clock.now()
        verdict = webhooks.judge_head(request.headers, now)
        if verdict is None:
            body, job_id = await _body(request), int(hook[1])
            verdict = webhooks.judge(job_id, request.headers, body, now)
            if verdict is Verdict.TAKEN:
                self._tell(job_id)
        return verdict

    async def _interact(self, request: web.BaseRequest, interactions: "Interactions") -> web.Response:
        if request.method != "POST":
            raise _TurnedAway(404, "elsewhere")
        now = self._context.clock.now()
        verdict = interactions.judge_head(request.headers, now)
        if verdict is None:
            verdict = interactions.judge(request.headers, await _body(request), now)
        self._context.metrics.interacted("http", verdict)
        if verdict.status >= HTTPStatus.BAD_REQUEST:
            self._tell_log(verdict)
        return _bare(verdict.status, verdict.body, keep=request.keep_alive and not self._ending)

    def _tell(self, job_id: int) -> None:
        """Note it beside the answer, which the disk must not hold up."""
        task = asyncio.create_task(self._service.called_back(job_id), name=f"hook-{job_id}")
        self._telling.add(task)
        task.add_done_callback(self._told)

    def _told(self, task: asyncio.Task[None]) -> None:
        self._telling.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            log.warning("a webhook could not be noted (%s); the poll will find out", type(error).__name__)

    def turned_away(self, status: int, why: str) -> web.Response:
        """Answer a request that is none of the API's, and let its connection go."""
        self.count(why)
        return _bare(status)

    def count(self, why: str) -> None:
        """Count a request that was turned away."""
        self._context.metrics.called_back(why)
        self._tell_log(why)

    def _tell_log(self, why: str) -> None:
        """Let the log hear once a minute how many were turned away."""
        self._turned_away[why] += 1
        now = asyncio.get_running_loop().time()
        if now >= self._log_at:
            counts = ", ".join(f"{count} {why}" for why, count in sorted(self._turned_away.items()))
            log.warning("requests to PUBLIC_URL that were turned away: %s", counts)
            self._turned_away.clear()
            self._log_at = now + _LOG_EVERY

    async def close(self) -> None:
        """Let go of all connections."""
        self.pre_shutdown()
        await self.shutdown(_CLOSING)
        await asyncio.gather(*self._telling, return_exceptions=True)


async def _body(request: web.BaseRequest) -> bytes:
    if (request.content_length or 0) > _MOST_BYTES:
        raise _TurnedAway(413, "large")
    if request.content.is_eof():  # it came with the head
        return await request.content.read()
    body = bytearray()
    try:
        async with asyncio.timeout(_PATIENCE):
            async for chunk in request.content.iter_any():
                body += chunk
                if len(body) > _MOST_BYTES:
                    raise _TurnedAway(413, "large")
    except TimeoutError:
        raise _TurnedAway(408, "slow") from None
    return bytes(body)


@asynccontextmanager
async def serve(
    service: JobService, context: JobContext, *, host: str, port: int, at_once: bool = True
) -> AsyncIterator[Door]:
    """Serve while the context is open, at a free port for 0; if not `at_once`, then after `Door.open`.

    Raises:
        OSError: The port cannot be opened.
    """
    door = Door(service, context)
    server = await asyncio.get_running_loop().create_server(door, host, port, start_serving=at_once)
    door.server = server
    door.port = int(server.sockets[0].getsockname()[1])
    try:
        yield door
    finally:
        server.close()
        await door.close()
