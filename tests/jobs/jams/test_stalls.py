"""Clocks of contests and relays stand while nothing can be paid for or made, and that is told."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.jams.service import JamService
from jobs.models import Job, Reason
from jobs.models.jam import EntryState as E
from jobs.models.jam import Jam, JamState, Say
from jobs.models.rejections import JamProblem, JamRefused, KeyProblem, NotEnoughCredits, Rejected, Rejection
from jobs.models.states import S
from jobs.rules.jams.clock import DAY, HOUR
from jobs.store.queries import transitions
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.relays import relay
from tests.jobs.jams.world import JamWorld, jam_world
from tests.jobs.jams_shelf import HOST, MIA, NOOR, RAVI, now_of, tried
from tests.jobs.shelf import NOW, moved

POOR = NotEnoughCredits(price=10, left=4, reserved=0, shown=True)


@pytest.fixture
async def ready(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[JamWorld]:
    async with jam_world(api, tmp_path) as world:
        yield world


def service_of(ready: JamWorld) -> JamService:
    return JamService(ready.world.context, ready.keeper, ready.board, lambda: None)


async def failed(ready: JamWorld, job: Job, reason: Reason) -> None:
    job = await moved(ready.store, job, S.SUBMITTING)
    after = replace(job.entering(S.FAILED, now=time.time()), reason=reason, due_at=None)
    assert await ready.store.write(transitions.save, job, after)
    ready.keeper.begin()


def said_why(ready: JamWorld) -> list[str]:
    return [str(post.said["why"]) for post, _, _ in ready.board.there if post.name is Say.STALLED]


async def until_it_goes_on(ready: JamWorld) -> None:
    while not ready.board.said[Say.RESUMED, 0]:
        await asyncio.sleep(1.0)
        await ready.turn()


async def rounds(ready: JamWorld) -> None:
    for _ in range(4):
        await ready.turn()
        await asyncio.sleep(0.5)


async def stands(ready: JamWorld, jam: Jam, left: float, *, for_: float) -> Jam:
    """Its clock stands for so long, with what was left."""
    await rounds(ready)
    assert (await now_of(ready.store, jam)).stalled_left == pytest.approx(left, abs=5.0)
    await asyncio.sleep(for_)
    await ready.turn()
    current = await now_of(ready.store, jam)
    assert current.state is JamState.OPEN, "its end has passed, and did not count"
    return current


@pytest.mark.parametrize(
    ("why", "said"),
    [(POOR, "credits"), (KeyProblem.UNREADABLE, "key"), (Reason.KEY, "key"), (Reason.CREDITS, "credits")],
)
async def test_the_clock_of_a_contest_stands_until_a_try_is_taken(
    ready: JamWorld, why: Rejection | Reason, said: str
) -> None:
    jam, service = await ready.contest(MIA, RAVI), service_of(ready)
    if isinstance(why, Reason):
        await failed(ready, await tried(ready.store, jam, NOOR), why)
    else:
        await service.turns.refused(jam.id, why)
        await service.turns.refused(jam.id, why)  # to two at once
    standing = await stands(ready, jam, HOUR, for_=2 * HOUR)
    with pytest.raises(Rejected) as caught:
        await service.move_end(standing, standing.due_at + DAY, HOST)
    assert caught.value.rejection == JamRefused(JamProblem.STALLED, jam.id)
    await tried(ready.store, standing, NOOR)
    going = await now_of(ready.store, jam)
    assert going.stalled_left is None
    assert going.due_at - NOW == pytest.approx(HOUR, abs=5.0), "the time of that order, as tests note it"
    ready.keeper.begin()
    await until_it_goes_on(ready)
    assert said_why(ready) == [said], "told once"


async def test_the_host_lets_a_contest_go_on_and_without_them_it_ends_with_what_there_is(
    ready: JamWorld,
) -> None:
    jam, service = await ready.contest(MIA, RAVI, due_at=time.time() + 60.0), service_of(ready)
    await service.turns.refused(jam.id, POOR)
    await service.turns.resume(await stands(ready, jam, 60.0, for_=HOUR))
    going = await now_of(ready.store, jam)
    assert going.due_at - time.time() == pytest.approx(600.0, abs=5.0), "members read it in time"
    await service.turns.refused(jam.id, POOR)
    await stands(ready, jam, 600.0, for_=3 * DAY - 60.0)
    closing = await ready.until(jam, JamState.CLOSING, JamState.VOTING)
    assert closing.stalled_left is None


async def test_a_contest_that_stands_is_closed_when_its_host_says_so(ready: JamWorld) -> None:
    jam, service = await ready.contest(MIA, RAVI), service_of(ready)
    await service.turns.refused(jam.id, POOR)
    await service.close(await stands(ready, jam, HOUR, for_=60.0))
    closing = await ready.until(jam, JamState.CLOSING, JamState.VOTING)
    assert time.time() - closing.state_at < HOUR


@pytest.mark.parametrize("kind", ["contest", "relay"])
async def test_what_ends_in_a_long_outage_goes_on_after_it(ready: JamWorld, kind: str) -> None:
    breaker = ready.world.context.breakers.at("suno")
    if kind == "contest":
        jam = await ready.contest(MIA, RAVI, due_at=time.time() + 3 * HOUR)
    else:
        jam = (await relay(ready, turn_for=3 * HOUR)).jam
        await ready.until(jam, JamState.OPEN)
    await rounds(ready)
    await asyncio.sleep(HOUR)
    breaker.open(time.time(), probe_at=time.time() + DAY)
    await asyncio.sleep(2 * HOUR + 1.0)
    await stands(ready, jam, 2 * HOUR, for_=5 * HOUR)
    breaker.opened_at = None
    await until_it_goes_on(ready)
    going = await now_of(ready.store, jam)
    assert going.due_at - time.time() == pytest.approx(2 * HOUR, abs=10.0)
    assert said_why(ready) == ["outage"]
    if kind == "relay":
        await asyncio.sleep(2 * HOUR + 1.0)
        await rounds(ready)
        assert ready.board.said[Say.TURN, 1], "without an outage it goes to the next"


async def test_a_relay_stands_where_the_key_is_refused(ready: JamWorld) -> None:
    one = await relay(ready)
    one.ends["suno.custom"] = [Reason.KEY]
    await one.until(Say.STALLED)
    entry = await one.turn()
    assert entry is not None
    assert (entry.state, entry.user_id) == (E.OFFERED, MIA)
    assert said_why(ready) == ["key"]
