"""Statements on `setting` and `audit`: what a server's moderators chose, and who chose it when."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import GuildSettings
from jobs.store.rows import settings_from
from jobs.store.schema import audit, setting


def read(c: Connection, guild_id: int) -> GuildSettings:
    """The settings of a server."""
    rows = c.execute(sa.select(setting.c.name, setting.c.value).where(setting.c.guild_id == guild_id))
    return settings_from({row.name: row.value for row in rows})


def change(c: Connection, guild_id: int, changes: Mapping[str, Any], *, by: int, now: float) -> GuildSettings:
    """Change settings and note who did; what stays as it was leaves no trace."""
    current = read(c, guild_id)
    for name, after in changes.items():
        before = getattr(current, name)
        if before == after:
            continue
        here = (setting.c.guild_id == guild_id, setting.c.name == name)
        if c.execute(sa.update(setting).where(*here).values(value=after)).rowcount == 0:
            c.execute(sa.insert(setting).values(guild_id=guild_id, name=name, value=after))
        c.execute(
            sa.insert(audit).values(
                guild_id=guild_id, user_id=by, name=name, before=before, after=after, at=now
            )
        )
    return read(c, guild_id)
