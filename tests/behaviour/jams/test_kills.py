"""Killed between any two steps, a contest says each thing once and loses no ballot."""

import asyncio
from collections import Counter
from pathlib import Path

import pytest

from jobs.jams.service import Voter
from jobs.models.jam import JamState, Say
from jobs.models.rejections import Rejected
from jobs.store.queries.jams import entries, posts
from tests.behaviour.jams.lives import Hall, KeeperProcess, process_in
from tests.fakes.clock import loop

# Who votes for what, one after the other; the second thinks better of it.
pytestmark = pytest.mark.usefixtures("unmeasured")
VOTES = ((201, "A"), (202, "A"), (203, "B"), (202, "B"))
ONCE = {
    (Say.PANEL, 0), (Say.CLOSED, 0), (Say.GALLERY, 0), (Say.GALLERY, 1), (Say.GALLERY, 2), (Say.VOTE, 0),
    (Say.RESULT, 0), (Say.NEWS, 1), (Say.NEWS, 2), (Say.NEWS, 3),
}  # fmt: skip
# Steps of a contest: all that the file or the channel is asked for. To die at each of them takes minutes.
STEPS, APART = 320, 9


async def play(process: KeeperProcess, hall: Hall) -> bool:
    """Vote as soon as that can be, and see it to its end."""
    current = await process.reach(
        lambda one: one.state in (JamState.SHOWING, JamState.DONE) or hall.count(Say.VOTE) > 0
    )
    for user_id, letter in VOTES:
        try:
            await process.service.vote(current, Voter(user_id, 0.0), [letter], "ABC")
        except Rejected:  # killed after the count
            assert (await process.jam()).state is not JamState.VOTING
    await process.reach(lambda one: one.state is JamState.DONE)
    await asyncio.sleep(60.0)
    return True


async def lives(folder: Path, fuse: int, later: float) -> tuple[Hall, bool]:
    """A contest whose process dies after so many steps, and is started again; whether it died."""
    hall = Hall()
    folder.mkdir()  # noqa: ASYNC240 - of the test alone
    async with process_in(folder, hall) as first:
        jam = await first.contest(due_at=loop().now() + 660.0, votes_for=660.0, state_at=loop().now())
        await first.store.write(posts.plan, jam.id, Say.PANEL, now=loop().now())
        first.start().life.fuse = fuse
        ended = await first.until_ended(play(first, hall))
    if ended is None:
        await asyncio.sleep(later)
        async with process_in(folder, hall, seed=fuse) as second:
            second.start()
            await asyncio.sleep(1.0)  # its first round gives back what was lost
            assert await play(second, hall)
            await check(second, hall)
    return hall, ended is None


async def check(process: KeeperProcess, hall: Hall) -> None:
    said = Counter(name for name in hall.names() if name[0] is not Say.MOVED)
    assert set(said.values()) == {1}, said
    assert said.keys() == ONCE
    assert hall.count(Say.MOVED) <= 1
    there = await process.store.read(entries.of_jam, 1)
    assert {one.letter: one.points for one in there} == {"A": 1, "B": 2, "C": 0}
    assert await process.store.read(posts.unsent, 1) == []
    assert await process.store.read(posts.masked, 1) == [], "it says whose each is"


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("begin", "later"), [(0, 0.0), (4, 1000.0)], ids=["at once", "when the nonce is forgotten"]
)
async def test_killed_at_any_step(tmp_path: Path, begin: int, later: float) -> None:
    died = [(await lives(tmp_path / str(fuse), fuse, later))[1] for fuse in range(begin, STEPS, APART)]
    assert died.count(True) > 0.9 * len(died), "the fuse burnt at steps of its whole life"
