"""Guarded changes of a job, with all that must be written in the same transaction."""

from collections.abc import Sequence
from dataclasses import fields
from functools import cache
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection

from jobs.models import Clip, Job
from jobs.models.states import MOVES
from jobs.store.locks import hold, takes_locks, takes_locks_where
from jobs.store.queries import calls, clips, posts
from jobs.store.queries.posts import Plan
from jobs.store.schema import job

_COLUMNS = tuple(field.name for field in fields(Job))
_values = attrgetter(*_COLUMNS)
# Written whether or not they look as they did when the job was read: when it is due may have been changed by
# others meanwhile, and what begins anew with a state or a round is that of the one before.
_ALWAYS = frozenset({"due_at"})
_WITH_STATE = frozenset({"state_at", "deadline_at", "tries"})
_WITH_ROUND = frozenset({"notified_at"})

# `round` is part of the guard: a delivery that was asked for again must not be ended by the old one. What is
# to be changed comes with the values.
GUARDED = sa.update(job).where(
    job.c.id == sa.bindparam("of_id"),
    job.c.state == sa.bindparam("of_state"),
    job.c.round == sa.bindparam("of_round"),
)


class WrongMove(ValueError):
    """The life of a job has no such move; a mistake in our code, not in the data."""


def _counts(before: Job, after: Job) -> bool:
    """Whether a change of a job is one of what its account has reserved, paid or lost."""
    return bool(before.price) and _enters(before, after) and calls.counts(before, after)


@takes_locks_where(_counts)
def save(
    c: Connection,
    before: Job,
    after: Job,
    *,
    results: Sequence[Clip] = (),
    plan: Plan = (),
    refunded: bool = False,
) -> bool:
    """Change a job, with its paid call and the ledger, its results and planned posts, as one.

    `refunded` tells that the API itself said that the credits of a failed task are back. False, and nothing
    is written, when the job is no longer in the state and the round in which it was read.

    Raises:
        WrongMove: The life of a job has no such move.
    """
    if _enters(before, after) and after.state not in MOVES[before.state]:
        raise WrongMove(f"{before.state} -> {after.state}")
    if _counts(before, after):
        hold(c, account=before.account)
    values = _changes(before, after)
    to = {f"to_{name}": value for name, value in values.items()}
    if not c.execute(_setting(tuple(values)), {**_guard(before), **to}).rowcount:
        return False
    if before.price and _enters(before, after):
        calls.follow(c, before, after, refunded=refunded)
    clips.keep(c, before, results)
    posts.plan(c, after, plan)
    return True


@takes_locks
def cancel_unseen(c: Connection, before: Job, after: Job) -> bool:
    """Cancel a job whose card was not found; False where another process has shown it meanwhile."""
    hold(c, account=before.account)
    unseen = job.c.id == before.id, job.c.card_message_id.is_(None)
    still = c.scalar(sa.select(job.c.id).where(*unseen).with_for_update()) is not None
    return still and save(c, before, after)


def put_off_values(before: Job, *, due_at: float, polls: int, tries: int) -> dict[str, Any]:
    """Give `GUARDED` what it needs to act on a job later."""
    return {**_guard(before), "due_at": due_at, "polls": polls, "tries": tries}


def _changes(before: Job, after: Job) -> dict[str, object]:
    anew = _ALWAYS
    if _enters(before, after):
        anew |= _WITH_STATE
    if after.round != before.round:
        anew |= _WITH_ROUND
    columns = zip(_COLUMNS, _values(before), _values(after), strict=True)
    return {name: new for name, old, new in columns if name in anew or (new is not old and new != old)}


def _enters(before: Job, after: Job) -> bool:
    """Tell whether the job comes into a state, be it the one that it is in."""
    return (after.state, after.state_at) != (before.state, before.state_at)


def _guard(one: Job) -> dict[str, Any]:
    """Give `GUARDED` what it needs to act only where the job is still as it was read."""
    return {"of_id": one.id, "of_state": one.state, "of_round": one.round}


@cache
def _setting(names: tuple[str, ...]) -> sa.Update:
    """Build the statement that changes these columns, once: that takes longer than to carry it out."""
    return GUARDED.values({name: sa.bindparam(f"to_{name}") for name in names})
