"""The threads in which changes and queries run on PostgreSQL, and what becomes of them when it fails.

Changes that wait at the same time share a transaction, as on SQLite: those that touch nothing but their own
rows, and apart from them those that take locks, of which the first alone may wait for one. Whatever was
undone by a conflict or a lost connection is run again, but never after its COMMIT has left: of that the
database itself is asked (see `committed`), for as long as it takes.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Event
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError, ProgrammingError

from jobs.store.committed import Number, is_committed, write_number
from jobs.store.errors import CommitUnknown
from jobs.store.locks import TRANSACTION, Shared, Transaction
from jobs.store.postgres.connection import is_conflict, is_lost, waited_in_vain

T = TypeVar("T")
Work = Callable[[Connection], Any]

# How many changes share a transaction. What is locked stays so until the last of them is done.
_GROUP, _LOCKING_GROUP = 100, 8
_LOCKING = 2
# A restart of the database takes a second or two; after that callers are told, as of a disk that refuses.
_PATIENCE_SECONDS, _FIRST_PAUSE, _LONGEST_PAUSE = 6.0, 0.05, 0.5
_VERDICT_PAUSE, _CLOSE_SECONDS = 0.2, 3.0


class _Asked(NamedTuple):
    work: Work
    answer: asyncio.Future[Any]


class _Ended(NamedTuple):
    """What came of a change; `alone` where it has to run in a transaction of its own."""

    asked: _Asked
    result: Any = None
    error: BaseException | None = None
    alone: bool = False


class _Line:
    """Changes that wait, for so many threads that each take some of them at a time."""

    def __init__(self, name: str, threads: int, together: int) -> None:
        self.pool = ThreadPoolExecutor(threads, name)
        self.asked: deque[_Asked] = deque()
        self.running: set[asyncio.Future[None]] = set()
        self._threads, self._together = threads, together

    @property
    def is_to_begin(self) -> bool:
        return bool(self.asked) and len(self.running) < self._threads

    def some(self) -> list[_Asked]:
        """Take the next ones, in any thread."""
        taken: list[_Asked] = []
        with suppress(IndexError):  # others take as well
            while len(taken) < self._together:
                taken.append(self.asked.popleft())
        return taken


class Writing:
    """Carries out changes. `close` ends it."""

    def __init__(self, engine: Engine, fence: Callable[[Connection], None] | None = None) -> None:
        """Take what each transaction begins with, if anything; what that raises ends it."""
        self._engine, self._fence = engine, fence
        self._loop = asyncio.get_running_loop()
        self._closing = Event()
        self._sharing = _Line("store-group", 1, _GROUP)
        self._locking = _Line("store-locks", _LOCKING, _LOCKING_GROUP)
        self._alone: set[asyncio.Future[None]] = set()

    @staticmethod
    def connections() -> int:
        return _LOCKING + 1

    async def run(self, work: Callable[[Connection], T], *, locks: bool = False) -> T:
        """Run `work` in a transaction; it may be run twice, so it must touch nothing but the connection.

        Whoever is cancelled does not take it back.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: It failed and left no trace; likewise whatever `work` raises.
            CommitUnknown: Nobody can tell.
        """
        if self._closing.is_set():
            raise RuntimeError("the database is not running")
        answer: asyncio.Future[T] = self._loop.create_future()
        line = self._locking if locks else self._sharing
        line.asked.append(_Asked(work, answer))
        self._begin(line)
        return await answer

    async def close(self) -> None:
        """Finish what was asked for; what a database that is gone does not answer ends as unknown."""
        end = self._loop.time() + _CLOSE_SECONDS
        while pending := [*self._alone, *self._sharing.running, *self._locking.running]:
            await asyncio.wait(pending, timeout=1.0)
            await asyncio.sleep(0)
            if self._loop.time() > end:
                self._closing.set()
        self._closing.set()
        for line in (self._sharing, self._locking):
            line.pool.shutdown()
        self._engine.dispose()

    def _begin(self, line: _Line) -> None:
        if line.is_to_begin:
            running = self._loop.run_in_executor(line.pool, self._work_off, line)
            line.running.add(running)
            running.add_done_callback(partial(self._rest, line))

    def _rest(self, line: _Line, ended: asyncio.Future[None]) -> None:
        line.running.discard(ended)
        self._begin(line)  # what was asked for while the thread came to its end

    def _run_alone(self, asked: _Asked) -> None:
        running = self._loop.run_in_executor(self._locking.pool, self._one, asked)
        self._alone.add(running)
        running.add_done_callback(self._alone.discard)

    def _work_off(self, line: _Line) -> None:
        """Do what was asked for until nothing is left."""
        while some := line.some():
            self._loop.call_soon_threadsafe(self._deliver, self._group(some, shared=line is self._sharing))

    def _one(self, asked: _Asked) -> None:
        self._loop.call_soon_threadsafe(self._deliver, [self._single(asked)])

    def _deliver(self, ended: Sequence[_Ended]) -> None:
        """Answer those who still wait, in the loop."""
        for one in ended:
            if one.alone:
                self._run_alone(one.asked)
            elif one.asked.answer.done():
                continue
            elif one.error is None:
                one.asked.answer.set_result(one.result)
            else:
                one.asked.answer.set_exception(one.error)

    def _group(self, group: Sequence[_Asked], *, shared: bool) -> list[_Ended]:
        """Run changes as one; where that fails, each for itself, so that only the bad one does."""
        try:
            return self._transact(lambda c: [_attempt(c, one) for one in group], shared=shared)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
            if len(group) > 1 and not _is_no_fault_of_theirs(error):
                return [self._single(one) for one in group]
            return [_Ended(one, error=error) for one in group]

    def _single(self, asked: _Asked) -> _Ended:
        try:
            return self._transact(lambda c: _attempt(c, asked), shared=False)
        except BaseException as error:  # noqa: BLE001 - as above
            return _Ended(asked, error=error)

    def _transact(self, work: Callable[[Connection], T], *, shared: bool) -> T:
        """Run work in a transaction, anew where it was undone before it came to its COMMIT."""
        end, pause = time.perf_counter() + _PATIENCE_SECONDS, _FIRST_PAUSE
        while True:
            try:
                result, number, lost = self._once(work, shared=shared)
                break
            except DBAPIError as error:
                again = is_conflict(error) or is_lost(error)
                if not again or self._closing.is_set() or time.perf_counter() > end:
                    raise
            self._closing.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311 - no secret
            pause = min(pause * 2, _LONGEST_PAUSE)
        if lost is not None and number is not None and not self._was_committed(number, lost):
            raise lost
        return result

    def _once(
        self, work: Callable[[Connection], T], *, shared: bool
    ) -> tuple[T, Number | None, DBAPIError | None]:
        """Return what came of it, its number where it wrote anything, and how its COMMIT was lost."""
        with self._engine.connect() as c:
            transaction = c.info[TRANSACTION] = Transaction(shared)
            begun = c.begin()
            if self._fence is not None:
                self._fence(c)
            result = work(c)
            if c.connection.driver_connection.info.transaction_status.name == "INERROR":  # type: ignore[union-attr] # psycopg's
                raise RuntimeError("a change went on after a statement that failed")
            number = transaction.number
            if number is not None and not transaction.wrote:  # locks alone
                begun.rollback()
                return result, None, None
            if transaction.wrote and number is None:
                number = write_number(c)
            try:
                begun.commit()
            except DBAPIError as error:
                if not is_lost(error):
                    raise
                return result, number, error
        return result, number, None

    def _was_committed(self, number: Number, lost: DBAPIError) -> bool:
        """Ask what became of a transaction whose COMMIT got no answer, until there is one."""
        while not self._closing.wait(_VERDICT_PAUSE):
            try:
                with self._engine.connect() as c:
                    return is_committed(c, number)
            except ProgrammingError:
                break  # another database answers than the one that took it
            except DBAPIError:
                continue
        raise CommitUnknown("COMMIT", None, lost.orig or lost)


def _attempt(c: Connection, asked: _Asked) -> _Ended:
    transaction: Transaction = c.info[TRANSACTION]
    transaction.writes = False
    try:
        return _Ended(asked, asked.work(c))
    except Shared:
        return _Ended(asked, alone=True)
    finally:
        transaction.waits = False


def _is_no_fault_of_theirs(error: BaseException) -> bool:
    """Whether each for itself would fare no better, and wait once more for that."""
    return isinstance(error, CommitUnknown) or is_lost(error) or waited_in_vain(error)


class Reading:
    """Runs queries, each on a connection of its own that cannot write."""

    def __init__(self, engine: Engine, size: int) -> None:
        self._engine = engine
        self._threads = ThreadPoolExecutor(size, "store-read")
        self._closing = Event()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run single statements. Raises SQLAlchemyError."""
        if self._closing.is_set():
            raise RuntimeError("the database is not running")
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._read, work)

    async def close(self) -> None:
        self._closing.set()
        self._threads.shutdown()
        self._engine.dispose()

    def _read(self, work: Callable[[Connection], T]) -> T:
        end = time.perf_counter() + _PATIENCE_SECONDS
        while True:
            try:
                with self._engine.connect() as c:
                    return work(c)
            except DBAPIError as error:
                if not is_lost(error) or time.perf_counter() > end:
                    raise
            if self._closing.wait(_LONGEST_PAUSE / 2):
                raise RuntimeError("the database is not running")
