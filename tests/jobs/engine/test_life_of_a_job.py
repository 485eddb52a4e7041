"""The engine: everything ends, one job cannot hurt another, nothing is paid or posted twice."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from jobs.models import Job, Reason
from jobs.models.states import JobState
from jobs.ports import AnswerLost, FileTooBig, NothingSent, PortError, Undeliverable
from sandbox.music_api import FixedSound, MusicApiStandIn
from sandbox.music_api.faults import Fault, connection, files, looks, refusals
from tests.canaries import KEY
from tests.jobs.engine_world import CARD, SONG, VISIT, EngineWorld, engine_world


@pytest.fixture
async def world(api: MusicApiStandIn, tmp_path: Path) -> AsyncIterator[EngineWorld]:
    async with engine_world(api, tmp_path) as ready:
        yield ready


def rows(folder: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(folder / "encore.db")) as database:
        return database.execute(query).fetchall()


async def test_a_job_comes_from_acceptance_to_delivery(world: EngineWorld) -> None:
    job = await world.until(await world.ask(), JobState.DONE)
    assert job.balance_before == 500
    assert job.task_id
    [(posted, post, names)] = world.channel.posted
    assert posted.card_message_id == CARD
    assert len(post.nonce) == 16
    assert len(names) == 3
    assert list(world.context.spool.iterdir()) == [], "the spool is left empty"


async def test_a_command_whose_answer_never_came_costs_nothing(world: EngineWorld, tmp_path: Path) -> None:
    world.channel.cards[1] = None
    job = await world.until(await world.ask(answered=False), JobState.CANCELLED)
    assert not world.api.charges
    assert job.submit_at is None
    assert rows(tmp_path, "SELECT kind FROM ledger ORDER BY id") == [("reserved",), ("released",)]


async def test_a_command_whose_answer_came_although_nobody_noted_it_goes_on(world: EngineWorld) -> None:
    world.channel.troubles = [NothingSent(), NothingSent()]
    job = await world.until(await world.ask(answered=False), JobState.DONE)
    assert job.card_message_id == CARD
    assert len(world.api.charges) == 1


async def test_where_the_channel_is_gone_before_the_answer_nothing_is_spent(world: EngineWorld) -> None:
    world.channel.troubles = [Undeliverable()]
    await world.until(await world.ask(answered=False), JobState.CANCELLED)
    assert not world.api.charges


async def test_an_api_that_never_finishes_is_not_waited_for_for_ever(world: EngineWorld) -> None:
    world.api.faults.add(looks.NotReady(), "suno.task", times=None)
    begun = world.clock.now()
    job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.DEADLINE
    assert 1800 <= world.clock.now() - begun < 2400
    looks_made = sum(request.method == "GET" and "task" in request.path for request in world.api.requests)
    assert looks_made < 80, "looks become rarer"


async def test_a_proxy_that_times_out_does_not_end_a_paid_song(world: EngineWorld) -> None:
    rule = world.api.faults.add(refusals.GatewayTimeout(), "suno.task", times=3)
    await world.until(await world.ask(), JobState.DONE)
    assert rule.hits == 3


async def test_looks_that_failed_do_not_make_a_time_out_believed(world: EngineWorld) -> None:
    failing = world.api.faults.add(refusals.ServerError(), "suno.task", times=3)
    late = world.api.faults.add(refusals.GatewayTimeout(), "suno.task")
    await world.until(await world.ask(), JobState.DONE)
    assert (failing.hits, late.hits) == (3, 1)
    assert not world.context.doubts


async def test_a_task_that_failed_ends_the_job_however_it_is_told(
    fixed_sound: FixedSound, tmp_path: Path
) -> None:
    # Songs that take a minute: what has ended can fail no more, and a slow machine looks late.
    async with (
        MusicApiStandIn(keys=[KEY], credits=500, sound=fixed_sound) as api,
        engine_world(api, tmp_path) as world,
    ):
        api.faults.add(looks.TaskFails("timeout"), "suno.task")
        job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.TASK
    assert job.refunded


async def test_a_task_given_up_on_can_be_looked_at_again_for_nothing(world: EngineWorld) -> None:
    rule = world.api.faults.add(looks.NotReady(), "suno.task", times=None)
    job_id = await world.ask()
    await world.until(job_id, JobState.FAILED, told=True)
    rule.times = 0
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    assert len(world.api.charges) == 1


async def test_an_api_out_of_reach_ends_a_job_without_a_charge(api: MusicApiStandIn, tmp_path: Path) -> None:
    async with engine_world(api, tmp_path, url="http://127.0.0.1:9/api/v1") as world:
        begun = world.clock.now()
        job = await world.until(await world.ask(), JobState.FAILED, told=True)
    assert job.reason is Reason.UNREACHABLE
    assert 600 <= world.clock.now() - begun < 1300
    assert rows(tmp_path, "SELECT kind, credits FROM ledger") == [("reserved", 10), ("released", 10)]


async def test_retry_after_is_obeyed(world: EngineWorld) -> None:
    world.api.faults.add(refusals.RateLimited(77), "suno.create")
    begun = world.clock.now()
    await world.until(await world.ask(), JobState.DONE)
    assert world.clock.now() - begun >= 77


@pytest.mark.parametrize(
    ("fault", "end"),
    [
        (connection.CutBeforeReading(), JobState.DONE),
        (connection.CutAfterEffect(), JobState.HELD),
        (connection.CutInMidBody(), JobState.HELD),
        (refusals.ServerError(), JobState.DONE),
        (refusals.LateServerError(), JobState.HELD),
        (refusals.GatewayTimeout(), JobState.DONE),
        (refusals.LateGatewayTimeout(), JobState.HELD),
        (refusals.LateUpstreamError(), JobState.HELD),
    ],
)
async def test_a_paid_call_whose_answer_was_lost_is_settled_by_the_balance(
    world: EngineWorld, fault: Fault, end: JobState
) -> None:
    world.api.faults.add(fault, "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, JobState.DONE, told=True)
    assert job.state is end
    assert len(world.api.charges) == 1, "never charged twice"
    if end is JobState.HELD:
        assert job.reason is Reason.LOST_TASK


async def test_a_free_call_whose_answer_was_lost_is_simply_made_again(world: EngineWorld) -> None:
    await world.until(await world.ask(), JobState.DONE)
    [song, *_] = await world.store.clips(1)
    world.api.faults.add(connection.CutAfterEffect(), "suno.wav")
    order = replace(SONG, operation="suno.wav", params={"clip_id": song.clip_id}, source_clip_id=song.clip_id)
    await world.until(await world.ask(order), JobState.DONE)


async def test_a_balance_that_cannot_be_read_for_a_while_is_waited_for(world: EngineWorld) -> None:
    world.api.faults.add(connection.CutBeforeReading(), "suno.create")
    world.api.faults.add(refusals.ServerError(), "credits", times=3, skip=1)
    await world.until(await world.ask(), JobState.DONE)
    assert len(world.api.charges) == 1


async def test_without_a_balance_a_lost_answer_is_held(world: EngineWorld) -> None:
    world.api.faults.add(connection.CutBeforeReading(), "credits", times=None)
    world.api.faults.add(connection.CutBeforeReading(), "suno.create")
    job = await world.until(await world.ask(), JobState.HELD, told=True)
    assert job.reason is Reason.LOST_BALANCE
    assert world.api.charges == ()


async def test_a_bad_job_ends_and_does_not_delay_the_others(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await world.ask(replace(SONG, summary="broken"))
    genuine = world.store.move

    async def move(job: Job, to: JobState, **options: object) -> bool:
        if job.summary == "broken" and to is JobState.SUBMITTING:
            raise KeyError("an error of ours")
        return await genuine(job, to, **options)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(world.store, "move", move)
    await world.until(await world.ask(), JobState.DONE)
    job = await world.until(broken, JobState.FAILED, told=True)
    assert job.reason is Reason.INTERNAL
    assert len(world.api.charges) == 1


async def test_the_loop_survives_a_store_that_fails(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = world.store.upcoming
    failures = 5

    async def upcoming(*arguments: object, **options: object) -> list[Job]:
        nonlocal failures
        if failures:
            failures -= 1
            raise OperationalError("SELECT", {}, sqlite3.OperationalError("disk I/O error"))
        return await genuine(*arguments, **options)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(world.store, "upcoming", upcoming)
    await world.until(await world.ask(), JobState.DONE)
    assert failures == 0


async def test_a_job_that_comes_while_the_rows_are_read_is_not_overlooked(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = world.store.upcoming
    asked: list[int] = []
    came = asyncio.Event()

    async def upcoming(states: tuple[JobState, ...], **options: object) -> list[Job]:
        rows_read = await genuine(states, **options)  # type: ignore[arg-type] # passed through
        if JobState.ACCEPTED in states and not asked:
            asked.append(await world.ask())
            came.set()
        return rows_read

    monkeypatch.setattr(world.store, "upcoming", upcoming)
    begun = world.clock.now()
    world.engine.wake()
    await came.wait()
    job = await world.until(asked[0], JobState.SUBMITTING, JobState.WAITING)
    assert (job.submit_at or 0.0) - begun < 5


async def test_what_the_api_took_is_noted_even_if_the_disk_fails_for_a_while(
    world: EngineWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = world.store.move
    failures = 2

    async def move(job: Job, to: JobState, **options: object) -> bool:
        nonlocal failures
        if to is JobState.WAITING and failures:
            failures -= 1
            raise OperationalError("UPDATE", {}, sqlite3.OperationalError("database or disk is full"))
        return await genuine(job, to, **options)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(world.store, "move", move)
    monkeypatch.setattr(type(world.context.schedule), "after_failure", lambda *_: 0.01)
    await world.until(await world.ask(), JobState.DONE)
    assert len(world.api.charges) == 1
    assert failures == 0


@pytest.mark.parametrize("trouble", [AnswerLost("reset"), NothingSent("429", retry_after=5.0)])
async def test_a_post_that_may_be_there_is_tried_again_with_the_same_nonce(
    world: EngineWorld, trouble: PortError
) -> None:
    world.channel.troubles = [trouble]
    await world.until(await world.ask(), JobState.DONE)
    assert len(world.channel.posted) == 1


async def test_past_the_nonce_window_the_history_is_searched_first(world: EngineWorld) -> None:
    world.channel.troubles = [AnswerLost("reset")] * 9
    await world.until(await world.ask(), JobState.DONE)
    assert world.channel.found, "looked before posting again"
    assert len(world.channel.posted) == 1


async def test_each_search_of_the_history_begins_where_the_last_one_found_nothing(world: EngineWorld) -> None:
    world.channel.troubles = [AnswerLost("reset")] * 20
    await world.until(await world.ask(), JobState.DONE)
    begun = [post.first_try_at or 0.0 for post in world.channel.found]
    assert len(begun) > 2
    assert all(later - earlier > 90 for earlier, later in pairwise(begun)), "within the window the nonce does"


async def test_files_that_discord_refuses_go_as_links(world: EngineWorld) -> None:
    world.channel.troubles = [FileTooBig("413")]
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.linked == (0, 1)
    assert names == ()


async def test_a_closed_channel_keeps_the_results_for_later(world: EngineWorld) -> None:
    world.channel.troubles = [Undeliverable("50013")]
    job_id = await world.ask()
    job = await world.until(job_id, JobState.UNDELIVERABLE)
    assert job.reason is Reason.CHANNEL
    assert await world.service.send_again(job_id, VISIT) is not None
    await world.until(job_id, JobState.DONE)
    assert len(world.api.charges) == 1


async def test_bad_news_that_cannot_be_told_ends_too(world: EngineWorld) -> None:
    world.channel.troubles = [Undeliverable("50013")]
    world.api.faults.add(refusals.NoCredits(), "suno.create")
    job_id = await world.ask()
    while (job := await world.until(job_id, JobState.FAILED)).due_at is not None:
        continue
    assert job.notified_at is None
    assert world.channel.posted == []


async def test_posting_is_given_up_in_the_end(world: EngineWorld) -> None:
    world.context.schedule = replace(world.context.schedule, deliver_for=1200.0)
    world.channel.troubles = [NothingSent("503")] * 1000
    begun = world.clock.now()
    await world.until(await world.ask(), JobState.UNDELIVERABLE)
    assert 1200 <= world.clock.now() - begun < 2000


async def test_links_that_expired_are_asked_for_again(world: EngineWorld) -> None:
    world.api.faults.add(files.FileGone(), "file.mp3", times=2)
    await world.until(await world.ask(), JobState.DONE)
    [(_, post, names)] = world.channel.posted
    assert post.attached == (0, 1)
    assert len(names) == 3


async def test_submits_keep_the_distance_that_the_profile_names(world: EngineWorld) -> None:
    jobs = [await world.ask() for _ in range(3)]
    times = sorted([(await world.until(job_id, JobState.DONE)).submit_at or 0.0 for job_id in jobs])
    assert all(later - earlier >= 2.9 for earlier, later in pairwise(times))


async def test_our_own_history_tells_when_to_look_first(world: EngineWorld) -> None:
    assert await world.service.usually("suno.create") == 120
    for _ in range(5):
        await world.until(await world.ask(), JobState.DONE)
    durations = await world.store.durations("suno.create")
    assert await world.service.usually("suno.create") == sorted(durations)[2]


async def test_stopping_lets_what_is_in_hand_end(api: MusicApiStandIn, tmp_path: Path) -> None:
    api.faults.add(connection.SlowAnswer(0.3), "suno.create")
    async with engine_world(api, tmp_path) as world:
        await world.until(await world.ask(), JobState.SUBMITTING)
    assert rows(tmp_path, "SELECT state FROM job") == [("waiting",)]
