"""Polls that brought nothing new are noted together: durable, guarded, and each waits for its own line."""

import asyncio
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.exc import IntegrityError

from jobs.models.states import S
from jobs.store import open_store
from jobs.store.coalescer import Coalescer
from jobs.store.schema import note
from tests.jobs.shelf import NOW, brought_to, moved, reload, rows, url_of, writing


async def test_many_jobs_are_put_off_in_one_commit_and_are_in_the_file_when_it_returns(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        jobs = [await brought_to(store, S.WAITING) for _ in range(20)]
        commits: list[object] = []
        event.listen(writing(store).connections[0], "commit", commits.append)
        await asyncio.gather(
            *(store.put_off(job, due_at=NOW + job.id, polls=job.id, tries=job.id + 1) for job in jobs)
        )
        found = rows(file, "SELECT id, due_at, polls, tries FROM job ORDER BY id")
        assert found == [(job.id, NOW + job.id, job.id, job.id + 1) for job in jobs]
        assert len(commits) == 1


async def test_a_job_that_has_moved_in_the_meantime_is_not_put_off(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        seen = await brought_to(store, S.WAITING)
        other = await brought_to(store, S.WAITING)
        ready = await moved(store, seen, S.READY, due_at=NOW)
        await asyncio.gather(
            *(store.put_off(job, due_at=NOW + 99, polls=7, tries=0) for job in (seen, other))
        )
        assert await reload(store, seen) == ready
        assert (await reload(store, other)).due_at == NOW + 99


async def test_one_that_is_cancelled_does_not_take_the_others_along(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        jobs = [await brought_to(store, S.WAITING) for _ in range(2)]
        tasks = [asyncio.create_task(store.put_off(job, due_at=NOW + 50, polls=1, tries=0)) for job in jobs]
        await asyncio.sleep(0)
        tasks[0].cancel()
        await tasks[1]
        assert (await reload(store, jobs[1])).due_at == NOW + 50


async def test_what_gathers_when_the_store_closes_is_written(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        job = await brought_to(store, S.WAITING)
        task = asyncio.create_task(store.put_off(job, due_at=NOW + 50, polls=1, tries=0))
        await asyncio.sleep(0)
    await task
    assert rows(file, "SELECT due_at FROM job") == [(NOW + 50,)]


async def test_a_failure_reaches_everybody_and_the_next_ones_are_not_touched_by_it(file: Path) -> None:
    async with open_store(url_of(file)) as store:
        coalescer = Coalescer(store.write, sa.insert(note))
        line = {"key": "one", "value": "1"}
        failed = await asyncio.gather(coalescer.run(line), coalescer.run(line), return_exceptions=True)
        assert [type(error) for error in failed] == [IntegrityError, IntegrityError]
        await coalescer.run(line)
        with pytest.raises(IntegrityError):
            await coalescer.run(line)
    assert rows(file, "SELECT key, value FROM note") == [("one", "1")]
