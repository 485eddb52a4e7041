"""What else may have moved the balance since a job's submit."""

from typing import Any

import pytest

from jobs.models import Job, Reason
from jobs.models.states import JobState, S
from jobs.store import Store
from jobs.store.queries import rivals
from tests.jobs.shelf import NOW, accepted, moved

HOUR = 3600.0


async def submitted(store: Store, *, at: float = NOW, price: int = 10, **changes: Any) -> Job:  # noqa: ANN401
    job = await accepted(store, price=price, now=at)
    return await moved(store, job, S.SUBMITTING, now=at, submit_at=at, **changes)


async def other(store: Store, *steps: tuple[JobState, dict[str, Any]], at: float = NOW - HOUR) -> Job:
    """Another job, priced 20, after these moves."""
    job = await submitted(store, at=at, price=20)
    for state, changes in steps:
        job = await moved(store, job, state, **changes)
    return job


TAKEN: tuple[JobState, dict[str, Any]] = (S.WAITING, {"task_id": "t", "outcome_at": NOW - HOUR})
EARLY, LATE = NOW - 60, NOW + 60
LOST: tuple[JobState, dict[str, Any]] = (S.UNKNOWN, {})


@pytest.mark.parametrize(
    ("steps", "charges", "refunds"),
    [
        # Under way, or its answer was lost: nobody knows when it is charged.
        ([], [20], []),
        # It may have been charged before ours, and its task may fail: the credits come back unannounced.
        ([LOST], [20], [20]),
        # Answered before our submit: charged before it. Its task may fail and bring the credits back.
        ([TAKEN], [], [20]),
        ([(S.WAITING, {"task_id": "t", "outcome_at": LATE})], [20], [20]),
        ([TAKEN, (S.READY, {"finished_at": LATE})], [], []),
        # Failed before our submit, or since: where we have not seen the refund, it may still come for a day.
        ([TAKEN, (S.FAILED, {"reason": Reason.TASK, "finished_at": EARLY})], [], [20]),
        ([TAKEN, (S.FAILED, {"reason": Reason.TASK, "finished_at": NOW - 25 * HOUR})], [], []),
        ([TAKEN, (S.FAILED, {"reason": Reason.TASK, "finished_at": EARLY, "refunded": True})], [], []),
        ([TAKEN, (S.FAILED, {"reason": Reason.TASK, "finished_at": LATE})], [], [20]),
        # A refund that we have seen ourselves moved the balance all the same.
        ([TAKEN, (S.FAILED, {"reason": Reason.TASK, "finished_at": LATE, "refunded": True})], [], [20]),
        ([TAKEN, (S.FAILED, {"reason": Reason.DEADLINE, "finished_at": LATE, "refunded": True})], [], [20]),
        ([TAKEN, (S.FAILED, {"reason": Reason.DEADLINE, "finished_at": EARLY, "refunded": True})], [], []),
        # Given up on: the API may still end it, and refund it.
        ([TAKEN, (S.FAILED, {"reason": Reason.DEADLINE, "finished_at": EARLY})], [], [20]),
        ([TAKEN, (S.FAILED, {"reason": Reason.DEADLINE, "finished_at": NOW - 23 * HOUR})], [], [20]),
        ([TAKEN, (S.FAILED, {"reason": Reason.DEADLINE, "finished_at": NOW - 25 * HOUR})], [], []),
        # Declined.
        ([(S.FAILED, {"reason": Reason.CREDITS, "outcome_at": EARLY, "finished_at": EARLY})], [], []),
        # Put before a person, who has decided or not.
        ([LOST, (S.HELD, {"outcome_at": EARLY})], [], [20]),
        ([LOST, (S.HELD, {"outcome_at": LATE})], [20], [20]),
        ([LOST, (S.HELD, {}), (S.CANCELLED, {"finished_at": EARLY})], [], []),
        ([LOST, (S.HELD, {}), (S.CANCELLED, {"finished_at": LATE})], [20], []),
        ([LOST, (S.HELD, {}), (S.CANCELLED, {"finished_at": EARLY, "lost_credits": 20})], [], [20]),
        ([LOST, (S.HELD, {}), (S.CANCELLED, {"finished_at": NOW - 25 * HOUR, "lost_credits": 20})], [], []),
        # Found unpaid, and not sent again yet.
        ([LOST, (S.ACCEPTED, {"submit_at": None})], [], []),
    ],
)
async def test_one_other_job(
    store: Store, steps: list[tuple[JobState, dict[str, Any]]], charges: list[int], refunds: list[int]
) -> None:
    await other(store, *steps)
    ours = await submitted(store)
    assert await store.read(rivals.of_job, ours) == (charges, refunds)


async def test_a_job_is_no_rival_of_itself_nor_is_what_costs_nothing_or_was_not_sent(store: Store) -> None:
    ours = await submitted(store)
    await submitted(store, price=0)
    await accepted(store)
    assert await store.read(rivals.of_job, ours) == ([], [])


async def test_the_credits_of_its_own_earlier_calls_may_come_back(store: Store) -> None:
    ours = await submitted(store, lost_credits=20)
    assert await store.read(rivals.of_job, ours) == ([], [10, 10])


async def test_a_lost_call_made_since_brings_back_no_more_than_it_took(store: Store) -> None:
    ours = await submitted(store)
    await other(store, LOST, at=LATE)
    assert await store.read(rivals.of_job, ours) == ([20], [])


async def test_all_rivals_are_counted(store: Store) -> None:
    ours = await submitted(store)
    for price in (10, 50, 14):
        await submitted(store, price=price)
    await other(store, TAKEN)
    await other(store, TAKEN)
    charges, refunds = await store.read(rivals.of_job, ours)
    assert sorted(charges) == [10, 14, 50]
    assert refunds == [20, 20]
