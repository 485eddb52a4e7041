"""The paid call: made once, at its time, and noted whatever the disk says."""

import sqlite3
import time
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.ports import Clock
from jobs.store.queries import notes, transitions
from tests.fakes.api_faults import FaultyMusicApi, connection, refusals
from tests.jobs.engine_world import EngineWorld, engine_world
from tests.jobs.intercept import Genuine, intercept
from tests.jobs.shelf import rows

pytestmark = pytest.mark.on_both


async def test_an_api_out_of_reach_ends_a_job_without_a_charge(api: FaultyMusicApi, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path, url="http://127.0.0.1:9/api/v1") as world:
        begun = time.time()
        job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.UNREACHABLE
    assert 600 <= time.time() - begun < 1300
    assert rows(tmp_path / "encore.db", "SELECT kind, credits FROM ledger") == [
        ("reserved", 10),
        ("released", 10),
    ]


async def test_retry_after_is_obeyed(world: EngineWorld) -> None:
    world.api.faults.add(refusals.RateLimited(77), "suno.create")
    begun = time.time()
    await world.until(await world.ask(), JobState.DONE)
    assert time.time() - begun >= 77


async def test_what_the_api_took_is_noted_even_if_the_disk_fails_for_a_while(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    failures = 2

    async def save(genuine: Genuine, before: Job, after: Job, **options: object) -> object:
        nonlocal failures
        if after.state is JobState.WAITING and failures:
            failures -= 1
            raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))
        return await genuine(before, after, **options)

    intercept(monkeypatch, transitions.save, save)
    monkeypatch.setattr(type(world.context.schedule), "after_failure", lambda *_: 0.01)
    await world.until(await world.ask(), JobState.DONE)
    assert len(world.api.charges) == 1
    assert failures == 0


async def test_what_the_api_has_retired_ends_a_job_even_where_that_cannot_be_remembered(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*_: object) -> None:
        raise OperationalError("INSERT", {}, sqlite3.OperationalError("database or disk is full"))

    intercept(monkeypatch, notes.write, broken)
    world.api.faults.add(refusals.Retired(), "suno.create")
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.RETIRED


async def test_a_call_that_hangs_for_ever_is_ended_and_counts_as_lost(
    api: FaultyMusicApi, tmp_path: Path
) -> None:
    api.faults.add(connection.SlowAnswer(3600.0), "suno.create")
    async with engine_world(api, tmp_path) as world:
        world.context.api.limit = 0.3
        job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.LOST_TASK
    assert len(api.charges) == 1


@pytest.mark.parametrize(("pause", "tries"), [(9.0, 0), (11.0, 1)], ids=["a short one", "a long one"])
async def test_a_pause_between_the_intent_and_the_call_lets_nothing_be_sent(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch, pause: float, tries: int
) -> None:
    slept, again = 0.0, []
    genuine_clock = Clock.since_boot
    monkeypatch.setattr(Clock, "since_boot", lambda self: genuine_clock(self) + slept)

    async def save(genuine: Genuine, before: Job, after: Job, **options: object) -> object:
        nonlocal slept
        done = await genuine(before, after, **options)
        if after.state is JobState.SUBMITTING and not slept:
            slept = pause
        if after.state is JobState.ACCEPTED:
            again.append((len(world.api.charges), after.reason_text))
        return done

    intercept(monkeypatch, transitions.save, save)
    job = await world.until(await world.ask(), JobState.DONE)
    assert again == [(0, "held up for 11 s right before the call")] * tries
    assert (len(world.api.charges), job.charged) == (1, 10)
    breaker = world.context.breakers.at(job.provider, job.account)
    assert not breaker._streaks, "it says nothing of the provider"
