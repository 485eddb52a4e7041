"""Who spent which credits: the lines of every path a job can take, and their sums."""

from dataclasses import replace
from pathlib import Path

import pytest

from jobs.models import Usage
from jobs.models.states import JobState, S
from jobs.store import Store
from jobs.store.queries import reports
from tests.jobs.shelf import NOW, VISIT, accepted, moved, rows

# Each path as the engine books it: a state, and the lines that come with it.
Path_ = list[tuple[JobState, list[str]]]
PATHS: dict[str, tuple[Path_, Usage]] = {
    "ordered": ([], Usage(1, 0, 10)),
    "under way": ([(S.SUBMITTING, [])], Usage(1, 0, 10)),
    "taken": ([(S.SUBMITTING, []), (S.WAITING, ["settled"])], Usage(1, 10, 0)),
    "delivered": (
        [(S.SUBMITTING, []), (S.WAITING, ["settled"]), (S.READY, []), (S.POSTING, []), (S.DONE, [])],
        Usage(1, 10, 0),
    ),
    "answered at once": ([(S.SUBMITTING, []), (S.READY, ["settled"])], Usage(1, 10, 0)),
    "declined": ([(S.SUBMITTING, []), (S.FAILED, ["released"])], Usage(1, 0, 0)),
    "never sent": ([(S.FAILED, ["released"])], Usage(1, 0, 0)),
    "cancelled": ([(S.CANCELLED, ["released"])], Usage(1, 0, 0)),
    "failed there": (
        [(S.SUBMITTING, []), (S.WAITING, ["settled"]), (S.FAILED, [])], Usage(1, 10, 0),
    ),
    "failed and refunded": (
        [(S.SUBMITTING, []), (S.WAITING, ["settled"]), (S.FAILED, ["refunded"])], Usage(1, 0, 0),
    ),
    "held": ([(S.SUBMITTING, []), (S.HELD, [])], Usage(1, 0, 0, 10)),
    "held and given up": (
        [(S.SUBMITTING, []), (S.HELD, []), (S.CANCELLED, [])], Usage(1, 0, 0, 10),
    ),
    "held and ordered again": (
        [
            (S.SUBMITTING, []), (S.HELD, []), (S.ACCEPTED, ["reserved"]),
            (S.SUBMITTING, []), (S.WAITING, ["settled"]),
        ],
        Usage(1, 10, 0, 10),
    ),
    "put off and taken": (
        [(S.SUBMITTING, []), (S.ACCEPTED, []), (S.SUBMITTING, []), (S.WAITING, ["settled"])],
        Usage(1, 10, 0),
    ),
}  # fmt: skip


async def walk(store: Store, path: Path_, *, price: int = 10) -> None:
    job = await accepted(store, price=price)
    for state, lines in path:
        job = await moved(store, job, state, refunded=lines == ["refunded"])


@pytest.mark.parametrize("name", PATHS)
async def test_what_each_path_comes_to(store: Store, file: Path, name: str) -> None:
    path, usage = PATHS[name]
    await walk(store, path)
    assert await store.read(reports.usage, VISIT.guild_id) == usage
    booked = [line for _, lines in path for line in lines]
    assert rows(file, "SELECT kind, credits, at, job_id FROM ledger ORDER BY id") == [
        (kind, 10, NOW, 1) for kind in ("reserved", *booked)
    ]


@pytest.mark.parametrize("name", PATHS)
async def test_what_is_free_has_no_lines(store: Store, file: Path, name: str) -> None:
    await walk(store, PATHS[name][0], price=0)
    assert rows(file, "SELECT * FROM ledger") == []
    assert await store.read(reports.usage, VISIT.guild_id) == Usage(1, 0, 0)


async def test_sums_are_of_one_server_and_of_one_member_there(store: Store) -> None:
    await accepted(store, price=10)
    await accepted(store, price=50)
    await accepted(store, price=7, origin=replace(VISIT, user_id=34))
    await accepted(store, price=3, origin=replace(VISIT, guild_id=12))
    assert await store.read(reports.usage, 11) == Usage(3, 0, 67)
    assert await store.read(reports.usage, 11, user_id=33) == Usage(2, 0, 60)
    assert await store.read(reports.usage, 11, user_id=34) == Usage(1, 0, 7)
    assert await store.read(reports.usage, 12, user_id=33) == Usage(1, 0, 3)
    assert await store.read(reports.usage, 13) == Usage()


async def test_a_day_counts_the_jobs_that_were_ordered_in_it(store: Store) -> None:
    """Never less than nothing: what was reserved yesterday is not subtracted from today."""
    yesterday = await accepted(store, now=NOW - 90_000)
    taken = await moved(store, await moved(store, yesterday, S.SUBMITTING), S.WAITING)
    today = Usage(0, 0, 0)
    assert await store.read(reports.usage, 11, since=NOW - 86_400) == today
    await moved(store, taken, S.FAILED, refunded=True)
    assert await store.read(reports.usage, 11, since=NOW - 86_400) == today
    await accepted(store, price=14)
    assert await store.read(reports.usage, 11, since=NOW - 86_400) == Usage(1, 0, 14)
    assert await store.read(reports.usage, 11, since=NOW - 100_000) == Usage(2, 0, 14)
