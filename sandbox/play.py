"""The sandbox: the real bot, a simulated Discord, a fake music API, one local page."""

import asyncio
import signal
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import simcord
from simcord.preview._server import PreviewServer

from sandbox import demo, story
from sandbox.acts import ActFailed
from sandbox.music_api import FakeMusicApi, Sound
from sandbox.world import World, simulated

_KEY = "sk_sandbox"
_PACE = 0.35  # the fake API takes a few seconds for a song, and less than that here
# Long enough for a verse and a chorus; twelve stems of it are encoded in a few seconds on a small machine.
_SONG_SECONDS = 12.0
_PORT = 8765
_WELCOME = (
    "Welcome to the jam! Type `/suno create`, press Enter, and say what the song should be like. No Discord "
    "account is needed, no real credits are spent. Above you can become Ravi, Tove, or Noor, who moderates. "
    "Unlike Discord's, this page lists choices only after a letter, shows names as numbers and has no Apps."
)
_STYLE = ".audio-player::before { content: attr(aria-label); font-weight: 600; overflow-wrap: anywhere }"


# With a `bot` and its `engine`, which are not ours to import.
Build = Callable[[str, str, Path], AbstractAsyncContextManager[Any]]
Restart = Callable[[], Awaitable[None]]


async def play(build: Build, scene: str = "") -> int:
    """Open the page until Ctrl-C, and tell the story in it where asked; or play the demo. The exit code."""
    async with _sandbox(build) as (world, restart):
        if scene != "demo":
            return await _open_page(world, restart if scene == "jam" else None)
        try:
            await demo.play(world, _say)
        except ActFailed as error:
            _say(f"\nThe demo failed: {error}")
            return 1
        _say("\nThe stems are in the channel. `make run` opens the page to play with.")
        return 0


@asynccontextmanager
async def _sandbox(build: Build) -> AsyncIterator[tuple[World, Restart]]:
    with tempfile.TemporaryDirectory(prefix="encore-sandbox-") as folder:
        _name_players(Path(folder) / "page.css")
        api = FakeMusicApi(keys=[_KEY], time_scale=_PACE, sound=Sound(_SONG_SECONDS))
        async with api, AsyncExitStack() as life:

            async def begin() -> Any:  # noqa: ANN401 - not ours to import
                parts = await life.enter_async_context(build(api.url, _KEY, Path(folder)))
                # Beside the bot: SimCord takes a loop of its own that waits as work that never ends.
                running = asyncio.create_task(parts.engine.run())
                life.push_async_callback(asyncio.wait, {running})
                # In that second answers come that were paid for: a lost one would wait for its member.
                life.push_async_callback(parts.engine.stop, 1.0)
                return parts.bot

            async def restart() -> None:
                await life.aclose()
                bot = await begin()
                while world.env.bot is not bot:
                    with suppress(simcord.SetupError):  # somebody is acting
                        await world.env.restart_bot(bot)
                    await asyncio.sleep(0.05)

            async with simulated(await begin()) as world:
                yield world, restart
                await life.aclose()


async def _open_page(world: World, tells: Restart | None) -> int:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):
            asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        page = await _page(world, stack)
        await world.mod.send(world.channel, _WELCOME)
        _say(f"Encore's sandbox is open:\n\n    {page.url}\n\nType /suno create there. Ctrl-C ends it.")
        telling = [asyncio.create_task(story.play(world, _say, tells))] if tells else []
        lasting = (world.keep_live(page), page.wait_closed(), stop.wait())
        tasks = {*map(asyncio.create_task, lasting)}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in (*tasks, *telling):
            task.cancel()
        await asyncio.gather(*tasks, *telling, return_exceptions=True)
    return 0


async def _page(world: World, stack: AsyncExitStack) -> simcord.Preview:
    """The page at its usual port, so that a bookmark works, or at any other where that is taken."""
    for port in (_PORT, 0):
        preview = world.env.preview(
            world.channel, viewers=[world.mia, world.ravi, world.tove, world.mod], layout="channel", port=port
        )
        try:
            return await stack.enter_async_context(preview)
        except simcord.SetupError:
            continue
    raise OSError("no port is free for the page")


def _name_players(css: Path) -> None:
    """Show the name of each file above its player: the page has it in a label, and takes no style of ours."""
    genuine = Path(simcord.__file__).parent / "preview/static/preview.css"
    css.write_text(genuine.read_text(encoding="utf-8") + _STYLE, encoding="utf-8")
    PreviewServer._STATIC_FILES["/preview.css"] = str(css)  # noqa: SLF001 - a browser test holds it
    PreviewServer._STATIC_CONTENT_TYPES[str(css)] = "text/css"  # noqa: SLF001 - the same


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - the terminal is where the sandbox speaks
