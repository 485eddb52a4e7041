"""Which slots a worker owns: each by a lock of its session, and by its name in a row.

The lock says that somebody is there: of one who is not, the slots are free at once. The row says who may
write: every change of a worker looks whether those of its slots are as it knows them (`fence`), and whoever
takes a slot over waits, by the row, for the changes that have looked. So no change of a former owner follows
one of the new. One who stood still and goes on finds that out by its first change, and ends.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping

import psycopg
import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.ports import Clock
from jobs.slots import ALL, SLOTS, Slots
from jobs.store.errors import StoreError
from jobs.store.postgres.sessions import Session, keep_session

log = logging.getLogger(__name__)

TABLE = f"""
CREATE TABLE IF NOT EXISTS slot (n INTEGER PRIMARY KEY, owner TEXT NOT NULL, epoch BIGINT NOT NULL);
INSERT INTO slot SELECT n, '', 0 FROM generate_series(0, {SLOTS - 1}) AS n ON CONFLICT DO NOTHING
"""  # noqa: S608 - our own number
# Spaces of locks: workers that are there, and slots that are owned.
_THERE, _OWNED = 2, 3
_LOCKS = f"""
SELECT CAST(classid AS INTEGER), CAST(objid AS INTEGER), COUNT(*) FROM pg_locks
WHERE locktype = 'advisory' AND granted AND objsubid = 2 AND classid IN ({_THERE}, {_OWNED})
AND database = (SELECT oid FROM pg_database WHERE datname = current_database()) GROUP BY 1, 2
"""  # noqa: S608 - our own numbers
_TAKE = "UPDATE slot SET owner = %s, epoch = epoch + 1 WHERE n = ANY(%s) RETURNING n, epoch"
_FENCE = sa.text("SELECT n, epoch FROM slot WHERE owner = :name FOR SHARE")
# A slot whose work does not come to an end in time is kept, and given back another time.
_GIVE_BACK_SECONDS = 20.0


class Lost(StoreError):
    """A slot that this process works for is another's."""


class Owner(Slots):
    """The slots of a worker. It takes free ones up to its share, and gives back what is above it.

    Args:
        lost: Called, in any thread, where a slot is another's; does not return.

    Attributes:
        seen_at: When it last saw, on the clock that counts suspension, that its slots were its own.
        taken: Called when there are new slots.
        ended: Waits until nothing is under way for some slots that nothing more is begun for.
    """

    alone = False

    def __init__(self, lost: Callable[[str], None], clock: Clock | None = None) -> None:
        super().__init__()
        self.mine = self.new = frozenset()
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self.seen_at = 0.0
        self.taken: Callable[[], None] = lambda: None
        self.ended: Callable[[Collection[int]], Awaitable[None]] = _at_once
        self._lost, self._clock = lost, clock or Clock()
        self._closed = False
        self._epochs: Mapping[int, int] = {}
        self._locked: set[int] = set()
        self._ending: dict[int, asyncio.Task[None]] = {}

    async def keep(self, url: str, hear: Callable[[str], None]) -> None:
        """Take slots and keep them, until cancelled; what other processes tell goes to `hear`."""
        try:
            await keep_session(url, self._begun, self._round, hear)
        finally:
            for task in self._ending.values():
                task.cancel()

    def close(self) -> None:
        """Let this process change nothing any more: it has ended its work, and its slots are others'."""
        self._closed = True

    def fence(self, c: Connection) -> None:
        """Let a change go on only while all slots that this process owns are its own. Raises Lost."""
        if self._closed:
            raise Lost("this worker has ended its work")
        before = self._epochs
        if before:
            rows = {int(n): int(epoch) for n, epoch in c.execute(_FENCE, {"name": self.name})}
            self._compare(before, rows)

    def _compare(self, known: Mapping[int, int], rows: Mapping[int, int]) -> None:
        # What was given back meanwhile may be another's.
        wrong = [n for n, epoch in known.items() if rows.get(n) != epoch == self._epochs.get(n)]
        if wrong:
            self._lost(f"another worker has taken over slot {wrong[0]}")
            raise Lost("another worker has taken over")

    async def _begun(self, session: Session) -> None:
        self._locked.clear()
        await session.execute("SELECT pg_advisory_lock_shared(%s, 0)", [_THERE])

    async def _round(self, session: Session) -> None:
        known, began = self._epochs, self._clock.since_boot()
        found = await session.execute("SELECT n, epoch FROM slot WHERE owner = %s", [self.name])
        self._compare(known, dict(await found.fetchall()))
        self.seen_at = began
        locks = await (await session.execute(_LOCKS)).fetchall()
        workers = sum(count for space, _, count in locks if space == _THERE)
        share = -(-SLOTS // max(workers, 1))
        for n in known.keys() - self._locked:  # the session that held it has ended
            await self._lock(session, n)
        await self._give_back(session)
        free = ALL - {n for space, n, _ in locks if space == _OWNED} - self._epochs.keys()
        if free and len(self._epochs) < share:
            await self._take(session, sorted(free)[: share - len(self._epochs)])
        self._end_some(len(self._epochs) - len(self._ending) - share)

    async def _lock(self, session: Session, n: int) -> bool:
        row = await (await session.execute("SELECT pg_try_advisory_lock(%s, %s)", [_OWNED, n])).fetchone()
        if row is not None and row[0]:
            self._locked.add(n)
        return n in self._locked

    async def _take(self, session: Session, free: Iterable[int]) -> None:
        """Take slots that nobody holds; their former owner can write no more when this returns."""
        got = [n for n in free if await self._lock(session, n)]
        try:
            taken: dict[int, int] = dict(await (await session.execute(_TAKE, [self.name, got])).fetchall())
        except (psycopg.errors.LockNotAvailable, psycopg.errors.QueryCanceled):
            log.warning("slots %s cannot be taken over yet", got)
            await self._unlock(session, got)
            return
        if taken:
            log.info("slots %s are this worker's", ", ".join(map(str, sorted(taken))))
            self._epochs = {**self._epochs, **taken}
            self.new |= frozenset(taken)
            self.taken()

    async def _unlock(self, session: Session, slots: Iterable[int]) -> None:
        for n in slots:
            await session.execute("SELECT pg_advisory_unlock(%s, %s)", [_OWNED, n])
            self._locked.discard(n)

    def _end_some(self, too_many: int) -> None:
        """Begin nothing more for slots above the share, and give them back when nothing is under way."""
        if too_many > 0:
            for n in sorted(self._epochs.keys() - self._ending.keys(), reverse=True)[:too_many]:
                self.leave({n})
                self._ending[n] = asyncio.create_task(self._end(n), name=f"slot-{n}")

    async def _end(self, n: int) -> None:
        async with asyncio.timeout(_GIVE_BACK_SECONDS):
            await self.ended({n})

    async def _give_back(self, session: Session) -> None:
        for n, ending in list(self._ending.items()):
            if ending.done():
                del self._ending[n]
                if ending.cancelled() or ending.exception() is not None:
                    self.mine |= {n}
                    continue
                self._epochs = {one: epoch for one, epoch in self._epochs.items() if one != n}
                await self._unlock(session, [n])
                log.info("slot %s is given back", n)


async def _at_once(_slots: Collection[int]) -> None:
    """Wait for nothing."""
