"""Statements on `removal`: results that were taken out of their channel, and came back."""

from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Job, Place, Removal
from jobs.models.states import JobState
from jobs.store.library_schema import removal
from jobs.store.queries import guilds, transitions
from jobs.store.queries.library.songs import channel_of
from jobs.store.schema import job, post

REMOVABLE = frozenset({JobState.DONE, JobState.UNDELIVERABLE})


def of_job(c: Connection, job_id: int) -> Removal | None:
    row = c.execute(sa.select(removal).where(removal.c.job_id == job_id)).one_or_none()
    return None if row is None else Removal(row.job_id, row.user_id, row.at)


def remove(c: Connection, one: Job, *, by: int, now: float) -> Sequence[Place] | None:
    """Note that the results of a job are removed, before they are; the messages to delete.

    None while they are being posted. A round of its own, so that no look at the task that is under way can
    post more, and nobody brings them back who asked for that just before. What a moderator does to another's
    results is noted in the audit, and holds where the member had removed them before.
    """
    if one.state not in REMOVABLE:
        return None
    before = of_job(c, one.id)
    overrules = by != one.user_id and (before is None or before.user_id == one.user_id)
    if before is None or overrules:
        after = replace(one, round=one.round + 1, due_at=None, deadline_at=None, notified_at=one.notified_at)
        if not transitions.save(c, one, after):
            return None
    if before is None:
        c.execute(sa.insert(removal).values(job_id=one.id, user_id=by, at=now))
    if overrules:
        c.execute(sa.update(removal).where(removal.c.job_id == one.id).values(user_id=by))
        guilds.note_change(c, one.guild_id, "removed", after=one.id, by=by, now=now)
    return _messages(c, one)


def bring_back(c: Connection, before: Job, after: Job) -> bool:
    """Change a job whose results are to be posted again: they are not removed any more."""
    if not transitions.save(c, before, after):
        return False
    c.execute(sa.delete(removal).where(removal.c.job_id == before.id))
    return True


def _messages(c: Connection, one: Job) -> Sequence[Place]:
    """The messages of all rounds that can be found, and the card."""
    rows = c.execute(
        sa.select(
            post, sa.literal(one.round).label("present"), job.c.channel_id.label("asked_in"), job.c.thread_id
        )
        .join(job, job.c.id == post.c.job_id)
        .where(post.c.job_id == one.id, post.c.message_id > 0)
        .order_by(post.c.id)
    )
    found = [Place(channel_id, row.message_id) for row in rows if (channel_id := channel_of(row))]
    card = [Place(one.channel_id, one.card_message_id)] if one.card_message_id else []
    return [*found, *card]
