"""Statements behind the alerts of a low balance: which thresholds were crossed, noted once."""

from collections.abc import Callable

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Alert, Balance
from jobs.store import guild_rows, note_rows
from jobs.store.schema import setting


def crossed(c: Connection, known: Balance, pays_for: Callable[[int], bool]) -> list[Alert]:
    """The alerts that a balance calls for, noted as told: once per crossing, and anew after it has risen.

    `pays_for` says of a server whether the account pays for it.
    """
    watching = c.scalars(
        sa.select(setting.c.guild_id).where(setting.c.name == "alert_channel").order_by(setting.c.guild_id)
    ).all()
    alerts = []
    for guild_id in watching:
        chosen = guild_rows.read(c, guild_id)
        if chosen.alert_channel is None or not pays_for(guild_id):
            continue
        level = min((limit for limit in chosen.alert_at if known.total < limit), default=None)
        key = f"low:{guild_id}"
        told = note_rows.read(c, key) or ""
        if told == str(level or ""):
            continue
        note_rows.write(c, key, str(level or ""))
        if level is not None and (not told or level < int(told)):
            alerts.append(Alert(guild_id, chosen.alert_channel, level, known))
    return alerts
