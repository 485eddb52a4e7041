"""Statements behind `/credits`: spending, summed up by the database, in bounded rows."""

from collections.abc import Sequence
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Spending, Statement
from jobs.models.states import JobState
from jobs.store.queries.ledger import QUARTER_SECONDS, used
from jobs.store.schema import job, ledger, spend

_NET = sa.func.sum(
    sa.case(
        (ledger.c.kind == "settled", ledger.c.credits),
        (ledger.c.kind == "refunded", -ledger.c.credits),
        else_=0,
    )
)
_TOP = 10


def spending(c: Connection, guild_id: int, *, days: Sequence[tuple[float, float]]) -> Spending:
    """Sum what a server spent, reservations included, over consecutive days given as (begin, end)."""
    since = days[0][0]
    sums = used(c, [(guild_id, 0, begin) for begin, _ in days])
    # Each sum runs up to now: a day is what its own sum has beyond the next one's.
    tails = [one.credits for one in sums] + [0]
    members = c.execute(
        sa.select(spend.c.user_id, sa.func.sum(spend.c.credits).label("total"))
        .where(
            spend.c.guild_id == guild_id,
            spend.c.user_id != 0,
            spend.c.quarter >= int(since // QUARTER_SECONDS),
        )
        .group_by(spend.c.user_id)
        .having(sa.func.sum(spend.c.credits) > 0)
        .order_by(sa.desc("total"))
        .limit(_TOP)
    )
    ordered = (job.c.guild_id == guild_id, job.c.created_at >= since)
    commands = c.execute(
        sa.select(job.c.operation, _NET.label("total"))
        .join_from(job, ledger)
        .where(*ordered)
        .group_by(job.c.operation)
        .having(_NET > 0)
        .order_by(sa.desc("total"))
        .limit(_TOP)
    )
    failed = c.execute(
        sa.select(sa.func.count(), sa.func.sum(job.c.price)).where(
            *ordered, job.c.state == JobState.FAILED, job.c.task_id != "",
            job.c.price > 0, job.c.refunded.is_(sa.false()),
        )
    ).one()  # fmt: skip
    return Spending(
        by_day=tuple(tail - later for tail, later in pairwise(tails)),
        by_member=tuple((int(user), int(total)) for user, total in members),
        by_command=tuple((str(operation), int(total)) for operation, total in commands),
        failed_jobs=int(failed[0] or 0),
        failed_credits=int(failed[1] or 0),
    )


def statements(c: Connection, guild_id: int, *, since: float, before: int, limit: int) -> list[Statement]:
    """List jobs of a server with what each cost, newest first, with numbers below `before`."""
    rows = c.execute(
        sa.select(job.c.id, job.c.created_at, job.c.user_id, job.c.operation, job.c.state, job.c.price, _NET)
        .join_from(job, ledger, isouter=True)
        .where(job.c.guild_id == guild_id, job.c.created_at >= since, job.c.id < before)
        .group_by(job.c.id)
        .order_by(job.c.id.desc())
        .limit(limit)
    )
    return [Statement(*row[:6], int(row[6] or 0)) for row in rows]


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
