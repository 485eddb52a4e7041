"""Statements that remove what is old, in small steps.

Removed are jobs that brought nothing, with their messages, calls and lines of the ledger; changes of
settings; movements of a balance that nobody explained; sums of spending that no report reaches. Never removed
are jobs with results and zips, as the buttons under what was posted need them; what is not over; and a job of
which a call may still turn out otherwise. The books stay whole: what a closed call has cost is in the balance
of its account and in the sums.
"""

from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models.operations import ZIP
from jobs.models.states import JobState
from jobs.store.library_schema import clip_like, removal
from jobs.store.queries.ledger import QUARTER_SECONDS
from jobs.store.schema import audit, call, clip, drift, job, ledger, post, spend

# `/owner credits` looks back for a year.
SUMS_SECONDS = 400 * 24 * 3600.0
_OVER = (JobState.DONE, JobState.FAILED, JobState.CANCELLED)
_OF_JOBS = (post, ledger, call, clip_like, removal)


def without_use(
    c: Connection, *, before: float, after_id: int, limit: int
) -> tuple[Sequence[int], int | None]:
    """Look through some old jobs; return those that may go, and the last one looked at; None at the end."""
    old = sa.select(job.c.id).where(job.c.id > after_id, job.c.created_at < before)
    seen = [int(one) for one in c.scalars(old.order_by(job.c.id).limit(limit))]
    if not seen:
        return [], None
    found = c.scalars(sa.select(job.c.id).where(job.c.id.in_(seen), *_useless(before)))
    return [int(one) for one in found], seen[-1]


def remove_jobs(c: Connection, ids: Collection[int], *, before: float) -> int:
    """Remove those of the jobs that still may go; return how many rows that were."""
    useless = sa.select(job.c.id).where(job.c.id.in_(ids), *_useless(before))
    gone = list(c.scalars(useless.order_by(job.c.id).with_for_update()))
    rows = sum(c.execute(sa.delete(one).where(one.c.job_id.in_(gone))).rowcount for one in _OF_JOBS)
    return rows + c.execute(sa.delete(job).where(job.c.id.in_(gone))).rowcount


def remove_rest(c: Connection, *, now: float, before: float, limit: int) -> int:
    """Remove old rows that belong to no job; return how many."""
    last_quarter = int(min(before, now - SUMS_SECONDS) // QUARTER_SECONDS)
    rows = 0
    for table, is_old in (
        (audit, audit.c.at < before),
        (drift, sa.and_(drift.c.at < before, drift.c.final)),
        (spend, spend.c.quarter < last_quarter),
    ):
        key = sa.tuple_(*table.primary_key)
        old = sa.select(*table.primary_key).where(is_old).limit(limit)
        rows += c.execute(sa.delete(table).where(key.in_(old))).rowcount
    return rows


def _useless(before: float) -> Sequence[sa.ColumnElement[bool]]:
    """Tell which jobs are old, over, settled and without results."""
    unsettled = sa.exists().where(call.c.job_id == job.c.id, sa.not_(call.c.closed))
    with_results = sa.exists().where(clip.c.job_id == job.c.id)
    return (
        job.c.state.in_(_OVER),
        job.c.created_at < before,
        job.c.state_at < before,
        job.c.due_at.is_(None),
        sa.not_(unsettled),
        sa.not_(with_results),
        job.c.operation != ZIP,
    )
