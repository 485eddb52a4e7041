"""What several of these tests do: make a song, serve an answer of their own, look for the key."""

import contextlib
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from aiohttp import web

import musicapi
from musicapi.client import MusicApiClient
from tests.fakes.api_faults import Fault
from tests.fakes.manual_clock import ManualClock

KEY = "sk_test_canary_5c1e90"

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


async def finished(client: MusicApiClient, clock: ManualClock, task_id: str) -> musicapi.TaskStatus:
    """Let the task end, and look until its sound is made."""
    clock.advance(1e6)
    while not (status := await client.poll("suno", task_id)).finished:
        pass  # each look is a round trip, in which the sound goes on being made
    return status


@dataclass
class Site:
    """A web site of a test's own: its origin, and what reached it."""

    origin: str
    port: int
    requests: list[web.Request] = field(default_factory=list)


@contextlib.asynccontextmanager
async def site(handler: Handler, host: str = "127.0.0.1") -> AsyncIterator[Site]:
    """Serve every path with one handler."""
    listening = socket.create_server((host, 0))
    port = listening.getsockname()[1]
    place = Site(f"http://{host}:{port}", port)

    async def handle(request: web.Request) -> web.StreamResponse:
        place.requests.append(request)
        return await handler(request)

    app = web.Application()
    app.router.add_route("*", "/{path:[\\s\\S]*}", handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    try:
        yield place
    finally:
        await runner.cleanup()


def told(error: BaseException) -> str:
    """Everything that printing or logging an error shows."""
    record = logging.LogRecord(
        "told", logging.ERROR, __file__, 1, "it failed: %s, %r", (error, error), (type(error), error, None)
    )
    formatted = "".join(traceback.format_exception(error))
    logged = logging.Formatter().format(record)
    return "\n".join((str(error), repr(error), repr(error.args), formatted, logged))


def names_in(folder: Path) -> list[str]:
    """What lies in a folder."""
    return sorted(path.name for path in folder.iterdir())


def label(value: object) -> str | None:
    """The name of a case with a fault in it, the same in every process."""
    return type(value).__name__ if isinstance(value, Fault) else None


def closed_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
