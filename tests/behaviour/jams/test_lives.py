"""The keeper goes from phase to phase by itself, at once, and says each thing."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from jobs.engine.hidden import shelf
from jobs.jams.service import Wish
from jobs.models import Job
from jobs.models.jam import Entry, JamState, Say
from jobs.models.rejections import Rejected
from jobs.models.states import S
from jobs.ports import NothingSent, Undeliverable
from jobs.rules.jams.clock import DAY, HOUR
from jobs.store.queries import guilds, notes
from jobs.store.queries.jams import entries, jams, life, posts
from tests.behaviour.jams.lives import Away, Hall, KeeperProcess, process_in
from tests.fakes.clock import loop
from tests.jobs.jams_shelf import MIA, RAVI, made, tried
from tests.jobs.shelf import VISIT, moved

# A round follows another after 0.3 s.
_AT_ONCE = 5.0


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


async def test_a_channel_that_is_closed_for_a_while_hears_all_of_the_gallery(
    process: KeeperProcess, hall: Hall
) -> None:
    await process.contest()
    process.start()
    await process.reach(lambda one: one.state is JamState.CLOSING)
    hall.troubles = [Undeliverable("closed")] * 5
    voting = await process.reach(lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0)
    assert not hall.troubles
    assert [one.file for one in hall.said if one.name is Say.GALLERY] == ["A.mp3", "B.mp3", "C.mp3"]
    assert voting.due_at - loop().now() == pytest.approx(voting.votes_for, abs=_AT_ONCE)


async def test_a_slow_channel_holds_up_no_other_jam(process: KeeperProcess, hall: Hall) -> None:
    slow = await process.contest(range(100, 106), channel_id=22)
    other = await process.contest(channel_id=23)
    hall.slow_in[slow.channel_id] = 110.0
    process.start()
    voting = await process.reach(
        lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0, other.id
    )
    assert loop().now() - other.due_at < 2 * _AT_ONCE
    assert voting.due_at - loop().now() == pytest.approx(voting.votes_for, abs=_AT_ONCE)
    assert (await process.jam(slow.id)).state is not JamState.OPEN, "it goes on as well, by itself"


async def test_a_jam_that_only_brings_errors_is_given_up(
    process: KeeperProcess, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = await process.contest(due_at=loop().now() + 10 * DAY)
    sound = await process.contest(due_at=loop().now() + 10 * DAY)
    genuine, tries = entries.under_way, []

    def under_way(c: Connection, jam_id: int) -> list[tuple[Entry, Job]]:
        if jam_id == broken.id:
            tries.append(loop().now())
            raise KeyError(jam_id)
        return genuine(c, jam_id)

    monkeypatch.setattr(entries, "under_way", under_way)
    process.start()
    await process.reach(lambda one: one.state is JamState.CANCELLED, broken.id)
    await asyncio.sleep(_AT_ONCE)
    assert hall.count(Say.CANCELLED) == 1
    assert len(tries) < 20, "it is tried ever more rarely"
    assert (await process.jam(sound.id)).state is JamState.OPEN


async def test_what_was_written_though_that_failed_goes_on(process: KeeperProcess, hall: Hall) -> None:
    process.start()
    await asyncio.sleep(60.0)
    process.store.troubles = [True]
    wish, pressed = Wish("lanterns", "1h", pot=10), replace(VISIT, interaction="77")
    with pytest.raises(OperationalError):
        await process.service.start(wish, pressed, moderator=True)
    await asyncio.sleep(5.0)
    assert (await process.service.start(wish, pressed, moderator=True)).id == 1, "it comes again"
    await asyncio.sleep(5.0)
    assert hall.count(Say.PANEL) == 1


async def test_time_is_given_back_to_the_first_jam_of_all(
    process: KeeperProcess, tmp_path: Path, hall: Hall
) -> None:
    """The bot died before it had noted that it was there."""
    await process.service.start(Wish("lanterns", "1h", pot=10), VISIT, moderator=True)
    await process.bury()
    await asyncio.sleep(3 * HOUR)
    async with process_in(tmp_path, hall) as other:
        other.start()
        await asyncio.sleep(5.0)
        assert (await other.jam()).due_at - loop().now() == pytest.approx(HOUR, abs=10.0)


async def test_time_is_given_back_once_even_where_the_bot_dies_right_after(
    process: KeeperProcess, tmp_path: Path, hall: Hall
) -> None:
    for number in (1, 2):
        await process.contest(due_at=loop().now() + 2 * DAY)
        await process.store.write(notes.write, "jams:alive", str(loop().now()))
        assert number == len(await process.store.read(jams.running))
    await process.bury()
    await asyncio.sleep(DAY)
    back = loop().now()
    for fuse in range(40):
        async with process_in(tmp_path, hall) as other:
            other.start().life.fuse = fuse
            await asyncio.sleep(1.0)
    async with process_in(tmp_path, hall) as last:
        last.start()
        await asyncio.sleep(5.0)
        ends = [(await last.jam(number)).due_at for number in (1, 2)]
    assert all(abs(end - back - 2 * DAY) < 60.0 for end in ends), [end - back for end in ends]
    assert hall.count(Say.MOVED) == 2


async def test_where_there_is_no_room_to_keep_sound_it_is_fetched_anew_and_heard_without_its_tags(
    process: KeeperProcess, hall: Hall, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(_: Away, url: str, into: Path, *, max_bytes: int, image: bool = False) -> Path:
        assert url
        assert max_bytes
        assert not image
        file = into.with_suffix(".mp3")
        file.write_bytes(b"ID3\x04\0\0\0\0\0\x03MIAsound")
        return file

    monkeypatch.setattr(Away, "fetch", fetch)
    monkeypatch.setattr(shelf, "MOST_BYTES", 0)
    jam = await process.contest(())
    for member in (MIA, RAVI):
        await made(process.store, await tried(process.store, jam, member), audio_url="https://a.test/b.mp3")
    process.start()
    await process.reach(lambda _: hall.count(Say.VOTE) > 0)
    heard = [one.file for one in hall.said if one.name is Say.GALLERY]
    assert heard == ["A.mp3", "B.mp3"]
    posted = [*process.context.spool.rglob("clean-*")]
    assert [one.read_bytes() for one in posted] == [b"sound"] * 2


async def test_what_is_under_way_at_the_end_loses_nothing_by_an_absence(
    process: KeeperProcess, tmp_path: Path, hall: Hall
) -> None:
    jam = await process.contest()
    await tried(process.store, jam, 77)
    process.start()
    closing = await process.reach(lambda one: one.state is JamState.CLOSING)
    await asyncio.sleep(60.0)
    await process.bury()
    await asyncio.sleep(DAY)
    back = loop().now()
    async with process_in(tmp_path, hall) as other:
        other.start()
        current = await other.reach(lambda one: one.due_at > closing.due_at)
    assert current.state is JamState.CLOSING
    assert 25 * 60.0 < current.due_at - back < 31 * 60.0


async def test_a_vote_has_no_end_to_move_before_everything_can_be_heard(
    process: KeeperProcess, hall: Hall
) -> None:
    await process.contest()
    hall.slow[Say.GALLERY] = 120.0
    process.start()
    early = await process.reach(lambda one: one.state is JamState.VOTING)
    assert early.due_at == early.state_at + early.votes_for, "no panel says a later one"
    for act in (process.service.move_end(early, early.due_at + DAY, 1), process.service.close(early)):
        with pytest.raises(Rejected):
            await act
    await process.reach(lambda _: hall.count(Say.VOTE) > 0)
    voting = await process.jam()
    assert voting.due_at - loop().now() == pytest.approx(voting.votes_for, abs=5.0)
    await process.service.move_end(voting, voting.due_at + DAY, 1)
    assert (await process.jam()).due_at == voting.due_at + DAY


async def test_what_has_ended_cannot_be_moved_although_nobody_has_come_to_it(process: KeeperProcess) -> None:
    jam = await process.contest()
    await asyncio.sleep(jam.due_at - loop().now() + 0.1)
    with pytest.raises(Rejected):
        await process.service.move_end(jam, jam.due_at + DAY, 1)


async def test_what_was_removed_before_it_was_posted_is_never_heard(
    process: KeeperProcess, hall: Hall
) -> None:
    await process.contest(range(100, 104))
    hall.slow[Say.GALLERY] = 120.0
    process.start()
    early = await process.reach(lambda one: one.state is JamState.VOTING)
    for letter in "AC":  # the first is under way
        await process.service.remove(early, letter, 1, "")
    await process.reach(lambda _: hall.count(Say.VOTE) > 0)
    heard = [one.file for one in hall.said if one.name is Say.GALLERY and one.there]
    assert heard == ["B.mp3", "D.mp3"]


async def test_what_was_removed_is_deleted_until_it_is_gone(process: KeeperProcess, hall: Hall) -> None:
    await process.contest()
    process.start()
    voting = await process.reach(lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0)
    hall.no_deletes = [NothingSent("busy")]
    # The process may die between this and what follows from it.
    await process.store.write(life.remove, voting, "A", by=1, reason="", now=loop().now())
    process.keeper.begin()
    process.wake.set()
    await asyncio.sleep(60.0)
    assert not hall.no_deletes, "it was tried in vain"
    assert (await process.jam()).state is JamState.VOTING, "it does not stay until the end"
    assert {one.file: one.there for one in hall.said if one.file} == {
        "A.mp3": False, "B.mp3": True, "C.mp3": True,
    }  # fmt: skip


async def test_a_cancelled_jam_posts_no_more_of_its_gallery(process: KeeperProcess, hall: Hall) -> None:
    await process.contest(range(100, 106))
    hall.slow[Say.GALLERY] = 120.0
    process.start()
    early = await process.reach(lambda one: one.state is JamState.VOTING)
    await process.service.cancel(early, 1, "enough")
    await process.reach(lambda _: hall.count(Say.CANCELLED) > 0)
    assert hall.count(Say.GALLERY) <= 1
    assert hall.count(Say.VOTE) == 0


async def test_what_was_lost_twice_is_told_twice(process: KeeperProcess, hall: Hall) -> None:
    jam = await process.contest()
    job = await tried(process.store, jam, 77)
    process.start()
    for times in (1, 2):
        job = await moved(process.store, await moved(process.store, job, S.SUBMITTING), S.HELD)
        process.keeper.begin()
        process.wake.set()
        await asyncio.sleep(5.0)
        assert hall.count(Say.HELD) == times
        job = await moved(process.store, job, S.ACCEPTED, round=job.round + 1)


@pytest.mark.parametrize(("members", "votes_for"), [((MIA,), 1800.0), ((MIA, RAVI), 0.0)])
async def test_without_a_vote_everybody_hears_it_all_the_same(
    process: KeeperProcess, hall: Hall, members: tuple[int, ...], votes_for: float
) -> None:
    await process.contest(members, votes_for=votes_for)
    process.start()
    await process.reach(is_over)
    said = [(one.name, one.file) for one in hall.said if one.name in (Say.GALLERY, Say.VOTE, Say.RESULT)]
    heard = [(Say.GALLERY, f"{letter}.mp3") for letter in "AB"[: len(members)]]
    assert said == [*heard, (Say.RESULT, None)]
    await asyncio.sleep(60.0)
    assert hall.edited.count((Say.GALLERY, JamState.DONE)) == len(members), "whose it is follows"


@pytest.mark.parametrize("cancelled", [True, False])
async def test_the_panel_of_what_is_over_says_so(
    process: KeeperProcess, hall: Hall, *, cancelled: bool
) -> None:
    jam = await process.contest(())
    await process.store.write(posts.plan, jam.id, Say.PANEL, now=loop().now())
    await tried(process.store, jam, 77)
    process.start()
    await process.reach(lambda one: bool(one.shows))
    await tried(process.store, jam, 78)
    await asyncio.sleep(40.0)
    await tried(process.store, jam, 79)
    if cancelled:
        await process.service.cancel(await process.jam(), 1, "")
    await process.reach(lambda one: one.state in (JamState.DONE, JamState.CANCELLED))
    await asyncio.sleep(60.0)
    assert hall.edited[-1] == (Say.PANEL, JamState.CANCELLED if cancelled else JamState.SHOWING)


async def test_a_server_with_nothing_but_a_jam_is_one_that_may_have_gone(process: KeeperProcess) -> None:
    jam = await process.contest(())
    assert await process.store.read(guilds.in_use) == [jam.guild_id]
    await process.service.cancel(jam, 1, "")
    assert await process.store.read(guilds.in_use) == []


async def test_the_vote_on_a_long_gallery_begins_with_its_last_message(
    process: KeeperProcess, hall: Hall
) -> None:
    jam = await process.contest(range(100, 112), pot=500)
    process.start()
    voting = await process.reach(lambda one: one.state is JamState.VOTING and hall.count(Say.VOTE) > 0)
    assert hall.count(Say.GALLERY) == 12
    [*_, last] = [one.at for one in hall.said if one.name is Say.GALLERY]
    assert abs(voting.due_at - last - jam.votes_for) < _AT_ONCE
