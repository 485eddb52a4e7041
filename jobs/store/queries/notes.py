"""Statements on `note`: small facts by a key, notices of outages among them, and the channels that wait."""

import json
from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import OutageNotice
from jobs.models.states import S
from jobs.store.rows import add, put
from jobs.store.schema import job, note

_PREFIX = "notice:"
# What waits for the provider; a held job waits for a person, a ready one for Discord.
_WAITING = (S.ACCEPTED, S.SUBMITTING, S.WAITING)


def read(c: Connection, key: str) -> str | None:
    return c.scalar(sa.select(note.c.value).where(note.c.key == key))


def write(c: Connection, key: str, value: str) -> None:
    """Note a fact, in place of an earlier one."""
    put(c, note, {"key": key, "value": value})


def write_once(c: Connection, key: str, value: str) -> bool:
    """Note a fact unless one is noted there; whether it was noted now."""
    return add(c, note, {"key": key, "value": value})


def forget(c: Connection, key: str) -> None:
    c.execute(sa.delete(note).where(note.c.key == key))


def notices(c: Connection) -> list[OutageNotice]:
    """List the notices that are to be told, or were, and are not over."""
    rows = c.scalars(
        sa.select(note.c.value).where(note.c.key.startswith(_PREFIX, autoescape=True)).order_by(note.c.key)
    )
    return [OutageNotice(**json.loads(value)) for value in rows]


def keep_notice(c: Connection, notice: OutageNotice) -> None:
    """Note a notice, in place of the earlier one to this channel about this provider."""
    write(c, _key(notice), json.dumps(asdict(notice)))


def begin_notice(c: Connection, notice: OutageNotice) -> None:
    """Note a notice, unless there is one to this channel about this provider: another account's may be."""
    write_once(c, _key(notice), json.dumps(asdict(notice)))


def drop_notice(c: Connection, notice: OutageNotice) -> None:
    c.execute(sa.delete(note).where(note.c.key == _key(notice)))


def waiting_channels(c: Connection, provider: str, account: int) -> list[tuple[int, int]]:
    """List (server, channel) of every job of an account that waits for a provider."""
    rows = c.execute(
        sa.select(job.c.guild_id, job.c.channel_id)
        .where(job.c.state.in_(_WAITING), job.c.provider == provider, job.c.account == account)
        .distinct()
    )
    return [(int(guild_id), int(channel_id)) for guild_id, channel_id in rows]


def _key(notice: OutageNotice) -> str:
    return f"{_PREFIX}{notice.provider}:{notice.channel_id}"
