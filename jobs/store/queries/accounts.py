"""Statements on `account` and `drift`: the balance of each key, held against its paid calls.

Every reading of a balance passes here, and all that the account moved is explained at once. What was
concluded from a reading is corrected by a later one, in the calls, the ledger and the messages. What no call
explains is noted as drift (another program with the same key, a top-up, a price that has changed).
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Balance, Booking, Drift, Job, Outcome, Reason, Returned
from jobs.models.states import S
from jobs.rules.reconciliation import PASSING, Kind, Part, explain, may_be_charged
from jobs.rules.schedule import Schedule
from jobs.store.conditions import IS_LOST
from jobs.store.locks import hold, takes_locks
from jobs.store.queries import calls, jobs, ledger, transitions
from jobs.store.queries.calls import Group
from jobs.store.rows import put
from jobs.store.schema import account, call, drift, job

# For a call of a kind that is otherwise than it counted: what it is, or how its credits came back, and the
# lines of the ledger that correct it.
_CORRECTIONS: dict[Kind, tuple[Outcome | Returned, tuple[Booking, ...]]] = {
    Kind.LOST: (Outcome.CHARGED, ("settled",)),
    Kind.FREE: (Outcome.CHARGED, ("reserved", "settled")),
    Kind.CHARGED: (Returned.SEEN, ("refunded",)),
    Kind.KEPT: (Returned.SEEN, ("refunded",)),
    Kind.SAID: (Returned.NO, ("reserved", "settled")),
    Kind.SEEN: (Returned.NO, ("reserved", "settled")),
}
_LOST_REASONS = frozenset({Reason.LOST_TASK, Reason.LOST_FREE})
# Built once, as every reading of a balance asks all of this.
_ACCOUNT = sa.select(account).where(account.c.account == sa.bindparam("of_account"))
_OPEN_DRIFT = sa.and_(drift.c.account == sa.bindparam("of_account"), drift.c.final.is_(sa.false()))
_NOTED = sa.select(sa.func.sum(drift.c.credits), sa.func.max(drift.c.at)).where(_OPEN_DRIFT)
_FINAL = sa.update(drift).where(_OPEN_DRIFT).values(final=True)
_HELD = (
    sa.select(job.c.id, job.c.price, job.c.reason)
    .distinct()
    .join_from(call, job)
    .where(call.c.account == sa.bindparam("of_account"), sa.text(IS_LOST), job.c.state == S.HELD)
)
_WITH_NEWS = job.c.account == sa.bindparam("of_account"), job.c.state.in_((S.FAILED, S.HELD, S.CANCELLED))
_NEWS = sa.select(job.c.id).where(*_WITH_NEWS, job.c.due_at <= sa.bindparam("now")).limit(1)
_UNTOLD = (
    job.c.account == sa.bindparam("of_account"),
    job.c.state.in_((S.FAILED, S.HELD)),
    job.c.notified_at.is_(None),
)
_NOT_YET = job.c.due_at > sa.bindparam("now"), job.c.tries == 0
_WAKE = sa.update(job).where(*_UNTOLD, *_NOT_YET).values(due_at=sa.bindparam("now"))


class Reckoned(NamedTuple):
    """What a reading led to: credits that no call explains, and whether any job has news."""

    drift: int = 0
    news: bool = False


def last_known(c: Connection, account_id: int) -> Balance | None:
    """The last balance that was read."""
    row = c.execute(_ACCOUNT, {"of_account": account_id}).one_or_none()
    return None if row is None else Balance(row.total, row.extra, row.read_at)


def drifts(c: Connection, account_id: int, *, limit: int = 5) -> list[Drift]:
    """What no call explained, newest first."""
    rows = c.execute(
        sa.select(drift).where(drift.c.account == account_id).order_by(drift.c.id.desc()).limit(limit)
    )
    return [Drift(row.credits, row.at, row.job_id, row.operation, row.price) for row in rows]


@takes_locks
def reconcile(c: Connection, account_id: int, read: Balance, *, now: float, schedule: Schedule) -> Reckoned:
    """Explain a reading of the balance, and note and correct what follows from it."""
    hold(c, account=account_id)
    row = c.execute(_ACCOUNT, {"of_account": account_id}).one_or_none()
    if row is not None and row.read_at > read.at:
        return Reckoned()
    expected = None if row is None else row.expected
    closed = calls.close(c, account_id, read_at=read.at, schedule=schedule)
    noted, noted_at = _noted(c, account_id)
    found = calls.groups(c, account_id, read_at=read.at, clouded_at=noted_at, schedule=schedule)
    counted = sum(one.part.price * one.part.count for one in found if one.counts)
    if expected is None:
        if not any(one.part.kind in PASSING for one in found):
            # What was lost before the counting began stays so: there is nothing to hold a balance against.
            calls.close_lost(c, account_id)
            expected = read.total + counted
        _keep(c, account_id, read, expected=expected)
        return Reckoned(news=_wake(c, account_id, now=now))
    expected -= closed
    parts = [one.part for one in found]
    rest = read.total - expected + counted
    finding = explain(rest, parts, noted=noted)
    for group, otherwise in zip(found, finding.otherwise, strict=True):
        if otherwise is not None:
            _correct(c, account_id, group, otherwise, now=now)
    if finding.drift != noted:
        _note(c, account_id, finding.drift - noted, row.read_at if row else now, now=now)
    _tell_held(c, account_id, parts, rest - noted, now=now)
    if finding.quiet and not calls.revisable(c, account_id):
        expected = read.total
        c.execute(_FINAL, {"of_account": account_id})
    _keep(c, account_id, read, expected=expected)
    return Reckoned(finding.drift - noted, _wake(c, account_id, now=now))


def _keep(c: Connection, account_id: int, read: Balance, *, expected: int | None) -> None:
    values = {"total": read.total, "extra": read.extra, "read_at": read.at, "expected": expected}
    put(c, account, {"account": account_id, **values})


def _noted(c: Connection, account_id: int) -> tuple[int, float]:
    """The drift that a later reading may still explain, and when it last changed."""
    total, at = c.execute(_NOTED, {"of_account": account_id}).one()
    return int(total or 0), float(at or 0.0)


def _correct(c: Connection, account_id: int, group: Group, otherwise: int, *, now: float) -> None:
    """The oldest calls of a group are otherwise than they counted; the rest of lost ones was not charged."""
    kind = group.part.kind
    if not otherwise and kind is not Kind.LOST:
        return
    becomes, lines = _CORRECTIONS[kind]
    for number, (call_id, job_id) in enumerate(calls.in_group(c, account_id, group)):
        if number < otherwise:
            _conclude(c, call_id, job_id, becomes, lines, now=now)
        elif kind is Kind.LOST:
            _conclude(c, call_id, job_id, Outcome.FREE, ("released",), now=now)


def _conclude(
    c: Connection,
    call_id: int,
    job_id: int,
    becomes: Outcome | Returned,
    lines: Sequence[Booking],
    *,
    now: float,
) -> None:
    """Write what became of a call, in its job's books and for its member to read."""
    one = jobs.existing(c, job_id)
    for kind in lines:
        ledger.book(c, one, kind, at=now)
    calls.conclude(c, call_id, job_id, becomes, at=now)
    if isinstance(becomes, Outcome) and calls.is_latest(c, call_id, job_id):
        one = _tell(c, one, Reason.LOST_TASK if becomes is Outcome.CHARGED else Reason.LOST_FREE, now=now)
    if one.state in (S.FAILED, S.HELD, S.CANCELLED) and one.notified_at is not None:
        jobs.due_now(c, job_id, now=now)


def _tell(c: Connection, one: Job, reason: Reason, *, now: float) -> Job:
    """Nothing is left to decide about a held job; what a failed one was told is put right."""
    if one.state is S.HELD:
        after = one.entering(S.FAILED, now=now, due_at=now)
        after = replace(after, reason=reason, finished_at=now)
    elif one.state is S.FAILED and one.reason in _LOST_REASONS:
        after = replace(one, reason=reason)
    else:
        return one
    transitions.save(c, one, after)
    return after


def _tell_held(c: Connection, account_id: int, parts: Sequence[Part], rest: int, *, now: float) -> None:
    """What the balance shows so far of those that are still held."""
    held = c.execute(_HELD, {"of_account": account_id}).all()
    for job_id, price, reason in held:
        moved = may_be_charged(rest, parts, price)
        shows = Reason.LOST_ANSWER if moved else Reason.LOST_UNMOVED
        if shows != reason:
            c.execute(sa.update(job).where(job.c.id == job_id).values(reason=shows, due_at=now))


def _wake(c: Connection, account_id: int, *, now: float) -> bool:
    """Whether jobs have news; what waited for this reading need wait no longer."""
    c.execute(_WAKE, {"of_account": account_id, "now": now})
    return c.execute(_NEWS, {"of_account": account_id, "now": now}).first() is not None


def _note(c: Connection, account_id: int, credits_: int, since: float, *, now: float) -> None:
    """Note a drift. Where only one job was paid meanwhile, its price is what the balance contradicts."""
    if not _noted(c, account_id)[0] + credits_:  # it is explained after all
        c.execute(sa.delete(drift).where(_OPEN_DRIFT), {"of_account": account_id})
        return
    paid = c.execute(
        sa.select(call.c.job_id, call.c.price)
        .where(call.c.account == account_id, call.c.sent_at >= since)
        .limit(2)
    ).all()
    found = Drift(credits_, now)
    if len(paid) == 1 and credits_ < paid[0].price:
        one = jobs.existing(c, paid[0].job_id)
        found = Drift(credits_, now, one.id, one.operation, one.price)
    c.execute(
        sa.insert(drift).values(
            account=account_id, credits=found.credits, job_id=found.job_id,
            operation=found.operation, price=found.price, at=now,
        )
    )  # fmt: skip
