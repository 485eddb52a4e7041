"""Keep the scheduled events of jams true, beside the jams: make each once, move it with its jam, and end it.

Discord knows no nonce for events. So each try is noted before it leaves, and before another the event is
looked for by what nothing else has: the address of the jam's own message. No jam waits for any of it.
"""

import logging
from dataclasses import replace

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER, Watching
from jobs.models.jam import HIDING, Jam, JamState, Say
from jobs.models.jams.event import JamEvent
from jobs.ports import JamCalendar, PortError, Undeliverable
from jobs.rules.jams.event import has_moved, span_of
from jobs.store.queries.jams import jams, posts
from jobs.store.queries.jams.calendar import events

log = logging.getLogger(__name__)

# The least between two rounds, the rest after an error of ours, and how much later a request whose answer was
# lost may still land. Not scaled.
_TOGETHER, _REST_SECONDS, _LANDS = 0.3, 60.0, 30.0
_TRIES = 12


class EventKeeper(Watching):
    """Works while an event is to be made, moved or ended; costs nothing while there is none."""

    def __init__(self, context: JobContext, calendar: JamCalendar) -> None:
        super().__init__("events", _TOGETHER)
        self._context = context
        self._calendar = calendar

    async def _round(self, now: float) -> None:
        try:
            kept = await self._context.store.read(events.kept)
            self._watch(kept)
            for event in kept:
                self.next_at = min(self.next_at, await self._look_after(event, now))
        except Exception:
            log.exception("events of jams could not be kept")
            self.next_at = self._context.clock.now() + _REST_SECONDS

    async def _look_after(self, event: JamEvent, now: float) -> float:
        """Do what is due about one event; return when there is more to do."""
        jam = await self._context.store.read(jams.by_id, event.jam_id)
        if jam is None or not self._context.works_for(jam.guild_id):
            return NEVER
        if (event.due_at or 0.0) > now:
            return event.due_at or NEVER
        if jam.guild_id in self._context.gone:
            await self._context.store.write(events.put_off, jam.id, None)
            return NEVER
        try:
            return await _go_on(self._context, self._calendar, jam, event)
        except PortError as error:
            return await _put_off(self._context, self._calendar, jam, event, error)


async def _go_on(context: JobContext, calendar: JamCalendar, jam: Jam, event: JamEvent) -> float:
    if event.event_id is None:
        return await _make(context, calendar, jam, event)
    if jam.state not in HIDING:
        if jam.state is not JamState.SHOWING:  # its result is not told yet
            await calendar.end(jam, event.event_id)
            await context.store.write(events.keep, replace(event, due_at=None))
        return NEVER
    if has_moved(jam, event, now=context.clock.now(), scale=context.schedule.scale):
        starts, ends = span_of(jam, event)
        announced = jam.state is JamState.PLANNED
        there = await calendar.move(jam, event.event_id, starts if announced else None, ends)
        moved = replace(event, starts=starts, ends=ends, tries=0)
        # One that is gone was taken away by somebody who wants none.
        await context.store.write(events.keep, moved if there else replace(moved, due_at=None))
    return NEVER


async def _make(context: JobContext, calendar: JamCalendar, jam: Jam, event: JamEvent) -> float:
    """Make the event, unless an earlier try has."""
    now, write = context.clock.now(), context.store.write
    panel = next(iter(await context.store.read(posts.of_name, jam.id, Say.PANEL)), None)
    if panel is None or panel.message_id is None:
        return NEVER  # what follows its being sent is the next round's
    if event.tried_at is not None:
        if now < event.tried_at + _LANDS:
            return event.tried_at + _LANDS
        found = await calendar.find(jam, panel.message_id)
        if found is not None:
            await write(events.keep, replace(event, event_id=found))
            return now
    starts, ends = span_of(jam, event)
    if jam.state is not JamState.PLANNED or not panel.message_id:
        await write(events.keep, replace(event, due_at=None))
        if event.tries and jam.state is not JamState.CANCELLED:
            await calendar.tell_host(jam, made=False)
    elif starts > now:
        trying = replace(event, tried_at=now, starts=starts, ends=ends)
        await write(events.keep, trying)
        made = await calendar.make(jam, panel.message_id, starts, ends)
        await write(events.keep, replace(trying, event_id=made, tries=0))
    return NEVER


async def _put_off(
    context: JobContext, calendar: JamCalendar, jam: Jam, event: JamEvent, error: PortError
) -> float:
    """Try again later; what is refused for good, or too often, is told to the host, once."""
    log.warning("jam %s: its event is not as it should be (%s)", jam.id, error.text)
    if not isinstance(error, Undeliverable) and event.tries < _TRIES:
        due_at = context.clock.now() + context.schedule.after_failure(event.tries, error.retry_after)
        await context.store.write(events.put_off, jam.id, due_at)
        return due_at
    await context.store.write(events.put_off, jam.id, None)
    await calendar.tell_host(jam, made=event.event_id is not None)
    return NEVER
