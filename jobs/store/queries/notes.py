"""Statements on `note`: small facts about ourselves, by a key."""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.store.schema import note


def read(c: Connection, key: str) -> str | None:
    return c.scalar(sa.select(note.c.value).where(note.c.key == key))


def write(c: Connection, key: str, value: str) -> None:
    """Note a fact, in place of an earlier one."""
    if c.execute(sa.update(note).where(note.c.key == key).values(value=value)).rowcount == 0:
        c.execute(sa.insert(note).values(key=key, value=value))
