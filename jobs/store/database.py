"""The database file: how it is opened, locked, migrated and closed.

SQLite by default, in WAL with `synchronous=FULL`: a commit that says "credits are about to be spent"
must survive a power cut, and WAL with NORMAL may roll back the last ones. Nothing outside this module
and `schema` knows which database it is.
"""

import asyncio
import os
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import filelock
import sqlalchemy as sa
from sqlalchemy import Connection, Executable
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from jobs.store import migrate
from jobs.store.coalescer import Coalescer
from jobs.store.connection import ThreadedConnection
from jobs.store.writer import Writer

P = ParamSpec("P")
T = TypeVar("T")

# A long report must not hold up what a member or the engine waits for.
_READERS = 2


class StoreError(Exception):
    """The database cannot be used. The text is for the person who runs the bot."""


class DatabaseInUse(StoreError):
    """Another bot has it."""


class Database:
    """Reads and writes. Opened by `open_database`."""

    def __init__(self, writing: ThreadedConnection, reading: Sequence[ThreadedConnection]) -> None:
        self._writer = Writer(writing)
        self._free: asyncio.LifoQueue[ThreadedConnection] = asyncio.LifoQueue()
        for connection in reading:
            self._free.put_nowait(connection)
        self._coalescers: list[Coalescer] = []

    def start(self) -> None:
        """Begin to take writes."""
        self._writer.start()

    async def close(self) -> None:
        """Finish the writes that were asked for."""
        for coalescer in self._coalescers:
            await coalescer.settled()
        await self._writer.close()

    async def write(
        self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run a change in a transaction; when this returns it is durable. See `Writer.run`."""
        return await self._writer.run(lambda connection: change(connection, *args, **options))

    def coalescer(self, statement: Executable) -> Coalescer:
        """A statement that many run at once with values of their own."""
        self._coalescers.append(Coalescer(self.write, statement))
        return self._coalescers[-1]

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run a query on a connection that cannot write."""
        connection = await self._free.get()
        try:
            return await connection.run(lambda c: query(c, *args, **options))
        finally:
            self._free.put_nowait(connection)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open, lock and migrate the database at a SQLAlchemy URL.

    Raises:
        StoreError: It cannot be opened, is in use by another bot, or was written by a newer one.
    """
    parsed = _parse(url)
    with _locked(parsed):
        _try(parsed)
        async with _connected(str(parsed.database)) as (writing, reading):
            database = Database(writing, reading)
            database.start()
            try:
                yield database
            finally:
                await database.close()


def _parse(url: str) -> sa.URL:
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("DATABASE_URL is not a database address") from None
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        parsed = parsed.set(drivername="sqlite+aiosqlite")
    if parsed.drivername != "sqlite+aiosqlite":
        raise StoreError(f"DATABASE_URL names {parsed.drivername}; this version of Encore keeps SQLite files")
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("DATABASE_URL must name a file: what is only in memory is lost with the process")
    if parsed.query:
        raise StoreError("DATABASE_URL must hold no options")
    return parsed


def _locked(url: sa.URL) -> AbstractContextManager[object]:
    """A lock that dies with the process. Two bots on one file would each think the other's work lost."""
    path = Path(os.path.realpath(str(url.database)))  # one lock for a file, by whichever link it is reached
    lock = filelock.FileLock(path.with_name(path.name + ".lock"), timeout=0)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return lock.acquire()
    except filelock.Timeout:
        raise DatabaseInUse(f"another Encore is using {path.name}; stop it first") from None
    except OSError as error:
        raise StoreError(f"the folder of {path.name} cannot be written: {error.strerror}") from None


def _try(url: sa.URL) -> None:
    """Open the file once, plainly: aiosqlite leaves a thread of its own in trouble where that fails."""
    try:
        sqlite3.connect(str(url.database)).close()
    except sqlite3.Error as error:
        raise StoreError(f"the database cannot be used: {_cause(error)}") from None


@asynccontextmanager
async def _connected(path: str) -> AsyncIterator[tuple[ThreadedConnection, list[ThreadedConnection]]]:
    """(the connection that writes, those that read), with the tables up to date."""
    opened: list[ThreadedConnection] = []
    try:
        try:
            opened.append(await ThreadedConnection.open(path))
            await opened[0].run(_upgrade)
            opened += [await ThreadedConnection.open(path, read_only=True) for _ in range(_READERS)]
        except migrate.NewerDatabase as error:
            raise StoreError(str(error)) from None
        except (SQLAlchemyError, sqlite3.Error) as error:
            raise StoreError(f"the database cannot be used: {_cause(error)}") from error
        yield opened[0], opened[1:]
    finally:
        for one in reversed(opened):  # the writer is the last: it folds the journal into the file
            await one.close()


def _upgrade(connection: Connection) -> None:
    """Bring the tables up to date, all or nothing."""
    migrate.upgrade(connection)
    # SQLite lets a file that may only be read begin a transaction: better refused now than at work.
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")


def _cause(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
