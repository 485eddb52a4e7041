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
        connection: SQLAlchemy's; to be used in its thread alone.
    """

    def __init__(self, driver: aiosqlite.Connection, connection: Connection) -> None:
        self._driver = driver
        self.connection = connection

    @classmethod
    async def open(cls, path: str, *, read_only: bool = False) -> Self:
        """Connect to a file. Raises `sqlite3.Error`."""
        driver = await aiosqlite.connect(path, timeout=BUSY_TIMEOUT_SECONDS)
        try:
            return cls(driver, await _in_thread(driver, lambda: _prepared(driver, read_only=read_only)))
        except BaseException:
            await driver.close()
            raise

    async def close(self) -> None:
        """Let go of the file, after what was asked for before."""
        try:
            await _in_thread(self._driver, self._let_go)
        finally:
            await self._driver.close()

    def _let_go(self) -> None:
        self.connection.close()
        self.connection.engine.dispose()

    async def run(self, work: Callable[[Connection], T]) -> T:
        """Run `work`: in a transaction of its own, or as single statements where nothing may be written.

        Whoever is cancelled while it runs does not stop it.

        Raises:
            sqlalchemy.exc.SQLAlchemyError: It failed and left no trace; likewise whatever `work` raises.
        """

        def whole() -> T:
            with self.connection.begin():
                return work(self.connection)

        return await _in_thread(self._driver, whole)


async def _in_thread(driver: aiosqlite.Connection, work: Callable[[], T]) -> T:
    """The driver has a function for this, but keeps it to itself."""
    return cast("T", await driver._execute(work))  # type: ignore[no-untyped-call] # noqa: SLF001 - as above


def _prepared(driver: aiosqlite.Connection, *, read_only: bool) -> Connection:
    """SQLAlchemy's face of a connection; called in its thread."""
    raw = driver._conn  # noqa: SLF001 - likewise
    _set_up(raw, read_only=read_only)
    # What may only read needs no transactions: BEGIN and ROLLBACK would be two more statements for each.
    alone = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    engine = sa.create_engine(
        "sqlite://",
        creator=lambda: raw,
        poolclass=sa.StaticPool,
        hide_parameters=True,  # an error names the statement, not what members wrote or the keys of servers
        **(alone if read_only else {}),
    )
    if not read_only:
        event.listen(engine, "begin", _begin)
    return engine.connect()


def _set_up(connection: sqlite3.Connection, *, read_only: bool) -> None:
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
