"""The part of a process: alone, or one of several fronts and workers at one PostgreSQL."""

import asyncio
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Collection
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from jobs.context import JobContext
from jobs.engine.loop import Engine
from jobs.models.states import JobState
from jobs.ports import Clock
from jobs.slots import Signals, Slots
from jobs.store import Store
from startup.health import heartbeat, name_here
from startup.settings import Settings

if TYPE_CHECKING:
    from jobs.store.postgres.owning import Owner

log = logging.getLogger(__name__)

# A process that another has taken over from ends with this; what has started it starts it again.
EXIT_TAKEN_OVER = 75
# Who stood still for so long may have been taken over from: the database waits a little longer.
_STOOD_STILL = 2.5
_BEAT_SECONDS = 5.0


def end(why: str) -> None:
    """End the process at once, before anything more leaves it."""
    log.critical("%s; this process ends", why)
    os._exit(EXIT_TAKEN_OVER)


class _NoSlots(Slots):
    """Those of a front: none."""

    alone = False

    def __init__(self) -> None:
        super().__init__()
        self.mine = self.new = frozenset()


@dataclass(frozen=True)
class Part:
    """What a process has of its own.

    Attributes:
        fence: What each of its changes begins with.
        spool: Its folder for files.
        beat: Says that it is alive.
    """

    slots: Slots
    fence: Callable[[Connection], None] | None
    spool: Path
    beat: Callable[[], None]

    @classmethod
    def of(cls, settings: Settings) -> "Part":
        folder = settings.folder
        if settings.role == "all":
            return cls(Slots(), None, folder / "spool", heartbeat(folder))
        # Others may use the same folder.
        spool = folder / f"spool-{socket.gethostname()}-{os.getpid()}"
        beat = heartbeat(folder, name_here())
        if settings.role == "front":
            return cls(_NoSlots(), None, spool, beat)
        from jobs.store.postgres.owning import Owner  # noqa: PLC0415 - loaded only where it is used

        owner = Owner(end)
        return cls(owner, owner.fence, spool, beat)


def signals_by(store: Store, slots: Slots) -> Signals:
    if slots.alone:
        return Signals()
    from jobs.store.postgres.telling import Notifier  # noqa: PLC0415 - as above

    return Notifier(store.write)


def waker(engine: Engine, context: JobContext) -> Callable[..., None]:
    """What to call where rows have changed: it wakes the engines of all processes."""
    if context.slots.alone:
        return engine.wake

    def wake(*states: JobState) -> None:
        engine.wake(*states)
        context.signals.send("wake", *states)

    return wake


def poker(context: JobContext, poke: Callable[[int], None]) -> Callable[[int], None]:
    """What to call where something was ordered in a server: one of several processes lists it."""
    return poke if context.slots.alone else lambda guild_id: context.signals.send("orders", guild_id)


@asynccontextmanager
async def joined(
    settings: Settings, engine: Engine, context: JobContext, poke: Callable[[int], None]
) -> AsyncIterator[None]:
    """While the context is open, own slots, if this is a worker, and hear what other processes tell."""
    if context.slots.alone:
        yield
        return
    from jobs.store.postgres.owning import Owner  # noqa: PLC0415 - as above
    from jobs.store.postgres.sessions import listen  # noqa: PLC0415 - as above

    hearing, slots, url = Hearing(engine, context, poke), context.slots, settings.database_url
    keep = slots.keep if isinstance(slots, Owner) else listen
    if isinstance(slots, Owner):
        slots.taken = engine.wake
        slots.ended = lambda some: _ended(engine, some)
        _watch_for_pauses(slots, context.clock)
    keeping = asyncio.create_task(keep(url, hearing.hear), name="session")
    try:
        yield
    finally:
        if isinstance(slots, Owner):
            slots.close()
        keeping.cancel()
        await asyncio.gather(keeping, return_exceptions=True)


async def _ended(engine: Engine, slots: Collection[int]) -> None:
    for _ in range(2):  # what is under way may still begin something, which begins nothing more
        if tasks := engine.tasks_of(slots):
            await asyncio.wait(tasks)


def _watch_for_pauses(slots: "Owner", clock: Clock) -> None:
    """Before anything else is done after this process was stopped, look whether it stood still for long."""

    def goes_on(_number: int, _frame: object) -> None:
        still = clock.since_boot() - slots.seen_at
        if slots.mine and still > _STOOD_STILL:
            end(f"this worker stood still for {still:.1f} s, and may have been taken over from")

    with suppress(AttributeError, ValueError):  # not on Windows, and only in the main thread
        signal.signal(signal.SIGCONT, goes_on)


async def answer(context: JobContext, beat: Callable[[], None]) -> None:
    """Do what a front does in place of an engine: show that it lives while it can read."""
    while True:
        try:
            await context.accounts.keyring.load(context.store)
        except Exception:
            log.exception("the database cannot be read")
        else:
            context.last_pass_at = context.clock.now()
            beat()
        await asyncio.sleep(_BEAT_SECONDS)


class Hearing:
    """Acts on what other processes tell."""

    def __init__(self, engine: Engine, context: JobContext, poke: Callable[[int], None]) -> None:
        self._engine, self._context, self._poke = engine, context, poke
        self._loading: asyncio.Task[None] | None = None

    def hear(self, said: str) -> None:
        """Act on one thing; what a newer version says may mean nothing here."""
        kind, *about = said.split() or [""]
        try:
            self._act(kind, *about)
        except (TypeError, ValueError):
            log.info("another process says what this one does not understand: %s", kind)

    def _act(self, kind: str, *about: str) -> None:
        context, engine = self._context, self._engine
        match kind, *about:
            case "wake", _, *_:
                engine.wake(*map(JobState, about))
            case ["wake"]:
                engine.begin()
            case "called", job_id:
                context.webhooks.note_call(int(job_id))
            case "gone", guild_id:
                context.gone.add(int(guild_id))
                engine.wake()
            case "joined", guild_id:
                context.gone.discard(int(guild_id))
            case "orders", guild_id if context.slots.leads:
                self._poke(int(guild_id))
            case ["keys" | "began"]:
                self._loading = asyncio.create_task(self._load(), name="keys")
                engine.begin()

    async def _load(self) -> None:
        try:
            await self._context.accounts.keyring.load(self._context.store)
        except Exception:
            log.exception("the keys of servers could not be read again")
