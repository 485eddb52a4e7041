"""Statements on `setting` and `audit`: what a server's moderators chose, and who chose it when."""

from collections.abc import Mapping
from dataclasses import astuple, fields
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Block, Change, Edit, GuildSettings
from jobs.models.quota import Period, Quota, Subject, Unit
from jobs.models.states import OPEN
from jobs.store.jam_schema import IS_RUNNING, jam
from jobs.store.locks import hold, takes_locks
from jobs.store.rows import put
from jobs.store.schema import audit, job, server_key, setting

# Built once: admission reads it for every order.
_OF_SERVER = sa.select(setting.c.name, setting.c.value).where(setting.c.guild_id == sa.bindparam("guild"))
_FIELDS = frozenset(field.name for field in fields(GuildSettings))
_TUPLES = frozenset({"alert_at", "exempt_roles", "forbidden_words", "jam_hosts"})


def settings(c: Connection, guild_id: int) -> GuildSettings:
    rows = c.execute(_OF_SERVER, {"guild": guild_id})
    return settings_from({row.name: row.value for row in rows})


def settings_from(rows: Mapping[str, Any]) -> GuildSettings:
    """Make settings of their values by name; leave aside what a newer version has noted there."""
    known = {name: value for name, value in rows.items() if name in _FIELDS}
    for name in _TUPLES & known.keys():
        known[name] = tuple(known[name])
    if "quotas" in known:
        known["quotas"] = tuple(
            Quota(Subject(subject), subject_id, Unit(unit), Period(period), amount)
            for subject, subject_id, unit, period, amount in known["quotas"]
        )
    if "blocked" in known:  # an earlier version noted their ids alone
        known["blocked"] = tuple(
            Block(one) if isinstance(one, int) else Block(*one) for one in known["blocked"]
        )
    return GuildSettings(**known)


@takes_locks
def change(
    c: Connection, guild_id: int, edit: Edit, *, by: int, now: float
) -> tuple[GuildSettings, list[Change]]:
    """Change settings and note who did; return all, and what changed. What stays as it was leaves no trace.

    `edit` sees what is set in this very moment, so that two moderators who add to the same list both count.
    """
    hold(c, server=guild_id)
    current = settings(c, guild_id)
    changes: list[Change] = []
    for name, value in edit(current).items():
        before, after = _as_json(getattr(current, name)), _as_json(value)
        if before == after:
            continue
        put(c, setting, {"guild_id": guild_id, "name": name, "value": after})
        note_change(c, guild_id, name, before=before, after=after, by=by, now=now)
        changes.append(Change(by, name, before, after, now))
    return settings(c, guild_id), changes


def note_change(
    c: Connection,
    guild_id: int,
    name: str,
    *,
    after: object,
    by: int,
    now: float,
    before: object = "",
) -> None:
    """Note in the audit what a moderator did."""
    values = {"name": name, "before": before, "after": after, "at": now}
    c.execute(sa.insert(audit).values(guild_id=guild_id, user_id=by, **values))


def history(c: Connection, guild_id: int, *, limit: int = 15) -> list[Change]:
    """List who changed which setting, newest first."""
    rows = c.execute(
        sa.select(audit).where(audit.c.guild_id == guild_id).order_by(audit.c.id.desc()).limit(limit)
    )
    return [Change(row.user_id, row.name, row.before, row.after, row.at) for row in rows]


def in_use(c: Connection) -> list[int]:
    """List the servers with open jobs, jams or a key of their own."""
    waiting = sa.select(job.c.guild_id).where(job.c.state.in_(OPEN))
    playing = sa.select(jam.c.guild_id).where(sa.text(IS_RUNNING))
    return sorted(c.scalars(waiting.union(sa.select(server_key.c.guild_id), playing)))


def _as_json(value: Any) -> Any:  # noqa: ANN401 - whatever a setting may be
    if isinstance(value, Quota | Block):
        return list(astuple(value))
    if isinstance(value, Mapping):
        return {name: list(ids) for name, ids in value.items()}
    return [_as_json(one) for one in value] if isinstance(value, tuple) else value
