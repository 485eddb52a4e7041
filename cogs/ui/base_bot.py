"""The bot as cogs, views and delivery need it. It imports no command, which prevents import cycles."""

import asyncio
from abc import abstractmethod
from typing import Any

import discord
from discord.ext import commands

from cogs.connection.rest import RestClient
from jobs.orders.service import JobService

# Interactions that ordered something; Discord forgets one after a quarter of an hour.
_REMEMBERED = 1000
# Members whose names are known; a list that opens while somebody types cannot ask Discord for them.
_NAMED = 10_000


class BaseBot(commands.Bot):
    """discord.py's bot with the job service; `logged_in` is set once REST works, before the gateway does."""

    rest: RestClient

    def __init__(self, service: JobService, **options: Any) -> None:  # noqa: ANN401 - discord.py's own
        super().__init__(**options)
        self.service = service
        self.logged_in = asyncio.Event()
        self.member_names: dict[int, str] = {}
        self._seen: dict[int, None] = {}  # in their order, and found without a walk

    def meet(self, user: discord.User | discord.Member) -> None:
        """Remember what a member is called here now."""
        self.member_names.pop(user.id, None)
        self.member_names[user.id] = user.display_name
        if len(self.member_names) > _NAMED:
            del self.member_names[next(iter(self.member_names))]

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
