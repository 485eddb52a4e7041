"""What became of a COMMIT that got no answer: each connection to PostgreSQL numbers its transactions.

The server's own number of a transaction tells less. One that a crash undid before any of it was on disk is
given out again, and `pg_xact_status` would then tell of another transaction.
"""

import secrets
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

# Rows of connections that are long gone go with the next start.
TABLE = """
CREATE TABLE IF NOT EXISTS committed (
    connection TEXT PRIMARY KEY, number BIGINT NOT NULL, at TIMESTAMPTZ NOT NULL DEFAULT now()
) WITH (fillfactor = 50);
DELETE FROM committed WHERE at < now() - interval '1 day'
"""
# With what `next_number` gives.
WRITE = (
    "INSERT INTO committed VALUES (:connection, :number) "
    "ON CONFLICT (connection) DO UPDATE SET number = excluded.number, at = excluded.at"
)
_WRITE = sa.text(WRITE)
# Waits for a transaction that is still about to end, also where its row is the connection's first.
_READ = sa.text(
    "INSERT INTO committed VALUES (:connection, 0) "
    "ON CONFLICT (connection) DO UPDATE SET number = committed.number RETURNING number"
)
_LAST = "last numbered"


class Number(NamedTuple):
    """A transaction: which one of which connection."""

    connection: str
    number: int


def next_number(c: Connection) -> Number:
    """Give the next transaction of a connection its number, which is to be written in it."""
    last = c.info.get(_LAST) or Number(secrets.token_hex(8), 0)
    given = c.info[_LAST] = Number(last.connection, last.number + 1)
    return given


def write_number(c: Connection) -> Number:
    """Number the present transaction: it is there once, and only if, that is committed."""
    given = next_number(c)
    c.execute(_WRITE, given._asdict())
    return given


def is_committed(c: Connection, asked: Number) -> bool:
    """Whether a transaction of another connection, which is lost, is committed. The caller rolls back."""
    return int(c.execute(_READ, {"connection": asked.connection}).scalar_one()) >= asked.number
