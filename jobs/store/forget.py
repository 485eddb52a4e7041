"""Forget a member, in the database itself; the bot may run beside it."""

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from jobs.store import migrate
from jobs.store.connection import connected
from jobs.store.errors import StoreError, cause
from jobs.store.file import file_of, is_postgres
from jobs.store.queries.upkeep import forget as queries

T = TypeVar("T")

# So many jobs in a transaction: the bot's own writes wait for none of them long.
_TOGETHER = 100
_BUSY_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What was done.

    Attributes:
        removed: Jobs that are gone with their results.
        anonymous: Jobs that stay in the books without a name, words or results.
        rest: Other rows that are gone, or have no name any more.
        unfinished: Jobs that are not over, and were left as they are.
        chosen: Settings of servers that still name the member.
    """

    removed: int
    anonymous: int
    rest: int
    unfinished: Sequence[int]
    chosen: int


def forget(url: str, user_id: int) -> Forgotten:
    """Forget a member of every server. What was deleted is overwritten in the file.

    Raises:
        StoreError: There is no database, it is of another version, or cannot be written.
    """
    if is_postgres(url):
        return _forget_there(url, user_id)
    path = file_of(url)
    if not path.exists():
        raise StoreError(f"there is no database at {path}")
    try:
        raw, connection = connected(str(path), writes=True)
        with closing(raw), closing(connection):
            raw.execute("PRAGMA secure_delete = ON")
            raw.execute(f"PRAGMA busy_timeout = {_BUSY_SECONDS * 1000}")
            _check_version(connection)
            done = _forget(connection, user_id)
            # What is deleted also stood in the journal; a bot that reads just now keeps it for a moment.
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return done
    except (SQLAlchemyError, sqlite3.Error) as error:
        raise StoreError(f"{path.name} cannot be changed: {cause(error)}") from None


def _forget_there(url: str, user_id: int) -> Forgotten:
    """Forget a member in PostgreSQL, which overwrites what was deleted with its next VACUUM."""
    from jobs.store.postgres.opening import changing  # noqa: PLC0415 - only who asks for it pays for it

    with changing(url) as connection:
        _check_version(connection)
        return _forget(connection, user_id)


def _check_version(connection: Connection) -> None:
    with connection.begin():
        found = migrate.version(connection)
    if found != migrate.HEAD:
        raise StoreError(
            f"the database is of version {found}, and this Encore works with {migrate.HEAD}: start the bot "
            "once, which brings it up to date"
        )


def _forget(connection: Connection, user_id: int) -> Forgotten:
    def run(change: Callable[[Connection], T]) -> T:
        with connection.begin():
            return change(connection)

    removed = anonymous = 0
    while some := run(lambda c: queries.forget_jobs(c, user_id, limit=_TOGETHER)):
        removed, anonymous = removed + some.removed, anonymous + some.kept

    def rest(c: Connection) -> Forgotten:
        left = queries.unfinished(c, user_id)
        count = queries.forget_rest(c, user_id, with_sums=not left)
        return Forgotten(removed, anonymous, count, left, queries.chosen_about(c, user_id))

    return run(rest)
