"""A listening party: each song once, in its time, whatever is killed; skipped, stopped, and one a channel."""

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

import pytest

from jobs.models import Origin
from jobs.models.jam import Jam, JamState, Say
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.ports import NothingSent, PortError
from jobs.rules.jams.clock import DAY
from jobs.store.queries.jams import posts
from musicapi.errors import DownloadFailed
from tests.behaviour.commands.acts import buttons, told
from tests.behaviour.jams.conftest import Contest, words_of
from tests.behaviour.jams.lives import Away, Hall, KeeperProcess, Said, process_in
from tests.fakes.clock import loop

HERE = Origin(guild_id=11, channel_id=23, user_id=70, upload_limit=10_000_000)
# Nobody knows how long these songs are: three minutes, and a pause.
EACH = 200.0
_SOON = 5.0
# Steps of a party of three songs, and how far apart it dies.
STEPS, APART = 75, 7


async def over(process: KeeperProcess) -> Jam:
    """A jam of three songs whose result is in the channel."""
    now = loop().now()
    await process.contest(votes_for=0.0, state_at=now, due_at=now + 60.0)  # else it is given time back
    process.start()
    done = await process.reach(lambda one: one.state is JamState.DONE)
    await asyncio.sleep(60.0)
    return done


def tracks(hall: Hall) -> list[Said]:
    return [one for one in hall.said if one.name is Say.TRACK and one.there]


def gaps(hall: Hall) -> list[float]:
    at = [one.at for one in tracks(hall)]
    return [later - earlier for earlier, later in itertools.pairwise(at)]


async def listen(process: KeeperProcess, jam: Jam, every: str = "") -> int:
    return await process.service.hearing.listen(jam, HERE, every)


async def refused(process: KeeperProcess, jam: Jam, every: str = "") -> JamProblem:
    with pytest.raises(Rejected) as caught:
        await listen(process, jam, every)
    assert isinstance(caught.value.rejection, JamRefused)
    return caught.value.rejection.problem


@pytest.mark.parametrize(("every", "apart"), [("", EACH), ("5m", 300.0), ("1m", 180.0)])
async def test_each_song_comes_when_the_one_before_has_been_heard(
    process: KeeperProcess, hall: Hall, every: str, apart: float
) -> None:
    assert await listen(process, await over(process), every) == 3
    await asyncio.sleep(4 * apart)
    assert [one.file for one in tracks(hall)] == [f"0{n} - Song 0.mp3" for n in (1, 2, 3)]
    assert gaps(hall) == pytest.approx([apart, apart], abs=_SOON)


async def test_after_an_absence_the_rest_goes_on_from_now(
    process: KeeperProcess, hall: Hall, tmp_path: Path
) -> None:
    await listen(process, await over(process))
    await asyncio.sleep(EACH / 2)
    await process.bury()
    await asyncio.sleep(DAY)
    back = loop().now()
    async with process_in(tmp_path, hall) as other:
        other.start()
        await asyncio.sleep(3 * EACH)
    assert [one.seq for one in tracks(hall)] == [0, 1, 2]
    assert tracks(hall)[1].at - back < _SOON
    assert gaps(hall)[1] == pytest.approx(EACH, abs=_SOON)


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize(
    ("begin", "later"), [(0, 0.0), (3, 1000.0)], ids=["at once", "when the nonce is forgotten"]
)
async def test_killed_at_any_step_each_song_comes_once(tmp_path: Path, begin: int, later: float) -> None:
    died = []
    for fuse in range(begin, STEPS, APART):
        hall, folder = Hall(), tmp_path / str(fuse)
        folder.mkdir()
        async with process_in(folder, hall) as first:
            jam = await over(first)
            await listen(first, jam)
            first.life.fuse = fuse
            died.append(await first.until_ended(asyncio.sleep(4 * EACH, result=True)) is None)
        await asyncio.sleep(later)
        async with process_in(folder, hall, seed=fuse) as second:
            second.start()
            await asyncio.sleep(4 * EACH)
            assert await second.store.read(posts.next_tracks, 1) == []
        assert [one.seq for one in tracks(hall)] == [0, 1, 2], fuse
        assert min(gaps(hall)) > EACH - _SOON, fuse
    assert died.count(True) > 0.8 * len(died), "the fuse burnt in its whole life"


async def test_a_song_can_be_skipped_once_and_the_rest_stopped(process: KeeperProcess, hall: Hall) -> None:
    jam = await over(process)
    await listen(process, jam)
    await asyncio.sleep(_SOON)
    await process.service.hearing.skip(jam, 0)
    await asyncio.sleep(_SOON)
    assert [one.seq for one in tracks(hall)] == [0, 1]
    with pytest.raises(Rejected):
        await process.service.hearing.skip(jam, 0)  # pressed by two at once
    await process.service.hearing.stop(jam, 1)
    await asyncio.sleep(3 * EACH)
    assert [one.seq for one in tracks(hall)] == [0, 1]
    with pytest.raises(Rejected):
        await process.service.hearing.stop(jam, 1)
    assert await listen(process, jam) == 3, "another one may begin"


async def test_what_is_on_its_way_when_all_is_stopped_is_taken_back(
    process: KeeperProcess, hall: Hall
) -> None:
    jam = await over(process)
    hall.slow[Say.TRACK] = 30.0
    await listen(process, jam)
    await asyncio.sleep(_SOON)
    await process.service.hearing.stop(jam, 0)
    await asyncio.sleep(3 * EACH)
    assert tracks(hall) == []


@pytest.mark.parametrize("trouble", [NothingSent("busy"), ValueError("of ours")])
async def test_what_is_put_off_is_played_later_and_holds_up_no_other_word(
    process: KeeperProcess, hall: Hall, trouble: PortError
) -> None:
    jam = await over(process)
    hall.troubles = [trouble]
    await listen(process, jam)
    await asyncio.sleep(4 * EACH)
    assert [one.seq for one in tracks(hall)] == [0, 1, 2]
    assert await process.store.read(posts.unsent, jam.id) == []


async def test_a_file_that_is_slow_to_be_fetched_anew_holds_up_no_phase_of_its_jam(
    process: KeeperProcess, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    jam = await process.contest(hidden=False, sound=False)

    async def slow(_: Away, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        await asyncio.sleep(DAY)
        raise DownloadFailed(f"{url} has nothing for {into}, {max_bytes}, {image}")

    monkeypatch.setattr(Away, "fetch", slow)
    process.start()
    await listen(process, jam)
    await asyncio.sleep(_SOON)
    closing = await process.reach(lambda one: one.state is JamState.CLOSING)
    assert closing.state_at - jam.due_at < _SOON
    assert hall.count(Say.CLOSED) == 1


async def test_there_is_one_party_a_channel_and_none_of_what_is_hidden(process: KeeperProcess) -> None:
    jam = await over(process)
    await listen(process, jam)
    assert await refused(process, jam) is JamProblem.PARTY_HERE
    assert await process.service.hearing.listen(jam, replace(HERE, channel_id=24), "") == 3
    assert await refused(process, jam, "soon") is JamProblem.TIME_UNREADABLE
    assert await refused(process, jam, "2h") is JamProblem.PARTY_TIME
    blind = await process.contest()
    assert await refused(process, await process.jam(blind.id)) is JamProblem.NOT_OVER


async def test_the_host_lets_all_listen_together(contest: Contest) -> None:
    await contest.start(votes="none")
    await contest.entered("mia", "lanterns over the river")
    await contest.entered("ravi", "a paper moon")
    await contest.close()
    result = await contest.result()
    await contest.reach(JamState.DONE)
    by_others = await contest.pressed("noor", result, "Listen")
    assert told(by_others).startswith("Only the host of jam #1")
    assert told(await contest.pressed("mod", result, "Listen")).startswith(
        "2 songs come, one after the other"
    )
    first = await contest.said("**1 of 2**")
    assert "next <t:" in words_of(first)
    assert [file.filename[:5] for file in first.attachments] == ["01 - "]
    assert told(await contest.pressed("mod", first, "Skip")) == "The next song comes now."
    last = await contest.said("**2 of 2**")
    assert "the last one" in words_of(last)
    assert (buttons(first), buttons(last)) == (["Skip", "Stop"], ["How it stands"])
