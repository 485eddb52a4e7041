"""The scheduled event of a jam that begins later: made once, moved and ended with it, never in its way."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from jobs.jams.events import EventKeeper
from jobs.jams.service import Wish
from jobs.models import Origin
from jobs.models.jam import Jam, JamState, Say
from jobs.ports import PortError
from jobs.store.queries.jams import jams
from jobs.store.queries.jams.calendar import events
from startup.wiring import Assembly
from tests.behaviour.faults.world import running_bot
from tests.behaviour.jams.lives import Hall, KeeperProcess
from tests.fakes.api_faults import FaultyMusicApi
from tests.fakes.clock import until
from tests.fakes.discord import FakeDiscord, Member, Permission, faults
from tests.fakes.discord.model import EventStatus, Overwrite, ScheduledEvent
from tests.jobs.jams_shelf import HOST
from tests.jobs.model.process import Life

HERE = Origin(11, 22, HOST, 10_000_000)
MINUTE = 60.0
# All that the file, the channel and the agenda are asked for: densely while the event is made and moved.
FUSES = (5, 14, 23, *range(30, 50, 2), 60, 150, 260)
MAKE = "POST /guilds/*/scheduled-events"


@dataclass
class Agenda:
    """The events of a server, each as [panel, start, end, how it ended]; `troubles` come first."""

    entries: list[list[Any]] = field(default_factory=list)
    troubles: list[PortError] = field(default_factory=list)
    told: list[bool] = field(default_factory=list)


@dataclass
class Diary:
    """The line of one process to it."""

    agenda: Agenda
    life: Life

    async def make(self, jam: Jam, panel_id: int, starts: float, ends: float) -> int:
        del jam
        await self.life.point()
        if self.agenda.troubles:
            raise self.agenda.troubles.pop(0)
        self.agenda.entries.append([panel_id, starts, ends, ""])
        await self.life.point()
        return len(self.agenda.entries)

    async def find(self, jam: Jam, panel_id: int) -> int | None:
        del jam
        await self.life.point()
        return next((at for at, one in enumerate(self.agenda.entries, 1) if one[0] == panel_id), None)

    async def move(self, jam: Jam, event_id: int, starts: float | None, ends: float) -> bool:
        del jam
        await self.life.point()
        entry = self.agenda.entries[event_id - 1]
        entry[1:3] = [entry[1] if starts is None else starts, ends]
        return True

    async def end(self, jam: Jam, event_id: int) -> None:
        await self.life.point()
        self.agenda.entries[event_id - 1][3] = jam.state

    async def tell_host(self, jam: Jam, *, made: bool) -> None:
        del jam
        self.agenda.told.append(made)


class Announcing(KeeperProcess):
    """A process that keeps events too."""

    def __init__(self, folder: Path, hall: Hall, agenda: Agenda, *, seed: int = 0) -> None:
        super().__init__(folder, hall, seed=seed)
        self.keeper.followed_by = (EventKeeper(self.context, Diary(agenda, self.life)),)

    async def announced(self) -> Jam:
        wish = Wish("low tide", "10m", votes="none", starts="12m", event=True)
        return await self.service.start(wish, HERE, moderator=True)


async def play(process: Announcing) -> bool:
    """Announce a contest, begin it ten minutes later than was said, and see it to its end."""
    there = await process.store.read(jams.latest, HERE.guild_id)
    jam = there[0] if there else await process.announced()
    if jam.state is JamState.PLANNED and jam.due_at < jam.created_at + 20 * MINUTE:
        await asyncio.sleep(2.0)
        await process.service.move_end(await process.jam(jam.id), jam.due_at + 10 * MINUTE, HOST)
    await process.reach(lambda one: one.state is JamState.DONE, jam.id)
    await asyncio.sleep(2.0)
    return True


@pytest.mark.usefixtures("unmeasured")
async def test_killed_at_any_step_there_is_one_event_and_it_is_right(tmp_path: Path) -> None:
    died = []
    for fuse in FUSES:
        hall, agenda, folder = Hall(), Agenda(), tmp_path / str(fuse)
        folder.mkdir()
        first = Announcing(folder, hall, agenda)
        first.start().life.fuse = fuse
        died.append(await first.until_ended(play(first)) is None)
        await first.bury()
        second = Announcing(folder, hall, agenda, seed=fuse)
        second.start()
        if died[-1]:
            await asyncio.sleep(1.0)
            await play(second)
        jam = await second.jam()
        [[panel, starts, ends, over]] = agenda.entries
        assert hall.said[panel - 1].name is Say.PANEL
        assert (starts, ends) == (
            pytest.approx(jam.created_at + 22 * MINUTE),
            pytest.approx(starts + 10 * MINUTE),
        )
        assert over is JamState.DONE
        assert await second.store.read(events.kept) == []
        await second.bury()
    assert died.count(True) > 0.8 * len(died), "the fuse burnt in its whole life"


@dataclass
class Wired:
    """The whole bot at a Discord over sockets, with a moderator who announces contests."""

    discord: FakeDiscord
    parts: Assembly
    mod: Member

    async def announce(self) -> str:
        """What the host of a new contest reads."""
        asked = self.mod.slash(
            self.discord.channel, "jam contest", theme="low tide", ends="2h", votes="1h", pot=100, starts="3h"
        )
        return str((await asked.answered()).data["content"])

    async def row(self) -> Jam:
        [one] = await self.parts.store.read(jams.latest, self.discord.guild.id)
        return one

    async def event(self, status: EventStatus = EventStatus.SCHEDULED) -> ScheduledEvent:
        def there() -> ScheduledEvent | None:
            found = [one for one in self.discord.guild.events.values() if one.status is status]
            return found[0] if found else None

        found: ScheduledEvent = await until(there, f"an event that is {status.name}")
        return found


@pytest.fixture
async def wired(api: FaultyMusicApi, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Wired]:
    async with running_bot(api, tmp_path, monkeypatch) as (fake, parts):
        bot = fake.guild.members[fake.bot.id]
        fake.guild.roles[bot.role_ids[0]].permissions |= Permission.CREATE_EVENTS
        mod = fake.add_member("mod", permissions=Permission.MANAGE_GUILD)
        await fake.synced("jam")
        await fake.gateway.connected()
        yield Wired(fake, parts, mod)


async def test_an_event_leads_to_the_jam_moves_with_it_and_is_cancelled_with_it(wired: Wired) -> None:
    lost = wired.discord.faults.add(MAKE, faults.status(502).after_effect())
    assert (await wired.announce()).endswith("It is announced as an event here as well.")
    event, jam = await wired.event(), await wired.row()
    [panel] = [one for one in wired.discord.channel.visible if one.embeds]
    assert event.location == f"https://discord.com/channels/{jam.guild_id}/{jam.channel_id}/{panel.id}"
    assert (event.name, "Remind me" in event.description) == ("Jam #1: low tide", True)
    assert event.starts == pytest.approx(jam.due_at, abs=0.001)
    assert event.ends - event.starts == pytest.approx(float(jam.brief["open_for"]) + jam.votes_for, abs=0.001)
    before = event.starts
    await wired.mod.slash(wired.discord.channel, "jam deadline", to="+1h").answered()
    await until(lambda: event.starts > before, "it is moved")
    assert event.starts == pytest.approx((await wired.row()).due_at, abs=0.001)
    await wired.mod.slash(wired.discord.channel, "jam cancel").answered()
    assert await wired.event(EventStatus.CANCELED) is event
    assert (lost.hits, len(wired.discord.guild.events)) == (1, 1), (
        "its answer was lost, and it is not made again"
    )


async def test_a_relay_that_begins_later_is_an_event_for_all_its_turns(wired: Wired) -> None:
    await wired.mod.slash(
        wired.discord.channel, "jam relay", theme="low tide", turns=3, turn_time="1h", starts="3h"
    ).answered()
    event, jam = await wired.event(), await wired.row()
    assert "**Join**" in event.description
    assert (event.starts, event.ends) == pytest.approx((jam.due_at, jam.due_at + 3 * jam.turn_for), abs=0.001)

    async def waits() -> bool:
        return (await wired.row()).due_at > jam.due_at

    await until(waits, "nobody has joined")
    await wired.mod.slash(wired.discord.channel, "jam cancel").answered()
    assert await wired.event(EventStatus.COMPLETED) is event
    assert wired.mod.direct_channel.visible == [], "what begins later than was said is no failure"


async def test_an_event_that_has_begun_is_over_when_the_jam_is(wired: Wired) -> None:
    await wired.announce()
    event = await wired.event()

    async def begun() -> bool:
        return (await wired.row()).state is JamState.OPEN

    await until(begun, "the jam begins")
    await wired.mod.slash(wired.discord.channel, "jam cancel").answered()
    assert await wired.event(EventStatus.COMPLETED) is event


@pytest.mark.parametrize("code", [50013, 30038], ids=["for good", "each time"])
async def test_without_its_event_the_jam_begins_and_the_host_alone_is_told_once(
    wired: Wired, code: int
) -> None:
    refused = wired.discord.faults.add(MAKE, faults.refusal(400, code), times=None)
    await wired.announce()

    async def begun() -> bool:
        return (await wired.row()).state is JamState.OPEN

    await until(begun, "the jam begins")
    await until(lambda: wired.mod.direct_channel.visible, "a word to the host")
    [told] = wired.mod.direct_channel.visible
    assert told.content == "The event of jam #1 could not be made. The jam itself begins as planned."
    assert refused.hits <= 12
    assert await wired.parts.store.read(events.kept) == []


async def test_what_not_all_may_see_and_what_the_bot_may_not_make_is_no_event(wired: Wired) -> None:
    guild = wired.discord.guild
    everyone = Overwrite(guild.id, is_role=True, allow=0, deny=int(Permission.VIEW_CHANNEL))
    for target in (wired.discord.bot, wired.mod.user):
        wired.discord.allow(wired.discord.channel, Permission.VIEW_CHANNEL, user=target)
    wired.discord.world.set_overwrite(wired.discord.channel, everyone)
    assert "cannot tell that all see this channel" in await wired.announce()
    guild.roles[guild.members[wired.discord.bot.id].role_ids[0]].permissions &= ~Permission.CREATE_EVENTS
    assert "With the right to **Create Events**" in await wired.announce()
    assert await wired.parts.store.read(events.kept) == []
    assert wired.discord.traffic.of(MAKE.replace("*", "{guild_id}")) == []
