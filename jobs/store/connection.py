"""Connections to the file, and the threads that they live in.

Our functions over many statements go to the thread whole, once: the event loop does not stand still for
SQLAlchemy's share, and going there and back for each statement would cost more than the statement.

A durable commit costs a flush of the disk whatever it holds, so everything that waits while one commit runs
goes into the next one together.
"""

import asyncio
import sqlite3
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Self, TypeVar

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import Connection, event
from sqlalchemy.exc import OperationalError

T = TypeVar("T")

BUSY_TIMEOUT_SECONDS = 5.0
_GROUP = 100


class Asked(NamedTuple):
    """Work for a connection, and who waits for it."""

    work: Callable[[Connection], Any]
    answer: asyncio.Future[Any]


class Outcome(NamedTuple):
    """What came of the work."""

    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class ConnectionThreads:
    """Threads with a connection each, which take their work from one queue. Made by `open`, ended by `close`.

    aiosqlite gives every connection its thread, and keeps the function that runs something there to itself:
    `_execute` is the one private name that is used here.

    Attributes:
        connections: SQLAlchemy's; each to be used in its thread alone.
    """

    def __init__(self, group: int) -> None:
        self._loop = asyncio.get_running_loop()
        self._group = group
        self._asked: deque[Asked] = deque()
        self._idle: list[asyncio.Future[None]] = []
        self._pumps: list[asyncio.Task[None]] = []
        self._drivers: list[aiosqlite.Connection] = []
        self._closing = False
        self.connections: list[Connection] = []

    @classmethod
    async def open(cls, path: str, *, readers: int = 0) -> Self:
        """Connect to a file: so many connections that only read, or else one that writes.

        Raises:
            sqlite3.Error: It cannot be used.
        """
        threads = cls(1 if readers else _GROUP)
        try:
            for _ in range(readers or 1):
                await threads._connect(path, writes=not readers)
        except BaseException:
            await threads.close()
            raise
        return threads

    async def _connect(self, path: str, *, writes: bool) -> None:
        made: list[Connection] = []
        failed: list[Exception] = []

        def connect() -> sqlite3.Connection:
            try:
                raw, connection = connected(path, writes=writes)
            except Exception as error:  # noqa: BLE001 - raised below, once the thread has ended
                failed.append(error)
                return sqlite3.connect(":memory:")
            made.append(connection)
            return raw

        driver = await aiosqlite.Connection(connect, iter_chunk_size=1)
        if failed:  # left to aiosqlite, its thread might outlive the loop, and complain about that
            await driver.close()
            raise failed[0]
        self._drivers.append(driver)
        self.connections += made
        self._pumps.append(asyncio.create_task(self._pump(driver, made[0])))

    async def close(self) -> None:
        """Let go of the file, after what was asked for before."""
        self._closing = True
        while self._idle:
            self._idle.pop().set_result(None)
        await asyncio.gather(*self._pumps)
        drivers, self._drivers = self._drivers, []
        for driver, connection in zip(drivers, self.connections, strict=False):  # none, the second time
            await driver._execute(_let_go, connection)  # type: ignore[no-untyped-call] # noqa: SLF001 - as above
            await driver.close()

    async def run(self, work: Callable[[Connection], T], *, locks: bool = False) -> T:  # noqa: ARG002 - `locks`
        """Run `work`: in a transaction that others may share, or as single statements on what only reads.

        A change may be run twice (when another one of its group fails), so it must touch nothing but the
        connection. Whoever is cancelled does not take it back: the transaction may be on its way.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: It failed and left no trace; likewise whatever `work` raises.
        """
        if self._closing:
            raise RuntimeError("the database is not running")
        answer: asyncio.Future[T] = self._loop.create_future()
        self._asked.append(Asked(work, answer))
        if self._idle:
            self._idle.pop().set_result(None)
        return await answer

    async def _pump(self, driver: aiosqlite.Connection, connection: Connection) -> None:
        """Send a thread to work whenever something was asked for, until the end."""
        while True:
            if not self._asked:
                if self._closing:
                    return
                self._idle.append(self._loop.create_future())
                await self._idle[-1]
            await driver._execute(self._work_off, connection)  # type: ignore[no-untyped-call] # noqa: SLF001 - as above

    def _work_off(self, connection: Connection) -> None:
        """Do what was asked for, in a thread, and hand over what came of it, until nothing is left."""
        while True:
            group: list[Asked] = []
            with suppress(IndexError):  # another thread may have been faster
                while len(group) < self._group:
                    group.append(self._asked.popleft())
            if not group:
                return
            self._loop.call_soon_threadsafe(_deliver, _outcomes(connection, group))


def _let_go(connection: Connection) -> None:
    connection.close()
    connection.engine.dispose()


def _outcomes(connection: Connection, group: Sequence[Asked]) -> list[Outcome]:
    """Run a group as one; where that fails, each for itself, so that only the bad one does."""
    try:
        with connection.begin():
            return [Outcome(one.answer, one.work(connection)) for one in group]
    except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
        if len(group) > 1 and not _is_locked(error):
            return [outcome for one in group for outcome in _outcomes(connection, [one])]
        return [Outcome(one.answer, error=error) for one in group]


def _is_locked(error: BaseException) -> bool:
    """Tell whether another process holds the file: no fault of the group's, and waited for already."""
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def _deliver(outcomes: Sequence[Outcome]) -> None:
    """Answer those who still wait."""
    for outcome in outcomes:
        if outcome.answer.done():
            continue
        if outcome.error is None:
            outcome.answer.set_result(outcome.result)
        else:
            outcome.answer.set_exception(outcome.error)


def connected(path: str, *, writes: bool) -> tuple[sqlite3.Connection, Connection]:
    """Make a connection and SQLAlchemy's face of it, in the thread that will use them."""
    # The driver's own transactions begin only at the first write: two readers that then both write would act
    # on the same row. We say BEGIN ourselves.
    raw = sqlite3.connect(path, timeout=BUSY_TIMEOUT_SECONDS, isolation_level=None)
    try:
        _set_up(raw, writes=writes)
    except BaseException:
        raw.close()
        raise
    # What may only read needs no transactions: BEGIN and ROLLBACK would be two more statements for each.
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=sa.StaticPool,
        hide_parameters=True,  # an error names the statement, not what members wrote or the keys of servers
        **({} if writes else alone),
    )
    if writes:
        event.listen(engine, "begin", _begin)
    return raw, engine.connect()


def _set_up(raw: sqlite3.Connection, *, writes: bool) -> None:
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
    for pragma in pragmas if writes else [*pragmas, "query_only=ON"]:
        raw.execute(f"PRAGMA {pragma}")
    # SQLite's own knows only ASCII: a title in Cyrillic would not be found by its own first letter.
    raw.create_function("lower", 1, _lower, deterministic=True)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lower(value: Any) -> Any:  # noqa: ANN401 - whatever SQLite hands over
    return value.lower() if isinstance(value, str) else value
