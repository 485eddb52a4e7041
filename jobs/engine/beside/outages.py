"""Notices of outages: one that a provider is struggling, one that it is back.

A notice is stored with its nonce before it is sent, so a restart repeats none. If it may have arrived and
Discord's nonce window is over, it counts as sent: rather never than twice.
"""

import asyncio
import logging
import secrets
from collections.abc import Collection
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine.beside.rounds import Watching
from jobs.engine.deliver import NONCE_SECONDS
from jobs.models import OutageNotice
from jobs.ports import AnswerLost, NothingSent, PortError
from jobs.rules.breaker import ProviderAccount
from jobs.slots import slot_of
from jobs.store.queries import notes

log = logging.getLogger(__name__)

# Between two rounds, scaled; the longest round, in Discord's time.
_EVERY = 15.0
_ROUND_SECONDS = 600.0


class OutageNotifier(Watching):
    """Sends notices in rounds, beside the jobs, while there are outages or notices."""

    def __init__(self, context: JobContext) -> None:
        super().__init__("notices", context.schedule.wait(_EVERY))
        self._context = context

    async def recover(self, slots: Collection[int]) -> None:
        """Of new slots: reopen the breakers of announced outages, with the first probe at once."""
        now = self._context.clock.now()
        try:
            notices = await self._context.store.read(notes.notices)
        except Exception:
            log.exception("the notices of outages cannot be read")
            return
        for notice in notices:
            if not notice.back and slot_of(notice.account) in slots:
                self._context.breakers.at(notice.provider, notice.account).open(now, probe_at=now)

    def wake(self) -> None:
        """Leave it to time: what a job does is no news of an outage."""

    def _has_work(self) -> bool:
        broken = any(breaker.opened_at is not None for breaker in self._context.breakers.all().values())
        return super()._has_work() or broken

    async def _round(self, now: float) -> None:
        del now
        try:
            async with asyncio.timeout(_ROUND_SECONDS):
                await update_notices(self._context)
                left = await send(self._context)
        except Exception:
            log.exception("notices of outages could not be sent")
            left = True
        self._watching, self.next_at = left, 0.0  # `_EVERY` after this one


async def update_notices(context: JobContext) -> None:
    """Store new notices, and withdraw those that no longer hold."""
    now = context.clock.now()
    known = await context.store.read(notes.notices)
    for (provider, account), breaker in context.breakers.all().items():
        if not context.slots.has(account):
            continue
        channels = await context.store.read(notes.waiting_channels, provider, account)
        if not channels:
            breaker.idle(now)
        mine = [notice for notice in known if (notice.provider, notice.account) == (provider, account)]
        if breaker.opened_at is not None:
            # One notice for a channel and provider, even if its jobs have two keys.
            known_in = {notice.channel_id for notice in known if notice.provider == provider}
            new = [channel for channel in channels if channel[1] not in known_in]
            await _struggling(context, (provider, account), new, mine)
        elif breaker.calm(now):
            for notice in mine:
                await _over(context, notice)


async def _struggling(
    context: JobContext, at: ProviderAccount, new: list[tuple[int, int]], mine: list[OutageNotice]
) -> None:
    for notice in mine:
        if notice.back and notice.first_try_at is None:
            # It was not back after all, and that was never sent.
            await context.store.write(notes.keep_notice, replace(notice, back=False, told=True))
    for guild_id, channel_id in new:
        notice = OutageNotice(at[0], guild_id, channel_id, secrets.token_hex(8), account=at[1])
        await context.store.write(notes.begin_notice, notice)


async def _over(context: JobContext, notice: OutageNotice) -> None:
    if notice.back:
        return
    if notice.told or notice.first_try_at is not None:
        back = replace(notice, back=True, nonce=secrets.token_hex(8), first_try_at=None, told=False)
        await context.store.write(notes.keep_notice, back)
    else:  # it was over before it was sent
        await context.store.write(notes.drop_notice, notice)


async def send(context: JobContext) -> bool:
    """Send pending notices, side by side; return whether any are left to watch."""
    known = await _notices(context)
    await asyncio.gather(*(_send(context, notice) for notice in known if not notice.told))
    return bool(await _notices(context))


async def _notices(context: JobContext) -> list[OutageNotice]:
    """List the notices about accounts that are this process's."""
    return [one for one in await context.store.read(notes.notices) if context.slots.has(one.account)]


async def _send(context: JobContext, notice: OutageNotice) -> None:
    now = context.clock.now()
    if notice.first_try_at is None:
        notice = replace(notice, first_try_at=now)
        await context.store.write(notes.keep_notice, notice)
    elif now - notice.first_try_at > NONCE_SECONDS:
        await _sent(context, notice)
        return
    try:
        await context.outbox.notify(notice)
    except NothingSent as error:
        log.info("a notice could not be sent yet (%s)", error.text)
        await context.store.write(notes.keep_notice, replace(notice, first_try_at=None))
    except AnswerLost as error:
        log.info("a notice may not have arrived (%s); it is sent again under the same nonce", error.text)
    except PortError as error:
        log.info("a channel cannot be notified of an outage (%s)", error.text)
        await _sent(context, notice)
    else:
        await _sent(context, notice)


async def _sent(context: JobContext, notice: OutageNotice) -> None:
    if notice.back:
        await context.store.write(notes.drop_notice, notice)
    else:
        await context.store.write(notes.keep_notice, replace(notice, told=True))
