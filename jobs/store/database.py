"""The store: one database file, opened, locked, migrated and closed; what reads and writes comes in here.

SQLite by default, in WAL with `synchronous=FULL`: a commit that says "credits are about to be spent"
must survive a power cut, and WAL with NORMAL may roll back the last ones. Nothing outside this module
and `schema` knows which database it is.
"""

import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from jobs.models import Job
from jobs.store import migrate
from jobs.store.coalescer import Coalescer
from jobs.store.connection import ConnectionThreads
from jobs.store.errors import StoreError, cause
from jobs.store.file import file_of, is_postgres, locked
from jobs.store.locks import does_take_locks
from jobs.store.queries import transitions

P = ParamSpec("P")
T = TypeVar("T")

# A long report must not hold up what a member or the engine waits for.
_READERS = 2


class Reading(Protocol):
    """Runs queries on connections that cannot write."""

    async def run(self, work: Callable[[Connection], T]) -> T: ...
    async def close(self) -> None: ...


class Writing(Protocol):
    """Runs changes, each in a transaction."""

    async def run(self, work: Callable[[Connection], T], *, locks: bool = False) -> T: ...
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
        locks = does_take_locks(change, args)
        return await self._writing.run(lambda connection: change(connection, *args, **options), locks=locks)

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
