"""What else may have moved the balance while a paid call was under way: the jobs that rival it."""

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Job
from jobs.models.states import JobState
from jobs.store.queries.accounts import LATE_REFUND_SECONDS, lost_calls
from jobs.store.schema import job


def of_job(c: Connection, one: Job) -> tuple[list[int], list[int]]:
    """What may have moved the balance since this job's submit, as (possible charges, possible refunds)."""
    since = one.submit_at or 0.0
    paid = (job.c.id != one.id, job.c.account == one.account, job.c.price > 0, job.c.submit_at.is_not(None))
    # One whose outcome was never known stops to count once it was given up: what it cost went before.
    lost = sa.and_(
        job.c.outcome_at.is_(None), sa.or_(job.c.finished_at.is_(None), job.c.finished_at >= since)
    )
    charges = c.scalars(sa.select(job.c.price).where(*paid, sa.or_(lost, job.c.outcome_at >= since))).all()
    taken = (*paid, job.c.task_id != "")
    late = sa.and_(job.c.refunded.is_(sa.false()), job.c.finished_at >= since - LATE_REFUND_SECONDS)
    gave_up = sa.and_(job.c.state == JobState.FAILED, sa.or_(job.c.finished_at >= since, late))
    refunds = c.scalars(
        sa.select(job.c.price).where(*taken, sa.or_(job.c.state == JobState.WAITING, gave_up))
    ).all()
    return list(charges), [*refunds, *_unseen_refunds(c, one, since)]


def _unseen_refunds(c: Connection, one: Job, since: float) -> list[int]:
    """Credits that may come back for calls whose answers were lost: the task may exist, and fail."""
    recently = since - LATE_REFUND_SECONDS
    lost_now = c.scalars(
        sa.select(job.c.price).where(
            job.c.id != one.id,
            job.c.account == one.account,
            job.c.price > 0,
            job.c.state.in_((JobState.UNKNOWN, JobState.HELD)),
            # One that was made since cannot bring back more than it took since.
            job.c.submit_at < since,
            job.c.submit_at >= recently,
        )
    ).all()
    # This job's own earlier calls are among these.
    return [*lost_now, *lost_calls(c, one.account, since=recently)]
