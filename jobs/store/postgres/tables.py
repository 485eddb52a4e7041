"""The tables of PostgreSQL: made as they were at its beginning, and migrated from there.

Old and new processes may run together while the new ones take over, so a migration first adds, and takes away
only in the version after; and a process puts up with tables that are one version ahead of it.
"""

from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.store import migrate

FIRST = "0013"
_LOCK = sa.text("SELECT pg_advisory_xact_lock(1, 2)")
# Rewriting a large table, or loading Alembic, takes longer than any change may.
_UNHURRIED = "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0"
_TABLES = Path(migrate.__file__).parent / "migrations" / f"postgresql_{FIRST}.sql"
_VERSION = """
CREATE TABLE alembic_version (version_num VARCHAR(32) CONSTRAINT alembic_version_pkc PRIMARY KEY);
INSERT INTO alembic_version VALUES ('{}')
"""


def upgrade(c: Connection) -> None:
    """Bring the tables up to date in the caller's transaction. Raises NewerDatabase."""
    unhurried(c)
    c.execute(_LOCK)
    found = migrate.version(c)
    if found is None:
        c.exec_driver_sql(_TABLES.read_text(encoding="utf-8"))
        c.exec_driver_sql(_VERSION.format(FIRST))
    # One that is newer still, or that nobody knows, is refused.
    if not is_one_newer(found):
        migrate.upgrade(c)


def unhurried(c: Connection) -> None:
    """Let the present transaction take its time."""
    c.exec_driver_sql(_UNHURRIED)


def is_one_newer(version: str | None) -> bool:
    """Whether tables are of the version after ours, which runs beside us."""
    return version == f"{int(migrate.HEAD) + 1:04}"
