"""Keeps the time of jams: it sleeps until the next end, works beside the jobs, and gives lost time back."""

import asyncio
import logging
from collections.abc import Collection
from contextlib import suppress
from typing import Any

from sqlalchemy.exc import OperationalError

from jobs.context import JobContext
from jobs.engine.beside.rounds import NEVER, Watching
from jobs.engine.hidden import shelf
from jobs.jams.party import play
from jobs.jams.showing import reveal, show_panel, show_turns
from jobs.jams.steps import go_on
from jobs.jams.telling import tell
from jobs.models.jam import HIDING, RUNNING, Jam, JamState
from jobs.ports import JamOutbox
from jobs.rules.jams.clock import DAY, MINUTE
from jobs.slots import slot_of
from jobs.store.queries.jams import jams, life, posts

log = logging.getLogger(__name__)

# The least between two rounds, and the rest of a jam after an error of ours, which doubles. Not scaled.
_TOGETHER, _REST_SECONDS, _LONGEST_REST = 0.3, 15.0, 3600.0
# After so many errors in a row, some four hours, a jam is given up: everything ends.
_STRIKES = 12
# So many jams are worked on at once.
_AT_ONCE = 16
_ALIVE = "jams:alive"
# What is done for a jam, each beside the other.
_Line = tuple[int, str]
_LIFE, _PARTY = "life", "party"
# How long the sound of entries is kept after the end, scaled.
_KEPT = 7 * 24 * 3600.0


def _nobody_listens() -> None:
    """Stand in until somebody wants to know."""


class JamKeeper(Watching):
    """Works in rounds while a jam runs or has something to say; costs nothing while there is none.

    A round begins a step of each jam that is due and waits for none: what is slow for one holds up no other.
    """

    def __init__(self, context: JobContext, outbox: JamOutbox) -> None:
        super().__init__("jams", _TOGETHER)
        self._context = context
        self._outbox = outbox
        self._seen: frozenset[int] = frozenset()  # slots for which lost time was given back
        self._alive_at = self._clear_at = 0.0
        self.ordered = _nobody_listens  # told where the bot may have ordered something itself
        self.followed_by: tuple[Watching, ...] = ()  # what looks at a jam after each of its steps
        self._in_hand: dict[_Line, asyncio.Task[None]] = {}
        self._due: dict[_Line, float] = {}  # when to come back; what is not in it is due at once
        self._strikes: dict[_Line, int] = {}  # their errors in a row
        self._lines = {_LIFE: self._step, _PARTY: self._play}

    def wake(self) -> None:
        """Something may have become of a try."""
        if self._watching:
            self.begin()

    def begin(self) -> None:
        """There is a jam to watch, or something new about one."""
        self._watching = True
        self._due.clear()
        super().wake()

    def poke(self, now: float) -> float:
        next_at = super().poke(now)
        return min(next_at, now + _TOGETHER) if self._in_hand else next_at

    async def stop(self) -> None:
        """Cancel the current round, and the steps that are under way."""
        await super().stop()
        tasks = [*self._in_hand.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def tasks_of(self, slots: Collection[int]) -> set[asyncio.Task[Any]]:
        return super().tasks_of(slots).union(self._in_hand.values())

    def reset_timers(self) -> None:
        super().reset_timers()
        self._alive_at = self._clear_at = 0.0
        self._due.clear()

    async def _round(self, now: float) -> None:
        try:
            await self._give_back(now)
            if now >= self._clear_at:
                self._clear_at = now + DAY
                await self._clear(now)
            watched = await self._watched()
            self._watch(watched)
            lines = [(one, line) for one in watched for line in self._lines]
            for one, line in lines:
                self._take(one, line, now)
            next_at = [self._due.get((one.id, line), now) for one, line in lines]
            if any(one.state in HIDING for one in watched):
                next_at += [await self._note_alive(now)]
            self.next_at = min([self.next_at, *next_at])
        except Exception:
            log.exception("jams could not be kept")
            self.next_at = self._context.clock.now() + _REST_SECONDS

    async def _give_back(self, now: float) -> None:
        """Give back what time was lost while nobody worked for slots that are new here."""
        mine = self._context.slots.mine
        self._seen &= mine
        if new := mine - self._seen:
            running = await self._context.store.read(jams.running)
            slots = {one.id: slot_of(self._context.accounts.account_of(one.guild_id)) for one in running}
            signs = {jam_id: (_ALIVE, f"{_ALIVE}:{slot}") for jam_id, slot in slots.items() if slot in new}
            scale = self._context.schedule.scale
            await self._context.store.write(life.give_back, signs, self._signs(new), now=now, scale=scale)
            self._seen |= new

    def _signs(self, slots: Collection[int]) -> list[str]:
        """Name the notes that say when somebody was last there for jams."""
        return [_ALIVE] if self._context.slots.alone else [f"{_ALIVE}:{slot}" for slot in sorted(slots)]

    async def _watched(self) -> list[Jam]:
        """List the jams that run, and those of which something is still to be said or shown."""
        read = self._context.store.read
        running = await read(jams.running)
        others = await read(posts.unfinished) - {one.id for one in running}
        found = [await read(jams.by_id, jam_id) for jam_id in sorted(others)]
        wanted = running + [one for one in found if one is not None]
        return [one for one in wanted if self._context.works_for(one.guild_id)]

    def _take(self, jam: Jam, line: str, now: float) -> None:
        """Begin the next step of a jam, or of its party, if it is due and there is room."""
        key = jam.id, line
        busy = sum(other == line for _, other in self._in_hand)
        if key in self._in_hand or self._due.get(key, now) > now or busy >= _AT_ONCE:
            return
        self._due[key] = NEVER
        task = self._in_hand[key] = asyncio.create_task(self._guarded(jam, line), name=f"jam-{jam.id} {line}")
        task.add_done_callback(lambda _task: self._in_hand.pop(key))

    async def _guarded(self, jam: Jam, line: str) -> None:
        """Take the next step of a jam; if that raises, log it and let the jam rest."""
        key = jam.id, line
        try:
            due_at = await self._lines[line](jam)
            self._strikes.pop(key, None)
        except Exception as error:
            log.exception("jam %s: an internal error in %s", jam.id, jam.state.value)
            due_at = await self._rest(jam, line, error)
        if key in self._due:  # else something new has come meanwhile
            self._due[key] = due_at
        self.next_at = min(self.next_at, self._due.get(key, 0.0))
        for follow in self.followed_by:
            follow.begin()

    async def _rest(self, jam: Jam, line: str, error: Exception) -> float:
        """Return when to try again; give a jam up where that is in vain, and not for the disk."""
        now = self._context.clock.now()
        key = jam.id, line
        strikes = self._strikes[key] = self._strikes.get(key, 0) + 1
        if line == _LIFE and strikes >= _STRIKES and not isinstance(error, OperationalError):
            with suppress(Exception):
                if await self._context.store.write(life.give_up, jam, now=now):
                    return now
        return now + min(_REST_SECONDS * 2.0 ** (strikes - 1), _LONGEST_REST)

    async def _step(self, jam: Jam) -> float:
        context, outbox = self._context, self._outbox
        due_at = await go_on(context, jam) if jam.state in RUNNING else NEVER
        current = await context.store.read(jams.by_id, jam.id) or jam
        if current.state in (JamState.SHOWING, JamState.CANCELLED):
            # After the last message nobody comes back to them, so they are put right before it.
            shown = await show_panel(context, outbox, current), await show_turns(context, outbox, current)
            if min(shown) < NEVER:
                return min(shown)
        said = NEVER
        if current.state not in (JamState.OPEN, JamState.CLOSING):
            said = await reveal(context, outbox, current)
        said = min(said, await tell(context, outbox, current))
        if current != jam and jam.about.in_turn:
            self.ordered()
        if current != jam or said <= context.clock.now():
            return 0.0  # what follows from that is the next round's
        if current.about.in_turn and current.state in RUNNING:
            said = min(said, await show_turns(context, outbox, current))
        return min(due_at, said, await show_panel(context, outbox, current))

    async def _play(self, jam: Jam) -> float:
        """Play what is due of parties: its files may be fetched anew, and the jam itself does not wait."""
        return await play(self._context, self._outbox, jam)

    async def _note_alive(self, now: float) -> float:
        """Note once a minute that the bot is there; return when to note it again."""
        every = self._context.schedule.wait(MINUTE)
        if now >= self._alive_at + every or now < self._alive_at:
            self._alive_at = now
            mine = self._signs(self._context.slots.mine)
            await self._context.store.write(life.note_alive, mine, now=now)
        return self._alive_at + every

    async def _clear(self, now: float) -> None:
        """Forget the sound of jams that have ended long ago."""
        for jam_id in await asyncio.to_thread(shelf.jams_kept, self._context):
            jam = await self._context.store.read(jams.by_id, jam_id)
            old = now - self._context.schedule.wait(_KEPT)
            if jam is None or (jam.state not in RUNNING and jam.state_at < old):
                await asyncio.to_thread(shelf.clear, self._context, jam_id)
