"""What cogs, views and delivery need of the bot. It knows no command, so no circle can close over it."""

import asyncio
from abc import abstractmethod
from collections import deque
from typing import Any

import discord
from discord.ext import commands

from jobs.orders.service import JobService

# Interactions that ordered something; Discord forgets one after a quarter of an hour.
_REMEMBERED = 1000


class BaseBot(commands.Bot):
    """discord.py's bot with the service that every command asks.

    Attributes:
        service: What members can do.
        logged_in: Set once REST works; delivery need not wait for the gateway.
    """

    def __init__(self, service: JobService, **options: Any) -> None:  # noqa: ANN401 - discord.py's own
        super().__init__(**options)
        self.service = service
        self.logged_in = asyncio.Event()
        self._seen: deque[int] = deque(maxlen=_REMEMBERED)

    def is_new(self, interaction_id: int) -> bool:
        """Whether an interaction is asked about for the first time."""
        if interaction_id in self._seen:
            return False
        self._seen.append(interaction_id)
        return True

    @abstractmethod
    async def button_pressed(
        self, action: str, subject: str, interaction: discord.Interaction["BaseBot"]
    ) -> None:
        """Run the action of a button."""


class ServiceCog(commands.Cog):
    """A cog whose commands ask the service."""

    def __init__(self, service: JobService) -> None:
        self._service = service
