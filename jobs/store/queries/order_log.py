"""Statements behind the list of orders in a channel: what it lacks, and how far it goes."""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Job
from jobs.models.states import JobState
from jobs.store.queries import guilds, notes
from jobs.store.queries.jobs import job_from
from jobs.store.schema import audit, job

# What is older is no news: a channel that was closed for a week is not filled when it opens.
_NEWS_SECONDS = 24 * 3600.0


class Unlisted(NamedTuple):
    """Orders that the list lacks, and the last one that need not be looked at again."""

    channel_id: int
    jobs: Sequence[Job]
    last_id: int


def unlisted(c: Connection, guild_id: int, *, now: float, limit: int) -> Unlisted | None:
    """Find the orders that a server's list lacks, oldest first; None where there are none, or no list.

    Only those count whose card was shown: what Discord refused to show was never ordered.
    """
    channel_id = guilds.settings(c, guild_id).log_channel
    if channel_id is None:
        return None
    begun = c.scalar(
        sa.select(sa.func.max(audit.c.at)).where(
            audit.c.guild_id == guild_id, audit.c.name == "log_channel", audit.c.after.is_not(None)
        )
    )
    rows = c.execute(
        sa.select(job)
        .where(
            job.c.guild_id == guild_id,
            job.c.created_at >= max(now - _NEWS_SECONDS, begun or 0.0),
            job.c.id > int(notes.read(c, key(guild_id)) or 0),
            job.c.jam_id.is_(None),  # the result of its jam lists what it cost
        )
        .order_by(job.c.id)
        .limit(limit)
    )
    found: list[Job] = []
    last_id = 0
    for one in map(job_from, rows):
        seen = one.card_message_id is not None
        if one.state is JobState.ACCEPTED and not seen:
            break  # its card is on the way
        last_id = one.id
        if seen or one.state is not JobState.CANCELLED:
            found.append(one)
    return Unlisted(channel_id, found, last_id) if last_id else None


def key(guild_id: int) -> str:
    """Where it is noted how far a server's list goes."""
    return f"listed:{guild_id}"
