"""Statements on `ledger` and `spend`: a line for everything that happens to credits, and their sums."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Booking, Job
from jobs.models.operations import makes_song
from jobs.store.schema import ledger

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


def book(c: Connection, one: Job, kind: Booking, *, at: float, first: bool = False) -> None:
    """Write a line of the ledger, and the sums with it; free jobs have none. `first` is the first of its job.

    A job is one song while any of its calls may be paid, however often it was tried.
    """
    if not one.price:
        return
    sign = _SIGNS[kind]
    before = 0 if first or not (sign and makes_song(one.operation)) else _open_lines(c, one)
    c.execute(
        _LINE,
        {
            "job_id": one.id, "guild_id": one.guild_id, "user_id": one.user_id,
            "kind": kind, "credits": one.price, "at": at,
        },
    )  # fmt: skip
    if sign:
        songs = int(before + sign > 0) - int(before > 0) if makes_song(one.operation) else 0
        quarter = int(one.created_at // QUARTER_SECONDS)
        # For what a jam's pot pays no member has used anything.
        heads = [] if one.jam_id else [(one.guild_id, one.user_id)]
        heads += [(one.guild_id, 0)] + ([] if one.account else [(0, 0)])
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


def _open_lines(c: Connection, one: Job) -> int:
    """How many of a job's calls count as paid, or as about to be."""
    signs = sa.case(dict(_SIGNS.items()), value=ledger.c.kind, else_=0)
    return int(c.scalar(sa.select(sa.func.sum(signs)).where(ledger.c.job_id == one.id)) or 0)


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
