"""A listening party that is a call: what is heard follows from its messages, whatever ends or is killed."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path

import pytest

from jobs.jams.calls import CallKeeper
from jobs.models.jam import Jam, Say
from jobs.models.rejections import JamProblem, JamRefused, Rejected
from jobs.ports import FilesRefused, NothingSent, PortError, Undeliverable
from jobs.store.queries.jams import parties
from tests.behaviour.jams.lives import Hall, KeeperProcess
from tests.behaviour.jams.test_party import HERE, over, tracks
from tests.fakes.clock import loop

LENGTH, LOUNGE = 100.0, 99
HERE_TOO = replace(HERE, channel_id=24)


@dataclass
class Room:
    """What was heard in a voice channel, each with when it began; None for the end of a call."""

    heard: list[tuple[str | None, float]] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    troubles: list[PortError] = field(default_factory=list)

    async def play(self, guild_id: int, channel_id: int, file: Path) -> float:
        assert guild_id == HERE.guild_id
        self.rooms.append(channel_id)
        if self.troubles:
            raise self.troubles.pop(0)
        await asyncio.sleep(2.0)  # it is made ready
        self.heard.append((file.name, loop().now()))
        return LENGTH

    async def hush(self, guild_id: int) -> None:
        del guild_id
        self.heard.append(("", loop().now()))

    async def leave(self, guild_id: int) -> None:
        del guild_id
        self.rooms.append(0)
        self.heard.append((None, loop().now()))

    def songs(self) -> list[str | None]:
        return [name for name, _ in self.heard]


class Calling(KeeperProcess):
    """A process that keeps calls too."""

    def __init__(self, folder: Path, hall: Hall, room: Room) -> None:
        super().__init__(folder, hall)
        calls = CallKeeper(self.context, room)
        calls.moved = self.keeper.begin
        self.keeper.followed_by = (calls,)
        self.service.hearing.has_voice = True

    async def listen(self, jam: Jam, voice: int = LOUNGE) -> int:
        return await self.service.hearing.listen(jam, HERE, "", voice)


@asynccontextmanager
async def calling(folder: Path, hall: Hall, room: Room) -> AsyncIterator[Calling]:
    one = Calling(folder, hall, room)
    try:
        yield one
    finally:
        await one.bury()


@pytest.fixture
def room() -> Room:
    return Room()


async def test_each_song_is_heard_once_and_after_the_last_the_call_ends(
    tmp_path: Path, hall: Hall, room: Room
) -> None:
    async with calling(tmp_path, hall, room) as process:
        assert await process.listen(await over(process)) == 3
        await asyncio.sleep(5 * LENGTH)
        assert await process.store.read(parties.calls) == []
    assert len(set(room.songs())) == 4
    assert room.songs()[3] is None
    began = [at for _, at in room.heard]
    assert all(LENGTH < later - at < LENGTH + 8.0 for at, later in pairwise(began))
    assert [one.seq for one in tracks(hall)] == [0, 1, 2]


async def test_a_restart_begins_the_song_anew_and_the_next_waits_for_it(
    tmp_path: Path, hall: Hall, room: Room
) -> None:
    async with calling(tmp_path, hall, room) as first:
        await first.listen(await over(first))
        await asyncio.sleep(LENGTH / 2)
    died_at = loop().now()
    async with calling(tmp_path, hall, room) as second:
        second.start()
        await asyncio.sleep(4 * LENGTH)
    songs = room.songs()
    assert songs[0] == songs[1] != songs[2]
    assert len(set(songs)) == 4
    assert room.heard[2][1] > died_at + LENGTH, "it is heard whole"
    assert [one.seq for one in tracks(hall)] == [0, 1, 2], "its message is not posted again"


async def test_a_song_is_skipped_and_the_call_stopped(tmp_path: Path, hall: Hall, room: Room) -> None:
    async with calling(tmp_path, hall, room) as process:
        jam = await over(process)
        await process.listen(jam)
        await asyncio.sleep(5.0)
        await process.service.hearing.skip(jam, 0)
        await asyncio.sleep(5.0)
        assert len(set(room.songs())) == 2
        await process.service.hearing.stop(jam, 1)
        await asyncio.sleep(5.0)
        assert room.songs()[2:] == [None]
        await process.listen(jam)  # another may begin


async def test_a_party_that_begins_at_once_in_another_room_is_another_call(
    tmp_path: Path, hall: Hall, room: Room
) -> None:
    async with calling(tmp_path, hall, room) as process:
        jam = await over(process)
        await process.listen(jam)
        await asyncio.sleep(1.0)
        assert room.rooms
        assert not room.heard, "its first song is just being made ready"
        await process.service.hearing.stop(jam, 0)
        await process.listen(jam, LOUNGE + 1)
        await asyncio.sleep(20.0)
    assert room.rooms == [LOUNGE, 0, LOUNGE + 1]


@pytest.mark.parametrize(
    ("trouble", "heard"),
    [
        (Undeliverable("no right"), [None]),
        (FilesRefused("no sound"), ["", "b", "c", None]),
        (NothingSent("not connected"), ["a", "b", "c", None]),
    ],
    ids=["no call", "one song", "for a moment"],
)
async def test_what_cannot_be_heard_is_posted_all_the_same(
    tmp_path: Path, hall: Hall, room: Room, trouble: PortError, heard: list[str | None]
) -> None:
    room.troubles = [trouble]
    async with calling(tmp_path, hall, room) as process:
        await process.listen(await over(process))
        await asyncio.sleep(1000.0)
        assert hall.count(Say.TRACK) == 3
    assert [bool(one) for one in room.songs()] == [bool(one) for one in heard]
    assert room.songs()[-1] is None


async def test_there_is_one_call_a_server_and_none_without_a_voice(
    tmp_path: Path, hall: Hall, room: Room
) -> None:
    async with calling(tmp_path, hall, room) as process:
        jam = await over(process)
        process.service.hearing.has_voice = False
        with pytest.raises(Rejected) as refused:
            await process.listen(jam)
        assert refused.value.rejection == JamRefused(JamProblem.NO_VOICE)
        process.service.hearing.has_voice = True
        await process.listen(jam)
        with pytest.raises(Rejected) as refused:
            await process.service.hearing.listen(jam, HERE_TOO, "", LOUNGE)
        assert refused.value.rejection == JamRefused(JamProblem.CALL_HERE, jam.id)
        assert await process.service.hearing.listen(jam, HERE_TOO, "") == 3, "a party of messages may"
