"""Statements on `jam_mark`: who wants a reminder of a jam, is kept out of it, or lends what they won with."""

from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.store.jam_schema import jam_mark
from jobs.store.rows import add


class Mark(StrEnum):
    """What is noted of a member beside what they made."""

    REMINDED = "reminded"  # wants a ping before a phase ends
    KEPT_OUT = "kept out"  # by a moderator: neither enters nor votes
    YOUNG = "young"  # votes with an account that was new when it began; until the count
    LATE = "late"  # votes, and is in the server only since it began; until the count
    LENDS = "lends"  # won it, and lets contests sing with the persona of that song


def holds(c: Connection, jam_id: int, user_id: int, mark: Mark) -> bool:
    return c.execute(sa.select(jam_mark).where(*_one(jam_id, user_id, mark))).one_or_none() is not None


def give(c: Connection, jam_id: int, user_id: int, mark: Mark) -> None:
    """Give a member a mark that they may have already."""
    add(c, jam_mark, {"jam_id": jam_id, "user_id": user_id, "mark": mark})


def turn(c: Connection, jam_id: int, user_id: int, mark: Mark) -> bool:
    """Give a member a mark, or take it from them; whether they have it now."""
    taken = c.execute(sa.delete(jam_mark).where(*_one(jam_id, user_id, mark))).rowcount
    if not taken:
        give(c, jam_id, user_id, mark)
    return not taken


def put(c: Connection, jam_id: int, user_id: int, mark: Mark, *, on: bool) -> None:
    """Have a member hold a mark, or not."""
    if on:
        give(c, jam_id, user_id, mark)
    else:
        c.execute(sa.delete(jam_mark).where(*_one(jam_id, user_id, mark)))


def members(c: Connection, jam_id: int, mark: Mark) -> list[int]:
    mine = jam_mark.c.jam_id == jam_id, jam_mark.c.mark == mark
    return list(c.scalars(sa.select(jam_mark.c.user_id).where(*mine).order_by(jam_mark.c.user_id)))


def forget(c: Connection, jam_id: int, *which: Mark) -> None:
    c.execute(sa.delete(jam_mark).where(jam_mark.c.jam_id == jam_id, jam_mark.c.mark.in_(which)))


def _one(jam_id: int, user_id: int, mark: Mark) -> tuple[sa.ColumnElement[bool], ...]:
    return jam_mark.c.jam_id == jam_id, jam_mark.c.user_id == user_id, jam_mark.c.mark == mark
