"""The sandbox: the real bot, a simulated Discord, a fake music API, one local page."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import discord
import simcord

from sandbox import demo as demonstration
from sandbox.music_api import FakeMusicApi, LoopSound
from sandbox.world import World, simulated

_KEY = "sk_sandbox"
# The fake API takes a few seconds for a song, and less than that here.
_PACE = 0.35
# Long enough for a verse and a chorus; twelve stems of it are encoded in a few seconds on a small machine.
_SONG_SECONDS = 12.0
_PORT = 8765
_GRACE_SECONDS = 5.0
_WELCOME = (
    "Welcome to the jam! Type `/suno create`, press Enter, and say what the song should be like. This page "
    "needs no Discord account and spends no real credits. Above you can become Ravi, or Noor, who moderates. "
    "Unlike Discord's, this page lists choices only after a letter, and has no Apps menu on messages."
)


class _Engine(Protocol):
    async def run(self) -> None: ...

    async def stop(self, grace: float) -> None: ...


class _Parts(Protocol):
    @property
    def bot(self) -> discord.Client: ...
    @property
    def engine(self) -> _Engine: ...


Build = Callable[[str, str, Path], AbstractAsyncContextManager[_Parts]]


async def play(build: Build, *, demo: bool) -> int:
    """Open the sandbox: for a demo until it has been played, else until Ctrl-C; the exit code."""
    async with _sandbox(build) as world:
        if not demo:
            return await _open_page(world)
        try:
            await demonstration.play(world, _say)
        except demonstration.DemoFailed as error:
            _say(f"\nThe demo failed: {error}")
            return 1
        _say("\nThe stems are in the channel. `make run` opens the page to play with.")
        return 0


@asynccontextmanager
async def _sandbox(build: Build) -> AsyncIterator[World]:
    with tempfile.TemporaryDirectory(prefix="encore-sandbox-") as folder:
        async with (
            FakeMusicApi(keys=[_KEY], time_scale=_PACE, sound=LoopSound(_SONG_SECONDS)) as api,
            build(api.url, _KEY, Path(folder)) as parts,
            simulated(parts.bot) as world,
        ):
            # Beside the bot and not inside it: SimCord takes a loop of the bot's own that waits for an
            # event as work that never ends.
            engine = asyncio.create_task(parts.engine.run())
            try:
                yield world
            finally:
                await parts.engine.stop(_GRACE_SECONDS)
                await engine


async def _open_page(world: World) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        page = await _page(world, stack)
        await world.mod.send(world.channel, _WELCOME)
        live = asyncio.create_task(world.keep_live(page))
        _say(f"Encore's sandbox is open:\n\n    {page.url}\n\nType /suno create there. Ctrl-C ends it.")
        closed = asyncio.create_task(page.wait_closed())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({closed, stopping, live}, return_when=asyncio.FIRST_COMPLETED)
        for task in (closed, stopping, live):
            task.cancel()
        await asyncio.gather(closed, stopping, live, return_exceptions=True)
    return 0


async def _page(world: World, stack: AsyncExitStack) -> simcord.Preview:
    """The page at its usual port, so that a bookmark works, or at any other where that is taken."""
    members = [world.mia, world.ravi, world.mod]
    for port in (_PORT, 0):
        preview = world.env.preview(world.channel, viewers=members, layout="channel", port=port)
        try:
            return await stack.enter_async_context(preview)
        except simcord.SetupError:
            continue
    raise OSError("no port is free for the page")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is where the sandbox speaks
