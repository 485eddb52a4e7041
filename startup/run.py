"""The bot on Discord: engine and connection side by side, until a signal or a fatal error."""

import asyncio
import gc
import logging
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import TYPE_CHECKING

import discord

from cogs.client import CogBroken, Encore
from cogs.connection.reasons import reason
from cogs.connection.rest import go_by
from cogs.ui.interactions import TRANSPORT_ERRORS
from jobs.engine.pruning import keep_pruned
from startup.api_check import looked_at
from startup.fleet import answer
from startup.health import watchdog
from startup.settings import Settings
from startup.wiring import Assembly, assemble, public_door, take_interactions

if TYPE_CHECKING:
    from startup.webhooks import Door

log = logging.getLogger(__name__)

# A container gets 10 s between the signal and the kill.
_ENGINE_GRACE = 3.0
_CLOSE_GRACE = 2.0
_RECONNECT_SECONDS = (1.0, 120.0)
# Gateway close codes after which connecting again would fail for ever (docs: opcodes-and-status-codes).
_CLOSED_FOR_GOOD = {
    4004: "no longer accepts DISCORD_TOKEN; copy it again from the Bot page",
    4010: "did not accept the bot's shard; update Encore",
    4012: "no longer offers the gateway that this version uses; update Encore",
    4013: "did not understand the bot's intents; update Encore",
}
_CONNECTION_ERRORS = (*TRANSPORT_ERRORS, discord.HTTPException, discord.GatewayNotFound)


class StartFailed(Exception):
    """The bot cannot run; the text is for the person who runs it."""


async def run(settings: Settings) -> None:
    """Run until SIGTERM or Ctrl-C.

    Raises:
        StoreError: The database cannot be used.
        StartFailed: Discord does not accept the token, a cog does not load, or the metrics have no port.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        with suppress(NotImplementedError):  # Windows has no handlers in the loop; Ctrl-C raises there
            loop.add_signal_handler(number, stop.set)
    if settings.discord_api_url:
        go_by(settings.discord_api_url)
    async with (
        assemble(settings) as parts,
        watchdog(),
        _served(parts, settings) as door,
        looked_at(settings),
        _pruned(parts, settings),
    ):
        _freeze_startup_objects()
        await run_parts(parts, settings, stop, door)


def _freeze_startup_objects() -> None:
    """Keep the garbage collector from walking through what was loaded at start again and again.

    Under load it took a twelfth of the time; one pass for 10,000 new objects instead of 700 is enough.
    What is garbage by now, some two thousand objects, stays: looking for it took an eighth of the start.
    """
    gc.freeze()
    gc.enable()  # which `bot.py` has stopped for as long as there are imports
    gc.set_threshold(10_000, 20, 20)


@asynccontextmanager
async def _served(parts: Assembly, settings: Settings) -> AsyncIterator["Door | None"]:
    """Open the operator's port and the public one, each if it was asked for."""
    name = "METRICS_PORT"
    async with AsyncExitStack() as stack:
        try:
            if settings.metrics_port:
                from startup import metrics  # noqa: PLC0415 - only who asks for it pays for it

                host, port = settings.metrics_host, settings.metrics_port
                await stack.enter_async_context(metrics.serve(parts.bot, parts.context, host=host, port=port))
            name = "PUBLIC_PORT"
            door = await stack.enter_async_context(public_door(parts, settings))
        except OSError as error:
            raise StartFailed(f"{name} cannot be opened: {error.strerror}") from None
        yield door


@asynccontextmanager
async def _pruned(parts: Assembly, settings: Settings) -> AsyncIterator[None]:
    if settings.keep_days is None:
        yield
        return
    pruning = asyncio.create_task(keep_pruned(parts.context, settings.keep_days), name="pruning")
    try:
        yield
    finally:
        pruning.cancel()
        await asyncio.gather(pruning, return_exceptions=True)


async def run_parts(
    parts: Assembly, settings: Settings, stop: asyncio.Event, door: "Door | None" = None
) -> None:
    """Run an assembly until `stop` is set or its connection ends for good."""
    is_front = settings.role == "front"
    work = answer(parts.context, parts.part.beat) if is_front else parts.engine.run()
    engine = asyncio.create_task(work, name="engine")
    connection = asyncio.create_task(_connect(parts.bot, settings), name="discord")
    watching = asyncio.create_task(parts.bot.rest.watch(), name="rest-watch")
    stopping = asyncio.create_task(stop.wait(), name="stop")
    opening = asyncio.create_task(_open_front(parts, settings, door), name="front")
    try:
        await asyncio.wait({engine, connection, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if stop.is_set():
            log.info("stopping")
    finally:
        watching.cancel()
        stopping.cancel()
        opening.cancel()
        if door is not None and parts.bot.front is not None:
            door.end()
            await parts.bot.front.drained()  # what is taken is answered
            door.interactions = None
        await parts.engine.stop(_ENGINE_GRACE)
        with suppress(*_CONNECTION_ERRORS):
            async with asyncio.timeout(_CLOSE_GRACE):
                await parts.bot.close()
        connection_error = await _ended(connection)
        engine.cancel()
        engine_error = await _ended(engine)
    error = connection_error or engine_error
    if error is not None:
        raise error


async def _open_front(parts: Assembly, settings: Settings, door: "Door | None") -> None:
    """Take interactions by HTTP, if any, as soon as they can be answered."""
    await parts.bot.logged_in.wait()
    if door is not None:
        take_interactions(parts, settings, door)
        await door.open()


async def _connect(bot: Encore, settings: Settings) -> None:
    """Log in and stay connected. discord.py reconnects by itself; what it lets through is caught here."""
    wait, longest = _RECONNECT_SECONDS
    while not bot.is_closed():
        began = time.monotonic()
        try:
            await _session(bot, settings)
        except StartFailed:
            raise
        except _CONNECTION_ERRORS as error:
            log.warning("Discord cannot be reached (%s)", reason(error))
        except Exception:
            if not bot.logged_in.is_set():  # a bug in the start
                raise
            log.exception("the connection to Discord broke")
        else:
            return
        if time.monotonic() - began > longest:  # it held for a while: what broke it is news
            wait, _ = _RECONNECT_SECONDS
        log.info("connecting again in %.0f s", wait)
        await asyncio.sleep(wait)
        wait = min(wait * 2, longest)


async def _session(bot: Encore, settings: Settings) -> None:
    try:
        if not bot.logged_in.is_set():
            await bot.login(settings.discord_token.reveal())
        await bot.connect()
    except CogBroken as error:
        log.exception("a cog does not load")
        raise StartFailed(f"the cog {error} does not load; the log says why") from None
    except discord.LoginFailure:
        raise StartFailed("Discord does not accept DISCORD_TOKEN; copy it again") from None
    except discord.PrivilegedIntentsRequired:
        raise StartFailed(
            "Discord refused the bot's intents; Encore needs none that must be allowed, so update Encore"
        ) from None
    except discord.ConnectionClosed as error:
        why = _CLOSED_FOR_GOOD.get(error.code, "closed the connection for good; the log may say why")
        raise StartFailed(f"Discord {why} (close code {error.code})") from None
    finally:
        if not bot.logged_in.is_set():
            # The next login must not meet the closed connector of this one; discord.py keeps it.
            await bot.http.close()
            bot.http.connector = discord.utils.MISSING


async def _ended(task: asyncio.Task[None]) -> Exception | None:
    if not task.done():
        _, late = await asyncio.wait({task}, timeout=1.0)
        for one in late:
            one.cancel()
    results = await asyncio.gather(task, return_exceptions=True)
    return results[0] if isinstance(results[0], Exception) else None
