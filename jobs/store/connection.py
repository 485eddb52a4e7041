"""One connection to the file, and the thread that it lives in.

aiosqlite gives every connection a thread. SQLAlchemy's dialect for it goes there and back three times for
each statement; ours are plain functions over many statements, so they go there whole, once. That saves half
of the processor time and more, and the event loop does not stand still for SQLAlchemy's share of it.
"""

import sqlite3
from collections.abc import Callable
from typing import Any, Self, TypeVar, cast

import aiosqlite
import sqlalchemy as sa
from sqlalchemy import Connection, event

T = TypeVar("T")

BUSY_TIMEOUT_SECONDS = 5.0


class ThreadedConnection:
    """Runs functions on its connection, one after the other. Made by `open`, ended by `close`.

    Attributes:
        engine: SQLAlchemy's face of the connection; to be used in its thread alone.
    """

    def __init__(self, driver: aiosqlite.Connection, *, read_only: bool) -> None:
        self._driver = driver
        # What may only read needs no transactions: BEGIN and ROLLBACK would be two more statements for each.
        alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
        self.engine = sa.create_engine(
            "sqlite://",
            creator=lambda: driver._conn,  # noqa: SLF001 - the driver keeps it to itself, but it is all we want
            poolclass=sa.StaticPool,
            **(alone if read_only else {}),
        )
        if not read_only:
            event.listen(self.engine, "begin", _begin)

    @classmethod
    async def open(cls, path: str, *, read_only: bool = False) -> Self:
        """Connect to a file. Raises `sqlite3.Error`."""
        driver = await aiosqlite.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
        opened = cls(driver, read_only=read_only)
        try:
            await opened._in_thread(lambda: _prepare(driver._conn, read_only=read_only))  # noqa: SLF001 - as above
        except BaseException:
            await driver.close()
            raise
        return opened

    async def close(self) -> None:
        """Let go of the file, after what was asked for before."""
        await self._driver.close()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work`: in a transaction of its own, or as single statements where nothing may be written.

        Whoever is cancelled while it runs does not stop it.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: It failed and left no trace; likewise whatever `work` raises.
        """

        def whole() -> T:
            with self.engine.begin() as connection:
                return work(connection)

        return await self._in_thread(whole)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return cast("T", await self._driver._execute(work))  # type: ignore[no-untyped-call] # noqa: SLF001 - as above


def _prepare(connection: sqlite3.Connection, *, read_only: bool) -> None:
    # The driver's own transactions begin only at the first write: two readers that then both write would act
    # on the same row. We say BEGIN ourselves.
    connection.isolation_level = None
    pragmas = ["journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"]
    for pragma in [*pragmas, "query_only=ON"] if read_only else pragmas:
        connection.execute(f"PRAGMA {pragma}")
    # SQLite's own knows only ASCII: a title in Cyrillic would not be found by its own first letter.
    connection.create_function("lower", 1, _lower, deterministic=True)


def _begin(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _lower(value: Any) -> Any:  # noqa: ANN401 - whatever SQLite hands over
    return value.lower() if isinstance(value, str) else value
