"""Statements that forget a member: what the books need stays without name or words, the rest goes.

The books are the rows `job`, `call` and `ledger` of what may have cost something, and the sums of all.
A job that is not over stays as it is: its result has to be brought to somebody, its credits may come back.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import NOBODY, Outcome
from jobs.models.jam import RUNNING, EntryState, Say
from jobs.models.states import OPEN
from jobs.store.jam_schema import jam, jam_ballot, jam_entry, jam_mark, jam_member, jam_post
from jobs.store.library_schema import clip_like, preference, removal
from jobs.store.schema import audit, call, clip, draft, job, ledger, post, server_key, setting, spend

# Results go with their jobs: buttons under what was posted then say that they know nothing of it.
_OF_JOBS = (clip_like, removal, clip, post)
_WITHOUT_WORDS = {
    "user_id": NOBODY, "params": {}, "summary": "", "source_clip_id": "", "task_id": "", "reason_text": "",
    "card_message_id": None, "thread_id": None, "interaction": None,
}  # fmt: skip
# The member's own rows elsewhere, to be deleted; those that others need, to lose their name.
_OWN = (draft, preference, clip_like, jam_entry, jam_member, jam_mark, jam_ballot)
_BY = (audit, server_key, removal, jam, jam_post)
_MENTIONS = ("blocked", "quotas")


@dataclass(frozen=True, slots=True)
class Jobs:
    """What became of some jobs: how many were removed, and how many stay in the books without a name."""

    removed: int
    kept: int


def unfinished(c: Connection, user_id: int) -> list[int]:
    """List the jobs of a member that are not over, or whose credits may still come back."""
    rows = c.scalars(sa.select(job.c.id).where(job.c.user_id == user_id, _in_use()).order_by(job.c.id))
    return [int(one) for one in rows]


def forget_jobs(c: Connection, user_id: int, *, limit: int) -> Jobs | None:
    """Forget some finished jobs with their results; None where none is left."""
    found = (
        sa.select(job.c.id).where(job.c.user_id == user_id, sa.not_(_in_use())).limit(limit).with_for_update()
    )
    ids = [int(one) for one in c.scalars(found)]
    if not ids:
        return None
    for table in _OF_JOBS:
        c.execute(sa.delete(table).where(table.c.job_id.in_(ids)))
    booked = _booked(c, ids)
    c.execute(sa.update(job).where(job.c.id.in_(booked)).values(_WITHOUT_WORDS))
    c.execute(sa.update(ledger).where(ledger.c.job_id.in_(booked)).values(user_id=NOBODY))
    c.execute(sa.delete(job).where(job.c.id.in_(set(ids) - set(booked))))
    return Jobs(len(ids) - len(booked), len(booked))


def forget_rest(c: Connection, user_id: int, *, with_sums: bool) -> int:
    """Forget what is kept of a member beside their jobs; return how many rows that were.

    The member's sums stay while a job is not over: it is still to be booked there.
    """
    forget_in_jams(c, user_id)
    count = sum(c.execute(sa.delete(table).where(table.c.user_id == user_id)).rowcount for table in _OWN)
    for table in _BY:
        count += c.execute(sa.update(table).where(table.c.user_id == user_id).values(user_id=NOBODY)).rowcount
    if with_sums:
        count += c.execute(sa.delete(spend).where(spend.c.user_id == user_id)).rowcount
    return count + _forget_in_audit(c, user_id)


def forget_in_jams(c: Connection, user_id: int) -> None:
    """Take a member out of the words about jams that are over; those that run still need theirs."""
    # What the song goes on from stays; whose it was, and its words, do not.
    sung = jam_entry.c.user_id == user_id, jam_entry.c.turn > 0, jam_entry.c.state == EntryState.ENTERED
    c.execute(sa.update(jam_entry).where(*sung).values(user_id=NOBODY, words=""))
    over = jam.c.state.not_in(RUNNING)
    c.execute(sa.update(jam).where(jam.c.user_id == user_id, over).values(theme="", reason="", brief={}))
    by_them = sa.cast(jam_post.c.said["by"].as_string(), sa.BigInteger) == user_id
    c.execute(sa.update(jam_post).where(by_them, jam_post.c.message_id.is_not(None)).values(said={}))
    reminders = sa.select(jam_post.c.id, jam_post.c.said).where(jam_post.c.name == Say.REMINDER)
    for row in c.execute(reminders).all():
        said = {**row.said, "users": [one for one in row.said["users"] if one != user_id]}
        c.execute(sa.update(jam_post).where(jam_post.c.id == row.id).values(said=said))
    for row in c.execute(
        sa.select(jam.c.id, jam.c.brief).where(over, jam.c.brief["peeks"].is_not(None))
    ).all():
        peeks = [one for one in row.brief.get("peeks", ()) if one[0] != user_id]
        c.execute(sa.update(jam).where(jam.c.id == row.id).values(brief={**row.brief, "peeks": peeks}))


def chosen_about(c: Connection, user_id: int) -> int:
    """Count the settings of servers that name a member: blocks and quotas, which are the moderators'."""
    values = c.execute(sa.select(setting.c.value).where(setting.c.name.in_(_MENTIONS)))
    return sum(1 for (value,) in values if _without(value, user_id) != value)


def _in_use() -> sa.ColumnElement[bool]:
    revisable = sa.exists().where(
        call.c.job_id == job.c.id, sa.not_(call.c.closed), call.c.outcome != Outcome.DONE
    )
    return sa.or_(job.c.state.in_(OPEN), job.c.due_at.is_not(None), revisable)


def _booked(c: Connection, ids: Collection[int]) -> Sequence[int]:
    lines = sa.select(ledger.c.job_id).where(ledger.c.job_id.in_(ids))
    return [
        int(one) for one in c.scalars(lines.union(sa.select(call.c.job_id).where(call.c.job_id.in_(ids))))
    ]


def _forget_in_audit(c: Connection, user_id: int) -> int:
    count = 0
    for row in c.execute(sa.select(audit).where(audit.c.name.in_(_MENTIONS))).all():
        before, after = _without(row.before, user_id), _without(row.after, user_id)
        if (before, after) != (row.before, row.after):
            c.execute(sa.update(audit).where(audit.c.id == row.id).values(before=before, after=after))
            count += 1
    return count


def _without(value: Any, user_id: int) -> Any:  # noqa: ANN401 - as in JSON
    """Put nobody in the place of a member; a block loses its reason with its name."""
    if not isinstance(value, list):
        return NOBODY if value == user_id and not isinstance(value, bool) else value
    if value[:1] == [user_id] and len(value) == _BLOCK and isinstance(value[-1], str):
        return [NOBODY, value[1], ""]
    return [_without(one, user_id) for one in value]


# The length of a block in JSON: who, until when, why.
_BLOCK = 3
