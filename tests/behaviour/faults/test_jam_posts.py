"""What Discord may answer to a delivery, answered to a message of a jam, comes to the same end."""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest
import sqlalchemy as sa

from jobs.engine.hidden import shelf
from jobs.models.jam import Entry, Jam, JamPost, JamState, Say
from jobs.models.states import JobState
from jobs.store.jam_schema import jam as jam_table
from jobs.store.jam_schema import jam_post
from jobs.store.queries.jams import entries, life, members, posts, turns
from tests.behaviour.faults.discord_outcomes import OUTCOMES, POST, Ahead, Row
from tests.behaviour.faults.world import FaultWorld, fault_world
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import loop, until
from tests.fakes.discord import faults
from tests.jobs import jams_shelf
from tests.jobs.jams_shelf import MIA, RAVI, now_of

_DAY = 24 * 3600.0
# Until an hour passes at once: Discord forgets a nonce sooner.
_GLANCE_SECONDS, _GLANCES = 10.0, 20
_COUNTS = {"nothing": 0, "once": 1, "once, as links": 1}
_HEARD = (Say.GALLERY, Say.TURN)
# Where a jam does otherwise: its messages have one file, or none; an offer of a turn has no embed.
_WITH_SOUND = {"one of the files too large, 40005": False, "request too large, 413 of a proxy": True}
_NO_EMBEDS = "Embed Links lost, 50013"
_MOST = 20
_ROWS = [row for row in OUTCOMES if not (row.of_jobs or row.threads)]

pytestmark = pytest.mark.usefixtures("unmeasured")


@dataclass
class Speaker:
    """A jam with two entries of which the sound is kept, and that is about to say something."""

    world: FaultWorld
    jam: Jam
    made: list[Entry]

    def moved_to(self, name: Say) -> None:
        """A channel of its own, in a server of its own, in which nothing has gone wrong."""
        discord = self.world.discord
        discord.faults.clear()
        discord.guild = discord.world.add_guild(name.value)
        discord.world.join(discord.guild, discord.member.user)
        self.world.channel = discord.add_channel(name.value)
        self.follow()

    def follow(self) -> None:
        """Let the bot's clock show what Discord's does."""
        self.world.parts.context.clock = Ahead(self.world.discord.own_clock() - loop().now())

    async def plan(self, name: Say) -> JamPost:
        """Have the jam say just this."""
        store, now = self.world.parts.store, self.world.parts.context.clock.now()
        channel = self.world.channel
        assert channel.guild is not None
        where = {"guild_id": channel.guild.id, "channel_id": channel.id}
        times = {"state_at": now, "created_at": now, "due_at": now + 30 * _DAY, "shows": ""}
        await store.write(lambda c: c.execute(sa.delete(jam_post)))
        values = {**where, **times, **_JAMS[name]}
        await store.write(lambda c: c.execute(sa.update(jam_table).values(**values)))
        self.jam = await now_of(store, self.jam)
        await _PLANS.get(name, _alone)(self, name, now)
        [post] = await store.read(posts.of_name, self.jam.id, name)
        self.world.parts.bot.jams._keeper.begin()
        return post

    async def ended(self, post: JamPost) -> int:
        """The id of its message; 0 where it is given up, of which an hour passes at once."""
        for glance in range(2 * _GLANCES):
            [found] = await self.world.parts.store.read(posts.of_name, post.jam_id, post.name)
            if found.message_id is not None:
                return found.message_id
            if glance == _GLANCES:
                self.world.discord.own_clock.advance(3600.0)
                self.follow()
            await asyncio.sleep(_GLANCE_SECONDS)
        raise AssertionError(f"it never ended: {post}")


async def _alone(speaker: Speaker, name: Say, now: float) -> None:
    about = speaker.made[0].id if name is Say.GALLERY else None
    said = {"ballots": 0, "votes": 0} if name is Say.RESULT else {}
    await speaker.world.parts.store.write(
        posts.plan, speaker.jam.id, name, now=now, entry_id=about, said=said
    )


async def _turn(speaker: Speaker, _name: Say, now: float) -> None:
    """Offer turn 3, with the song so far."""
    store = speaker.world.parts.store
    for number, entry in enumerate(speaker.made, 1):
        await store.write(partial(entries.give, entry_id=entry.id, turn=number))
        await store.write(members.add, speaker.jam.id, entry.user_id)
    assert await store.write(turns.next_turn, speaker.jam, turns.Costs(10, 12), now=now)


_JAMS: Mapping[Say, Mapping[str, object]] = {
    Say.PANEL: {"state": JamState.OPEN, "hidden": True},
    Say.GALLERY: {"state": JamState.VOTING},
    Say.RESULT: {"state": JamState.SHOWING},
    Say.TURN: {
        "state": JamState.OPEN, "kind": "relay", "turns": 3, "turn_for": 30 * _DAY, "hidden": False,
    },
}  # fmt: skip
_PLANS: Mapping[Say, Callable[[Speaker, Say, float], Awaitable[None]]] = {Say.TURN: _turn}


@asynccontextmanager
async def _speaker(world: FaultWorld) -> AsyncIterator[Speaker]:
    """Let the keeper of jams work and no lane: jobs are brought to where they stand by hand."""
    parts = world.parts
    await parts.engine.stop(1.0)
    jam = await jams_shelf.started(parts.store)
    made = await jams_shelf.entered(parts.store, jam, MIA, RAVI)
    folder = shelf.folder_of(parts.context, jam.id)
    folder.mkdir(parents=True)
    for letter, entry in zip("AB", made, strict=True):
        (folder / f"{entry.job_id}-0.mp3").write_bytes(b"sound" * 100)
        await parts.store.write(partial(entries.give, entry_id=entry.id, letter=letter))

    async def keep() -> None:
        while True:
            now = parts.context.clock.now()
            wait = parts.bot.jams._keeper.poke(now) - now
            await asyncio.sleep(min(max(wait, 0.1), _GLANCE_SECONDS))

    task = asyncio.create_task(keep())
    try:
        yield Speaker(world, jam, made)
    finally:
        task.cancel()
        await parts.bot.jams._keeper.stop()


@pytest.mark.parametrize("row", _ROWS, ids=lambda row: row.name)
async def test_it_ends_as_written(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, row: Row
) -> None:
    async with fault_world(api, tmp_path, monkeypatch, TIME_SCALE="1") as world, _speaker(world) as speaker:
        for name in _JAMS:
            speaker.moved_to(name)
            await _done(row.prepare(world, monkeypatch))
            for message in world.posted():
                message.deleted = True
            post = await speaker.plan(name)
            if row.later is not None:
                await _done(row.later(world))
            message_id = await speaker.ended(post)
            there = [message for message in world.posted() if message.nonce == post.nonce]
            said, count, heard = _end(row, name)
            assert (message_id in {message.id for message in there}, len(there)) == (said, count)
            assert all(bool(message.attachments) is heard for message in there) or not said
        assert len(world.discord.traffic.of(POST.replace("*", "{channel_id}"))) <= _MOST * len(_JAMS)


@pytest.mark.parametrize(
    "fault", [faults.status(503), faults.reset(), faults.refusal(400, 20016)], ids=lambda one: one.how.name
)
async def test_what_is_not_changed_for_a_moment_is_changed_later(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: faults.Fault
) -> None:
    async with fault_world(api, tmp_path, monkeypatch, TIME_SCALE="1") as world, _speaker(world) as speaker:
        speaker.moved_to(Say.GALLERY)
        await speaker.ended(await speaker.plan(Say.GALLERY))
        rule = world.discord.faults.add("PATCH /channels/*/messages/*", fault)
        over = sa.update(jam_table).values(state=JamState.DONE)
        await world.parts.store.write(lambda c: c.execute(over))
        world.parts.bot.jams._keeper.begin()
        await rule.struck()
        message = next(one for one in world.posted() if one.attachments)
        await until(lambda: f"<@{MIA}>" in str(message.embeds), "it says whose it is")


async def test_the_panel_is_put_right_before_nobody_comes_back_to_it(
    api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with fault_world(api, tmp_path, monkeypatch, TIME_SCALE="1") as world, _speaker(world) as speaker:
        speaker.moved_to(Say.PANEL)
        await speaker.ended(await speaker.plan(Say.PANEL))
        world.discord.faults.add("PATCH /channels/*/messages/*", faults.status(503), times=2)
        [panel] = world.posted()
        store, now = world.parts.store, world.parts.context.clock.now()
        assert await store.write(life.cancel, await now_of(store, speaker.jam), by=1, reason="", now=now)
        world.parts.bot.jams._keeper.begin()
        await until(lambda: "It was cancelled" in str(panel.embeds), "it says so")


def _end(row: Row, name: Say) -> tuple[bool, int, bool]:
    """Whether a message is known to be said, how often it is there, and whether with sound."""
    heard = name in _HEARD and _WITH_SOUND.get(row.name, row.posted != "once, as links")
    if name is Say.TURN and row.name == _NO_EMBEDS:
        return True, 1, heard
    return row.state is JobState.DONE and row.posted != "nothing", _COUNTS[row.posted], heard


async def _done(result: object) -> None:
    if inspect.isawaitable(result):
        await result
