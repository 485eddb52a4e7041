"""Statements on `call`: each paid call, what became of it, and what its job costs by that.

A call is closed once nothing about it can change; its credits are then part of what its account expects.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Booking, Job, Outcome, Returned
from jobs.models.states import S
from jobs.rules.reconciliation import Kind, Part
from jobs.rules.schedule import Schedule
from jobs.store.queries import ledger
from jobs.store.schema import call

_TAKEN = (Outcome.TAKEN, Outcome.DONE, Outcome.FAILED, Outcome.CHARGED)
# Those whose end only the balance tells.
_REVISABLE = (Outcome.FAILED, Outcome.LOST, Outcome.CHARGED, Outcome.FREE)
# As text: SQLite takes a partial index only for the very words that it was made with.
_NOT_CLOSED = sa.text("NOT closed")
_ADD = sa.insert(call)
_SUM_UP = sa.text(
    """
    UPDATE job SET (charged, returned, unresolved) = (
        SELECT COALESCE(SUM(price) FILTER (WHERE outcome IN ('taken', 'done', 'failed', 'charged')), 0),
            COALESCE(SUM(price) FILTER (WHERE returned <> ''), 0),
            COALESCE(SUM(price) FILTER (WHERE outcome = 'lost'), 0)
        FROM call WHERE job_id = :id
    ) WHERE id = :id
    """
)
_WATCHED = sa.text(
    """
    SELECT call.account, MAX(changed_at), MAX(CASE outcome WHEN 'lost' THEN 1 ELSE 0 END),
        (SELECT read_at FROM account WHERE account.account = call.account)
    FROM call WHERE NOT closed AND outcome IN ('failed', 'lost', 'charged', 'not_charged')
    GROUP BY call.account
    """
)
_KINDS = {
    Outcome.OPEN: Kind.OPEN,
    Outcome.TAKEN: Kind.FRESH,
    Outcome.DONE: Kind.FRESH,
    Outcome.LOST: Kind.LOST,
    Outcome.CHARGED: Kind.CHARGED,
    Outcome.FREE: Kind.FREE,
}
# What becomes of a job's call when the job goes from one state to another, and the line of the ledger for it.
_STEPS = {
    (S.SUBMITTING, S.WAITING): (Outcome.OPEN, Outcome.TAKEN),
    (S.SUBMITTING, S.READY): (Outcome.OPEN, Outcome.DONE),
    (S.SUBMITTING, S.HELD): (Outcome.OPEN, Outcome.LOST),
    (S.WAITING, S.READY): (Outcome.TAKEN, Outcome.DONE),
    (S.WAITING, S.FAILED): (Outcome.TAKEN, Outcome.FAILED),
    (S.FAILED, S.WAITING): (Outcome.FAILED, Outcome.TAKEN),
}
_LINES: dict[tuple[S, S], Booking] = {
    (S.SUBMITTING, S.WAITING): "settled",
    (S.SUBMITTING, S.READY): "settled",
    (S.SUBMITTING, S.FAILED): "released",
    (S.ACCEPTED, S.FAILED): "released",
    (S.ACCEPTED, S.CANCELLED): "released",
    (S.HELD, S.ACCEPTED): "reserved",
}
_RETURNED = {Returned.NO: Kind.KEPT, Returned.SAID: Kind.SAID, Returned.SEEN: Kind.SEEN}


# Built once, as every reading of a balance asks all of this.
_MINE = call.c.account == sa.bindparam("of_account")
_ENDS = sa.and_(
    _MINE,
    _NOT_CLOSED,
    sa.or_(
        sa.and_(call.c.outcome == Outcome.DONE, call.c.sent_at < sa.bindparam("shown")),
        sa.and_(call.c.outcome.in_(_REVISABLE), call.c.changed_at < sa.bindparam("old")),
    ),
)
_KEPT = call.c.outcome.in_(_TAKEN) & (call.c.returned == Returned.NO)
_ENDED = sa.select(sa.func.sum(sa.case((_KEPT, call.c.price), else_=0))).where(_ENDS)
_CLOSE = sa.update(call).where(_ENDS).values(closed=True)
_MOMENT = sa.case((call.c.outcome == Outcome.FAILED, call.c.changed_at), else_=call.c.sent_at)
_FLAGS = (
    sa.bindparam("fresh") <= _MOMENT,
    call.c.sent_at >= sa.bindparam("young"),
    call.c.sent_at < sa.bindparam("clouded_at"),
)
_ALIKE = (call.c.outcome, call.c.returned, call.c.price)
_GROUPS = (
    sa.select(*_ALIKE, *_FLAGS, sa.func.count(), sa.func.max(call.c.sent_at))
    .where(_MINE, _NOT_CLOSED)
    .group_by(*_ALIKE, *(sa.literal_column(str(number)) for number in (4, 5, 6)))
)
_A_REVISABLE = sa.select(sa.literal(1)).where(_MINE, _NOT_CLOSED, call.c.outcome.in_(_REVISABLE)).limit(1)


class Group(NamedTuple):
    """Calls that are alike: a part of what may explain a balance, and how to find them."""

    part: Part
    where: Sequence[sa.ColumnElement[bool]]
    values: Mapping[str, float]
    counts: bool


class Watched(NamedTuple):
    """An account of which the balance has something to tell.

    Attributes:
        since: When the latest of its calls became what it is.
        undecided: Whether there are calls of which nobody knows whether they were charged.
        read_at: When its balance was last read.
    """

    account: int
    since: float
    undecided: bool
    read_at: float


def counts(before: Job, after: Job) -> bool:
    """Whether a move of a job changes what its account has reserved, paid or lost."""
    move = before.state, after.state
    return S.SUBMITTING in move or move in _STEPS or move in _LINES


def follow(c: Connection, before: Job, after: Job, *, refunded: bool) -> None:
    """Keep the calls and the ledger in step with a job that goes from one state to another.

    `refunded` tells that the API itself said that the credits of a failed task are back.
    """
    at, move = after.state_at, (before.state, after.state)
    if after.state is S.SUBMITTING:
        values = {"job_id": after.id, "account": after.account, "price": after.price}
        c.execute(_ADD, {**values, "sent_at": at, "changed_at": at, "outcome": Outcome.OPEN})
    elif before.state is S.SUBMITTING and move not in _STEPS:  # it surely had no effect
        c.execute(sa.delete(call).where(call.c.job_id == after.id, call.c.outcome == Outcome.OPEN))
    if move in _STEPS:
        _become(c, after, *_STEPS[move], at)
    if move in _LINES:
        ledger.book(c, after, _LINES[move], at=at)
    if refunded and move == (S.WAITING, S.FAILED):
        _said(c, after, at)


def _become(c: Connection, one: Job, old: Outcome, new: Outcome, at: float) -> None:
    """The job's call that was `old` is `new`. What a closed one is, no longer matters to its account."""
    mine = (call.c.job_id == one.id, call.c.outcome == old)
    # A task whose credits are said to be back is no success, whatever it brings.
    given_back = sa.case((call.c.returned == Returned.NO, new), else_=Outcome.FAILED)
    becomes = given_back if new is Outcome.DONE else new
    c.execute(sa.update(call).where(*mine).values(outcome=becomes, changed_at=at))
    sum_up(c, one.id)


def _said(c: Connection, one: Job, at: float) -> None:
    """The API said that the credits of the job's task are back."""
    told = sa.update(call).where(
        call.c.job_id == one.id, call.c.outcome == Outcome.FAILED, call.c.returned == Returned.NO
    )
    if c.execute(told.values(returned=Returned.SAID)).rowcount:
        ledger.book(c, one, "refunded", at=at)
        sum_up(c, one.id)


def sum_up(c: Connection, job_id: int) -> None:
    """Write what its calls come to into their job."""
    c.execute(_SUM_UP, {"id": job_id})


def close(c: Connection, account: int, *, read_at: float, schedule: Schedule) -> int:
    """Close what can no longer turn out otherwise; the credits that were kept.

    That is what brought results and shows on the balance by now, and whatever became of a call long ago. What
    nobody knows by then stays unresolved.
    """
    ends = {
        "of_account": account,
        "shown": read_at - schedule.wait(schedule.shows_within),
        "old": read_at - schedule.wait(schedule.revised_for),
    }
    total = c.scalar(_ENDED, ends)
    if total is not None:
        c.execute(_CLOSE, ends)
    return int(total or 0)


def close_lost(c: Connection, account: int) -> None:
    """Give up on calls lost before the first reading: there is nothing to hold a balance against."""
    lost = (call.c.account == account, call.c.outcome == Outcome.LOST)
    c.execute(sa.update(call).where(*lost).values(closed=True))


def groups(
    c: Connection, account: int, *, read_at: float, clouded_at: float, schedule: Schedule
) -> list[Group]:
    """The calls of an account that may be otherwise than they count when its balance was read.

    `clouded_at` is when the balance last moved in ways that nobody can explain.
    """
    times = {
        "fresh": read_at - schedule.wait(schedule.shows_within),
        "young": read_at - schedule.wait(schedule.lands_within),
        "clouded_at": clouded_at,
    }
    rows = c.execute(_GROUPS, {"of_account": account, **times})
    found = []
    for outcome, returned, price, is_fresh, is_young, is_clouded, count, latest in rows:
        lost = outcome == Outcome.LOST
        overdue = bool(lost and latest < read_at - schedule.wait(schedule.overdue_after))
        kind = _kind(Outcome(outcome), Returned(returned), fresh=bool(is_fresh))
        where = [column == value for column, value in zip(_ALIKE, (outcome, returned, price), strict=True)]
        flags = (is_fresh, is_young, is_clouded)
        where += [one if flag else sa.not_(one) for one, flag in zip(_FLAGS, flags, strict=True)]
        young_, clouded = lost and bool(is_young), lost and bool(is_clouded)
        part = Part(kind, int(price), int(count), young=young_, overdue=overdue, clouded=clouded)
        counts = outcome in (Outcome.TAKEN, Outcome.DONE, Outcome.FAILED, Outcome.CHARGED)
        found.append(Group(part, where, times, counts and returned == Returned.NO))
    return found


def _kind(outcome: Outcome, returned: Returned, *, fresh: bool) -> Kind:
    if outcome is Outcome.FAILED or returned is not Returned.NO:
        return Kind.RETURNING if fresh and returned is Returned.SAID else _RETURNED[returned]
    if outcome is Outcome.TAKEN and not fresh:
        return Kind.RUNNING
    return _KINDS[outcome]


def in_group(c: Connection, account: int, group: Group) -> list[tuple[int, int]]:
    """(call, job) of a group, the oldest first."""
    rows = c.execute(
        sa.select(call.c.id, call.c.job_id).where(_MINE, _NOT_CLOSED, *group.where).order_by(call.c.id),
        {"of_account": account, **group.values},
    )
    return [(int(call_id), int(job_id)) for call_id, job_id in rows]


def conclude(c: Connection, call_id: int, job_id: int, becomes: Outcome | Returned, *, at: float) -> None:
    """Write what the balance showed of a call; the next readings, which may correct that, come soon again."""
    found: dict[str, object] = {"returned": becomes}
    if isinstance(becomes, Outcome):
        found = {"outcome": becomes, "changed_at": at}
    c.execute(sa.update(call).where(call.c.id == call_id).values(found))
    sum_up(c, job_id)


def is_latest(c: Connection, call_id: int, job_id: int) -> bool:
    """Whether it is the last call of its job."""
    return bool(c.scalar(sa.select(sa.func.max(call.c.id)).where(call.c.job_id == job_id)) == call_id)


def revisable(c: Connection, account: int) -> bool:
    """Whether the balance may still tell something new of a call."""
    return c.execute(_A_REVISABLE, {"of_account": account}).first() is not None


def watched(c: Connection) -> list[Watched]:
    """The accounts whose balance has something to tell."""
    rows = c.execute(_WATCHED)
    return [Watched(int(row[0]), float(row[1]), bool(row[2]), float(row[3] or 0.0)) for row in rows]
