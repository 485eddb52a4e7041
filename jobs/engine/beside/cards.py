"""Keeps the cards of jobs true, in as few edits as will do, and after everything else.

The rows say which cards are stale, so changes that come quickly are one edit, and a restart forgets none. A
card is worth no result: it is edited where there is room, one a channel at a time, and put off otherwise.
"""

import asyncio
import logging

from jobs.context import JobContext
from jobs.engine.beside.rounds import Rounds
from jobs.models import Job
from jobs.orders.cards import card_of
from jobs.ports import PortError, Undeliverable
from jobs.store.queries import posts

log = logging.getLogger(__name__)

# Discord's time, so not scaled: the pause in a channel after an edit, and the least after one that failed.
PAUSE, _LONG_PAUSE = 1.5, 15.0
# The least between two readings of the rows, and between two looks at those that wait for their turn.
_TOGETHER, _QUEUE_EVERY = 0.5, 15.0
# So many edits are under way at once, for so long each. Older cards are history.
_AT_ONCE, _EDIT_SECONDS, _KEPT_SECONDS = 4, 30.0, 24 * 3600.0
_MOST_WAITING = 50


class CardKeeper(Rounds):
    """Edits cards that are stale."""

    def __init__(self, context: JobContext) -> None:
        super().__init__("cards", _TOGETHER)
        self._context = context
        self._queue_at = 0.0
        self._paused: dict[int, float] = {}  # channels, and until when

    def reset_timers(self) -> None:
        super().reset_timers()
        self._queue_at = 0.0
        self._paused.clear()

    def _due_at(self) -> float:
        return min(self.next_at, self._queue_at)

    async def _round(self, now: float) -> None:
        self._paused = {channel: until for channel, until in self._paused.items() if until > now}
        try:
            stale = await self._context.store.read(
                posts.stale_cards,
                since=now - _KEPT_SECONDS,
                channels=self._paused.keys() | self._context.limited.keys(),
                most=_AT_ONCE,
                slots=self._context.slots.mine,
            )
            if now >= self._queue_at:
                moved = await self._moved_up()
                self._queue_at = now + (PAUSE if moved else _QUEUE_EVERY)
                stale += reversed(moved)  # the others are put right soon, when they begin
            one_a_channel = {job.channel_id: (job, shows) for job, shows in reversed(stale)}
            await asyncio.gather(*(self._edit(*each) for each in [*one_a_channel.values()][:_AT_ONCE]))
        except Exception:
            log.exception("cards could not be kept")
            self.next_at = self._context.clock.now() + _LONG_PAUSE
        self.next_at = min([self.next_at, *self._paused.values()])

    async def _moved_up(self) -> list[tuple[Job, str]]:
        """List jobs that wait for their turn, and are nearer to it than their cards say, or not yet there."""
        found = []
        waiting = await self._context.store.read(
            posts.waiting_cards, most=_MOST_WAITING, slots=self._context.slots.mine
        )
        for job, shown in waiting:
            if job.channel_id not in self._paused:
                shows = (await card_of(self._context, job)).shows
                found += [(job, shows)] if shows not in (shown, "making") else []
        return found

    async def _edit(self, job: Job, shows: str) -> None:
        """Make a card show what is true; leave one alone that can no longer be edited."""
        context, pause = self._context, PAUSE
        try:
            async with asyncio.timeout(_EDIT_SECONDS):
                await context.outbox.show_card(job, await card_of(context, job))
        except Undeliverable as error:
            log.info("job %s: its card stays as it was (%s)", job.id, error.text)
            shows = ""
        except (PortError, TimeoutError) as error:
            retry_after = error.retry_after if isinstance(error, PortError) else None
            pause = _LONG_PAUSE if retry_after is None else retry_after
            log.info("job %s: its card is edited in %.1f s (%s)", job.id, pause, type(error).__name__)
            self._paused[job.channel_id] = context.clock.now() + pause
            return
        self._paused[job.channel_id] = context.clock.now() + pause
        await context.store.write(posts.card_shows, job, shows)
