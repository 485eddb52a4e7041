"""Statements behind the alerts of a low balance: which thresholds were crossed, noted once."""

from collections.abc import Callable, Iterator

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Alert, Balance
from jobs.store.locks import hold_alerts, takes_locks
from jobs.store.queries import guilds, notes
from jobs.store.queries.admission_facts import charged_since
from jobs.store.schema import account, setting


@takes_locks
def crossed(c: Connection, account_id: int, known: Balance, pays_for: Callable[[int], bool]) -> list[Alert]:
    """List the alerts that a balance calls for, and note them as told: one a crossing, until it has risen.

    `pays_for` says of a server whether the account pays for it. Where another process has read the balance
    since, this reading calls for nothing: it would undo what that one has told.
    """
    hold_alerts(c)
    read_at = c.scalar(sa.select(account.c.read_at).where(account.c.account == account_id))
    if read_at is not None and read_at > known.at:
        return []
    alerts = []
    for guild_id, channel_id, level, told in _levels(c, known.total, pays_for):
        if told == level:
            continue
        notes.write(c, _key(guild_id), str(level or ""))
        if _falls(level, told):
            alerts.append(Alert(guild_id, channel_id, level or 0, known))
    return alerts


def would_cross(c: Connection, account: int, known: Balance, pays_for: Callable[[int], bool]) -> bool:
    """Tell whether what was charged since a balance was read calls for an alert; note nothing."""
    left = known.total - charged_since(c, account, known.at)
    return any(_falls(level, told) for _, _, level, told in _levels(c, left, pays_for))


def _levels(
    c: Connection, total: int, pays_for: Callable[[int], bool]
) -> Iterator[tuple[int, int, int | None, int | None]]:
    """Give (server, its channel, the lowest threshold above a balance, the one that was told last)."""
    watching = c.scalars(
        sa.select(setting.c.guild_id).where(setting.c.name == "alert_channel").order_by(setting.c.guild_id)
    ).all()
    for guild_id in watching:
        chosen = guilds.settings(c, guild_id)
        if chosen.alert_channel is not None and pays_for(guild_id):
            told = notes.read(c, _key(guild_id))
            level = min((limit for limit in chosen.alert_at if total < limit), default=None)
            yield guild_id, chosen.alert_channel, level, int(told) if told else None


def _falls(level: int | None, told: int | None) -> bool:
    return level is not None and (told is None or level < told)


def _key(guild_id: int) -> str:
    return f"low:{guild_id}"
