"""Statements on `jam_post`: what is said of a jam in its channel, once."""

import secrets
from collections.abc import Mapping
from dataclasses import fields
from operator import itemgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Row

from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, JamPost, JamState, Say
from jobs.store.jam_schema import IS_MASKED, jam, jam_entry, jam_post

# Of a turn: a change from one of these to another is no news.
_ASKING = (E.OFFERED, E.CHOOSING, E.JOINING)
_FIELDS = tuple(one.name for one in fields(JamPost))
IS_NEXT_TRACK = sa.and_(jam_post.c.message_id.is_(None), jam_post.c.name == Say.TRACK)
# Built once, as the keeper asks this at each of its steps; and by position, as jobs are.
_of_post = itemgetter(*(jam_post.c.keys().index(name) for name in _FIELDS))
_NAME = _FIELDS.index("name")
_OF_JAM = sa.select(jam_post).where(jam_post.c.jam_id == sa.bindparam("of_jam"))
_UNSENT = _OF_JAM.where(jam_post.c.message_id.is_(None), jam_post.c.name != Say.TRACK).order_by(jam_post.c.id)
_NEXT_TRACKS = _OF_JAM.where(IS_NEXT_TRACK)
_MASKED = _OF_JAM.where(sa.text(IS_MASKED)).order_by(jam_post.c.seq)
_OF_NAME = _OF_JAM.where(jam_post.c.name == sa.bindparam("of_name")).order_by(jam_post.c.seq)
_UNFINISHED = (
    sa.select(jam_post.c.jam_id)
    .where(jam_post.c.message_id.is_(None))
    .union(
        sa.select(jam_post.c.jam_id)
        .join(jam, jam.c.id == jam_post.c.jam_id)
        .where(sa.text(IS_MASKED), jam.c.state.in_((JamState.DONE, JamState.CANCELLED)))
    )
)


def plan(
    c: Connection,
    jam_id: int,
    name: Say,
    seq: int = 0,
    *,
    now: float,
    entry_id: int | None = None,
    user_id: int = 0,
    said: Mapping[str, Any] | None = None,
) -> None:
    """Note a message before it is sent. One of this name and number is noted once, whoever asks again."""
    if not is_planned(c, jam_id, name, seq):
        values = {"jam_id": jam_id, "name": name, "seq": seq, "created_at": now, "due_at": now}
        about = {"entry_id": entry_id, "user_id": user_id, "said": dict(said or {})}
        c.execute(sa.insert(jam_post).values(nonce=secrets.token_hex(8), **values, **about))


def is_planned(c: Connection, jam_id: int, name: Say, seq: int = 0) -> bool:
    known = jam_post.c.jam_id == jam_id, jam_post.c.name == name, jam_post.c.seq == seq
    return c.scalar(sa.select(jam_post.c.id).where(*known)) is not None


def next_seq(c: Connection, jam_id: int, name: Say) -> int:
    """Number a message of which there may be any number."""
    mine = jam_post.c.jam_id == jam_id, jam_post.c.name == name
    return int(c.scalar(sa.select(sa.func.count()).where(*mine)) or 0)


def unsent(c: Connection, jam_id: int) -> list[JamPost]:
    """List what is still to be said, in order; but for songs of a party, which hold up nothing."""
    return _all(c, _UNSENT, of_jam=jam_id)


def next_tracks(c: Connection, jam_id: int) -> list[JamPost]:
    """List the songs of a jam that are to be played next, one in a channel."""
    return _all(c, _NEXT_TRACKS, of_jam=jam_id)


def unfinished(c: Connection) -> set[int]:
    """List jams of which something is to be said, or a gallery still hides whose it is."""
    return set(c.scalars(_UNFINISHED))


def masked(c: Connection, jam_id: int) -> list[JamPost]:
    """List the messages of a gallery that do not say whose it is."""
    return _all(c, _MASKED, of_jam=jam_id)


def of_name(c: Connection, jam_id: int, name: Say) -> list[JamPost]:
    return _all(c, _OF_NAME, of_jam=jam_id, of_name=name)


def of_past_turns(c: Connection, one: Jam) -> list[JamPost]:
    """List the messages that ask for something of a turn which went on since they were last changed."""
    gone_on = sa.or_(
        sa.and_(jam_post.c.name.in_((Say.TURN, Say.AGAIN, Say.RESUMED)), jam_entry.c.state.not_in(_ASKING)),
        sa.and_(jam_post.c.name == Say.PART, jam_entry.c.state != E.CHOOSING),
        sa.literal(one.state is JamState.CANCELLED),
    )
    since = one.state_at if one.state is JamState.CANCELLED else jam_entry.c.state_at
    told = jam_post.c.jam_id == one.id, jam_post.c.message_id > 0
    stale = sa.func.coalesce(jam_post.c.edited_at, 0.0) < since
    of_entry = sa.select(jam_post).join(jam_entry, jam_entry.c.id == jam_post.c.entry_id)
    asking = jam_post.c.name.in_((Say.TURN, Say.AGAIN, Say.RESUMED, Say.PART))
    return _all(c, of_entry.where(*told, asking, gone_on, stale).order_by(jam_post.c.id))


def mark_trying(c: Connection, post_id: int, *, now: float) -> None:
    """Note that an attempt is about to leave, and that no earlier one has led to a message."""
    c.execute(sa.update(jam_post).where(jam_post.c.id == post_id).values(first_try_at=now))


def mark_sent(c: Connection, post_id: int, message_id: int) -> None:
    c.execute(sa.update(jam_post).where(jam_post.c.id == post_id).values(message_id=message_id))


def put_off(c: Connection, one: JamPost, *, due_at: float) -> None:
    c.execute(sa.update(jam_post).where(jam_post.c.id == one.id).values(due_at=due_at, tries=one.tries + 1))


def mark_edited(c: Connection, post_id: int, *, now: float) -> None:
    c.execute(sa.update(jam_post).where(jam_post.c.id == post_id).values(edited_at=now))


def _all(c: Connection, query: sa.Select[Any], **values: object) -> list[JamPost]:
    return [_from(row) for row in c.execute(query, values)]


def _from(row: Row[Any]) -> JamPost:
    values = list(_of_post(row))
    values[_NAME] = Say(values[_NAME])
    return JamPost(*values)
