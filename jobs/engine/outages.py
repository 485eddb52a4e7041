"""Notices of outages: a channel is told once that a provider is struggling, once that it is back.

A notice is noted, with its nonce, before it is sent, so a restart repeats none. It is a help, not a promise:
where it may have arrived and Discord's nonce window is over, it counts as sent: rather never than twice.
"""

import asyncio
import logging
import secrets
from contextlib import suppress
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine.deliver import NONCE_SECONDS
from jobs.models import OutageNotice
from jobs.ports import AnswerLost, NothingSent, PortError
from jobs.rules.breaker import ProviderAccount
from jobs.store.queries import outages

log = logging.getLogger(__name__)

# Between two rounds, scaled; and how long one may take, which is Discord's time.
_EVERY = 15.0
_ROUND_SECONDS = 600.0


class OutageNotifier:
    """Makes a round through the channels, beside the jobs, while there is something to tell."""

    def __init__(self, context: JobContext) -> None:
        self._context = context
        self._next_at = 0.0
        self._task: asyncio.Task[None] | None = None
        self._watching = True  # a process before this one may have left notices

    async def recover(self) -> None:
        """At start: where a struggle was told, it goes on until a call succeeds. No job waits for this."""
        now = self._context.clock.now()
        try:
            notices = await self._context.store.read(outages.notices)
        except Exception:
            log.exception("the notices of outages cannot be read")
            return
        for notice in notices:
            if not notice.back:
                self._context.breakers.at(notice.provider, notice.account).open(now, probe_at=now)

    def reset_timers(self) -> None:
        """The clock was set back: the next round is due."""
        self._next_at = 0.0

    def poke(self, now: float) -> float:
        """Begin a round if one is due; when the next one is."""
        stormy = any(breaker.opened_at is not None for breaker in self._context.breakers.all().values())
        if self._task is not None or not (self._watching or stormy):
            return float("inf")
        if now >= self._next_at:
            self._next_at = now + self._context.schedule.wait(_EVERY)
            self._task = asyncio.create_task(self._round(), name="notices")
            self._task.add_done_callback(self._ended)
        return self._next_at

    def _ended(self, _task: asyncio.Task[None]) -> None:
        self._task = None

    async def stop(self) -> None:
        """End the round that is under way; what it did not tell is told after the next start."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _round(self) -> None:
        try:
            async with asyncio.timeout(_ROUND_SECONDS):
                await update_notices(self._context)
                left = await send(self._context)
        except Exception:
            log.exception("notices of outages could not be sent")
            left = True
        self._watching = left


async def update_notices(context: JobContext) -> None:
    """Note what has to be told now, and take back what no longer holds."""
    now = context.clock.now()
    known = await context.store.read(outages.notices)
    for (provider, account), breaker in context.breakers.all().items():
        channels = await context.store.read(outages.waiting_channels, provider, account)
        if not channels:
            breaker.idle(now)
        mine = [notice for notice in known if (notice.provider, notice.account) == (provider, account)]
        if breaker.opened_at is not None:
            # A channel with jobs of two keys hears of a provider once, not once a key.
            told = {notice.channel_id for notice in known if notice.provider == provider}
            await _struggling(context, (provider, account), channels, mine, told)
        elif breaker.calm(now):
            for notice in mine:
                await _over(context, notice)


async def _struggling(
    context: JobContext,
    at: ProviderAccount,
    channels: list[tuple[int, int]],
    mine: list[OutageNotice],
    told: set[int],
) -> None:
    for notice in mine:
        if notice.back and notice.first_try_at is None:
            # It was not back after all, and nobody has heard of it.
            await context.store.write(outages.keep, replace(notice, back=False, told=True))
    for guild_id, channel_id in channels:
        if channel_id not in told:
            nonce = secrets.token_hex(8)
            await context.store.write(
                outages.keep, OutageNotice(at[0], guild_id, channel_id, nonce, account=at[1])
            )


async def _over(context: JobContext, notice: OutageNotice) -> None:
    if notice.back:
        return
    if notice.told or notice.first_try_at is not None:
        back = replace(notice, back=True, nonce=secrets.token_hex(8), first_try_at=None, told=False)
        await context.store.write(outages.keep, back)
    else:  # it was over before it was told
        await context.store.write(outages.drop, notice)


async def send(context: JobContext) -> bool:
    """Send what has not been told; whether something is left to watch."""
    for notice in await context.store.read(outages.notices):
        if not notice.told:
            await _send(context, notice)
    return bool(await context.store.read(outages.notices))


async def _send(context: JobContext, notice: OutageNotice) -> None:
    now = context.clock.now()
    if notice.first_try_at is None:
        notice = replace(notice, first_try_at=now)
        await context.store.write(outages.keep, notice)
    elif now - notice.first_try_at > NONCE_SECONDS:
        await _sent(context, notice)
        return
    try:
        await context.outbox.notify(notice)
    except NothingSent as error:
        log.info("a notice could not be sent yet (%s)", error.text)
        await context.store.write(outages.keep, replace(notice, first_try_at=None))
    except AnswerLost as error:
        log.info("a notice may not have arrived (%s); it is sent again under the same nonce", error.text)
    except PortError as error:
        log.info("a channel cannot be told of an outage (%s)", error.text)
        await _sent(context, notice)
    else:
        await _sent(context, notice)


async def _sent(context: JobContext, notice: OutageNotice) -> None:
    if notice.back:
        await context.store.write(outages.drop, notice)
    else:
        await context.store.write(outages.keep, replace(notice, told=True))
