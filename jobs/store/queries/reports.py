"""Statements behind `/credits`: spending, summed up by the database, in bounded rows."""

from collections.abc import Sequence
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Spending, Statement, Usage
from jobs.models.operations import JAM
from jobs.models.states import RESERVED, JobState
from jobs.store.jam_schema import not_hidden
from jobs.store.queries.ledger import QUARTER_SECONDS, used
from jobs.store.schema import clip, job, spend

# What the API kept for a job, as far as it is known.
_KEPT = job.c.charged - job.c.returned
_RESERVED = sa.case((job.c.state.in_(RESERVED), job.c.price), else_=0)
# What it counts as spent, as the sums of the ledger have it.
_SPENT = _KEPT + _RESERVED + job.c.unresolved
_TITLE = (
    sa.select(clip.c.title)
    .where(clip.c.job_id == job.c.id, clip.c.title != "")
    .order_by(clip.c.position)
    .limit(1)
    .scalar_subquery()
)
# A blind jam hides until its end what a member made for it.
_WHAT = sa.case((not_hidden(), job.c.operation), else_=JAM)
_TOP = 10


def usage(c: Connection, guild_id: int, *, user_id: int | None = None, since: float = 0.0) -> Usage:
    """What the jobs that a server, or one member there, ordered since a time have spent and reserved.

    What the pot of a jam pays for is no member's.
    """
    where = [job.c.guild_id == guild_id, job.c.created_at >= since]
    where += [job.c.user_id == user_id, job.c.jam_id.is_(None)] if user_id else []
    sums = (_KEPT, _RESERVED, job.c.unresolved)
    row = c.execute(sa.select(sa.func.count(), *map(sa.func.sum, sums)).where(*where)).one()
    return Usage(*(int(value or 0) for value in row))


def spending(c: Connection, guild_id: int, *, days: Sequence[tuple[float, float]]) -> Spending:
    """Sum what a server spent, reservations included, over consecutive days given as (begin, end)."""
    since = days[0][0]
    sums = used(c, [(guild_id, 0, begin) for begin, _ in days])
    # Each sum runs up to now: a day is what its own sum has beyond the next one's.
    tails = [one.credits for one in sums] + [0]
    members, others, other_credits = _members(c, guild_id, since)
    ordered = (job.c.guild_id == guild_id, job.c.created_at >= since)
    commands = c.execute(
        sa.select(_WHAT, sa.func.sum(_SPENT).label("total"))
        .where(*ordered)
        .group_by(_WHAT)
        .having(sa.func.sum(_SPENT) > 0)
        .order_by(sa.desc("total"))
    )
    failed = c.execute(
        sa.select(sa.func.count(), sa.func.sum(_KEPT)).where(
            *ordered, job.c.state == JobState.FAILED, _KEPT > 0
        )
    ).one()
    return Spending(
        by_day=tuple(tail - later for tail, later in pairwise(tails)),
        by_member=members,
        other_members=others,
        other_credits=other_credits,
        by_command=tuple((str(operation), int(total)) for operation, total in commands),
        unresolved=unresolved(c, since=since, guild_id=guild_id),
        failed_jobs=int(failed[0] or 0),
        failed_credits=int(failed[1] or 0),
    )


def _members(c: Connection, guild_id: int, since: float) -> tuple[tuple[tuple[int, int], ...], int, int]:
    """Return who spent most with their credits, how many others there are, and what they spent."""
    found = (
        sa.select(spend.c.user_id, sa.func.sum(spend.c.credits).label("total"))
        .where(
            spend.c.guild_id == guild_id,
            spend.c.user_id != 0,
            spend.c.quarter >= int(since // QUARTER_SECONDS),
        )
        .group_by(spend.c.user_id)
        .having(sa.func.sum(spend.c.credits) > 0)
        .subquery()
    )
    everybody = (sa.func.count().over(), sa.func.sum(found.c.total).over())
    rows = c.execute(
        sa.select(found, *everybody).order_by(found.c.total.desc(), found.c.user_id).limit(_TOP)
    ).all()
    most = tuple((int(user), int(total)) for user, total, _, _ in rows)
    count, credits_ = (int(rows[0][2]), int(rows[0][3])) if rows else (0, 0)
    return most, count - len(most), credits_ - sum(total for _, total in most)


def statements(c: Connection, guild_id: int, *, since: float, limit: int) -> list[Statement]:
    """List jobs of a server with what each cost, newest first."""
    rows = c.execute(
        sa.select(
            *(job.c[name] for name in ("id", "created_at", "user_id", "channel_id")),
            _WHAT,
            sa.case((not_hidden(), sa.func.coalesce(_TITLE, job.c.summary)), else_=""),
            *(job.c[name] for name in ("state", "price")),
            _KEPT,
            job.c.unresolved,
        )
        .where(job.c.guild_id == guild_id, job.c.created_at >= since)
        .order_by(job.c.id.desc())
        .limit(limit)
    )
    return [Statement(*row[:10]) for row in rows]


def unresolved(
    c: Connection, *, since: float, guild_id: int | None = None, account: int | None = None
) -> int:
    """Credits of calls without an answer of which nobody knows whether they were taken."""
    where = [job.c.created_at >= since, job.c.unresolved > 0]
    where += [] if guild_id is None else [job.c.guild_id == guild_id]
    where += [] if account is None else [job.c.account == account]
    return int(c.scalar(sa.select(sa.func.sum(job.c.unresolved)).where(*where)) or 0)


def by_server(c: Connection, *, since: float, limit: int = 20) -> list[tuple[int, int]]:
    """Sum what each server spent since a time, reservations included, the most first."""
    rows = c.execute(
        sa.select(spend.c.guild_id, sa.func.sum(spend.c.credits).label("total"))
        .where(spend.c.user_id == 0, spend.c.guild_id != 0, spend.c.quarter >= int(since // QUARTER_SECONDS))
        .group_by(spend.c.guild_id)
        .having(sa.func.sum(spend.c.credits) > 0)
        .order_by(sa.desc("total"))
        .limit(limit)
    )
    return [(int(guild), int(total)) for guild, total in rows]


def spent_by_all(c: Connection, *, since: float) -> int:
    """Sum what all servers with the bot's own key spent since a time, reservations included."""
    return used(c, [(0, 0, since)])[0].credits
