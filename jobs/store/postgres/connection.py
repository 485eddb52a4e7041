"""Connections to PostgreSQL: how they are made, how long they wait, and what their errors mean and say."""

from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError, DBAPIError, OperationalError

from jobs.store.errors import StoreError
from jobs.store.locks import TRANSACTION, Transaction

SCHEME = "postgresql+psycopg"
_NO_DRIVER = (
    "DATABASE_URL names PostgreSQL, whose driver is not installed: "
    "`python -m pip install --require-hashes -r requirements/postgres.txt` installs it"
)
# A process that is frozen in mid-transaction must not hold its locks for longer than the first; what waits
# too long for a lock or a statement fails, as with a locked file. The last three find a host that is gone.
_SESSION = {
    "idle_in_transaction_session_timeout": "3s",
    "lock_timeout": "10s",
    "statement_timeout": "30s",
    "TimeZone": "UTC",
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "2",
    "tcp_keepalives_count": "2",
}
_CLIENT = {
    "connect_timeout": 5,
    "application_name": "encore",
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 2,
    "tcp_user_timeout": 10_000,  # milliseconds
}
# What was undone to let another one go on: it may be run again.
_CONFLICTS = frozenset({"40001", "40P01"})
_TOO_LONG = frozenset({"55P03", "57014"})
# The server ends, begins or has no room, or has ended a session that stood still; without a code, the
# connection itself broke.
_LOST = frozenset({"57P01", "57P02", "57P03", "57P05", "25P03", "53300"})


def parse(url: str) -> sa.URL:
    """Read the address of a database. Raises StoreError, without any word that may be secret."""
    try:
        parsed = sa.make_url(url)
    except (ArgumentError, ValueError):
        raise StoreError("DATABASE_URL is not a database address") from None
    if parsed.drivername not in (SCHEME, "postgresql"):
        raise StoreError(f"DATABASE_URL must begin with {SCHEME}://")
    if not parsed.database:
        raise StoreError("DATABASE_URL must name a database, as in postgresql+psycopg://user@host/encore")
    return parsed.set(drivername=SCHEME)


def engine_for(url: sa.URL, *, size: int, reads: bool = False) -> Engine:
    """Make an engine with so many connections, each of which lasts."""
    session = _SESSION | ({"default_transaction_read_only": "on"} if reads else {})
    options = " ".join(f"-c {name}={value}" for name, value in session.items())
    alone: dict[str, Any] = {"isolation_level": "AUTOCOMMIT", "skip_autocommit_rollback": True}
    try:
        engine = sa.create_engine(
            url,
            connect_args={"options": options, **_CLIENT},
            pool_size=size,
            max_overflow=0,
            hide_parameters=True,  # an error names the statement, not what members wrote
            **(alone if reads else {}),
        )
    except ModuleNotFoundError:
        raise StoreError(_NO_DRIVER) from None
    event.listen(engine, "handle_error", _first_line)
    event.listen(engine, "connect", _replace_nul)
    if not reads:
        event.listen(engine, "before_cursor_execute", _note_writing)
    return engine


def arguments(url: sa.URL, **session: str) -> dict[str, Any]:
    """What psycopg itself is given to connect, with settings of the session besides ours."""
    options = " ".join(f"-c {name}={value}" for name, value in (_SESSION | session).items())
    address = url.translate_connect_args(username="user", database="dbname")
    return {**address, **url.query, "options": options, **_CLIENT}


def _replace_nul(connection: Any, _record: object) -> None:  # noqa: ANN401 - psycopg's
    """Put a sign in the place of NUL, which SQLite keeps and PostgreSQL does not."""
    from psycopg.types.string import StrDumperUnknown  # noqa: PLC0415 - only with the driver

    class Kept(StrDumperUnknown):
        def dump(self, obj: str) -> Any:  # noqa: ANN401 - psycopg's
            return super().dump(obj.replace("\x00", "\ufffd"))

    connection.adapters.register_dumper(str, Kept)


def _first_line(context: ExceptionContext) -> None:
    """Leave out what PostgreSQL says in further lines: the values of a row, words of members among them."""
    for error in (context.original_exception, context.sqlalchemy_exception):
        if error is not None and error.args and isinstance(error.args[0], str):
            error.args = (error.args[0].partition("\n")[0], *error.args[1:])


def _note_writing(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
    transaction: Transaction | None = connection.info.get(TRANSACTION)
    if transaction is not None and not statement.lstrip().startswith("SELECT"):
        transaction.wrote = transaction.writes = True


def is_conflict(error: BaseException) -> bool:
    """Whether the database undid a transaction for the sake of another one; so it surely has no effect."""
    return isinstance(error, DBAPIError) and _code(error) in _CONFLICTS


def is_lost(error: BaseException) -> bool:
    """Whether there is no connection, or none any more."""
    if not isinstance(error, DBAPIError):
        return False
    code = _code(error)
    if code is None:
        return error.connection_invalidated or isinstance(error, OperationalError)
    return error.connection_invalidated or code in _LOST or code.startswith("08")


def waited_in_vain(error: BaseException) -> bool:
    """Whether somebody else held a lock, or a statement took, for too long."""
    return isinstance(error, DBAPIError) and _code(error) in _TOO_LONG


def _code(error: DBAPIError) -> str | None:
    code: str | None = getattr(error.orig, "sqlstate", None)
    return code
