"""Statements on `jam_event`: the scheduled events of jams that were announced."""

from dataclasses import fields

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models.jams.event import JamEvent
from jobs.store.jam_schema import jam_event

_FIELDS = tuple(one.name for one in fields(JamEvent))


def plan(c: Connection, jam_id: int, *, now: float) -> None:
    """Note that a jam is to have an event, before there is one."""
    c.execute(sa.insert(jam_event).values(jam_id=jam_id, due_at=now))


def kept(c: Connection) -> list[JamEvent]:
    """List the events about which there may be something to do."""
    looked_after = sa.select(jam_event).where(jam_event.c.due_at.is_not(None)).order_by(jam_event.c.jam_id)
    return [JamEvent(**{name: row[name] for name in _FIELDS}) for row in c.execute(looked_after).mappings()]


def keep(c: Connection, event: JamEvent) -> None:
    """Write what an event has become."""
    values = {name: getattr(event, name) for name in _FIELDS}
    c.execute(sa.update(jam_event).where(jam_event.c.jam_id == event.jam_id).values(values))


def put_off(c: Connection, jam_id: int, due_at: float | None) -> None:
    """Note that an attempt failed, and when the next is due; None where there is none."""
    tries = jam_event.c.tries + 1
    c.execute(sa.update(jam_event).where(jam_event.c.jam_id == jam_id).values(due_at=due_at, tries=tries))
