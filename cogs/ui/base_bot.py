"""The bot as cogs, views and delivery need it. It imports no command, which prevents import cycles."""

import asyncio
from abc import abstractmethod
from typing import Any

import discord
from discord.ext import commands

from cogs.connection.rest import RestClient
from cogs.connection.shards import Shards
from jobs.jams.service import JamService
from jobs.orders.service import JobService

# Interactions that would undo what they did; Discord forgets one after a quarter of an hour.
_REMEMBERED = 1000
# Members whose names came with what they did; a list that opens while somebody types cannot ask for them.
_HEARD = 10_000


class BaseBot(commands.Bot):
    """discord.py's bot with the job service; `logged_in` is set once REST works, before the gateway does."""

    rest: RestClient
    shards: Shards

    def __init__(self, service: JobService, jams: JamService, **options: Any) -> None:  # noqa: ANN401 - discord.py's own
        super().__init__(**options)
        self.service = service
        self.jams = jams
        self.logged_in = asyncio.Event()
        self.heard_names: dict[tuple[int, int], str] = {}  # by server and member
        self._seen: dict[int, None] = {}  # in their order, and found without a walk

    def hear(self, guild_id: int | None, user: discord.User | discord.Member) -> None:
        """Remember what a member is called in a server now."""
        key = (guild_id or 0, user.id)
        self.heard_names.pop(key, None)
        self.heard_names[key] = user.display_name
        if len(self.heard_names) > _HEARD:
            del self.heard_names[next(iter(self.heard_names))]

    def is_new(self, interaction_id: int) -> bool:
        """Whether an interaction is seen for the first time."""
        if interaction_id in self._seen:
            return False
        self._seen[interaction_id] = None
        if len(self._seen) > _REMEMBERED:
            del self._seen[next(iter(self._seen))]
        return True

    @abstractmethod
    async def button_pressed(
        self, action: str, subject: str, interaction: discord.Interaction["BaseBot"]
    ) -> None:
        """Run the action of a button."""


class ServiceCog(commands.Cog):
    def __init__(self, service: JobService) -> None:
        self._service = service
