"""Statements on `jam_member`: who takes part in turns."""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models.jam import JamMember
from jobs.store.jam_schema import jam_member
from jobs.store.locks import hold_jam


def of_jam(c: Connection, jam_id: int) -> list[JamMember]:
    """List who takes part, by place."""
    mine = sa.select(jam_member).where(jam_member.c.jam_id == jam_id)
    rows = c.execute(mine.order_by(jam_member.c.place, jam_member.c.user_id))
    return [JamMember(row.jam_id, row.user_id, row.place, row.missed) for row in rows]


def add(c: Connection, jam_id: int, user_id: int) -> bool:
    """Let a member take part, after all others; False where they do already."""
    hold_jam(c, jam_id)
    there = of_jam(c, jam_id)
    if any(each.user_id == user_id for each in there):
        return False
    place = max((each.place for each in there), default=0) + 1
    c.execute(sa.insert(jam_member).values(jam_id=jam_id, user_id=user_id, place=place))
    return True


def drop(c: Connection, jam_id: int, user_id: int) -> bool:
    """Let a member take no more part; False where they did not."""
    return bool(c.execute(sa.delete(jam_member).where(*_one(jam_id, user_id))).rowcount)


def change(c: Connection, jam_id: int, user_id: int, **values: object) -> None:
    c.execute(sa.update(jam_member).where(*_one(jam_id, user_id)).values(**values))


def _one(jam_id: int, user_id: int) -> tuple[sa.ColumnElement[bool], ...]:
    return jam_member.c.jam_id == jam_id, jam_member.c.user_id == user_id
