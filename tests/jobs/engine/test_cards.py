"""Cards are kept true in few edits, after everything else, and over restarts."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from itertools import pairwise

import pytest

from jobs.engine.beside import cards
from jobs.engine.loop import Engine
from jobs.models import Card, Job, Reason
from jobs.models.states import JobState, S
from jobs.orders.cards import card_of
from jobs.ports import NothingSent, Undeliverable
from jobs.store.queries import posts, transitions
from tests.fakes.api_faults import connection, polls, refusals
from tests.fakes.clock import until
from tests.jobs.engine_world import CARD, SONG, VISIT, EngineWorld
from tests.jobs.shelf import ordered


def shown(world: EngineWorld, job_id: int) -> list[JobState]:
    """What the card of a job was made to show, one edit after the other."""
    return [job.state for job, _ in world.channel.shown if job.id == job_id]


async def says(world: EngineWorld, job_id: int, *states: JobState) -> None:
    await until(lambda: shown(world, job_id) == list(states), f"card {job_id} showing {states}")


async def quiet(world: EngineWorld) -> None:
    """Long enough for everything that is still to be edited."""
    await asyncio.sleep(120.0)
    await world.rest()


async def test_a_song_that_begins_at_once_takes_one_edit(world: EngineWorld) -> None:
    job_id = await world.ask()
    await world.until(job_id, S.DONE)
    await quiet(world)
    assert shown(world, job_id) == [S.DONE]
    [(_, card)] = world.channel.shown
    assert card.message_id == 1, "the first message of its results"


async def test_a_song_that_waited_takes_two(world: EngineWorld) -> None:
    job_id = (await ordered(world.service, SONG, VISIT)).job.id
    await world.service.card_shown(await world.job(job_id), 77, "waiting 3")
    await world.until(job_id, S.DONE)
    await quiet(world)
    assert shown(world, job_id) == [S.WAITING, S.DONE]


async def test_what_follows_later_takes_no_more_edits(world: EngineWorld) -> None:
    world.api.faults.add(polls.Grows(150.0), "suno.task", times=None)
    job_id = await world.ask()
    await until(lambda: len(world.channel.posted) > 1, "what follows")
    await quiet(world)
    assert shown(world, job_id) == [S.DONE]


async def waiting(world: EngineWorld, count: int) -> list[int]:
    """Jobs that wait for an outage to end, as their cards say."""
    world.context.breakers.at("suno").open(time.time(), probe_at=time.time() + 3600.0)
    found = []
    for _ in range(count):
        accepted = await ordered(world.service, SONG, VISIT)
        assert accepted.card.struggling
        await world.service.card_shown(accepted.job, CARD, accepted.card.shows)
        found.append(accepted.job.id)
    return found


async def test_the_cards_of_a_channel_are_edited_one_after_the_other(world: EngineWorld) -> None:
    times: list[float] = []
    genuine = world.channel.show_card

    async def show_card(job: Job, card: Card) -> None:
        times.append(time.time())
        await genuine(job, card)

    world.channel.show_card = show_card  # type: ignore[method-assign] # to see when
    for job_id in await waiting(world, 4):
        await world.service.cancel(job_id)
    await until(lambda: len(times) == 4, "four edits")
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert min(gaps) >= cards.PAUSE
    assert max(gaps) < 2 * cards.PAUSE


async def test_an_edit_that_meets_a_long_limit_is_repeated_later(world: EngineWorld) -> None:
    world.channel.no_edits = [NothingSent("limited", retry_after=600.0)]
    job_id = await world.ask()
    begun = time.time()
    await says(world, job_id, S.DONE)
    assert 600 <= time.time() - begun < 760
    other = await world.ask()
    await says(world, other, S.DONE)


async def test_a_limit_of_its_channel_holds_the_card_back_as_well(world: EngineWorld) -> None:
    [job_id] = await waiting(world, 1)
    world.context.limited[VISIT.channel_id] = time.time() + 300.0
    begun = time.time()
    await world.service.cancel(job_id)
    await says(world, job_id, S.CANCELLED)
    assert 300.0 <= time.time() - begun < 330.0


async def test_a_card_that_is_gone_is_left_in_peace(world: EngineWorld) -> None:
    world.channel.no_edits = [Undeliverable("code 10008"), Undeliverable("code 10008")]
    world.api.faults.add(refusals.InappropriateContent(), "suno.create")
    job = await world.until(await world.ask(), S.FAILED, told=True)
    await quiet(world)
    await world.store.write(transitions.save, job, replace(job, charged=10, due_at=time.time()))
    world.engine.wake()
    await quiet(world)
    assert shown(world, job.id) == []
    assert len(world.channel.no_edits) == 1, "it was tried once"


@asynccontextmanager
async def stopped(world: EngineWorld) -> AsyncIterator[None]:
    """Meanwhile no process runs; then another one does."""
    await world.engine.stop(5.0)
    yield
    world.engine = Engine(world.context)
    running = asyncio.create_task(world.engine.run())
    await asyncio.sleep(60.0)
    await world.engine.stop(5.0)
    await running


async def test_what_was_stale_at_a_stop_is_put_right_at_the_next_start(world: EngineWorld) -> None:
    world.channel.no_edits = [NothingSent("limited", retry_after=600.0)]
    job_id = await world.ask()
    await until(lambda: not world.channel.no_edits, "an edit that was put off")
    async with stopped(world):
        assert shown(world, job_id) == []
    assert shown(world, job_id) == [S.DONE]


async def test_a_card_of_the_day_before_yesterday_is_history(world: EngineWorld) -> None:
    world.channel.no_edits = [NothingSent("limited", retry_after=600.0)]
    job_id = await world.ask()
    await until(lambda: not world.channel.no_edits, "an edit that was put off")
    async with stopped(world):
        world.file("UPDATE job SET state_at = state_at - ?", [2 * 24 * 3600.0])
    assert shown(world, job_id) == []


async def test_a_failure_is_shown_once_it_was_told_and_when_its_cost_changes(
    world: EngineWorld,
) -> None:
    world.api.faults.add(refusals.InappropriateContent(), "suno.create")
    world.channel.troubles = [NothingSent("not now", retry_after=30.0)]
    job_id = await world.ask()
    await says(world, job_id, S.FAILED)
    job = await world.job(job_id)
    assert job.notified_at is not None
    assert world.channel.shown[-1][1].message_id == 1
    await world.store.write(transitions.save, job, replace(job, charged=10, due_at=time.time()))
    world.engine.wake()
    await says(world, job_id, S.FAILED, S.FAILED)
    assert world.channel.shown[-1][0].charged == 10


async def test_a_lost_answer_is_shown_as_held_and_then_as_given_up(world: EngineWorld) -> None:
    world.api.faults.add(connection.CutAfterEffect(), "suno.create")
    world.api.faults.add(refusals.ServerError(), "credits", times=None)
    job_id = await world.ask()
    await says(world, job_id, S.HELD)
    await world.service.cancel(job_id)
    await says(world, job_id, S.HELD, S.CANCELLED)
    assert world.channel.shown[-1][0].reason is not Reason.NONE


async def test_the_place_in_the_queue_is_told_and_put_right_when_it_has_halved(world: EngineWorld) -> None:
    *_, last = await waiting(world, 20)
    await asyncio.sleep(100.0)
    assert world.channel.shown == [], "nothing has changed"
    world.context.breakers.at("suno").opened_at = None
    world.engine.wake()
    await until(lambda: shown(world, last)[:1] == [S.ACCEPTED], "a place in the queue")
    card = next(card for job, card in world.channel.shown if job.id == last)
    assert 0 < card.ahead < 20
    assert card.turn_in == pytest.approx(card.ahead * 3.0, abs=4.0)
    await world.until(last, S.DONE)
    await quiet(world)
    assert shown(world, last)[-2:] == [S.WAITING, S.DONE]
    assert len(world.channel.shown) < 20 * 4


async def test_a_job_that_is_put_off_after_all_says_that_it_waits(world: EngineWorld) -> None:
    world.api.faults.add(refusals.RateLimited(retry_after=120), "suno.create")
    job_id = await world.ask()
    await until(lambda: shown(world, job_id) == [S.ACCEPTED], "that it waits")
    assert (world.channel.shown[-1][1].turn_in or 0) > 60
    await says(world, job_id, S.ACCEPTED, S.WAITING, S.DONE)


async def test_a_place_counts_those_before_it_with_the_same_key_only(world: EngineWorld) -> None:
    await world.engine.stop(1.0)
    mine = [(await ordered(world.service, SONG, VISIT)).job for _ in range(3)]
    world.file("UPDATE job SET account = 7 WHERE id = ?", [mine[0].id])
    assert (await card_of(world.context, mine[2])).ahead == 1
    assert await world.store.read(posts.waiting_cards, most=9) == []
