"""Connections to the file, and the threads that they live in.

Our functions over many statements go to the thread whole, once: the event loop does not stand still for
SQLAlchemy's share, and going there and back for each statement would cost more than the statement.

A durable commit costs a flush of the disk whatever it holds, so everything that waits while one commit runs
goes into the next one together.
"""

import asyncio
import sqlite3
import threading
from collections.abc import Callable, Sequence
from queue import SimpleQueue
from typing import Any, NamedTuple, Self, TypeVar

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
    """What came of it."""

    answer: asyncio.Future[Any]
    result: Any = None
    error: BaseException | None = None


class ConnectionThreads:
    """Threads with a connection each, which take their work from one queue. Made by `open`, ended by `close`.

    Attributes:
        connections: SQLAlchemy's; each to be used in its thread alone.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[Asked | None] = SimpleQueue()
        self._asked: list[Asked] = []
        self._threads: list[threading.Thread] = []
        self.connections: list[Connection] = []

    @classmethod
    async def open(cls, path: str, *, readers: int = 0) -> Self:
        """Connect to a file: so many connections that only read, or else one that writes.

        Raises:
            sqlite3.Error: It cannot be used.
        """
        threads = cls()
        for number in range(readers or 1):
            opened: asyncio.Future[Connection] = threads._loop.create_future()
            name = f"store-reader-{number}" if readers else "store-writer"
            arguments = (path, opened, not readers)
            thread = threading.Thread(target=threads._live, args=arguments, name=name, daemon=True)
            threads._threads.append(thread)
            thread.start()
            try:
                threads.connections.append(await opened)
            except BaseException:
                await threads.close()
                raise
        return threads

    async def close(self) -> None:
        """Let go of the file, after what was asked for before."""
        self._hand_over()
        threads, self._threads = self._threads, []
        for _ in threads:
            self._queue.put(None)
        for thread in threads:
            await self._loop.run_in_executor(None, thread.join)

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work`: in a transaction that others may share, or as single statements on what only reads.

        A change may be run twice (when another one of its group fails), so it must touch nothing but the
        connection. Whoever is cancelled does not take it back: the transaction may be on its way.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: It failed and left no trace; likewise whatever `work` raises.
        """
        if not self._threads:
            raise RuntimeError("the database is not running")
        answer: asyncio.Future[T] = self._loop.create_future()
        if not self._asked:  # what is asked for in this turn of the loop goes together
            self._loop.call_soon(self._hand_over)
        self._asked.append(Asked(work, answer))
        return await answer

    def _hand_over(self) -> None:
        asked, self._asked = self._asked, []
        for one in asked:
            self._queue.put(one)

    def _live(self, path: str, opened: asyncio.Future[Connection], writes: bool) -> None:  # noqa: FBT001 - Thread passes by place
        """The life of a thread."""
        try:
            connection = _connect(path, writes=writes)
        except BaseException as error:  # noqa: BLE001 - handed to whoever waits for it
            self._loop.call_soon_threadsafe(opened.set_exception, error)
            return
        self._loop.call_soon_threadsafe(opened.set_result, connection)
        most, last = _GROUP if writes else 1, False
        while not last:
            group = [self._queue.get()]
            while len(group) < most and not self._queue.empty():
                group.append(self._queue.get())
            last = None in group
            outcomes = _outcomes(connection, [one for one in group if one is not None])
            self._loop.call_soon_threadsafe(deliver, outcomes)
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
    """Whether somebody else holds the file: nobody's fault, and waited for long enough already."""
    return isinstance(error, OperationalError) and "locked" in str(error.orig)


def deliver(outcomes: Sequence[Outcome]) -> None:
    """Answer those who still wait."""
    for outcome in outcomes:
        if outcome.answer.done():
            continue
        if outcome.error is None:
            outcome.answer.set_result(outcome.result)
        else:
            outcome.answer.set_exception(outcome.error)


def _connect(path: str, *, writes: bool) -> Connection:
    """SQLAlchemy's face of a new connection; called in its thread."""
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
    return engine.connect()


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
