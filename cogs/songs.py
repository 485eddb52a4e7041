"""`/songs`: what this server has made, to search, like and play again."""

import discord
from discord import app_commands

from cogs.ordering.lists import show_songs, show_top
from cogs.text import library_messages
from cogs.ui import lists
from cogs.ui.base_bot import ServiceCog
from cogs.ui.interactions import Interaction
from jobs.models import Shelf

_KINDS = [app_commands.Choice(name=name, value=kind) for kind, name in library_messages.SHELVES.items()]
_PERIODS = [app_commands.Choice(name=name, value=period) for period, name in library_messages.PERIODS.items()]
_ANY = "any"


class Songs(ServiceCog):
    group = app_commands.Group(
        name="songs", description="Find, play and like what this server has made", guild_only=True
    )

    @group.command(name="list")
    @app_commands.describe(
        search="Words of the title or style",
        member="Only what this member asked for",
        kind="Songs, or other results (songs)",
        favourites="Only what you like",
    )
    @app_commands.choices(kind=_KINDS)
    async def list_(
        self,
        interaction: Interaction,
        search: app_commands.Range[str, 1, 100] = "",
        member: discord.User | None = None,
        kind: str = "song",
        *,
        favourites: bool = False,
    ) -> None:
        """See what this server has made, newest first."""
        shelf = Shelf(
            lists.searchable(search),
            "" if kind == _ANY else kind,
            member.id if member is not None else 0,
            interaction.user.id if favourites else 0,
        )
        await show_songs(interaction, self._service, shelf)

    @group.command(name="mine")
    @app_commands.describe(kind="Songs, or other results (songs)")
    @app_commands.choices(kind=_KINDS)
    async def mine(self, interaction: Interaction, kind: str = "song") -> None:
        """See what you have made here, newest first."""
        shelf = Shelf(kind="" if kind == _ANY else kind, member=interaction.user.id)
        await show_songs(interaction, self._service, shelf)

    @group.command(name="top")
    @app_commands.describe(period="When it was liked (in the last 30 days)")
    @app_commands.choices(period=_PERIODS)
    async def top(self, interaction: Interaction, period: str = "month") -> None:
        """See what members of this server like most."""
        await show_top(interaction, self._service, period)
