"""The database file: how it is opened, locked, migrated and closed.

SQLite by default, in WAL with `synchronous=FULL`: a commit that says "credits are about to be spent"
must survive a power cut, and WAL with NORMAL may roll back the last ones. Nothing outside this module
and `schema` knows which database it is.
"""

import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import filelock
import sqlalchemy as sa
from sqlalchemy import Connection, Executable, event
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from jobs.store import migrate
from jobs.store.gathering import Gathering
from jobs.store.writer import Writer

T = TypeVar("T")

_BUSY_TIMEOUT_SECONDS = 5.0


class StoreError(Exception):
    """The database cannot be used. The text is for the person who runs the bot."""


class DatabaseInUse(StoreError):
    """Another bot has it."""


class Database:
    """Reads and writes. Opened by `open_database`."""

    def __init__(self, writing: AsyncEngine, reading: AsyncEngine) -> None:
        self._writer = Writer(writing)
        self._reading = reading
        self._gatherings: list[Gathering] = []

    def start(self) -> None:
        """Begin to take writes."""
        self._writer.start()

    async def close(self) -> None:
        """Finish the writes that were asked for."""
        for gathering in self._gatherings:
            await gathering.settled()
        await self._writer.close()

    async def write(self, change: Callable[[Connection], T]) -> T:
        """Run a change in a transaction; when this returns it is durable. See `Writer.run`."""
        return await self._writer.run(change)

    def gathering(self, statement: Executable) -> Gathering:
        """A statement that many run at once with values of their own."""
        self._gatherings.append(Gathering(self.write, statement))
        return self._gatherings[-1]

    async def read(self, query: Callable[[Connection], T]) -> T:
        """Run a query on a connection that cannot write."""
        async with self._reading.connect() as connection:
            return await connection.run_sync(query)


@asynccontextmanager
async def open_database(url: str) -> AsyncIterator[Database]:
    """Open, lock and migrate the database at a SQLAlchemy URL.

    Raises:
        StoreError: It cannot be opened, is in use by another bot, or was written by a newer one.
    """
    parsed = _parse(url)
    with _locked(parsed):
        _try(parsed)
        writing, reading = _engine(parsed), _engine(parsed, read_only=True)
        try:
            await _prepare(writing)
            database = Database(writing, reading)
            database.start()
            try:
                yield database
            finally:
                await database.close()
        finally:
            await reading.dispose()
            await writing.dispose()


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


def _engine(url: sa.URL, *, read_only: bool = False) -> AsyncEngine:
    # A single query is a transaction by itself: BEGIN and ROLLBACK would be two more trips to its thread.
    reading = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = create_async_engine(
        url,
        pool_size=2 if read_only else 1,
        max_overflow=0,
        connect_args={"timeout": _BUSY_TIMEOUT_SECONDS},
        **(reading if read_only else {}),
    )

    def on_connect(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's own class
        # The driver's own transactions begin only at the first write: two readers that then both write
        # would act on the same row. We say BEGIN ourselves.
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON",
            *(["query_only=ON"] if read_only else []),
        ):  # fmt: skip
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
        # SQLite's own knows only ASCII: a title in Cyrillic would not be found by its own first letter.
        connection.create_function("lower", 1, _lower, deterministic=True)

    def on_begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    event.listen(engine.sync_engine, "connect", on_connect)
    if not read_only:
        event.listen(engine.sync_engine, "begin", on_begin)
    return engine


def _lower(value: object) -> object:
    return value.lower() if isinstance(value, str) else value


async def _prepare(engine: AsyncEngine) -> None:
    """Bring the tables up to date, all or nothing."""
    try:
        async with engine.begin() as connection:
            await connection.run_sync(migrate.upgrade)
            # SQLite lets a file that may only be read begin a transaction: better refused now than at work.
            await connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
    except migrate.NewerDatabase as error:
        raise StoreError(str(error)) from None
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"the database cannot be used: {_cause(error)}") from error


def _cause(error: BaseException) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]
