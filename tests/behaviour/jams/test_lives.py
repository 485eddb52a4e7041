"""The keeper goes from phase to phase by itself, at once, and says each thing."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from jobs.models.jam import JamState, Say
from jobs.ports import NothingSent
from tests.behaviour.jams.lives import Hall, KeeperProcess, process_in
from tests.fakes.clock import loop

# A round follows another after 0.3 s.
_AT_ONCE = 5.0


@pytest.fixture
def hall() -> Hall:
    return Hall()


@pytest.fixture
async def process(tmp_path: Path, hall: Hall) -> AsyncIterator[KeeperProcess]:
    async with process_in(tmp_path, hall) as one:
        yield one


def is_over(one: object) -> bool:
    return getattr(one, "state", None) is JamState.DONE


async def test_nothing_but_its_own_clock_brings_a_contest_to_its_end(
    process: KeeperProcess, hall: Hall
) -> None:
    jam = await process.contest()
    process.start()
    voting = await process.reach(lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0)
    [*_, last] = [one.at for one in hall.said if one.name is Say.GALLERY]
    assert last - jam.due_at < _AT_ONCE
    assert abs(voting.due_at - last - jam.votes_for) < _AT_ONCE, (
        "the vote begins with the last of the gallery"
    )
    await process.reach(is_over)
    [result] = [one.at for one in hall.said if one.name is Say.RESULT]
    assert 0 <= result - voting.due_at < 2 * _AT_ONCE
    assert loop().now() - result < _AT_ONCE, "nothing else need happen for a contest to be over"


async def test_a_result_that_was_put_off_ends_the_contest_all_the_same(
    process: KeeperProcess, hall: Hall
) -> None:
    await process.contest()
    process.start()
    await process.reach(lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0)
    hall.troubles = [NothingSent("busy")]
    await process.reach(is_over)
    [result] = [one.at for one in hall.said if one.name is Say.RESULT]
    assert loop().now() - result < _AT_ONCE


async def test_the_vote_on_a_long_gallery_begins_with_its_last_message(
    process: KeeperProcess, hall: Hall
) -> None:
    jam = await process.contest(range(100, 112), pot=500)
    process.start()
    voting = await process.reach(lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0)
    assert hall.count(Say.GALLERY) == 12
    [*_, last] = [one.at for one in hall.said if one.name is Say.GALLERY]
    assert abs(voting.due_at - last - jam.votes_for) < _AT_ONCE
