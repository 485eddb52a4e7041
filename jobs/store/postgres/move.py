"""Copy everything from an SQLite file into an empty database of PostgreSQL.

In one transaction, so that what is killed half-way has left nothing and can be begun anew; row by row, so
that memory does not grow with the file, which is only read. Nothing is committed unless both hold the same.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.store import migrate
from jobs.store.conditions import IS_IN_FLIGHT
from jobs.store.errors import DatabaseInUse, StoreError, cause
from jobs.store.file import locked
from jobs.store.jam_schema import jam
from jobs.store.postgres.connection import engine_for, parse
from jobs.store.postgres.opening import ALONE, told, unfit
from jobs.store.postgres.tables import unhurried, upgrade

_AT_ONCE = 1000
# What both must agree on, beside the number of rows in each table.
_BOOKS = {
    "the ledger": "SELECT kind, COUNT(*), SUM(credits) FROM ledger GROUP BY 1",
    "what was spent": "SELECT user_id = 0, SUM(songs), SUM(credits) FROM spend GROUP BY 1",
    "jobs and their cost": "SELECT state, COUNT(*), SUM(charged), SUM(returned) FROM job GROUP BY 1",
    "jobs under way": f"SELECT account, COUNT(*), SUM(price) FROM job WHERE {IS_IN_FLIGHT} GROUP BY 1",  # noqa: S608 - our own words
    "reservations": "SELECT account, credits FROM reserved",
    "paid calls": "SELECT outcome, closed, COUNT(*), SUM(price) FROM call GROUP BY 1, 2",
    "balances": "SELECT account, total, extra, expected FROM account",
    "keys of servers": "SELECT account, COUNT(*) FROM server_key GROUP BY 1",
    "jams": "SELECT state, COUNT(*), SUM(pot) FROM jam GROUP BY 1",
}


@dataclass(frozen=True, slots=True)
class Moved:
    """What was copied: rows of each table; and texts of which a character was left out."""

    rows: Mapping[str, int]
    mended: int


def move(source: Path, url: str) -> Moved:
    """Copy a file of which the bot is stopped.

    Raises:
        DatabaseInUse: A bot has one of the two.
        StoreError: One cannot be used, the target holds something, or the two would not hold the same.
    """
    if not source.is_file():
        raise StoreError(f"there is no file {source}")
    address = parse(url)
    engine = engine_for(address, size=1)
    try:
        with locked(source), closing(_opened(source)) as file, told(address), engine.connect() as c:
            with c.begin():
                for problem in unfit(c):
                    raise StoreError(problem)
                if not c.scalar(ALONE):
                    raise DatabaseInUse("another Encore is using the database of PostgreSQL; stop it first")
            with c.begin():
                moved = _copied(file, c)
            with c.begin():
                c.exec_driver_sql("ANALYZE")
            return moved
    except sqlite3.Error as error:
        raise StoreError(f"{source.name} cannot be read: {cause(error)}") from None
    finally:
        engine.dispose()


def _opened(source: Path) -> sqlite3.Connection:
    """Open the file so that it cannot be changed, as of one moment."""
    file = sqlite3.connect(f"file:{quote(str(source))}?mode=ro", uri=True, isolation_level=None)
    file.text_factory = lambda raw: raw.decode(errors="replace")
    file.execute("BEGIN")
    try:
        [found] = file.execute("SELECT version_num FROM alembic_version").fetchone()
    except (sqlite3.Error, TypeError):
        file.close()
        raise StoreError(f"{source.name} is no database of Encore's") from None
    if found != migrate.HEAD:
        file.close()
        raise StoreError(
            f"{source.name} is of version {found}, and this Encore works with {migrate.HEAD}: start the bot "
            "with it once, which brings it up to date"
        )
    return file


def _copied(file: sqlite3.Connection, c: Connection) -> Moved:
    upgrade(c)
    unhurried(c)
    tables = jam.metadata.sorted_tables
    filled = [one.name for one in tables if c.scalar(sa.select(sa.literal(1)).select_from(one).limit(1))]
    if filled:
        raise StoreError(
            f"the database of PostgreSQL is not empty: it has rows in {', '.join(sorted(filled))}"
        )
    c.exec_driver_sql("ALTER TABLE job DISABLE TRIGGER USER")  # the sums that it keeps are copied
    mended = sum(_copy(file, c, table) for table in tables)
    c.exec_driver_sql("ALTER TABLE job ENABLE TRIGGER USER")
    for table in tables:
        _number_on(file, c, table)
    rows = {}
    for table in tables:
        count = sa.text(f"SELECT COUNT(*) FROM {table.name}")  # noqa: S608 - our own names
        rows[table.name] = int(c.scalar(count) or 0)
        _compare(f"rows of {table.name}", count.text, file, c)
    for what, query in _BOOKS.items():
        _compare(what, query, file, c)
    return Moved({name: count for name, count in rows.items() if count}, mended)


def _copy(file: sqlite3.Connection, c: Connection, table: sa.Table) -> int:
    """Stream the rows of a table; return how many texts held what PostgreSQL cannot hold."""
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    read = [_reader(column) for column in table.columns]
    mended = 0
    cursor: Any = c.connection.cursor()
    with cursor, cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in _rows(file, f"SELECT {names} FROM {table.name}"):  # noqa: S608 - our own names
            values = [one(value) for one, value in zip(read, row, strict=True)]
            mended += sum(isinstance(old, str) and old != new for old, new in zip(row, values, strict=True))
            copy.write_row(values)
    return mended


def _rows(file: sqlite3.Connection, query: str) -> Iterator[tuple[Any, ...]]:
    found = file.execute(query)
    while some := found.fetchmany(_AT_ONCE):
        yield from some


def _reader(column: sa.Column[Any]) -> Callable[[Any], Any]:
    """How a value of SQLite becomes one of PostgreSQL: texts without NUL, 0 and 1 as what they mean."""
    if isinstance(column.type, sa.Boolean):
        return lambda value: None if value is None else bool(value)
    if isinstance(column.type, sa.Text | sa.JSON):
        return lambda value: value.replace("\x00", "\ufffd") if isinstance(value, str) else value
    return lambda value: value


def _number_on(file: sqlite3.Connection, c: Connection, table: sa.Table) -> None:
    """Let the next row have the number that it would have had."""
    column = table.autoincrement_column
    if column is None:
        return
    sequence = c.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
    if sequence is None:
        return
    [last] = file.execute(f"SELECT MAX({column.name}) FROM {table.name}").fetchone()  # noqa: S608 - our own names
    given = file.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (table.name,)).fetchone()
    highest = max(last or 0, given[0] if given else 0)
    if highest:
        c.execute(sa.select(sa.func.setval(sequence, highest)))


def _compare(what: str, query: str, file: sqlite3.Connection, c: Connection) -> None:
    before = sorted(map(_plain, file.execute(query)))
    after = sorted(_plain(tuple(row)) for row in c.execute(sa.text(query)))
    if before != after:
        raise StoreError(f"nothing was copied: {what} would differ")


def _plain(row: tuple[Any, ...]) -> tuple[str, ...]:
    return tuple(
        "" if value is None else value if isinstance(value, str) else f"{int(value)}" for value in row
    )
