"""The sandbox: the real bot, an imagined Discord, a stand-in music API, one local page."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Protocol

import discord
import simcord

from sandbox import scene
from sandbox.music_api import MusicApiStandIn, RealSound
from sandbox.town import Town, keep_page_live, town

_KEY = "sk_sandbox"
_CREDITS = 500
# The API takes a few seconds for a song, and less than that here: rendering takes its time as well.
_PACE = 0.5
# Long enough for a verse and a chorus; twelve stems of it are rendered in a few seconds on a small machine.
_SONG_SECONDS = 12.0
_PORT = 8765
_GRACE_SECONDS = 5.0
_WELCOME = (
    "Welcome to the jam! Type `/suno create`, press Enter, and say what the song should be like. "
    "When it is here, its buttons take it apart. No Discord account and no credits are spent in this sandbox."
)


class Engine(Protocol):
    """What moves the jobs."""

    async def run(self) -> None:
        """Run until stopped."""

    async def stop(self, grace: float) -> None:
        """Stop."""


class Parts(Protocol):
    """The bot, joined."""

    @property
    def bot(self) -> discord.Client:
        """The bot itself."""

    @property
    def engine(self) -> Engine:
        """Its engine."""


Build = Callable[[str, str, Path], AbstractAsyncContextManager[Parts]]


async def play(build: Build, *, demo: bool) -> int:
    """Open the sandbox: for a demo until the opening scene has ended, else until Ctrl-C; the exit code."""
    async with _sandbox(build) as place:
        if demo:
            return await _demo(place)
        await _open_page(place)
        return 0


@asynccontextmanager
async def _sandbox(build: Build) -> AsyncIterator[Town]:
    with tempfile.TemporaryDirectory(prefix="encore-sandbox-") as folder:
        async with (
            MusicApiStandIn(
                keys=[_KEY], credits=_CREDITS, time_scale=_PACE, sound=RealSound(_SONG_SECONDS)
            ) as api,
            build(api.url, _KEY, Path(folder)) as parts,
            town(parts.bot) as place,
        ):
            # Beside the bot and not inside it: SimCord takes a loop of the bot's own that waits for an
            # event as work that never ends.
            engine = asyncio.create_task(parts.engine.run())
            try:
                yield place
            finally:
                await parts.engine.stop(_GRACE_SECONDS)
                await engine


async def _demo(place: Town) -> int:
    try:
        await scene.play(place, _say)
    except scene.SceneFailed as error:
        _say(f"\nThe demo failed: {error}")
        return 1
    _say("\nThe stems are in the channel. `make run` opens the page to play with.")
    return 0


async def _open_page(place: Town) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        page = await _page(place, stack)
        await place.mod.send(place.channel, _WELCOME)
        live = asyncio.create_task(keep_page_live(place, page))
        _say(f"Encore's sandbox is open:\n\n    {page.url}\n\nType a slash command there, such as")
        _say(f"    /suno create prompt: {scene.PROMPT}\n\nCtrl-C ends it.")
        closed = asyncio.create_task(page.wait_closed())
        stopping = asyncio.create_task(stop.wait())
        await asyncio.wait({closed, stopping, live}, return_when=asyncio.FIRST_COMPLETED)
        for task in (closed, stopping, live):
            task.cancel()
        await asyncio.gather(closed, stopping, live, return_exceptions=True)


async def _page(place: Town, stack: AsyncExitStack) -> simcord.Preview:
    """The page at its usual port, so that a bookmark works, or at any other where that is taken."""
    members = [place.mia, place.ravi, place.mod]
    for port in (_PORT, 0):
        preview = place.env.preview(place.channel, viewers=members, layout="channel", port=port)
        try:
            return await stack.enter_async_context(preview)
        except OSError:
            continue
    raise OSError("no port is free for the page")


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is where the sandbox speaks
