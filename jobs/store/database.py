"""The store: one database file, opened, locked, migrated and closed; what reads and writes comes in here.

SQLite by default, in WAL with `synchronous=FULL`: a commit that says "credits are about to be spent"
must survive a power cut, and WAL with NORMAL may roll back the last ones. Nothing outside this module
and `schema` knows which database it is.
"""

import os
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import filelock
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from jobs.models import Job
from jobs.store import migrate
from jobs.store.coalescer import Coalescer
from jobs.store.connection import ConnectionThreads
from jobs.store.errors import DatabaseInUse, StoreError, cause
from jobs.store.queries import transitions

P = ParamSpec("P")
T = TypeVar("T")

# A long report must not hold up what a member or the engine waits for.
_READERS = 2
# The last one is what an earlier version called it.
_SQLITE = ("sqlite", "sqlite+pysqlite", "sqlite+aiosqlite")


class Reading(Protocol):
    """Runs queries on connections that cannot write."""

    async def run(self, work: Callable[[Connection], T]) -> T: ...
    async def close(self) -> None: ...


class Writing(Protocol):
    """Runs changes, each in a transaction."""

    async def run(self, work: Callable[[Connection], T], *, alone: bool = False) -> T: ...
    async def close(self) -> None: ...


class Store:
    """Everything that is kept; what to read or write is a function of `jobs.store.queries`.

    Opened by `open_store`. Writes are durable when they return; times are seconds since the epoch.
    """

    def __init__(self, writing: Writing, reading: Reading) -> None:
        self._writing = writing
        self._reading = reading
        self._put_offs = Coalescer(self.write, transitions.GUARDED)

    async def close(self) -> None:
        """Finish what was asked for and let go of the file."""
        await self._put_offs.drained()
        await self._reading.close()
        await self._writing.close()  # the last: it folds the journal into the file

    async def write(
        self, change: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run a change in a transaction; when this returns it is durable. See `ConnectionThreads.run`."""
        alone = getattr(change, "takes_locks", False)
        return await self._writing.run(lambda connection: change(connection, *args, **options), alone=alone)

    async def read(
        self, query: Callable[Concatenate[Connection, P], T], *args: P.args, **options: P.kwargs
    ) -> T:
        """Run a query on a connection that cannot write."""
        return await self._reading.run(lambda connection: query(connection, *args, **options))

    async def snapshot(self, query: Callable[[Connection], T]) -> T:
        """Run several queries that see the store as of one moment."""
        return await self.read(_as_of_one_moment, query)

    async def put_off(self, job: Job, *, due_at: float, polls: int, tries: int) -> None:
        """Act on a job later, as there is nothing new. Thousands of these a second share statements."""
        await self._put_offs.run(transitions.put_off_values(job, due_at=due_at, polls=polls, tries=tries))


def _as_of_one_moment(c: Connection, query: Callable[[Connection], T]) -> T:
    c.exec_driver_sql("BEGIN" if c.dialect.name == "sqlite" else "BEGIN ISOLATION LEVEL REPEATABLE READ")
    try:
        return query(c)
    finally:
        c.exec_driver_sql("COMMIT")


@asynccontextmanager
async def open_store(
    url: str, *, alone: bool = True, fence: Callable[[Connection], None] | None = None
) -> AsyncIterator[Store]:
    """Open, lock and migrate the database at a SQLAlchemy URL.

    On PostgreSQL others may use it at the same time, where none of them wants it `alone`; each change begins
    with the `fence` there.

    Raises:
        StoreError: It cannot be opened, is in use by another bot, or was written by a newer one.
    """
    if is_postgres(url):
        from jobs.store.postgres.opening import opened  # noqa: PLC0415 - only who asks for it pays for it

        async with opened(url, alone=alone, fence=fence) as (writing, reading):
            other = Store(writing, reading)
            try:
                yield other
            finally:
                await other.close()
        return
    path = file_of(url)
    with locked(path):
        store = await _opened(str(path))
        try:
            yield store
        finally:
            await store.close()


def is_postgres(url: str) -> bool:
    return url.partition(":")[0].partition("+")[0] == "postgresql"


def file_of(url: str) -> Path:
    """Resolve the file that a SQLAlchemy URL names. Raises StoreError."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("DATABASE_URL is not a database address") from None
    if is_postgres(url):
        raise StoreError("the database is PostgreSQL, which has tools of its own: pg_dump and pg_restore")
    if parsed.drivername not in _SQLITE:
        raise StoreError(
            f"DATABASE_URL names {parsed.drivername}; Encore keeps SQLite files, or uses PostgreSQL"
        )
    if not parsed.database or parsed.database == ":memory:":
        raise StoreError("DATABASE_URL must name a file: what is only in memory is lost with the process")
    if parsed.query:
        raise StoreError("DATABASE_URL must hold no options")
    return Path(os.path.realpath(parsed.database))


def lock_of(path: Path) -> filelock.BaseFileLock:
    """Make a lock that dies with the process: two bots on one file would each think the other's work lost."""
    return filelock.FileLock(path.with_name(path.name + ".lock"), timeout=0)


def locked(path: Path) -> AbstractContextManager[object]:
    """Hold the lock of a database, whose folder is made where it is missing. Raises StoreError."""
    lock = lock_of(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        return lock.acquire()
    except filelock.Timeout:
        if not Path(lock.lock_file).exists():  # nobody holds it: it cannot be made
            raise StoreError(f"nothing can be written in {path.parent}") from None
        raise DatabaseInUse(f"another Encore is using {path.name}; stop it first") from None
    except OSError as error:
        raise StoreError(f"the folder of {path.name} cannot be written: {error.strerror}") from None


async def _opened(path: str) -> Store:
    try:
        writing = await ConnectionThreads.open(path)
        try:
            await writing.run(_upgrade)
            return Store(writing, await ConnectionThreads.open(path, readers=_READERS))
        except BaseException:
            await writing.close()
            raise
    except migrate.NewerDatabase as error:
        raise StoreError(str(error)) from None
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"the database cannot be used: {cause(error)}") from error


def _upgrade(connection: Connection) -> None:
    """Bring the tables up to date, all or nothing."""
    migrate.upgrade(connection)
    # SQLite lets a file that may only be read begin a transaction: better refused now than at work.
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = version_num")
