"""Members who jam: they start and enter, vote and vote again, take turns and pass, choose, move ends."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field

from tests.behaviour.chaos.jams import acts
from tests.behaviour.chaos.jams.hall import Hall, Press
from tests.fakes.discord import (
    ClientRefusalError,
    FakeDiscord,
    Guild,
    Member,
    Permission,
    WaitError,
)
from tests.fakes.discord.permissions import NOTHING

_SERVERS, _MEMBERS, _AT_ONCE = 2, 5, 3
_GLANCE_SECONDS = 0.15
# Accounts younger than a week do not vote; an id tells how old one is.
_MONTH = 30 * 24 * 3600 * 1000 << 22
_KINDS = ("contest", "relay")


@dataclass(slots=True)
class JamCrowd:
    """Members of some servers, and their jams."""

    discord: FakeDiscord
    chance: random.Random
    name: str
    halls: list[Hall] = field(default_factory=list)
    _hosts: dict[int, Member] = field(default_factory=dict)
    _members: dict[int, list[Member]] = field(default_factory=dict)

    def gather(self) -> None:
        """Come together."""
        more = [self.discord.world.add_guild(f"server {number}") for number in range(1, _SERVERS)]
        for guild in (self.discord.guild, *more):
            self._hosts[guild.id] = self._person(guild, "host", Permission.MANAGE_GUILD)
            self._members[guild.id] = [self._person(guild, f"member {n}") for n in range(_MEMBERS)]

    def _person(self, guild: Guild, name: str, permissions: Permission = NOTHING) -> Member:
        world = self.discord.world
        user = world.add_user(name)
        del world.users[user.id]
        user.id -= _MONTH
        world.users[user.id] = user
        world.join(guild, user, roles=[world.add_role(guild, f"{name}'s", permissions=permissions)])
        return Member(world, user)

    @property
    def cards(self) -> int:
        """How many of the jams have a panel, which is a promise."""
        return sum(hall.panel is not None for hall in self.halls)

    async def live(self, wishes: int, seconds: float) -> None:
        """Start so many jams at most, as far as there is room, and take part in all, until cancelled."""
        del seconds
        async with asyncio.TaskGroup() as group:
            while True:
                if wishes and self.chance.random() < 0.5:
                    wishes -= self._start()
                for hall in self.halls:
                    if not hall.ends:
                        self._someone_acts(hall, group)
                await asyncio.sleep(_GLANCE_SECONDS)

    async def spend(self, wishes: int, seconds: float) -> None:
        """The same for just these seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self.live(wishes, seconds)

    def _start(self) -> bool:
        """Start a jam in a server that has room; whether somebody did."""
        running = [hall for hall in self.halls if not hall.ends and not _never_began(hall)]
        free = [
            guild_id
            for guild_id in self._hosts
            if sum(hall.channel.guild.id == guild_id for hall in running if hall.channel.guild) < _AT_ONCE
        ]
        if not free:
            return False
        guild = self.discord.world.guilds[self.chance.choice(free)]
        kind, number = _KINDS[len(self.halls) % len(_KINDS)], len(self.halls)
        host = self._hosts[guild.id]
        channel = self.discord.world.add_channel(guild, f"hall-{number}")
        theme = f"{kind} {number} of {self.name}"
        try:
            handle = host.slash(channel, f"jam {kind}", theme=theme, **acts.WISHES[kind])
        except ClientRefusalError:  # the commands are not there yet
            return False
        start = Press("start", host, handle)
        everybody = [host, *self._members[guild.id]]
        self.halls.append(Hall(kind, channel, self.discord.bot, host, everybody, start))
        return True

    def _someone_acts(self, hall: Hall, group: asyncio.TaskGroup) -> None:
        free = [one for one in hall.members if one.id not in hall.busy]
        if not free or hall.panel is None:
            return
        act = acts.choose(hall, self.chance.choice(free), self.chance)
        if act is not None:
            hall.busy.add(act.member.id)
            group.create_task(_guarded(hall, act.member, act.do))


async def _guarded(hall: Hall, member: Member, do: Callable[[], Awaitable[None]]) -> None:
    """An act that nobody answers, or that is no longer offered, comes to nothing."""
    try:
        with suppress(WaitError, ClientRefusalError):
            await do()
    finally:
        hall.busy.discard(member.id)


def _never_began(hall: Hall) -> bool:
    """Whether nothing is known of it: its command died with the bot, or was refused."""
    return hall.panel is None and not hall.start.is_taken("Jam #")
