"""Lines whose song cannot be made, and turns that are anyone's."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.models import NOBODY, Reason
from jobs.models.jam import EntryState as E
from jobs.models.jam import JamState, Say
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.models.states import S
from jobs.rules.jams.tally import lot
from tests.fakes.api_faults import FaultyMusicApi
from tests.jobs.jams.relays import Relay, origin, relay, relay_world
from tests.jobs.jams.world import JamWorld
from tests.jobs.jams_shelf import HOST, MIA, NOOR, RAVI


@pytest.fixture
async def ready(api: FaultyMusicApi, tmp_path: Path) -> AsyncIterator[JamWorld]:
    async with relay_world(api, tmp_path) as world:
        yield world


async def lines(ready: JamWorld) -> Relay:
    """Three lines, of which all are written."""
    one = await relay(ready, kind="lines", pot=30, turns=3)
    for who in (MIA, RAVI, NOOR):
        jam = await one.until(E.OFFERED, act=False)
        await one.service.turns.write_line(jam, origin(who), f"line of {who}")
    return one


async def test_a_song_that_fails_for_nothing_is_ordered_once_more(ready: JamWorld) -> None:
    one = await lines(ready)
    one.ends = {"suno.custom": [Reason.TASK]}
    await one.until(JamState.DONE)
    assert [job.state for job in await one.jobs()] == [S.FAILED, S.DONE]
    [_, sung] = await one.jobs()
    assert sung.params["lyrics"] == f"line of {MIA}\nline of {RAVI}\nline of {NOOR}"
    assert ready.board.names().count("result") == 1


async def test_the_host_takes_out_the_line_that_is_in_the_way(ready: JamWorld) -> None:
    one = await lines(ready)
    one.ends = {"suno.custom": [Reason.CONTENT, Reason.CONTENT]}
    stalled = await one.until(Say.STALLED)
    [post] = [each for each, _, _ in ready.board.there if each.name is Say.STALLED]
    assert (post.user_id, post.said["why"]) == (HOST, "song")
    await one.service.remove(stalled, "2", HOST, "")
    await one.service.turns.resume(await one.now())
    await one.until(JamState.DONE)
    *_, sung = await one.jobs()
    assert sung.params["lyrics"] == f"line of {MIA}\nline of {NOOR}"


async def test_without_help_it_ends_without_a_song_and_says_so(ready: JamWorld) -> None:
    one = await lines(ready)
    one.ends = {"suno.custom": [Reason.CREDITS]}
    stalled = await one.until(Say.STALLED)
    await asyncio.sleep(stalled.due_at - time.time() + 1.0)
    await one.until(JamState.CANCELLED, act=False)
    [post] = [each for each, _, _ in ready.board.there if each.name is Say.CANCELLED]
    assert post.said["why"] == "stalled"
    assert len(await one.jobs()) == 1


async def test_what_is_anyones_is_whose_presses_first_and_not_twice_in_a_row(ready: JamWorld) -> None:
    one = await relay(ready, brief={"order": "anyone"})
    jam = await one.until(E.OFFERED, act=False)
    entry, _ = await one.service.turns.take(jam, MIA)
    assert entry.user_id == NOBODY, "as it was"
    with pytest.raises(Rejected) as refused:
        await one.service.turns.take(await one.now(), RAVI)
    assert refused.value.rejection == JamRefused(JamProblem.TURN, jam.id, until=jam.due_at, number=MIA)
    await one.until(E.CHOOSING)
    jam = await one.until(E.OFFERED)
    with pytest.raises(Rejected) as refused:
        await one.service.turns.take(jam, MIA)
    assert isinstance(refused.value.rejection, JamRefused)
    assert refused.value.rejection.problem is JamProblem.IN_A_ROW
    await one.service.turns.take(jam, 99)
    await one.until(JamState.DONE)
    assert [each.user_id for each in await one.turns() if each.state is E.ENTERED][:2] == [MIA, 99]


async def test_a_drawn_order_is_that_of_the_lots(ready: JamWorld) -> None:
    one = await relay(ready, brief={"order": "drawn"})
    await one.until(JamState.DONE)
    asked = [each.user_id for each in await one.turns()]
    assert asked == sorted(asked, key=lambda user_id: lot(one.jam.seed, user_id))
    assert asked != [MIA, RAVI, NOOR], "or the seed of the tests says nothing"
