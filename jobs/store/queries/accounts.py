"""Statements on `account` and `drift`: the balance of each key, held against the ledger.

Every reading of a balance passes here. What no job explains is noted as drift (another program with the same
key, a top-up, a price that has changed), never corrected in silence.
"""

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection

from jobs.models import Balance, Drift
from jobs.models.states import RESERVED, JobState
from jobs.rules.reconciliation import MANY, explain
from jobs.store.queries.jobs import job_from
from jobs.store.queries.ledger import book
from jobs.store.schema import account, drift, job, ledger

# A failed task whose credits we have not seen come back may still bring them back for so long.
LATE_REFUND_SECONDS = 24 * 3600.0
# Whose key paid for a line. No join: SQLite, once it has statistics, would walk all jobs to find a few lines.
_PAYER = sa.select(job.c.account).where(job.c.id == ledger.c.job_id).scalar_subquery()
_SIGNED = sa.case((ledger.c.kind == "settled", -ledger.c.credits), else_=ledger.c.credits)


def last_known(c: Connection, account_id: int) -> Balance | None:
    """The last balance that was read."""
    row = c.execute(sa.select(account).where(account.c.account == account_id)).one_or_none()
    return None if row is None else Balance(row.total, row.extra, row.read_at)


def drifts(c: Connection, account_id: int, *, limit: int = 5) -> list[Drift]:
    """What no job explained, newest first."""
    rows = c.execute(
        sa.select(drift).where(drift.c.account == account_id).order_by(drift.c.id.desc()).limit(limit)
    )
    return [Drift(row.credits, row.at, row.job_id, row.operation, row.price) for row in rows]


def reconcile(c: Connection, account_id: int, read: Balance, *, now: float) -> Drift | None:
    """Hold a balance against the ledger; what drifted, if anything did.

    What the ledger noted after the API was asked is in the balance or not, so such a reading says nothing.
    """
    row = c.execute(sa.select(account).where(account.c.account == account_id)).one_or_none()
    if (row is not None and row.read_at > read.at) or _moved_since(c, account_id, read.at):
        return None
    newest = c.scalar(sa.select(sa.func.max(ledger.c.id))) or 0
    if row is None:
        _keep(c, account_id, read, expected=read.total, ledger_id=newest)
        return None
    lines = _lines(c, account_id, after=row.ledger_id)
    expected = row.expected + sum(credits_ for credits_, _ in lines)
    if read.total == expected:
        _keep(c, account_id, read, expected=expected, ledger_id=newest)
        return None
    late = _late(c, account_id, now=now)
    finding = explain(
        read.total - expected,
        pending=_pending(c, account_id),
        late=[price for _, price in late],
        # It walks the history, and decides only between refunds.
        lost=lost_calls(c, account_id, since=now - LATE_REFUND_SECONDS) if late else (),
    )
    if finding.wait:
        _keep(c, account_id, read, expected=row.expected, ledger_id=row.ledger_id)
        return None
    for index in finding.refunds:
        newest = max(newest, _refund(c, late[index][0], at=now))
    _keep(c, account_id, read, expected=read.total, ledger_id=newest)
    return _note(c, account_id, finding.drift, lines, now=now) if finding.drift else None


def _keep(c: Connection, account_id: int, read: Balance, *, expected: int, ledger_id: int) -> None:
    values = {
        "total": read.total, "extra": read.extra, "read_at": read.at,
        "expected": expected, "ledger_id": ledger_id,
    }  # fmt: skip
    if c.execute(sa.update(account).where(account.c.account == account_id).values(**values)).rowcount == 0:
        c.execute(sa.insert(account).values(account=account_id, **values))


def _moved_since(c: Connection, account_id: int, at: float) -> bool:
    """Whether the ledger noted a move of the balance at or after a time."""
    line = sa.select(sa.literal(1)).where(
        ledger.c.at >= at, ledger.c.kind.in_(("settled", "refunded")), _PAYER.in_((account_id,))
    )
    return c.execute(line.limit(1)).first() is not None


def _lines(c: Connection, account_id: int, *, after: int) -> Sequence[tuple[int, int]]:
    """Moves of the balance that the ledger noted after a line, as (signed credits, job)."""
    rows = c.execute(
        sa.select(_SIGNED, ledger.c.job_id).where(
            ledger.c.id > after, ledger.c.kind.in_(("settled", "refunded")), _PAYER.in_((account_id,))
        )
    )
    return [(int(credits_), int(job_id)) for credits_, job_id in rows]


def _pending(c: Connection, account_id: int) -> list[int]:
    """Moves that open jobs may have made: charges of lost calls, refunds of unfinished tasks.

    Of each kind no more than it takes to explain everything.
    """
    sent: ColumnElement[bool] = job.c.submit_at.is_not(None)
    charges = c.scalars(
        sa.select(-job.c.price)
        .where(job.c.state.in_(RESERVED), job.c.account == account_id, job.c.price > 0, sent)
        .limit(MANY + 1)
    ).all()
    refunds = c.scalars(
        sa.select(job.c.price)
        .where(job.c.state == JobState.WAITING, job.c.account == account_id, job.c.price > 0)
        .limit(MANY + 1)
    ).all()
    return [*charges, *refunds]


def _late(c: Connection, account_id: int, *, now: float) -> list[tuple[int, int]]:
    """Failed jobs that were charged and may still be refunded, as (job, price), the oldest first."""
    rows = c.execute(
        sa.select(job.c.id, job.c.price)
        .where(
            job.c.state == JobState.FAILED,
            job.c.account == account_id,
            job.c.price > 0,
            job.c.task_id != "",
            job.c.refunded.is_(sa.false()),
            job.c.finished_at >= now - LATE_REFUND_SECONDS,
        )
        .order_by(job.c.id)
    )
    return [(int(job_id), int(price)) for job_id, price in rows]


def lost_calls(c: Connection, account_id: int, *, since: float) -> list[int]:
    """Prices of calls whose answers were lost and that count as paid: they were not, or may still fail.

    Those of jobs that ended before `since` are past that.
    """
    rows = c.execute(
        sa.select(job.c.price, job.c.lost_credits).where(
            job.c.account == account_id,
            job.c.price > 0,
            job.c.lost_credits > 0,
            sa.or_(job.c.finished_at.is_(None), job.c.finished_at >= since),
        )
    )
    return [price for price, lost in rows for _ in range(lost // price)]


def _refund(c: Connection, job_id: int, *, at: float) -> int:
    """The balance shows a refund that came late; the number of its line."""
    row = c.execute(sa.update(job).where(job.c.id == job_id).values(refunded=True).returning(job)).one()
    book(c, job_from(row), "refunded", at=at)
    return c.scalar(sa.select(sa.func.max(ledger.c.id))) or 0


def _note(
    c: Connection, account_id: int, credits_: int, lines: Sequence[tuple[int, int]], *, now: float
) -> Drift:
    """Note a drift. Where only one job was paid meanwhile, its price is what the balance contradicts."""
    paid = {job_id for signed, job_id in lines if signed < 0}
    found = Drift(credits_, now)
    if len(paid) == 1:
        row = c.execute(sa.select(job).where(job.c.id == paid.pop())).one()
        if credits_ < row.price:
            found = Drift(credits_, now, row.id, row.operation, row.price)
    c.execute(
        sa.insert(drift).values(
            account=account_id, credits=found.credits, job_id=found.job_id,
            operation=found.operation, price=found.price, at=now,
        )
    )  # fmt: skip
    return found
