"""Statements on `ledger` and `spend`: a line for everything that happens to credits, and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Booking, Job, Usage
from jobs.models.operations import makes_song
from jobs.models.states import JobState
from jobs.store.schema import job, ledger

QUARTER_SECONDS = 900
# What each kind of line adds to what counts as used; settling only confirms a reservation.
_SIGNS: dict[Booking, int] = {"reserved": 1, "settled": 0, "released": -1, "refunded": -1}
# Built once, as those of admission are.
_LINE = sa.insert(ledger)
# The same text on every database that Encore may run on; SQLAlchemy has it for each of them apart.
_ADD = sa.text(
    "INSERT INTO spend (guild_id, user_id, quarter, songs, credits) "
    "VALUES (:guild_id, :user_id, :quarter, :songs, :credits) ON CONFLICT (guild_id, user_id, quarter) "
    "DO UPDATE SET songs = spend.songs + excluded.songs, credits = spend.credits + excluded.credits"
)


@dataclass(frozen=True, slots=True)
class Used:
    """What counts against a quota: songs and credits."""

    songs: int = 0
    credits: int = 0


def book(c: Connection, one: Job, kind: Booking, *, at: float) -> None:
    """Write a line of the ledger, and the sums with it; free jobs have none.

    The job is taken as it stood before the line: a held one that is tried again is no second song.
    """
    if not one.price:
        return
    c.execute(
        _LINE,
        {
            "job_id": one.id, "guild_id": one.guild_id, "user_id": one.user_id,
            "kind": kind, "credits": one.price, "at": at,
        },
    )  # fmt: skip
    sign = _SIGNS[kind]
    if sign:
        again = kind == "reserved" and one.state is JobState.HELD
        songs = sign if makes_song(one.operation) and not again else 0
        quarter = int(one.created_at // QUARTER_SECONDS)
        heads = [(one.guild_id, one.user_id), (one.guild_id, 0)] + ([] if one.account else [(0, 0)])
        c.execute(
            _ADD,
            [
                {
                    "guild_id": guild_id, "user_id": user_id, "quarter": quarter,
                    "songs": songs, "credits": sign * one.price,
                }
                for guild_id, user_id in heads
            ],
        )  # fmt: skip


def used(c: Connection, windows: Sequence[tuple[int, int, float]]) -> list[Used]:
    """Sum what was used in each window of (server, member, since); 0 stands for all of them."""
    if not windows:
        return []
    values: dict[str, int] = {}
    for index, (guild_id, user_id, since) in enumerate(windows):
        values |= {
            f"guild{index}": guild_id,
            f"user{index}": user_id,
            f"since{index}": int(since // QUARTER_SECONDS),
        }
    return [Used(int(songs), int(credits_)) for _, songs, credits_ in c.execute(_sums(len(windows)), values)]


@cache
def _sums(count: int) -> sa.TextClause:
    """Select one sum a window. As text: admission runs it for every order, and building it costs more."""
    sums = (
        f"SELECT {index} AS number, COALESCE(SUM(songs), 0), COALESCE(SUM(credits), 0) FROM spend "  # noqa: S608 - only numbers
        f"WHERE guild_id = :guild{index} AND user_id = :user{index} AND quarter >= :since{index}"
        for index in range(count)
    )
    return sa.text(" UNION ALL ".join(sums) + " ORDER BY number")


def usage(c: Connection, guild_id: int, *, user_id: int | None = None, since: float = 0.0) -> Usage:
    """Sum what the jobs that a server, or one member there, ordered since a time spent and reserved."""
    # No line is older than its job: the first condition on time is for the index, the second decides.
    where = [ledger.c.guild_id == guild_id, ledger.c.at >= since, job.c.created_at >= since]
    where += [ledger.c.user_id == user_id] if user_id else []
    rows = c.execute(
        sa.select(ledger.c.kind, sa.func.sum(ledger.c.credits))
        .join_from(ledger, job)
        .where(*where)
        .group_by(ledger.c.kind)
    )
    sums: dict[str, int] = {kind: int(total) for kind, total in rows}
    spent = sums.get("settled", 0)
    jobs_where = [job.c.guild_id == guild_id, job.c.created_at >= since]
    jobs_where += [job.c.user_id == user_id] if user_id else []
    count = c.scalar(sa.select(sa.func.count()).select_from(job).where(*jobs_where)) or 0
    return Usage(
        jobs=count,
        spent=spent - sums.get("refunded", 0),
        reserved=sums.get("reserved", 0) - spent - sums.get("released", 0),
    )
